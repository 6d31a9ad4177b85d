//! Messages about bytes, characters, entities and tags.

use super::{Code, Wording, codes};
use crate::limits;

/// What is wrong before elements have a meaning.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Markup {
    ConfigUnreadable { error: String },
    UnknownEncoding { name: String },
    NotUtf8 { byte: u8 },
    NotXml { empty: bool },
    DeclarationNotFirst,
    DoctypeNotClosed,
    BadEntityDeclaration,
    BadCharacterReference,
    ParameterEntity,
    UnknownEntity { name: String },
    EntityLoop { name: String },
    EntityUnreadable { entity: String, path: String, error: String },
    ExternalEntityInValue { name: String },
    EntitiesTooLarge,
    RawAmpersand,
    RawLessThan,
    LessThanInValue,
    NotClosed { what: &'static str },
    CrossedTags { element: String, open: String, opened: String },
    NothingToClose { element: String },
    ElementNotClosed { element: String },
    TooDeep,
    SecondRoot,
    TextAfterRoot,
    Xml { message: String },
    DoctypeInside,
    TooMany { what: &'static str, limit: usize },
    TooManyAttributes,
    BadCharacter { character: char },
    DashesInComment,
    ValueTooLong { attribute: &'static str, element: &'static str, length: usize },
}

codes! {
    Markup:
    101 = ConfigUnreadable,
    102 = UnknownEncoding,
    103 = NotUtf8,
    104 = NotXml,
    105 = DeclarationNotFirst,
    106 = DoctypeNotClosed,
    107 = BadEntityDeclaration,
    108 = BadCharacterReference,
    109 = ParameterEntity,
    110 = UnknownEntity,
    111 = EntityLoop,
    112 = EntityUnreadable,
    113 = ExternalEntityInValue,
    114 = EntitiesTooLarge,
    115 = RawAmpersand,
    116 = RawLessThan,
    117 = LessThanInValue,
    118 = NotClosed,
    119 = CrossedTags,
    120 = NothingToClose,
    121 = ElementNotClosed,
    122 = TooDeep,
    123 = SecondRoot,
    124 = TextAfterRoot,
    125 = Xml,
    126 = DoctypeInside,
    127 = TooMany,
    128 = TooManyAttributes,
    129 = ValueTooLong,
    130 = BadCharacter,
    131 = DashesInComment,
}

impl Wording for Markup {
    fn code(&self) -> Code {
        self.number()
    }

    fn message(&self) -> String {
        match self {
            Self::ConfigUnreadable { error } => format!("cannot read the configuration: {error}"),
            Self::UnknownEncoding { name } => format!("encoding {name} is not supported"),
            Self::NotUtf8 { byte } => format!("byte {byte:#04x} is not UTF-8"),
            Self::NotXml { empty: true } => "the file is empty".to_owned(),
            Self::NotXml { empty: false } => "this is not XML: the first character is not `<`".to_owned(),
            Self::DeclarationNotFirst => "`<?xml …?>` is not at the very start of the file".to_owned(),
            Self::DoctypeNotClosed => "the DOCTYPE is not closed".to_owned(),
            Self::BadEntityDeclaration => "this entity declaration cannot be read".to_owned(),
            Self::BadCharacterReference => "this is not a character reference".to_owned(),
            Self::ParameterEntity => "parameter entities are not supported".to_owned(),
            Self::UnknownEntity { name } => format!("entity &{name}; is not declared"),
            Self::EntityLoop { name } => {
                format!("entity &{name}; contains itself, or entities are nested too deeply")
            }
            Self::EntityUnreadable { entity, path, error } => {
                format!("cannot read {path} for entity &{entity};: {error}")
            }
            Self::ExternalEntityInValue { name } => {
                format!("entity &{name}; is a file and cannot stand in an attribute")
            }
            Self::EntitiesTooLarge => "the text with all its entities is too large".to_owned(),
            Self::RawAmpersand => "`&` starts no entity here".to_owned(),
            Self::RawLessThan => "`<` starts no tag here".to_owned(),
            Self::LessThanInValue => "this attribute value contains `<`".to_owned(),
            Self::NotClosed { what } => format!("this {what} is not closed"),
            Self::CrossedTags { element, open, opened } => {
                format!("`</{element}>` does not close `<{open}>` opened at {opened}")
            }
            Self::NothingToClose { element } => format!("`</{element}>` closes nothing"),
            Self::ElementNotClosed { element } => format!("<{element}> is not closed"),
            Self::TooDeep => "elements are nested too deeply".to_owned(),
            Self::SecondRoot => "there is more XML after the end of the root element".to_owned(),
            Self::TextAfterRoot => "text after the end of the root element is ignored".to_owned(),
            Self::Xml { message } => format!("not well-formed XML: {message}"),
            Self::DoctypeInside => "the DOCTYPE stands inside an element or an entity".to_owned(),
            Self::TooMany { what, limit } => format!("there are more than {limit} {what}"),
            Self::BadCharacter { character } => {
                format!("the character U+{:04X} cannot stand in XML", u32::from(*character))
            }
            Self::DashesInComment => "`--` stands inside a comment".to_owned(),
            Self::TooManyAttributes => "this element has too many attributes".to_owned(),
            Self::ValueTooLong { attribute, element, length } => {
                format!(
                    "{attribute} of <{element}> has {length} bytes, {} are the limit",
                    limits::VALUE_BYTES_MAX
                )
            }
        }
    }

    fn help(&self) -> Option<String> {
        let text = match self {
            Self::UnknownEncoding { .. } => {
                "save it as UTF-8, or declare encoding=\"ISO-8859-1\" to send its bytes as they are"
            }
            Self::NotUtf8 { .. } => {
                "declare encoding=\"ISO-8859-1\" in the first line if the file is in Latin-1"
            }
            Self::DeclarationNotFirst => {
                "remove what stands before it: blank lines, comments, another document"
            }
            Self::UnknownEntity { name } => {
                return Some(format!(
                    "write &amp;{name}; for a plain &{name};, or declare it in the DOCTYPE"
                ));
            }
            Self::EntityUnreadable { .. } => {
                "files of entities are looked up in the current directory, then beside the configuration"
            }
            Self::DoctypeNotClosed => "end it with >, after a list of entities with ]>",
            Self::BadEntityDeclaration => {
                "write <!ENTITY name \"text\"> or <!ENTITY name SYSTEM \"file.xml\">"
            }
            Self::BadCharacterReference => {
                "write &#10; or &#x0A; with the number of a character that XML allows: neither 0 nor above x10FFFF"
            }
            Self::ParameterEntity => {
                "declare each file of its own: <!ENTITY name SYSTEM \"file.xml\">, and write &name;"
            }
            Self::EntityLoop { .. } => "take the reference out of the entity's text",
            Self::ExternalEntityInValue { .. } => "declare it with its text: <!ENTITY name \"text\">",
            Self::EntitiesTooLarge => {
                "entities that contain entities many times grow without end: write them out"
            }
            Self::RawAmpersand => "write &amp; for a plain &, in URLs too",
            Self::RawLessThan | Self::LessThanInValue => {
                "write &lt; for a plain <; or a quote is missing before it"
            }
            Self::ConfigUnreadable { .. } => {
                "name the configuration with -f FILE, or -f - for standard input"
            }
            Self::DoctypeInside => "it belongs before <tsung>, and only there",
            Self::TooMany { .. } => "make several configurations of it",
            Self::TooManyAttributes => {
                return Some(format!(
                    "{} in an element, and {} xmlns declarations altogether, are the limit",
                    limits::ATTRIBUTES_MAX,
                    limits::NAMESPACES_MAX
                ));
            }
            Self::BadCharacter { .. } => {
                "remove it: of the control characters only tabs and line ends may be there"
            }
            Self::DashesInComment => "write one dash: two of them may only stand in --> at the end",
            Self::ValueTooLong { .. } => {
                "only contents and value may be longer: a quote may be missing further on"
            }
            Self::CrossedTags { open, .. } => return Some(format!("close <{open}> first")),
            Self::NotClosed { what: "tag" } => "a > or a quote is missing",
            Self::NotClosed { what: "comment" } => "end it with -->",
            Self::NotClosed { what: "CDATA section" } => "end it with ]]>",
            Self::NotClosed { what: "processing instruction" } => "end it with ?>",
            Self::NotClosed { .. } => "a quote is missing",
            Self::NothingToClose { .. } => "remove it, or open the element before it",
            Self::ElementNotClosed { element } => return Some(format!("add </{element}> where it ends")),
            Self::TooDeep => {
                "a configuration needs a few levels only: elements are not closed where they should be"
            }
            Self::TextAfterRoot => "remove it, or make it a comment: <!-- … -->",
            Self::SecondRoot => "a configuration has one <tsung> and nothing after it",
            Self::Xml { .. } => {
                "each attribute stands once in its tag, and names have no other characters than letters, digits, - _ ."
            }
            Self::NotXml { .. } => "the configuration is an XML file with <tsung> as its root",
        };
        Some(text.to_owned())
    }
}
