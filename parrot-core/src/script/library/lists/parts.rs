//! Elements, parts and orders of lists.

use super::entry;
use crate::script::library::Entry;
use crate::script::library::given::{Given, count, elements, list_bytes, no_clause};
use crate::script::{Item, List, Raised, Runtime, Value};

pub(super) const ENTRIES: &[Entry] = &[
    entry("delete", 2, |runtime, a| {
        let mut list = elements(runtime, &a[1])?;
        if let Some(index) = list.iter().position(|value| *value == a[0]) {
            list.remove(index);
        }
        Ok(Value::list(list))
    }),
    entry("droplast", 1, |runtime, a| {
        let mut list = elements(runtime, &a[0])?;
        list.pop().map(|_| Value::list(list)).ok_or_else(no_clause)
    }),
    entry("enumerate", 1, |runtime, a| enumerate(runtime, 1, &a[0])),
    entry("enumerate", 2, |runtime, a| match a[0] {
        Value::Int(first) => enumerate(runtime, first, &a[1]),
        _ => Err(no_clause()),
    }),
    entry("last", 1, |runtime, a| elements(runtime, &a[0])?.pop().ok_or_else(no_clause)),
    entry("member", 2, member),
    entry("nth", 2, nth),
    entry("nthtail", 2, |runtime, a| {
        let Value::List(list) = &a[1] else { return Err(no_clause()) };
        let count = count(&a[0]).map_err(|_| no_clause())?;
        walk(runtime, list, count)?;
        list.skip(count).ok_or_else(no_clause)
    }),
    entry("prefix", 2, |runtime, a| {
        let (start, list) = (elements(runtime, &a[0])?, elements(runtime, &a[1])?);
        Ok(list.starts_with(&start).into())
    }),
    entry("reverse", 1, |runtime, a| {
        let mut list = elements(runtime, &a[0])?;
        list.reverse();
        Ok(Value::list(list))
    }),
    entry("reverse", 2, |runtime, a| {
        let list = elements(runtime, &a[0])?;
        runtime.charge(2 * list_bytes(list.len()))?;
        Ok(list.into_iter().fold(a[1].clone(), |tail, head| Value::List(List::cons(head, tail))))
    }),
    entry("split", 2, |runtime, a| {
        let mut list = elements(runtime, &a[1]).map_err(bad_argument)?;
        let at = count(&a[0])?;
        if at > list.len() {
            return Err(Raised::bad_argument());
        }
        let rest = list.split_off(at);
        Ok(Value::tuple(vec![Value::list(list), Value::list(rest)]))
    }),
    entry("sublist", 2, |runtime, a| sublist(runtime, &a[0], &Value::Int(1), &a[1])),
    entry("sublist", 3, |runtime, a| sublist(runtime, &a[0], &a[1], &a[2])),
    entry("suffix", 2, |runtime, a| {
        let (end, list) = (elements(runtime, &a[0])?, elements(runtime, &a[1])?);
        Ok(list.ends_with(&end).into())
    }),
    entry("uniq", 1, |runtime, a| {
        let list = elements(runtime, &a[0])?;
        unique(runtime, &list, &list)
    }),
    entry("uniq", 2, |runtime, a| {
        let list = elements(runtime, &a[1])?;
        let keys = list.iter().map(|value| runtime.apply(&a[0], std::slice::from_ref(value)));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        unique(runtime, &list, &keys)
    }),
    entry("unzip", 1, |runtime, a| unzip(runtime, &a[0], 2)),
    entry("unzip3", 1, |runtime, a| unzip(runtime, &a[0], 3)),
    entry("zip", 2, zip),
    entry("zip3", 3, zip),
];

fn bad_argument(raised: Raised) -> Raised {
    match raised {
        Raised::Exception(..) => Raised::bad_argument(),
        other => other,
    }
}

