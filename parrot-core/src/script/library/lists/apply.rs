//! Functions that call a function for each element.

use super::entry;
use crate::script::library::Entry;
use crate::script::library::given::{Given, elements, list_bytes, no_clause};
use crate::script::{Raised, Runtime, Value};

pub(super) const ENTRIES: &[Entry] = &[
    entry("all", 2, |runtime, a| holds_for(runtime, a, false).map(|found| (!found).into())),
    entry("any", 2, |runtime, a| holds_for(runtime, a, true).map(Into::into)),
    entry("dropwhile", 2, |runtime, a| split_while(runtime, a).map(|(_, rest)| Value::list(rest))),
    entry("filter", 2, |runtime, a| partition(runtime, a).map(|(yes, _)| Value::list(yes))),
    entry("filtermap", 2, filter_map),
    entry("flatmap", 2, flat_map),
    entry("foldl", 3, |runtime, a| {
        let list = elements(runtime, &a[2])?;
        fold(runtime, &a[0], a[1].clone(), list.into_iter())
    }),
    entry("foldr", 3, |runtime, a| {
        let list = elements(runtime, &a[2])?;
        fold(runtime, &a[0], a[1].clone(), list.into_iter().rev())
    }),
    entry("foreach", 2, |runtime, a| {
        for value in elements(runtime, &a[1])? {
            runtime.apply(&a[0], &[value])?;
        }
        Ok(Value::atom("ok"))
    }),
    entry("map", 2, map),
    entry("mapfoldl", 3, |runtime, a| {
        let list = elements(runtime, &a[2])?;
        let (made, state) = map_fold(runtime, &a[0], a[1].clone(), list.into_iter())?;
        Ok(Value::tuple(vec![Value::list(made), state]))
    }),
    entry("mapfoldr", 3, |runtime, a| {
        let list = elements(runtime, &a[2])?;
        let (mut made, state) = map_fold(runtime, &a[0], a[1].clone(), list.into_iter().rev())?;
        made.reverse();
        Ok(Value::tuple(vec![Value::list(made), state]))
    }),
    entry("partition", 2, |runtime, a| partition(runtime, a).map(pair)),
    entry("search", 2, search),
    entry("splitwith", 2, |runtime, a| split_while(runtime, a).map(pair)),
    entry("takewhile", 2, |runtime, a| split_while(runtime, a).map(|(first, _)| Value::list(first))),
    entry("zipwith", 3, |runtime, a| zip_with(runtime, &a[0], &a[1..])),
    entry("zipwith3", 4, |runtime, a| zip_with(runtime, &a[0], &a[1..])),
];

fn pair((a, b): (Vec<Value>, Vec<Value>)) -> Value {
    Value::tuple(vec![Value::list(a), Value::list(b)])
}

/// A test; what is neither true nor false raises `{name, Value}`.
fn test(runtime: &mut dyn Runtime, fun: &Value, value: &Value, name: &str) -> Result<bool, Raised> {
    let answer = runtime.apply(fun, std::slice::from_ref(value))?;
    answer.truth().ok_or_else(|| Raised::error_about(name, answer))
}

/// Whether the test gives this for some element.
fn holds_for(runtime: &mut dyn Runtime, a: &[Value], wanted: bool) -> Result<bool, Raised> {
    for value in elements(runtime, &a[1])? {
        if test(runtime, &a[0], &value, "case_clause")? == wanted {
            return Ok(true);
        }
    }
    Ok(false)
}

fn partition(runtime: &mut dyn Runtime, a: &[Value]) -> Result<(Vec<Value>, Vec<Value>), Raised> {
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for value in elements(runtime, &a[1])? {
        let side = if test(runtime, &a[0], &value, "bad_filter")? { &mut yes } else { &mut no };
        side.push(value);
    }
    Ok((yes, no))
}

fn split_while(runtime: &mut dyn Runtime, a: &[Value]) -> Result<(Vec<Value>, Vec<Value>), Raised> {
    let mut list = elements(runtime, &a[1])?;
    let mut count = 0;
    while count < list.len() && test(runtime, &a[0], &list[count], "case_clause")? {
        count += 1;
    }
    let rest = list.split_off(count);
    Ok((list, rest))
}

fn map(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let mut list = elements(runtime, &a[1])?;
    for value in &mut list {
        *value = runtime.apply(&a[0], std::slice::from_ref(value))?;
    }
    Ok(Value::list(list))
}

fn filter_map(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let mut made = Vec::new();
    for value in elements(runtime, &a[1])? {
        let answer = runtime.apply(&a[0], std::slice::from_ref(&value))?;
        match &answer {
            Value::Tuple(parts) if parts.len() == 2 && parts[0].truth() == Some(true) => {
                made.push(parts[1].clone());
            }
            answer => match answer.truth() {
                Some(true) => made.push(value),
                Some(false) => {}
                None => return Err(Raised::error_about("case_clause", answer.clone())),
            },
        }
    }
    Ok(Value::list(made))
}

fn flat_map(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let mut made = Vec::new();
    for value in elements(runtime, &a[1])? {
        let part = runtime.apply(&a[0], &[value])?;
        made.append(&mut elements(runtime, &part)?);
    }
    Ok(Value::list(made))
}

fn fold(
    runtime: &mut dyn Runtime,
    fun: &Value,
    first: Value,
    mut list: impl Iterator<Item = Value>,
) -> Given {
    list.try_fold(first, |state, value| runtime.apply(fun, &[value, state]))
}

fn map_fold(
    runtime: &mut dyn Runtime,
    fun: &Value,
    mut state: Value,
    list: impl Iterator<Item = Value>,
) -> Result<(Vec<Value>, Value), Raised> {
    let mut made = Vec::new();
    for value in list {
        match runtime.apply(fun, &[value, state])? {
            Value::Tuple(parts) if parts.len() == 2 => {
                made.push(parts[0].clone());
                state = parts[1].clone();
            }
            other => return Err(Raised::error_about("badmatch", other)),
        }
    }
    Ok((made, state))
}

fn search(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    for value in elements(runtime, &a[1])? {
        if test(runtime, &a[0], &value, "case_clause")? {
            return Ok(Value::tuple(vec![Value::atom("value"), value]));
        }
    }
    Ok(false.into())
}

fn zip_with(runtime: &mut dyn Runtime, fun: &Value, lists: &[Value]) -> Given {
    let lists = lists.iter().map(|list| elements(runtime, list)).collect::<Result<Vec<_>, _>>()?;
    let length = lists.first().map_or(0, Vec::len);
    if lists.iter().any(|list| list.len() != length) {
        return Err(no_clause());
    }
    runtime.charge(list_bytes(length))?;
    let made = (0..length).map(|index| {
        let arguments: Vec<Value> = lists.iter().map(|list| list[index].clone()).collect();
        runtime.apply(fun, &arguments)
    });
    made.collect::<Result<Vec<_>, _>>().map(Value::list)
}
