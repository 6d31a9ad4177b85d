//! A variable's value, and how it becomes text (docs/compatibility.md, `value-to-text`).

use std::borrow::Cow;
use std::io::Write;

/// A variable's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Bytes.
    Bytes(Box<[u8]>),
    /// An integer.
    Int(i64),
    /// A name.
    Atom(Atom),
    /// Several values.
    List(Box<[Self]>),
}

/// A name that is a value of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Atom {
    /// `undefined`: an absent header.
    Undefined,
}

impl Value {
    /// A value of these bytes.
    pub fn bytes(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.into())
    }

    /// Appends its text: integers in decimal, lists joined without separator.
    pub fn write_text(&self, out: &mut Vec<u8>) {
        match self {
            Self::Bytes(bytes) => out.extend_from_slice(bytes),
            // Writing to a Vec cannot fail.
            Self::Int(number) => drop(write!(out, "{number}")),
            Self::Atom(Atom::Undefined) => out.extend_from_slice(b"undefined"),
            Self::List(values) => values.iter().for_each(|value| value.write_text(out)),
        }
    }

    /// Its text, borrowed where possible.
    pub fn text(&self) -> Cow<'_, [u8]> {
        if let Self::Bytes(bytes) = self {
            return Cow::Borrowed(bytes);
        }
        let mut text = Vec::new();
        self.write_text(&mut text);
        Cow::Owned(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_each_kind() {
        let list = Value::List([Value::bytes(b"a"), Value::Int(-7), Value::Atom(Atom::Undefined)].into());
        assert_eq!(list.text().as_ref(), b"a-7undefined");
        assert_eq!(Value::bytes(b"\xe9").text().as_ref(), b"\xe9");
        assert_eq!(Value::List([].into()).text().as_ref(), b"");
    }
}
