//! Messages about what the command line says of a configuration.

use super::{Code, Wording, codes, did_you_mean};

/// What does not fit between a configuration and its command line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Invocation {
    /// A file that a confined configuration must not name.
    OutsideFolder { what: &'static str, path: String },
    /// A name that was given a value and does not occur.
    UnusedName { name: String },
    /// A tag whose requests are to be left out, and that no request has.
    UnusedTag { tag: String, suggestion: Option<String> },
}

codes! {
    Invocation:
    601 = OutsideFolder,
    602 = UnusedName,
    603 = UnusedTag,
}

impl Wording for Invocation {
    fn code(&self) -> Code {
        self.number()
    }

    fn message(&self) -> String {
        match self {
            Self::OutsideFolder { what, path } => {
                format!("{what} {path} lies outside the folder of the configuration")
            }
            Self::UnusedName { name } => {
                format!("--set {name}: the configuration has neither &{name}; nor ${{{name}}}")
            }
            Self::UnusedTag { tag, .. } => format!("-x {tag}: no request has that tag"),
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::OutsideFolder { .. } => Some(
                "--untrusted allows no others; relative names count from the current directory".to_owned(),
            ),
            Self::UnusedTag { suggestion, .. } => did_you_mean(suggestion.as_deref())
                .or_else(|| Some("write the tag of a <request>".to_owned())),
            Self::UnusedName { name } => Some(format!(
                "write &{name}; or ${{{name}}} in an attribute or text where the value belongs; comments and tags do not count"
            )),
        }
    }
}
