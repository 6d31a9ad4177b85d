//! Lists of tuples, looked at by one of their elements. What is no such tuple is passed over, but where it is sorted.

use std::cmp::Ordering;

use super::entry;
use super::sort::charge_sorting;
use crate::script::library::Entry;
use crate::script::library::given::{Given, count, elements, list_bytes, no_clause};
use crate::script::{Item, Raised, Runtime, Value};

pub(super) const ENTRIES: &[Entry] = &[
    entry("keydelete", 3, |runtime, a| {
        let (mut list, found) = find(runtime, &a[0], &a[1], &a[2])?;
        if let Some(index) = found {
            list.remove(index);
        }
        Ok(Value::list(list))
    }),
    entry("keyfind", 3, |runtime, a| Ok(first(runtime, a)?.unwrap_or_else(|| false.into()))),
    entry("keymap", 3, key_map),
    entry("keymember", 3, |runtime, a| Ok(first(runtime, a)?.is_some().into())),
    entry("keymerge", 3, |runtime, a| sorted(runtime, &a[0], &a[1..]).map(Value::list)),
    entry("keyreplace", 4, |runtime, a| replace(runtime, a, false)),
    entry("keysearch", 3, |runtime, a| {
        let found = first(runtime, a)?.map(|found| Value::tuple(vec![Value::atom("value"), found]));
        Ok(found.unwrap_or_else(|| false.into()))
    }),
    entry("keysort", 2, |runtime, a| sorted(runtime, &a[0], &a[1..]).map(Value::list)),
    entry("keystore", 4, |runtime, a| replace(runtime, a, true)),
    entry("keytake", 3, |runtime, a| {
        let (mut list, found) = find(runtime, &a[0], &a[1], &a[2])?;
        Ok(match found {
            Some(index) => {
                let taken = list.remove(index);
                Value::tuple(vec![Value::atom("value"), taken, Value::list(list)])
            }
            None => false.into(),
        })
    }),
    entry("ukeymerge", 3, |runtime, a| unique(runtime, &a[0], &a[1..])),
    entry("ukeysort", 2, |runtime, a| unique(runtime, &a[0], &a[1..])),
];

/// The number of an element in its tuple, from 0.
fn place(number: &Value) -> Result<usize, Raised> {
    count(number)?.checked_sub(1).ok_or_else(Raised::bad_argument)
}

fn key(value: &Value, place: usize) -> Option<&Value> {
    match value {
        Value::Tuple(parts) => parts.get(place),
        _ => None,
    }
}

/// The first tuple with this key: `first(Key, Place, List)`.
fn first(runtime: &mut dyn Runtime, a: &[Value]) -> Result<Option<Value>, Raised> {
    let place = place(&a[1])?;
    let Value::List(list) = &a[2] else { return Err(Raised::bad_argument()) };
    let mut elements = list.elements();
    let mut looked_at = 0;
    let found = elements.by_ref().find_map(|element| {
        looked_at += 1;
        match element {
            Item::Value(value) if key(value, place).is_some_and(|key| key.equals(&a[0])) => Some(value),
            _ => None,
        }
    });
    runtime.charge(list_bytes(looked_at))?;
    match (found, elements.end()) {
        (None, Some(_)) => Err(Raised::bad_argument()),
        (found, _) => Ok(found.cloned()),
    }
}

/// The list, and where in it the first tuple with this key is. Keys are compared by value: `1 == 1.0`.
fn find(
    runtime: &mut dyn Runtime,
    wanted: &Value,
    number: &Value,
    list: &Value,
) -> Result<(Vec<Value>, Option<usize>), Raised> {
    let place = place(number)?;
    let Value::List(_) = list else { return Err(Raised::bad_argument()) };
    let list = elements(runtime, list)?;
    let found = list.iter().position(|value| key(value, place).is_some_and(|key| key.equals(wanted)));
    Ok((list, found))
}

fn replace(runtime: &mut dyn Runtime, a: &[Value], store: bool) -> Given {
    let Value::Tuple(_) = &a[3] else { return Err(no_clause()) };
    let (mut list, found) = find(runtime, &a[0], &a[1], &a[2])?;
    match found {
        Some(index) => list[index] = a[3].clone(),
        None if store => list.push(a[3].clone()),
        None => {}
    }
    Ok(Value::list(list))
}

fn key_map(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let place = place(&a[1])?;
    let mut list = elements(runtime, &a[2])?;
    for value in &mut list {
        let changed = runtime.apply(&a[0], &[key(value, place).cloned().ok_or_else(no_clause)?])?;
        if let Value::Tuple(parts) = &*value {
            let mut parts = parts.to_vec();
            parts[place] = changed;
            *value = Value::tuple(parts);
        }
    }
    Ok(Value::list(list))
}

fn sorted(runtime: &mut dyn Runtime, number: &Value, lists: &[Value]) -> Result<Vec<Value>, Raised> {
    let place = place(number)?;
    let mut joined = Vec::new();
    for list in lists {
        joined.append(&mut elements(runtime, list)?);
    }
    charge_sorting(runtime, &joined)?;
    if joined.len() > 1 && joined.iter().any(|value| key(value, place).is_none()) {
        return Err(Raised::bad_argument());
    }
    joined.sort_by(|a, b| by_key(a, b, place));
    Ok(joined)
}

fn by_key(a: &Value, b: &Value, place: usize) -> Ordering {
    match (key(a, place), key(b, place)) {
        (Some(a), Some(b)) => a.order(b),
        _ => Ordering::Equal,
    }
}

fn unique(runtime: &mut dyn Runtime, number: &Value, lists: &[Value]) -> Given {
    let place = place(number)?;
    let mut list = sorted(runtime, number, lists)?;
    list.dedup_by(|b, a| by_key(a, b, place) == Ordering::Equal);
    Ok(Value::list(list))
}
