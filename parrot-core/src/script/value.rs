//! A variable's value, and how it becomes text (docs/compatibility.md, `value-to-text`).

use std::borrow::Cow;
use std::io::Write;
use std::sync::Arc;

use num_bigint::BigInt;

use super::List;

/// A variable's value. Copies share what is large.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// An integer.
    Int(i64),
    /// An integer that is larger.
    Big(Arc<BigInt>),
    /// A floating point number; finite.
    Float(f64),
    /// A name.
    Atom(Atom),
    /// Bytes.
    Bytes(Arc<[u8]>),
    /// Several values, or a text.
    List(List),
    /// A fixed number of values.
    Tuple(Arc<[Self]>),
}

/// A name that is a value of its own.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Atom {
    /// `undefined`: an absent header.
    Undefined,
    /// `true`.
    True,
    /// `false`.
    False,
    /// `null`.
    Null,
    /// `ok`.
    Ok,
    /// `error`.
    Error,
    /// Any other; never one of those above.
    Named(Arc<str>),
}

impl Atom {
    const KNOWN: [(Self, &'static str); 6] = [
        (Self::Undefined, "undefined"),
        (Self::True, "true"),
        (Self::False, "false"),
        (Self::Null, "null"),
        (Self::Ok, "ok"),
        (Self::Error, "error"),
    ];

    /// The atom of this name.
    pub fn named(name: &str) -> Self {
        let known = Self::KNOWN.into_iter().find(|(_, known)| *known == name);
        known.map_or_else(|| Self::Named(name.into()), |(atom, _)| atom)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Undefined => "undefined",
            Self::True => "true",
            Self::False => "false",
            Self::Null => "null",
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Named(name) => name,
        }
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Atom(if truth { Atom::True } else { Atom::False })
    }
}

/// A value that has no text: a tuple, or a list with one in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a value without text")]
pub struct NoText;

impl Value {
    /// A value of these bytes.
    pub fn bytes(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.into())
    }

    /// A text: the list of these character codes.
    pub fn text_list(bytes: &[u8]) -> Self {
        Self::List(List::text(bytes))
    }

    /// The list of these values.
    pub fn list(values: Vec<Self>) -> Self {
        Self::List(values.into())
    }

    /// The atom of this name.
    pub fn atom(name: &str) -> Self {
        Self::Atom(Atom::named(name))
    }

    /// Appends its text: numbers in decimal, lists joined without separator.
    ///
    /// # Errors
    /// When it has none. What came before is there then.
    pub fn write_text(&self, out: &mut Vec<u8>) -> Result<(), NoText> {
        match self {
            Self::Bytes(bytes) | Self::List(List::Text(bytes)) => out.extend_from_slice(bytes),
            // Writing to a Vec cannot fail.
            Self::Int(number) => drop(write!(out, "{number}")),
            Self::Big(number) => drop(write!(out, "{number}")),
            Self::Float(number) => drop(write!(out, "{number:?}")),
            Self::Atom(atom) => out.extend_from_slice(atom.name().as_bytes()),
            Self::List(List::Values(values)) => values.iter().try_for_each(|value| value.write_text(out))?,
            Self::Tuple(_) => return Err(NoText),
        }
        Ok(())
    }

    /// Its text, borrowed where possible.
    ///
    /// # Errors
    /// When it has none.
    pub fn text(&self) -> Result<Cow<'_, [u8]>, NoText> {
        if let Self::Bytes(bytes) | Self::List(List::Text(bytes)) = self {
            return Ok(Cow::Borrowed(bytes));
        }
        let mut text = Vec::new();
        self.write_text(&mut text)?;
        Ok(Cow::Owned(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_each_kind() {
        let list = Value::list(vec![
            Value::bytes(b"a"),
            Value::Int(-7),
            Value::Atom(Atom::Undefined),
            Value::text_list(b"b"),
        ]);
        for (value, text) in [
            (list, &b"a-7undefinedb"[..]),
            (Value::bytes(b"\xe9"), b"\xe9"),
            (Value::list(vec![]), b""),
            (Value::Float(1.5), b"1.5"),
            (Value::Float(1e3), b"1000.0"),
            (Value::Big(Arc::new(BigInt::from(10).pow(30))), b"1000000000000000000000000000000"),
            (Value::from(true), b"true"),
            (Value::atom("some"), b"some"),
        ] {
            assert_eq!(value.text().as_deref(), Ok(text), "{value:?}");
        }
        let tuple = Value::list(vec![Value::Tuple([].into())]);
        assert_eq!(tuple.text(), Err(NoText));
    }

    #[test]
    fn an_atom_has_one_form() {
        assert_eq!(Atom::named("null"), Atom::Null);
        assert_eq!(Atom::named("nil").name(), "nil");
    }

    #[test]
    fn a_text_equals_its_codes() {
        let codes = Value::list(vec![Value::Int(97), Value::Int(98)]);
        assert_eq!(Value::text_list(b"ab"), codes);
        assert_ne!(Value::bytes(b"ab"), codes);
    }
}
