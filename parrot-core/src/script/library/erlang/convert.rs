//! From one kind of value to another.

use num_bigint::BigInt;

use super::entry;
use super::floats::{float_with, long_float};
use crate::limits::SCRIPT_INTEGER_BITS_MAX;
use crate::script::library::Entry;
use crate::script::library::given::{
    Given, any_integer, atom, binary, character_list, characters, count, elements, text, write_iodata,
};
use crate::script::{Raised, Runtime, Value};
use crate::user::erlang_number;

pub(super) const ENTRIES: &[Entry] = &[
    entry("atom_to_binary", 1, |runtime, a| bytes(runtime, atom(&a[0])?.as_bytes().to_vec())),
    entry("atom_to_binary", 2, |runtime, a| bytes(runtime, encoded(atom(&a[0])?, &a[1])?)),
    entry("atom_to_list", 1, |runtime, a| character_list(runtime, atom(&a[0])?)),
    entry("binary_to_atom", 1, binary_to_atom),
    entry("binary_to_atom", 2, binary_to_atom),
    entry("binary_to_existing_atom", 1, binary_to_atom),
    entry("binary_to_existing_atom", 2, binary_to_atom),
    entry("binary_to_float", 1, |_, a| float(binary(&a[0])?)),
    entry("binary_to_integer", 1, |runtime, a| integer(runtime, binary(&a[0])?, 10)),
    entry("binary_to_integer", 2, |runtime, a| integer(runtime, binary(&a[0])?, base(&a[1])?)),
    entry("binary_to_list", 1, |runtime, a| text(runtime, binary(&a[0])?.to_vec())),
    entry("binary_to_list", 3, binary_part_to_list),
    entry("float_to_binary", 1, |runtime, a| bytes(runtime, long_float(as_float(&a[0])?).into_bytes())),
    entry("float_to_binary", 2, |runtime, a| {
        let text = written_float(runtime, &a[0], &a[1])?;
        bytes(runtime, text)
    }),
    entry("float_to_list", 1, |runtime, a| text(runtime, long_float(as_float(&a[0])?).into_bytes())),
    entry("float_to_list", 2, |runtime, a| {
        let written = written_float(runtime, &a[0], &a[1])?;
        text(runtime, written)
    }),
    entry("integer_to_binary", 1, |runtime, a| {
        let digits = digits(runtime, &a[0], 10)?;
        bytes(runtime, digits)
    }),
    entry("integer_to_binary", 2, |runtime, a| {
        let digits = digits(runtime, &a[0], base(&a[1])?)?;
        bytes(runtime, digits)
    }),
    entry("integer_to_list", 1, |runtime, a| {
        let digits = digits(runtime, &a[0], 10)?;
        text(runtime, digits)
    }),
    entry("integer_to_list", 2, |runtime, a| {
        let digits = digits(runtime, &a[0], base(&a[1])?)?;
        text(runtime, digits)
    }),
    entry("iolist_to_binary", 1, |runtime, a| {
        let mut out = Vec::new();
        write_iodata(runtime, &a[0], &mut out)?;
        Ok(Value::Bytes(out.into()))
    }),
    entry("iolist_to_iovec", 1, |runtime, a| {
        let mut out = Vec::new();
        write_iodata(runtime, &a[0], &mut out)?;
        Ok(Value::list(vec![Value::Bytes(out.into())]))
    }),
    entry("list_to_atom", 1, list_to_atom),
    entry("list_to_binary", 1, list_to_binary),
    entry("list_to_bitstring", 1, list_to_binary),
    entry("list_to_existing_atom", 1, list_to_atom),
    entry("list_to_float", 1, |runtime, a| float(characters(runtime, &a[0])?.as_bytes())),
    entry("list_to_integer", 1, |runtime, a| {
        let text = characters(runtime, &a[0])?;
        integer(runtime, text.as_bytes(), 10)
    }),
    entry("list_to_integer", 2, |runtime, a| {
        let text = characters(runtime, &a[0])?;
        integer(runtime, text.as_bytes(), base(&a[1])?)
    }),
];

/// Characters of an atom's name.
const ATOM_LENGTH_MAX: usize = 255;

