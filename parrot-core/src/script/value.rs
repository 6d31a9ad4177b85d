//! A variable's value, and how it becomes text (docs/compatibility.md, `value-to-text`).

use std::borrow::Cow;
use std::io::Write;
use std::sync::Arc;

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::library::Entry;
use super::list::{Item, List};
use super::map::Map;
use super::measure::Measure;
use super::slice::{Element, Slice};
use crate::plan::FunctionId;

/// A variable's value. Copies share what is large. Equality is Erlang's `=:=`.
#[derive(Clone, Debug)]
pub enum Value {
    /// An integer.
    Int(i64),
    /// An integer that is larger; never one that fits the other kind. [`Value::integer`] makes the right one.
    Big(Arc<BigInt>),
    /// A floating point number; finite.
    Float(f64),
    /// A name.
    Atom(Atom),
    /// Bytes.
    Bytes(Slice<u8>),
    /// Several values, or a text.
    List(List),
    /// A fixed number of values.
    Tuple(Slice<Self>),
    /// Values by keys.
    Map(Arc<Map>),
    /// A function.
    Fun(Arc<Fun>),
}

const _: () = assert!(size_of::<Value>() == 24);

/// A function that is a value.
#[derive(Clone, Debug)]
pub enum Fun {
    /// Of the Program's script.
    Script {
        /// The function.
        function: FunctionId,
        /// How many arguments it takes.
        arity: u32,
        /// What it captured where it was made.
        captures: Slice<Value>,
    },
    /// Of the library.
    Library(&'static Entry),
}

impl Fun {
    /// How many arguments it takes.
    pub fn arity(&self) -> u32 {
        match self {
            Self::Script { arity, .. } => *arity,
            Self::Library(entry) => entry.arity,
        }
    }
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
    Named(Arc<Box<str>>),
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
        known.map_or_else(|| Self::Named(Arc::new(name.into())), |(atom, _)| atom)
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

/// A value that has no text: a tuple, a map, a function, an improper list, or a list with one of these in it.
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

    /// The tuple of these values.
    pub fn tuple(values: Vec<Self>) -> Self {
        Self::Tuple(values.into())
    }

    /// The atom of this name.
    pub fn atom(name: &str) -> Self {
        Self::Atom(Atom::named(name))
    }

    /// The integer, in the kind that it has to have.
    pub fn integer(number: BigInt) -> Self {
        number.to_i64().map_or_else(|| Self::Big(Arc::new(number)), Self::Int)
    }

    /// The floating point number; none when it is not finite.
    pub fn float(number: f64) -> Option<Self> {
        number.is_finite().then_some(Self::Float(number))
    }

    /// Whether it is this atom.
    pub fn is_atom(&self, name: &str) -> bool {
        matches!(self, Self::Atom(atom) if atom.name() == name)
    }

    /// What it means where a truth is expected; none for anything but `true` and `false`.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Atom(Atom::True) => Some(true),
            Self::Atom(Atom::False) => Some(false),
            _ => None,
        }
    }

    /// How large it is to walk through.
    pub fn measure(&self) -> Measure {
        match self {
            Self::Int(_) | Self::Float(_) | Self::Atom(_) => Measure::ONE,
            Self::Big(number) => Measure::bytes(number.bits() as usize / 8),
            Self::Bytes(bytes) => Measure::bytes(bytes.len()),
            Self::List(list) => list.measure(),
            Self::Tuple(values) => values.measure(),
            Self::Map(map) => map.measure(),
            Self::Fun(fun) => match &**fun {
                Fun::Script { captures, .. } => Measure::around([captures.measure()]),
                Fun::Library(_) => Measure::ONE,
            },
        }
    }

    /// Appends its text: numbers in decimal, lists joined without separator. Integers in a list of cells are character codes: such
    /// lists come from scripts.
    ///
    /// # Errors
    /// When it has none. What came before is there then.
    pub fn write_text(&self, out: &mut Vec<u8>) -> Result<(), NoText> {
        match self {
            Self::Bytes(bytes) | Self::List(List::Text(bytes)) => out.extend_from_slice(bytes),
            // Writing to a Vec cannot fail.
            Self::Int(number) => drop(write!(out, "{number}")),
            Self::Big(number) => drop(write!(out, "{number}")),
            Self::Float(number) => write_float(*number, out),
            Self::Atom(atom) => out.extend_from_slice(atom.name().as_bytes()),
            Self::List(List::Values(values)) => values.iter().try_for_each(|value| value.write_text(out))?,
            Self::List(list @ List::Cons(_)) => {
                let mut elements = list.elements();
                for element in elements.by_ref() {
                    match element {
                        Item::Code(code) => out.push(code),
                        Item::Value(Self::Int(code)) => out.push(u8::try_from(*code).map_err(|_| NoText)?),
                        Item::Value(value) => value.write_text(out)?,
                    }
                }
                if elements.end().is_some() {
                    return Err(NoText);
                }
            }
            Self::Tuple(_) | Self::Map(_) | Self::Fun(_) => return Err(NoText),
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

/// The shortest digits that mean this number, with a point among them: Erlang reads no number without.
fn write_float(number: f64, out: &mut Vec<u8>) {
    let text = format!("{number:?}");
    // Writing to a Vec cannot fail.
    match text.split_once('e') {
        Some((digits, exponent)) if !digits.contains('.') => drop(write!(out, "{digits}.0e{exponent}")),
        _ => out.extend_from_slice(text.as_bytes()),
    }
}

impl Element for Value {
    fn measure(items: &[Self]) -> Measure {
        Measure::around(items.iter().map(Self::measure))
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
            // A number for comparisons, too.
            (Value::Float(1e22), b"1.0e22"),
            (Value::Big(Arc::new(BigInt::from(10).pow(30))), b"1000000000000000000000000000000"),
            (Value::from(true), b"true"),
            (Value::atom("some"), b"some"),
        ] {
            assert_eq!(value.text().as_deref(), Ok(text), "{value:?}");
        }
        let tuple = Value::list(vec![Value::Tuple([].into())]);
        assert_eq!(tuple.text(), Err(NoText));
        let improper = Value::List(List::cons(Value::Int(1), Value::Int(2)));
        assert_eq!(improper.text(), Err(NoText));
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
