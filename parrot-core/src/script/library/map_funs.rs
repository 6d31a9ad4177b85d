//! Functions of module `maps` that call a function.

use std::sync::Arc;

use super::Entry;
use super::given::{Given, list_bytes};
use crate::script::{Map, Raised, Runtime, Value};

const fn entry(name: &'static str, arity: u32, function: super::LibraryFn) -> Entry {
    Entry { module: "maps", name, arity, function }
}

pub(super) const ENTRIES: &[Entry] = &[
    entry("filter", 2, |runtime, a| {
        filter_map(runtime, a, |answer, value| match answer.truth() {
            Some(true) => Ok(Some(value.clone())),
            Some(false) => Ok(None),
            None => Err(Raised::error_about("bad_filter", answer)),
        })
    }),
    entry("filtermap", 2, |runtime, a| {
        filter_map(runtime, a, |answer, value| match (&answer, answer.truth()) {
            (_, Some(true)) => Ok(Some(value.clone())),
            (_, Some(false)) => Ok(None),
            (Value::Tuple(parts), _) if parts.len() == 2 && parts[0].truth() == Some(true) => {
                Ok(Some(parts[1].clone()))
            }
            _ => Err(Raised::error_about("bad_filtermap", answer)),
        })
    }),
    entry("fold", 3, |runtime, a| {
        let map = map(&a[2])?;
        map.iter().try_fold(a[1].clone(), |state, (key, value)| {
            runtime.apply(&a[0], &[key.clone(), value.clone(), state])
        })
    }),
    entry("foreach", 2, |runtime, a| {
        for (key, value) in map(&a[1])?.iter() {
            runtime.apply(&a[0], &[key.clone(), value.clone()])?;
        }
        Ok(Value::atom("ok"))
    }),
    entry("map", 2, |runtime, a| filter_map(runtime, a, |answer, _| Ok(Some(answer)))),
    entry("update_with", 3, |runtime, a| update_with(runtime, a, None)),
    entry("update_with", 4, |runtime, a| {
        update_with(runtime, &[a[0].clone(), a[1].clone(), a[3].clone()], Some(&a[2]))
    }),
];

fn map(value: &Value) -> Result<&Arc<Map>, Raised> {
    match value {
        Value::Map(map) => Ok(map),
        other => Err(Raised::error_about("badmap", other.clone())),
    }
}

/// The map of what `keep` makes of the function's answers.
fn filter_map(
    runtime: &mut dyn Runtime,
    a: &[Value],
    keep: fn(Value, &Value) -> Result<Option<Value>, Raised>,
) -> Given {
    let map = map(&a[1])?;
    runtime.charge(2 * list_bytes(map.len()))?;
    let mut made = Vec::new();
    for (key, value) in map.iter() {
        let answer = runtime.apply(&a[0], &[key.clone(), value.clone()])?;
        if let Some(kept) = keep(answer, value)? {
            made.push((key.clone(), kept));
        }
    }
    Ok(Value::Map(Arc::new(Map::new(made))))
}

/// `update_with(Key, Fun, Map)`, and with a value for a key that is not there yet.
fn update_with(runtime: &mut dyn Runtime, a: &[Value], first: Option<&Value>) -> Given {
    let map = map(&a[2])?;
    let value = match (map.get(&a[0]), first) {
        (Some(value), _) => runtime.apply(&a[1], std::slice::from_ref(value))?,
        (None, Some(first)) => first.clone(),
        (None, None) => return Err(Raised::error_about("badkey", a[0].clone())),
    };
    runtime.charge(2 * list_bytes(map.len() + 1))?;
    Ok(Value::Map(Arc::new(map.with(a[0].clone(), value))))
}
