//! Arguments of functions, as the kinds that they have to be.

use num_bigint::BigInt;

use crate::script::{Item, List, Raised, Runtime, Value};

/// What a function gives.
pub(super) type Given = Result<Value, Raised>;

/// `error:function_clause`: what the list functions raise for arguments that they cannot take.
pub(super) fn no_clause() -> Raised {
    Raised::error("function_clause")
}

/// The price of a list with so many elements.
pub(super) fn list_bytes(length: usize) -> usize {
    length.saturating_mul(size_of::<Value>())
}

/// The elements of a proper list.
pub(super) fn elements(runtime: &mut dyn Runtime, value: &Value) -> Result<Vec<Value>, Raised> {
    let Value::List(list) = value else { return Err(no_clause()) };
    let length = list.proper_len().ok_or_else(no_clause)?;
    runtime.charge(list_bytes(length))?;
    Ok(list.iter().collect())
}

/// A small integer.
pub(super) fn integer(value: &Value) -> Result<i64, Raised> {
    match value {
        Value::Int(number) => Ok(*number),
        _ => Err(Raised::bad_argument()),
    }
}

/// An integer from 0 on that may count things.
pub(super) fn count(value: &Value) -> Result<usize, Raised> {
    usize::try_from(integer(value)?).map_err(|_| Raised::bad_argument())
}

/// An integer of any size.
pub(super) fn any_integer(value: &Value) -> Result<BigInt, Raised> {
    match value {
        Value::Int(number) => Ok(BigInt::from(*number)),
        Value::Big(number) => Ok(BigInt::clone(number)),
        _ => Err(Raised::bad_argument()),
    }
}

/// The bytes of a binary.
pub(super) fn binary(value: &Value) -> Result<&[u8], Raised> {
    match value {
        Value::Bytes(bytes) => Ok(bytes),
        _ => Err(Raised::bad_argument()),
    }
}

/// The elements of a tuple.
pub(super) fn tuple(value: &Value) -> Result<&[Value], Raised> {
    match value {
        Value::Tuple(parts) => Ok(parts),
        _ => Err(Raised::bad_argument()),
    }
}

/// The name of an atom.
pub(super) fn atom(value: &Value) -> Result<&str, Raised> {
    match value {
        Value::Atom(atom) => Ok(atom.name()),
        _ => Err(Raised::bad_argument()),
    }
}

/// Characters of a flat list, as UTF-8.
pub(super) fn characters(runtime: &mut dyn Runtime, value: &Value) -> Result<String, Raised> {
    let Value::List(list) = value else { return Err(Raised::bad_argument()) };
    let mut text = String::new();
    let mut elements = list.elements();
    for element in elements.by_ref() {
        let code = match element {
            Item::Code(code) => Some(char::from(code)),
            Item::Value(Value::Int(code)) => u32::try_from(*code).ok().and_then(char::from_u32),
            Item::Value(_) => None,
        };
        text.push(code.ok_or_else(Raised::bad_argument)?);
    }
    runtime.charge(text.len())?;
    if elements.end().is_some() { Err(Raised::bad_argument()) } else { Ok(text) }
}

/// Appends the bytes of lists of bytes, binaries and such lists.
pub(super) fn write_iodata(
    runtime: &mut dyn Runtime,
    value: &Value,
    out: &mut Vec<u8>,
) -> Result<(), Raised> {
    let list = match value {
        Value::Bytes(bytes) | Value::List(List::Text(bytes)) => {
            runtime.charge(bytes.len())?;
            out.extend_from_slice(bytes);
            return Ok(());
        }
        Value::List(list) => list,
        _ => return Err(Raised::bad_argument()),
    };
    let mut elements = list.elements();
    let mut length = 0;
    for element in elements.by_ref() {
        length += 1;
        match element {
            Item::Code(code) => out.push(code),
            Item::Value(Value::Int(byte)) => {
                out.push(u8::try_from(*byte).map_err(|_| Raised::bad_argument())?);
            }
            Item::Value(value) => write_iodata(runtime, value, out)?,
        }
    }
    runtime.charge(length)?;
    match elements.end() {
        None => Ok(()),
        Some(end @ Value::Bytes(_)) => write_iodata(runtime, end, out),
        Some(_) => Err(Raised::bad_argument()),
    }
}

/// The text of these bytes, as a list of their codes.
pub(super) fn text(runtime: &mut dyn Runtime, bytes: Vec<u8>) -> Given {
    runtime.charge(bytes.len())?;
    Ok(Value::List(List::Text(bytes.into())))
}

/// The list of a text's characters.
pub(super) fn character_list(runtime: &mut dyn Runtime, text: &str) -> Given {
    runtime.charge(list_bytes(text.len()))?;
    let bytes = text.chars().map(|c| u8::try_from(c).ok()).collect::<Option<Vec<u8>>>();
    let code = |c: char| Value::Int(i64::from(u32::from(c)));
    Ok(match bytes {
        Some(bytes) => Value::List(List::Text(bytes.into())),
        None => Value::list(text.chars().map(code).collect()),
    })
}
