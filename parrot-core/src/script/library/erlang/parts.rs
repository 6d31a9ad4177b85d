//! Parts of tuples, lists, binaries and maps, and their sizes.

use super::control::or_bad_argument;
use super::entry;
use crate::script::library::Entry;
use crate::script::library::given::{
    Given, any_integer, binary, count, elements, list_bytes, tuple, write_iodata,
};
use crate::script::{List, Raised, Runtime, Value};

pub(super) const ENTRIES: &[Entry] = &[
    entry("append_element", 2, append_element),
    entry("binary_part", 2, |_, a| match tuple(&a[1])? {
        [start, length] => part(&a[0], start, length),
        _ => Err(Raised::bad_argument()),
    }),
    entry("binary_part", 3, |_, a| part(&a[0], &a[1], &a[2])),
    entry("bit_size", 1, |_, a| Ok(Value::Int(8 * binary(&a[0])?.len() as i64))),
    entry("byte_size", 1, |_, a| Ok(Value::Int(binary(&a[0])?.len() as i64))),
    entry("delete_element", 2, delete_element),
    entry("element", 2, |_, a| Ok(tuple(&a[1])?[place(&a[0], tuple(&a[1])?.len())?].clone())),
    entry("hd", 1, |_, a| Ok(split(&a[0])?.0)),
    entry("insert_element", 3, insert_element),
    entry("iolist_size", 1, |runtime, a| {
        let mut bytes = Vec::new();
        write_iodata(runtime, &a[0], &mut bytes)?;
        Ok(Value::Int(bytes.len() as i64))
    }),
    entry("length", 1, length),
    entry("make_tuple", 2, make_tuple),
    entry("map_get", 2, |_, a| match &a[1] {
        Value::Map(map) => map.get(&a[0]).cloned().ok_or_else(|| Raised::error_about("badkey", a[0].clone())),
        other => Err(Raised::error_about("badmap", other.clone())),
    }),
    entry("map_size", 1, |_, a| match &a[0] {
        Value::Map(map) => Ok(Value::Int(map.len() as i64)),
        other => Err(Raised::error_about("badmap", other.clone())),
    }),
    entry("setelement", 3, set_element),
    entry("size", 1, |_, a| match &a[0] {
        Value::Tuple(parts) => Ok(Value::Int(parts.len() as i64)),
        other => Ok(Value::Int(binary(other)?.len() as i64)),
    }),
    entry("split_binary", 2, |_, a| {
        let length = binary(&a[0])?.len();
        let at = count(&a[1])?;
        let rest = length.checked_sub(at).ok_or_else(Raised::bad_argument)?;
        let (at, rest, start) = (Value::Int(at as i64), Value::Int(rest as i64), Value::Int(0));
        Ok(Value::tuple(vec![part(&a[0], &start, &at)?, part(&a[0], &at, &rest)?]))
    }),
    entry("tl", 1, |_, a| Ok(split(&a[0])?.1)),
    entry("tuple_size", 1, |_, a| Ok(Value::Int(tuple(&a[0])?.len() as i64))),
    entry("tuple_to_list", 1, |runtime, a| {
        let parts = tuple(&a[0])?;
        runtime.charge(list_bytes(parts.len()))?;
        Ok(Value::list(parts.to_vec()))
    }),
    entry("list_to_tuple", 1, |runtime, a| {
        elements(runtime, &a[0]).map(Value::tuple).map_err(or_bad_argument)
    }),
];

/// An index from 1 into something so long, as one from 0.
fn place(index: &Value, length: usize) -> Result<usize, Raised> {
    let index = count(index)?.checked_sub(1).filter(|index| *index < length);
    index.ok_or_else(Raised::bad_argument)
}

fn split(list: &Value) -> Result<(Value, Value), Raised> {
    match list {
        Value::List(list) => list.split_first().ok_or_else(Raised::bad_argument),
        _ => Err(Raised::bad_argument()),
    }
}

fn length(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let Value::List(list) = &a[0] else { return Err(Raised::bad_argument()) };
    let length = list.proper_len().ok_or_else(Raised::bad_argument)?;
    if matches!(list, List::Cons(_)) {
        // It was counted cell by cell.
        runtime.charge(length)?;
    }
    Ok(Value::Int(length as i64))
}

/// A part of a binary; a negative length is one before the start.
fn part(whole: &Value, start: &Value, length: &Value) -> Given {
    let Value::Bytes(bytes) = whole else { return Err(Raised::bad_argument()) };
    let (start, length) = (any_integer(start)?, any_integer(length)?);
    let end = &start + &length;
    let (first, last) = if length.sign() == num_bigint::Sign::Minus { (end, start) } else { (start, end) };
    match (usize::try_from(first), usize::try_from(last)) {
        (Ok(first), Ok(last)) if last <= bytes.len() => Ok(Value::Bytes(bytes.part(first..last))),
        _ => Err(Raised::bad_argument()),
    }
}

fn copy(runtime: &mut dyn Runtime, value: &Value) -> Result<Vec<Value>, Raised> {
    let parts = tuple(value)?;
    runtime.charge(list_bytes(parts.len() + 1))?;
    Ok(parts.to_vec())
}

fn set_element(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let mut parts = copy(runtime, &a[1])?;
    let place = place(&a[0], parts.len())?;
    parts[place] = a[2].clone();
    Ok(Value::tuple(parts))
}

fn append_element(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let mut parts = copy(runtime, &a[0])?;
    parts.push(a[1].clone());
    Ok(Value::tuple(parts))
}

fn insert_element(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let mut parts = copy(runtime, &a[1])?;
    let place = place(&a[0], parts.len() + 1)?;
    parts.insert(place, a[2].clone());
    Ok(Value::tuple(parts))
}

fn delete_element(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let mut parts = copy(runtime, &a[1])?;
    let place = place(&a[0], parts.len())?;
    parts.remove(place);
    Ok(Value::tuple(parts))
}

fn make_tuple(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let count = count(&a[0])?;
    runtime.charge(list_bytes(count))?;
    Ok(Value::tuple(vec![a[1].clone(); count]))
}
