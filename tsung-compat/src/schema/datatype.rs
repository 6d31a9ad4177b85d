//! What values look like, in the datatypes of XML Schema that RELAX NG borrows.

use crate::table::Kind;

/// A type of values: what has one of its forms.
#[derive(Debug)]
pub(super) struct Datatype {
    pub(super) name: &'static str,
    pub(super) forms: &'static [Form],
    /// Whether a DTD may call them NMTOKEN: letters, digits and `._:-` only, at least one.
    pub(super) nmtoken: bool,
}

/// A datatype of XML Schema with limits.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) base: &'static str,
    pub(super) limits: &'static [(&'static str, &'static str)],
}

/// Letters and digits of all scripts, and `.-_`: what is left of ASCII without the other signs. Not `\p{L}`: xmllint knows few.
macro_rules! host {
    () => {
        r"[^\s!-,/:-@\[-\^`{-~]*"
    };
}

/// A number from 0 to 255, or two with a hyphen between them.
macro_rules! range {
    () => {
        r"\s*0*(1?[0-9]?[0-9]|2[0-4][0-9]|25[0-5])\s*(-\s*0*(1?[0-9]?[0-9]|2[0-4][0-9]|25[0-5])\s*)?"
    };
}

/// White space around it does not count, as in all types here. The patterns say so too: xmllint holds them against the text as
/// written.
const fn token(limits: &'static [(&'static str, &'static str)]) -> Form {
    Form { base: "token", limits }
}

const DIGITS: Form = Form { base: "unsignedLong", limits: &[("pattern", r"\s*[0-9]+\s*")] };

const NAME: Datatype =
    Datatype { name: "name", forms: &[token(&[("pattern", r"\s*\S+\s*")])], nmtoken: false };

const INTEGER: Datatype = Datatype { name: "integer", forms: &[DIGITS], nmtoken: true };

const NUMBER: Datatype = Datatype {
    name: "number",
    forms: &[token(&[("pattern", r"\s*([0-9]+(\.[0-9]+([eE][+\-]?[0-9]+)?)?)?\s*")])],
    nmtoken: false,
};

const INTEGER_OR_VARIABLE: Datatype = Datatype {
    name: "integer-or-variable",
    forms: &[DIGITS, token(&[("pattern", r"\s*%%.*")])],
    nmtoken: false,
};

const HOST: Datatype = Datatype {
    name: "host",
    forms: &[token(&[("pattern", concat!(r"\s*\[?", host!(), "(:", host!(), "(:", host!(), r")+)?\]?\s*"))])],
    nmtoken: false,
};

const PORT: Datatype = Datatype {
    name: "port",
    forms: &[Form { base: "unsignedShort", limits: &[("minInclusive", "1"), ("pattern", r"\s*[0-9]+\s*")] }],
    nmtoken: true,
};

/// That no range ends before it begins is for `check` to say.
const IP_RANGE: Datatype = Datatype {
    name: "ip-range",
    forms: &[token(&[("pattern", concat!(range!(), r"(\.", range!(), "){3}"))])],
    nmtoken: false,
};

const OBJECT_ID: Datatype = Datatype {
    name: "object-id",
    forms: &[token(&[("pattern", r"\s*[0-9]+(\.[0-9]+)+\s*")])],
    nmtoken: true,
};

/// All of them.
pub(super) const DATATYPES: [&Datatype; 8] =
    [&NAME, &INTEGER, &NUMBER, &INTEGER_OR_VARIABLE, &HOST, &PORT, &IP_RANGE, &OBJECT_ID];

/// The type of a kind; none where anything goes, or where it has words instead.
pub(super) fn of(kind: Kind) -> Option<&'static Datatype> {
    match kind {
        Kind::Name => Some(&NAME),
        Kind::Integer => Some(&INTEGER),
        Kind::Number => Some(&NUMBER),
        Kind::IntegerOrVariable => Some(&INTEGER_OR_VARIABLE),
        Kind::Host => Some(&HOST),
        Kind::Port => Some(&PORT),
        Kind::IpRange => Some(&IP_RANGE),
        Kind::ObjectId => Some(&OBJECT_ID),
        // The last two are for values of options, whose type depends on the option's name.
        Kind::Text | Kind::Words(_) | Kind::IntegerOrInfinity | Kind::TlsVersion => None,
    }
}
