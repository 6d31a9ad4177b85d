//! The language, once: every element and attribute of Tsung 1.8 with its type, the default that is in force, where it may
//! stand, and whether this program can run it yet. The reader, the messages and their suggestions all come from here.

mod base;
mod functions;
mod http;
mod lexical;
mod mark;
mod options;
mod protocols;
mod requests;
mod session;

pub(crate) use base::BATCH_SYSTEMS;
pub(crate) use functions::{Caller, calls, functions_of, is_module};
pub(crate) use lexical::{Kind, Reason, integer, number};
pub(crate) use mark::Mark;
pub(crate) use options::{OPTIONS, OptionDef, OptionEffect};
pub(crate) use requests::{RequestDef, TEXT, Takes, limited_values, request, told_by};
pub(crate) use session::{
    OPERATORS, SESSION_TYPE, SET_OPTIONS, SessionType, SetOptionDef, SourceDef, TEST_ATTRIBUTES,
    session_type, session_type_of, source_def,
};

/// Whether this program can run a part of the language.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Support {
    /// It runs.
    Supported,
    /// It is read and judged, and cannot be run yet.
    NotYet,
    /// It belongs to a protocol that cannot be run yet.
    Protocol,
}

/// What an element may hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Content {
    /// Other elements, or nothing.
    Elements,
    /// Text, and elements that name it as their parent.
    Text,
}

/// An element of the language.
#[derive(Debug)]
pub(crate) struct ElementDef {
    /// Its name.
    pub(crate) name: &'static str,
    /// Elements it may stand in; none for the root.
    pub(crate) parents: &'static [&'static str],
    /// Its attributes.
    pub(crate) attributes: &'static [AttributeDef],
    /// What it may hold.
    pub(crate) content: Content,
    /// Whether it runs.
    pub(crate) support: Support,
}

impl ElementDef {
    const fn new(
        name: &'static str,
        parents: &'static [&'static str],
        attributes: &'static [AttributeDef],
    ) -> Self {
        Self { name, parents, attributes, content: Content::Elements, support: Support::Supported }
    }

    const fn text(mut self) -> Self {
        self.content = Content::Text;
        self
    }

    const fn not_yet(mut self) -> Self {
        self.support = Support::NotYet;
        self
    }

    /// The attribute of that name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'static AttributeDef> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

/// An attribute of an element.
#[derive(Debug)]
pub(crate) struct AttributeDef {
    /// Its name.
    pub(crate) name: &'static str,
    /// What its values look like.
    pub(crate) kind: Kind,
    /// The value in force when it is absent, written as it would be in a file. Not the DTD's: those are never applied.
    pub(crate) default: Option<&'static str>,
    /// It must be there.
    pub(crate) required: bool,
    /// Whether values other than the default run.
    pub(crate) support: Support,
    /// What a value of it is called in messages; empty for attributes whose values need no name of their own.
    pub(crate) label: &'static str,
}

impl AttributeDef {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, default: None, required: false, support: Support::Supported, label: "" }
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }

    const fn not_yet(mut self) -> Self {
        self.support = Support::NotYet;
        self
    }

    /// Only another protocol's sessions can use it, and of those it is said that they cannot be run yet.
    const fn of_other_protocol(mut self) -> Self {
        self.support = Support::Protocol;
        self
    }

    const fn labelled(mut self, label: &'static str) -> Self {
        self.label = label;
        self
    }
}

const fn text(name: &'static str) -> AttributeDef {
    AttributeDef::new(name, Kind::Text)
}

const fn name(name: &'static str) -> AttributeDef {
    AttributeDef::new(name, Kind::Name)
}

const fn integer_attribute(name: &'static str) -> AttributeDef {
    AttributeDef::new(name, Kind::Integer)
}

const fn number_attribute(name: &'static str) -> AttributeDef {
    AttributeDef::new(name, Kind::Number)
}

const fn words(name: &'static str, words: &'static [Word]) -> AttributeDef {
    AttributeDef::new(name, Kind::Words(words))
}

/// One of the values of an attribute that takes only certain words.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Word {
    /// As written.
    pub(crate) text: &'static str,
    /// Whether it runs.
    pub(crate) support: Support,
}

const fn yes(text: &'static str) -> Word {
    Word { text, support: Support::Supported }
}

const fn no(text: &'static str) -> Word {
    Word { text, support: Support::NotYet }
}

const fn other(text: &'static str) -> Word {
    Word { text, support: Support::Protocol }
}

const BOOLEAN: &[Word] = &[yes("true"), yes("false")];

/// All elements.
pub(crate) fn elements() -> impl Iterator<Item = &'static ElementDef> {
    [base::ELEMENTS, session::ELEMENTS, http::ELEMENTS, protocols::ELEMENTS].into_iter().flatten()
}

/// The element of that name.
pub(crate) fn element(name: &str) -> Option<&'static ElementDef> {
    elements().find(|element| element.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_parents_exist() {
        let mut seen = HashSet::new();
        for element in elements() {
            assert!(seen.insert(element.name), "<{}> twice", element.name);
            assert_eq!(element.parents.is_empty(), element.name == "tsung", "<{}>", element.name);
            for parent in element.parents {
                assert!(self::element(parent).is_some(), "<{}> in unknown <{parent}>", element.name);
            }
            let mut attributes = HashSet::new();
            for attribute in element.attributes {
                assert!(attributes.insert(attribute.name), "{} of <{}> twice", attribute.name, element.name);
            }
        }
    }

    #[test]
    fn defaults_are_values_of_their_own_type() {
        for element in elements() {
            for attribute in element.attributes {
                if let Some(default) = attribute.default {
                    let checked = attribute.kind.check(default);
                    assert!(checked.is_ok(), "{} of <{}>: {checked:?}", attribute.name, element.name);
                }
            }
        }
    }
}
