//! Messages about the requests of other protocols, and about protocols that nobody knows.

use super::{Code, Wording, codes, did_you_mean, one_of};
use crate::table::{RequestDef, TEXT};

/// What is wrong with a request of another protocol.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Protocol {
    UnknownSessionType {
        name: String,
        suggestion: Option<String>,
        known: Vec<&'static str>,
    },
    PartMissing {
        request: &'static RequestDef,
        part: &'static str,
        is_child: bool,
    },
    PartIgnored {
        request: &'static RequestDef,
        part: &'static str,
        is_child: bool,
    },
    /// Without a value, the default is meant.
    ValueOfType {
        request: String,
        attribute: &'static str,
        value: Option<String>,
        allowed: Vec<&'static str>,
    },
    PortalOrStatement {
        both: bool,
    },
    NothingToPrepare,
    BadFilter {
        filter: String,
        fault: FilterFault,
    },
}

/// What is wrong with an LDAP filter.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum FilterFault {
    NoOpening,
    NotClosed,
    TextBehind,
    NoComparison,
    NoAttribute,
    BadEscape,
    TooDeep,
}

codes! {
    Protocol:
    701 = UnknownSessionType,
    702 = PartMissing,
    703 = PartIgnored,
    704 = ValueOfType,
    705 = PortalOrStatement,
    706 = NothingToPrepare,
    707 = BadFilter,
}

impl Wording for Protocol {
    fn code(&self) -> Code {
        self.number()
    }

    fn message(&self) -> String {
        match self {
            Self::UnknownSessionType { name, .. } => {
                format!(
                    "unknown session type {name}: plugins of Tsung, which are written in Erlang, cannot be loaded"
                )
            }
            Self::PartMissing { request, part, is_child } => {
                format!("{} has no {}", tag(request), named(part, *is_child))
            }
            Self::PartIgnored { request, part, is_child } => {
                format!("{} has no effect in {}", named(part, *is_child), tag(request))
            }
            Self::ValueOfType { request, attribute, value: Some(value), .. } => {
                format!("{attribute} of {request} cannot be `{value}`")
            }
            Self::ValueOfType { request, attribute, value: None, allowed } => {
                format!("{request} needs {}", alternatives(attribute, allowed))
            }
            Self::PortalOrStatement { both: true } => {
                "<pgsql type=\"describe\"> has both name_portal and name_prepared".to_owned()
            }
            Self::PortalOrStatement { both: false } => {
                "<pgsql type=\"describe\"> has neither name_portal nor name_prepared".to_owned()
            }
            Self::NothingToPrepare => "<pgsql type=\"parse\"> has no SQL".to_owned(),
            Self::BadFilter { filter, fault } => format!("filter `{filter}`: {}", fault.as_str()),
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::UnknownSessionType { suggestion, known, .. } => {
                did_you_mean(suggestion.as_deref()).or_else(|| one_of(known))
            }
            Self::PartMissing { part, is_child: false, .. } if *part != TEXT => {
                Some(format!("add {part}=\"…\""))
            }
            Self::ValueOfType { attribute, allowed, value, .. } => {
                let verb = if value.is_some() { "write" } else { "add" };
                Some(format!("{verb} {}", alternatives(attribute, allowed)))
            }
            Self::PortalOrStatement { .. } => Some("give the one that it is to describe".to_owned()),
            Self::NothingToPrepare => {
                Some("write the statement between <pgsql type=\"parse\"> and </pgsql>".to_owned())
            }
            Self::BadFilter { .. } => Some(
                "write it as (cn=user2) or (&(cn=a*)(sn=b)); ( ) * \\ in a value as \\28 \\29 \\2a \\5c"
                    .to_owned(),
            ),
            Self::PartMissing { request, .. } => {
                Some(format!("write it between {} and </{}>", tag(request), request.element))
            }
            Self::PartIgnored { .. } => Some("take it out".to_owned()),
        }
    }
}

impl FilterFault {
    const fn as_str(self) -> &'static str {
        match self {
            Self::NoOpening => "a filter begins with (",
            Self::NotClosed => "a ) is missing",
            Self::TextBehind => "something follows its last )",
            Self::NoComparison => "there is no = in a comparison",
            Self::NoAttribute => "a comparison has nothing before its =",
            Self::BadEscape => "a \\ is not followed by two hexadecimal digits",
            Self::TooDeep => "it is nested too deeply",
        }
    }
}

fn alternatives(attribute: &str, values: &[&str]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("{attribute}=\"{value}\"")).collect();
    values.join(" or ")
}

/// `<mqtt type="publish">`.
fn tag(request: &RequestDef) -> String {
    format!("<{} {}=\"{}\">", request.element, request.by, request.name)
}

fn named(part: &str, is_child: bool) -> String {
    if is_child { format!("<{part}>") } else { part.to_owned() }
}