/// The price of walking so far into a list; what is kept in one piece is not walked.
fn walk(runtime: &mut dyn Runtime, list: &List, count: usize) -> Result<(), Raised> {
    match list {
        List::Cons(_) => runtime.charge(count.min(list.len()).saturating_mul(4)),
        List::Text(_) | List::Values(_) => Ok(()),
    }
}

fn nth(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let Value::List(list) = &a[1] else { return Err(no_clause()) };
    let index = count(&a[0]).ok().and_then(|number| number.checked_sub(1)).ok_or_else(no_clause)?;
    walk(runtime, list, index)?;
    list.get(index).ok_or_else(no_clause)
}

fn member(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let Value::List(list) = &a[1] else { return Err(Raised::bad_argument()) };
    let mut elements = list.elements();
    let mut looked_at = 0;
    let found = elements.by_ref().any(|element| {
        looked_at += 1;
        match element {
            Item::Code(code) => a[0] == Value::Int(i64::from(code)),
            Item::Value(value) => *value == a[0],
        }
    });
    runtime.charge(list_bytes(looked_at))?;
    if !found && elements.end().is_some() { Err(Raised::bad_argument()) } else { Ok(found.into()) }
}

fn sublist(runtime: &mut dyn Runtime, list: &Value, start: &Value, length: &Value) -> Given {
    let Value::List(whole) = list else { return Err(no_clause()) };
    let start = count(start).ok().and_then(|start| start.checked_sub(1)).ok_or_else(no_clause)?;
    let length = count(length).map_err(|_| no_clause())?;
    walk(runtime, whole, start)?;
    let Some(Value::List(rest)) = whole.skip(start) else { return Ok(Value::list(Vec::new())) };
    let end = length;
    Ok(match rest {
        List::Text(text) => Value::List(List::Text(text.part(0..end))),
        List::Values(values) => Value::List(List::Values(values.part(0..end))),
        cells @ List::Cons(_) => {
            let part: Vec<Value> = cells.iter().take(length).collect();
            runtime.charge(list_bytes(part.len()))?;
            Value::list(part)
        }
    })
}

fn enumerate(runtime: &mut dyn Runtime, first: i64, list: &Value) -> Given {
    let list = elements(runtime, list)?;
    runtime.charge(3 * list_bytes(list.len()))?;
    let pairs = list
        .into_iter()
        .enumerate()
        .map(|(index, value)| Value::tuple(vec![Value::Int(first.saturating_add(index as i64)), value]));
    Ok(Value::list(pairs.collect()))
}

/// The first element of each key.
fn unique(runtime: &mut dyn Runtime, list: &[Value], keys: &[Value]) -> Given {
    super::sort::charge_sorting(runtime, keys)?;
    let mut places: Vec<usize> = (0..keys.len()).collect();
    places.sort_by(|a, b| keys[*a].exact_order(&keys[*b]));
    places.dedup_by(|b, a| keys[*a] == keys[*b]);
    places.sort_unstable();
    Ok(Value::list(places.into_iter().map(|place| list[place].clone()).collect()))
}

fn zip(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let lists = a.iter().map(|list| elements(runtime, list)).collect::<Result<Vec<_>, _>>()?;
    let length = lists.first().map_or(0, Vec::len);
    if lists.iter().any(|list| list.len() != length) {
        return Err(no_clause());
    }
    runtime.charge(3 * list_bytes(length))?;
    let rows = (0..length).map(|index| Value::tuple(lists.iter().map(|list| list[index].clone()).collect()));
    Ok(Value::list(rows.collect()))
}

fn unzip(runtime: &mut dyn Runtime, list: &Value, width: usize) -> Given {
    let mut columns = vec![Vec::new(); width];
    let rows = elements(runtime, list)?;
    runtime.charge(width * list_bytes(rows.len()))?;
    for row in rows {
        match row {
            Value::Tuple(parts) if parts.len() == width => {
                columns.iter_mut().zip(parts.iter()).for_each(|(column, part)| column.push(part.clone()));
            }
            _ => return Err(no_clause()),
        }
    }
    Ok(Value::tuple(columns.into_iter().map(Value::list).collect()))
}
