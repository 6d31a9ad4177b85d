//! Sorting and merging.

use std::cmp::Ordering;

use super::entry;
use crate::script::library::Entry;
use crate::script::library::given::{Given, elements, no_clause};
use crate::script::{Raised, Runtime, Value};

pub(super) const ENTRIES: &[Entry] = &[
    entry("max", 1, |runtime, a| {
        elements(runtime, &a[0])?
            .into_iter()
            .reduce(|m, v| if v.order(&m).is_gt() { v } else { m })
            .ok_or_else(no_clause)
    }),
    entry("min", 1, |runtime, a| {
        elements(runtime, &a[0])?
            .into_iter()
            .reduce(|m, v| if v.order(&m).is_lt() { v } else { m })
            .ok_or_else(no_clause)
    }),
    entry("merge", 1, |runtime, a| {
        let lists = elements(runtime, &a[0])?;
        sorted(runtime, &lists)
    }),
    // Lists in order are merged as their elements are sorted: equal ones stay in the order of the lists.
    entry("merge", 2, |runtime, a| sorted(runtime, a)),
    entry("merge", 3, |runtime, a| sorted_by(runtime, &a[0], &a[1..])),
    entry("merge3", 3, |runtime, a| sorted(runtime, a)),
    entry("sort", 1, |runtime, a| sorted(runtime, a)),
    entry("sort", 2, |runtime, a| sorted_by(runtime, &a[0], &a[1..])),
    entry("umerge", 1, |runtime, a| {
        let lists = elements(runtime, &a[0])?;
        unique(runtime, &lists)
    }),
    entry("umerge", 2, unique),
    entry("umerge", 3, |runtime, a| unique_by(runtime, &a[0], &a[1..])),
    entry("umerge3", 3, unique),
    entry("usort", 1, unique),
    entry("usort", 2, |runtime, a| unique_by(runtime, &a[0], &a[1..])),
];

/// The price of sorting these.
pub(super) fn charge_sorting(runtime: &mut dyn Runtime, list: &[Value]) -> Result<(), Raised> {
    let weight = list.iter().fold(0_usize, |sum, value| sum.saturating_add(value.measure().weight as usize));
    let rounds = list.len().max(1).ilog2() as usize + 1;
    runtime.charge(weight.saturating_mul(rounds).saturating_mul(2))
}

fn all(runtime: &mut dyn Runtime, lists: &[Value]) -> Result<Vec<Value>, Raised> {
    let mut joined = Vec::new();
    for list in lists {
        joined.append(&mut elements(runtime, list)?);
    }
    Ok(joined)
}

fn sorted_values(runtime: &mut dyn Runtime, lists: &[Value]) -> Result<Vec<Value>, Raised> {
    let mut list = all(runtime, lists)?;
    charge_sorting(runtime, &list)?;
    list.sort_by(Value::order);
    Ok(list)
}

fn sorted(runtime: &mut dyn Runtime, lists: &[Value]) -> Given {
    sorted_values(runtime, lists).map(Value::list)
}

fn unique(runtime: &mut dyn Runtime, lists: &[Value]) -> Given {
    let mut list = sorted_values(runtime, lists)?;
    list.dedup_by(|b, a| a.order(b) == Ordering::Equal);
    Ok(Value::list(list))
}

fn sorted_by(runtime: &mut dyn Runtime, fun: &Value, lists: &[Value]) -> Given {
    let list = all(runtime, lists)?;
    merge_sort(runtime, fun, list).map(Value::list)
}

fn unique_by(runtime: &mut dyn Runtime, fun: &Value, lists: &[Value]) -> Given {
    let list = all(runtime, lists)?;
    let mut made: Vec<Value> = Vec::new();
    for value in merge_sort(runtime, fun, list)? {
        let is_new = match made.last() {
            Some(last) => !not_after(runtime, fun, &value, last)?,
            None => true,
        };
        if is_new {
            made.push(value);
        }
    }
    Ok(Value::list(made))
}

/// Whether the function lets `a` stand before `b`.
fn not_after(runtime: &mut dyn Runtime, fun: &Value, a: &Value, b: &Value) -> Result<bool, Raised> {
    let answer = runtime.apply(fun, &[a.clone(), b.clone()])?;
    answer.truth().ok_or_else(|| Raised::error_about("case_clause", answer))
}

/// Stable, for an order that may fail, or be none.
fn merge_sort(runtime: &mut dyn Runtime, fun: &Value, mut list: Vec<Value>) -> Result<Vec<Value>, Raised> {
    let mut width = 1;
    while width < list.len() {
        let mut merged = Vec::with_capacity(list.len());
        for pair in list.chunks(2 * width) {
            let (mut a, mut b) = pair.split_at(width.min(pair.len()));
            while let (Some((first, rest_a)), Some((second, rest_b))) = (a.split_first(), b.split_first()) {
                if not_after(runtime, fun, first, second)? {
                    merged.push(first.clone());
                    a = rest_a;
                } else {
                    merged.push(second.clone());
                    b = rest_b;
                }
            }
            merged.extend_from_slice(a);
            merged.extend_from_slice(b);
        }
        list = merged;
        width *= 2;
    }
    Ok(list)
}
