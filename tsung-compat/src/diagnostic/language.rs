//! Messages about elements and attributes that are not as the table has them.

use super::{Code, Wording, closest, codes, did_you_mean, one_of};
use crate::table::{self, Kind, Mark, Reason};

/// What does not fit the language.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Language {
    NotTsung {
        root: String,
    },
    UnknownElement {
        element: String,
        parent: &'static str,
        suggestion: Option<String>,
        allowed: Vec<&'static str>,
    },
    Misplaced {
        element: &'static str,
        parent: &'static str,
        parents: &'static [&'static str],
    },
    MissingElement {
        element: &'static str,
        parent: &'static str,
    },
    Twice {
        element: &'static str,
    },
    ElementInText {
        element: String,
        parent: &'static str,
    },
    StrayText {
        text: String,
        parent: &'static str,
    },
    UnknownAttribute {
        attribute: String,
        element: &'static str,
        suggestion: Option<String>,
        allowed: Vec<&'static str>,
    },
    MissingAttribute {
        attribute: &'static str,
        element: &'static str,
    },
    BadValue {
        attribute: &'static str,
        element: &'static str,
        value: String,
        reason: Reason,
    },
    /// Part of the language, and not of this program yet.
    NotYet {
        what: String,
    },
    /// Part of a protocol that is not of this program yet.
    OtherProtocol {
        what: String,
    },
    NumberTooLarge {
        number: u64,
    },
    TooLong,
    SingleByteCharacters,
    /// A value that is right, and that a template was to fill in.
    NotFilled {
        attribute: &'static str,
        element: &'static str,
        value: String,
        mark: Mark,
    },
}

codes! {
    Language:
    201 = NotTsung,
    202 = UnknownElement,
    203 = Misplaced,
    204 = MissingElement,
    205 = Twice,
    206 = ElementInText,
    207 = StrayText,
    208 = UnknownAttribute,
    209 = MissingAttribute,
    210 = BadValue,
    211 = NotYet,
    212 = NumberTooLarge,
    213 = TooLong,
    214 = SingleByteCharacters,
    215 = OtherProtocol,
    216 = NotFilled,
}

impl Wording for Language {
    fn code(&self) -> Code {
        self.number()
    }

    fn message(&self) -> String {
        match self {
            Self::NotTsung { root } => {
                format!("this is not a Tsung configuration: its root element is <{root}>")
            }
            Self::UnknownElement { element, parent, .. } => {
                format!("unknown element <{element}> in <{parent}>")
            }
            Self::Misplaced { element, parent, .. } => format!("<{element}> cannot stand in <{parent}>"),
            Self::MissingElement { element, parent } => format!("<{parent}> has no <{element}>"),
            Self::Twice { element } => format!("a second <{element}>"),
            Self::ElementInText { element, parent } => format!("<{parent}> holds only text, not <{element}>"),
            Self::StrayText { text, parent } => {
                format!("text in <{parent}>, where only elements may be: `{text}`")
            }
            Self::UnknownAttribute { attribute, element, .. } => {
                format!("unknown attribute {attribute} of <{element}>")
            }
            Self::MissingAttribute { attribute, element } => {
                format!("<{element}> has no {attribute} attribute")
            }
            Self::BadValue { attribute, element, value, reason } => {
                format!("{attribute} of <{element}> {}", bad_value(value, reason))
            }
            Self::NotYet { what } => format!("{what} cannot be run by this release"),
            Self::OtherProtocol { what } => format!("{what} is not supported yet"),
            Self::NumberTooLarge { number } => format!("{number} is too large"),
            Self::TooLong => "this is longer than a century".to_owned(),
            Self::NotFilled { attribute, element, value, mark } => {
                format!("{attribute} of <{element}> {}", not_filled(value, mark))
            }
            Self::SingleByteCharacters => {
                "characters such as é are sent as one byte (ISO-8859-1), not as UTF-8, as Tsung does"
                    .to_owned()
            }
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::NotTsung { .. } => Some("the root element of a configuration is <tsung>".to_owned()),
            Self::Misplaced { parents, .. } => {
                let parents: Vec<String> = parents.iter().map(|parent| format!("<{parent}>")).collect();
                Some(format!("it belongs in {}", parents.join(", ")))
            }
            Self::UnknownElement { suggestion, allowed, .. }
            | Self::UnknownAttribute { suggestion, allowed, .. } => {
                did_you_mean(suggestion.as_deref()).or_else(|| one_of(allowed))
            }
            Self::NotFilled { mark, .. } => Some(mark.help()),
            Self::BadValue { reason, value, .. } => right_value(value, reason),
            Self::SingleByteCharacters => {
                Some("declare encoding=\"ISO-8859-1\" to send the bytes of the file as they are".to_owned())
            }
            Self::NotYet { .. } => Some("leave this part out to run the rest".to_owned()),
            Self::OtherProtocol { .. } => Some("this release runs ts_http sessions".to_owned()),
            Self::MissingElement { element, .. } => Some(format!("add <{element} …>")),
            Self::Twice { element } => Some(format!("put everything into one <{element}>")),
            Self::ElementInText { .. } => Some("write &lt; for a plain <".to_owned()),
            Self::StrayText { .. } => Some("remove it, or make it a comment: <!-- … -->".to_owned()),
            Self::MissingAttribute { attribute, element } => Some(example(element, attribute)),
            Self::NumberTooLarge { .. } => Some(format!("the largest is {}", u32::MAX)),
            Self::TooLong => Some("write a smaller number, or another unit".to_owned()),
        }
    }
}

