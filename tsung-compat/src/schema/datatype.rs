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

/// All of them.
pub(super) const DATATYPES: [&Datatype; 6] = [&NAME, &INTEGER, &NUMBER, &INTEGER_OR_VARIABLE, &HOST, &PORT];

/// The type of a kind; none where anything goes, or where only `check` can tell.
pub(super) fn of(kind: Kind) -> Option<&'static Datatype> {
    match kind {
        Kind::Name => Some(&NAME),
        Kind::Integer => Some(&INTEGER),
        Kind::Number => Some(&NUMBER),
        Kind::IntegerOrVariable => Some(&INTEGER_OR_VARIABLE),
        Kind::Host => Some(&HOST),
        Kind::Port => Some(&PORT),
        _ => None,
    }
}