fn bytes(runtime: &mut dyn Runtime, bytes: Vec<u8>) -> Given {
    runtime.charge(bytes.len())?;
    Ok(Value::Bytes(bytes.into()))
}

fn encoded(name: &str, encoding: &Value) -> Result<Vec<u8>, Raised> {
    match atom(encoding)? {
        "utf8" | "unicode" => Ok(name.as_bytes().to_vec()),
        "latin1" => name.chars().map(|c| u8::try_from(c).map_err(|_| Raised::bad_argument())).collect(),
        _ => Err(Raised::bad_argument()),
    }
}

fn named(name: &str) -> Given {
    if name.chars().count() > ATOM_LENGTH_MAX {
        return Err(Raised::error("system_limit"));
    }
    Ok(Value::atom(name))
}

fn list_to_atom(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    named(&characters(runtime, &a[0])?)
}

fn binary_to_atom(_: &mut dyn Runtime, a: &[Value]) -> Given {
    let bytes = binary(&a[0])?;
    if a.get(1).is_some_and(|encoding| encoding.is_atom("latin1")) {
        return named(&bytes.iter().copied().map(char::from).collect::<String>());
    }
    named(std::str::from_utf8(bytes).map_err(|_| Raised::bad_argument())?)
}

fn list_to_binary(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let Value::List(_) = &a[0] else { return Err(Raised::bad_argument()) };
    let mut out = Vec::new();
    write_iodata(runtime, &a[0], &mut out)?;
    Ok(Value::Bytes(out.into()))
}

/// From the first to the last byte, counted from 1.
fn binary_part_to_list(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let whole = binary(&a[0])?;
    let (first, last) = (count(&a[1])?, count(&a[2])?);
    let part = first.checked_sub(1).filter(|first| *first < last).and_then(|first| whole.get(first..last));
    text(runtime, part.ok_or_else(Raised::bad_argument)?.to_vec())
}

fn base(value: &Value) -> Result<u32, Raised> {
    match value {
        Value::Int(base @ 2..=36) => Ok(*base as u32),
        _ => Err(Raised::bad_argument()),
    }
}

/// An integer's digits; that of many takes long.
fn digits(runtime: &mut dyn Runtime, value: &Value, base: u32) -> Result<Vec<u8>, Raised> {
    if let (Value::Int(number), 10) = (value, base) {
        return Ok(number.to_string().into_bytes());
    }
    let number = any_integer(value)?;
    let words = number.bits() as usize / 64 + 1;
    runtime.charge(words.saturating_mul(words))?;
    Ok(number.to_str_radix(base).to_ascii_uppercase().into_bytes())
}

/// Reads an integer: a sign and digits, nothing else.
fn integer(runtime: &mut dyn Runtime, text: &[u8], base: u32) -> Given {
    let digits = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    let is_digit = |byte: &u8| char::from(*byte).is_digit(base);
    if digits.is_empty() || !digits.iter().all(is_digit) {
        return Err(Raised::bad_argument());
    }
    // A digit has a bit at least.
    if digits.len() as u64 > SCRIPT_INTEGER_BITS_MAX {
        return Err(Raised::error("system_limit"));
    }
    runtime.charge((digits.len() / 8).saturating_mul(digits.len() / 8))?;
    let number = BigInt::parse_bytes(text, base).ok_or_else(Raised::bad_argument)?;
    crate::script::arithmetic::fits(number.bits())?;
    Ok(Value::integer(number))
}

fn as_float(value: &Value) -> Result<f64, Raised> {
    match value {
        Value::Float(number) => Ok(*number),
        _ => Err(Raised::bad_argument()),
    }
}

fn written_float(runtime: &mut dyn Runtime, number: &Value, options: &Value) -> Result<Vec<u8>, Raised> {
    let options = elements(runtime, options).map_err(super::control::or_bad_argument)?;
    float_with(as_float(number)?, &options).map(String::into_bytes)
}

/// Reads a float: digits on both sides of a point.
fn float(text: &[u8]) -> Given {
    let number = erlang_number(text).filter(|_| text.contains(&b'.'));
    number.map(Value::Float).ok_or_else(Raised::bad_argument)
}