/// How an attribute that is missing could be written.
fn example(element: &str, attribute: &str) -> String {
    let kind = table::element(element).and_then(|element| element.attribute(attribute)).map(|def| def.kind);
    let value = match kind {
        Some(Kind::Words(words)) if words.len() > 4 => {
            return format!(
                "add {attribute}=\"…\", one of {}",
                words.iter().map(|word| word.text).collect::<Vec<_>>().join(", ")
            );
        }
        Some(Kind::Words(words)) => {
            let words: Vec<String> =
                words.iter().map(|word| format!("{attribute}=\"{}\"", word.text)).collect();
            return format!("add {}", words.join(" or "));
        }
        Some(Kind::Port) => "80",
        _ => "…",
    };
    format!("add {attribute}=\"{value}\"")
}

/// What is wrong with a value, after the name of what it is the value of.
pub(super) fn bad_value(value: &str, reason: &Reason) -> String {
    const SHOWN: usize = 80;
    let value: String = value.chars().take(SHOWN).collect();
    match reason {
        Reason::Empty => "is empty".to_owned(),
        Reason::HasSpace => format!("is `{value}`: a name has no white space"),
        Reason::NotInteger => format!("is `{value}`, not a whole number"),
        Reason::TooLarge => format!("is {value}: that is too large"),
        Reason::NotNumber => format!("is `{value}`, not a number"),
        Reason::NotIntegerOrVariable => format!("is `{value}`, neither a whole number nor a variable"),
        Reason::NotAWord { .. } => format!("cannot be `{value}`"),
        Reason::HostIsUrl { .. } => format!("is `{value}`: a URL or path, not a host name"),
        Reason::HostHasPort { .. } => format!("is `{value}`: a host name with something after a colon"),
        Reason::HostBadCharacter { character } if character.is_whitespace() => {
            format!("is `{value}`: a host name has no white space")
        }
        Reason::HostBadCharacter { character } => format!("is `{value}`: a host name has no `{character}`"),
        Reason::NotAPort => format!("is `{value}`, not a port number"),
        Reason::PortRange => format!("is {value}: ports go from 1 to 65535"),
        Reason::NotIntegerOrInfinity => format!("is `{value}`, neither a whole number nor infinity"),
        Reason::RangeParts { count } => {
            format!("is `{value}`: a range of addresses has 4 parts with dots between them, not {count}")
        }
        Reason::RangePart { part } => {
            format!("is `{value}`: `{part}` is neither a number from 0 to 255 nor a range from low to high")
        }
        Reason::NotAnObjectId => format!("is `{value}`, not an object identifier"),
        Reason::Template { mark } => not_filled(&value, mark),
    }
}

fn not_filled(value: &str, mark: &Mark) -> String {
    if value.trim() == mark.text {
        format!("is `{value}`, a mark of a template")
    } else {
        format!("is `{value}`: `{}` is a mark of a template", mark.text)
    }
}

/// What to write instead.
pub(super) fn right_value(value: &str, reason: &Reason) -> Option<String> {
    match reason {
        Reason::NotAWord { allowed } => {
            let nearest = closest(value, allowed.iter().copied());
            did_you_mean(nearest.as_deref()).or_else(|| one_of(allowed))
        }
        Reason::HostIsUrl { host: Some(host) } => Some(format!("write host=\"{host}\"")),
        Reason::HostHasPort { host, port } if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(format!("write host=\"{host}\" port=\"{port}\""))
        }
        Reason::Template { mark } => Some(mark.help()),
        Reason::NotNumber => Some("write 3 or 0.5".to_owned()),
        Reason::NotAPort | Reason::PortRange => {
            Some("write the port that the server listens on, such as port=\"80\"".to_owned())
        }
        Reason::NotIntegerOrVariable => Some("write 3 or %%_variable%%".to_owned()),
        Reason::NotIntegerOrInfinity => Some("write 3 or infinity".to_owned()),
        Reason::RangeParts { .. } | Reason::RangePart { .. } => {
            Some("write each part as 7 or 0-255, such as 10.0.1-20.0-255".to_owned())
        }
        Reason::NotAnObjectId => {
            Some("write numbers with dots between them, such as 1.3.6.1.4.1.2021.10.1.5.1".to_owned())
        }
        Reason::Empty => Some("give it a name".to_owned()),
        Reason::HasSpace => Some(format!("write {}", value.trim().replace(char::is_whitespace, "_"))),
        Reason::NotInteger => Some(if value.contains(['.', ',']) {
            "write a whole number; where there is a unit, a smaller one".to_owned()
        } else {
            "write digits only, such as 3".to_owned()
        }),
        Reason::TooLarge => Some(format!("the largest is {}", u32::MAX)),
        Reason::HostIsUrl { host: None } | Reason::HostHasPort { .. } | Reason::HostBadCharacter { .. } => {
            Some("write the name of a machine, such as www.example.org, or its address".to_owned())
        }
    }
}
