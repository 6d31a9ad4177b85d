//! Checked elements.

use crate::source::Span;
use crate::table::{ElementDef, integer, number};

/// A value and where it was written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Spanned<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it was written.
    pub(crate) at: Span,
}

impl<T> Spanned<T> {
    /// A value and where it was written.
    pub(crate) const fn new(value: T, at: Span) -> Self {
        Self { value, at }
    }
}

/// An element of the language. Its attributes have values of their types.
#[derive(Debug)]
pub(crate) struct Element {
    /// What it is.
    pub(crate) def: &'static ElementDef,
    /// Where it starts.
    pub(crate) at: Span,
    /// Its attributes that passed the check.
    pub(crate) attributes: Vec<Attribute>,
    /// Its children that passed the check.
    pub(crate) children: Vec<Self>,
    /// Some of its attributes did not pass: what is missing may have been there.
    pub(crate) refused_attributes: bool,
    /// Some of its children did not pass.
    pub(crate) refused_children: bool,
    /// Its text, up to the first comment, for elements that hold text.
    pub(crate) text: Option<Spanned<String>>,
}

/// An attribute of an element.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its value, references resolved.
    pub(crate) value: String,
    /// Where its name starts.
    pub(crate) at: Span,
    /// Where its value starts in the text.
    pub(crate) value_at: Span,
}

impl Element {
    /// This element, if all its attributes are there and right: only then can they be judged together.
    pub(crate) fn sound(&self) -> Option<&Self> {
        (!self.refused_attributes).then_some(self)
    }

    /// Whether something in its tag or directly inside did not pass.
    pub(crate) const fn is_incomplete(&self) -> bool {
        self.refused_attributes || self.refused_children
    }

    /// Name of the element.
    pub(crate) const fn name(&self) -> &'static str {
        self.def.name
    }

    /// The attribute, if it was written.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        debug_assert!(self.def.attribute(name).is_some(), "{name} is not in the table of <{}>", self.name());
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The value written, without default.
    pub(crate) fn written(&self, name: &str) -> Option<Spanned<&str>> {
        self.attribute(name).map(|attribute| Spanned::new(attribute.value.as_str(), attribute.at))
    }

    /// The value in force: as written, else the default. `None` if there is neither.
    pub(crate) fn value(&self, name: &str) -> Option<Spanned<&str>> {
        self.written(name).or_else(|| {
            let default = self.def.attribute(name).and_then(|attribute| attribute.default)?;
            Some(Spanned::new(default, self.at))
        })
    }

    /// A value that names something.
    pub(crate) fn name_value(&self, name: &str) -> Option<Spanned<String>> {
        self.value(name).map(|value| Spanned::new(value.value.trim().to_owned(), value.at))
    }

    /// A text as written.
    pub(crate) fn string(&self, name: &str) -> Option<Spanned<String>> {
        self.value(name).map(|value| Spanned::new(value.value.to_owned(), value.at))
    }

    /// The value of an integer attribute.
    pub(crate) fn integer(&self, name: &str) -> Option<Spanned<u64>> {
        let value = self.value(name)?;
        integer(value.value).map(|number| Spanned::new(number, value.at))
    }

    /// The value of a number attribute.
    pub(crate) fn number(&self, name: &str) -> Option<Spanned<f64>> {
        let value = self.value(name)?;
        number(value.value).map(|number| Spanned::new(number, value.at))
    }

    /// Whether the value in force is `true`.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.value(name).is_some_and(|value| value.value == "true")
    }

    /// Children of that name.
    pub(crate) fn children_named<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name() == name)
    }

    /// All elements inside, in the order of the document.
    pub(crate) fn descendants(&self) -> impl Iterator<Item = &Self> {
        let mut open = vec![self.children.iter()];
        std::iter::from_fn(move || {
            loop {
                match open.last_mut()?.next() {
                    Some(element) => {
                        open.push(element.children.iter());
                        return Some(element);
                    }
                    None => drop(open.pop()),
                }
            }
        })
    }

    /// The only child of that name.
    pub(crate) fn child(&self, name: &'static str) -> Option<&Self> {
        self.children_named(name).next()
    }
}
