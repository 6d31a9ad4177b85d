//! Lists of lists, lists made of others, sums.

use super::entry;
use crate::plan::script::BinaryOp;
use crate::script::evaluate::{append, without};
use crate::script::library::Entry;
use crate::script::library::erlang::long_float;
use crate::script::library::given::{Given, count, elements, list_bytes, no_clause};
use crate::script::{Item, List, Raised, Runtime, Value, arithmetic};

pub(super) const ENTRIES: &[Entry] = &[
    entry("append", 1, append_all),
    entry("append", 2, |runtime, a| append(runtime, &a[0], &a[1])),
    entry("concat", 1, concat),
    entry("duplicate", 2, |runtime, a| {
        let count = count(&a[0]).map_err(|_| no_clause())?;
        runtime.charge(list_bytes(count))?;
        Ok(Value::list(vec![a[1].clone(); count]))
    }),
    entry("flatlength", 1, |runtime, a| Ok(Value::Int(flat(runtime, &a[0])?.len() as i64))),
    entry("flatten", 1, |runtime, a| flat(runtime, &a[0]).map(Value::list)),
    entry("flatten", 2, |runtime, a| {
        let list = flat(runtime, &a[0]).map(Value::list)?;
        append(runtime, &list, &a[1])
    }),
    entry("join", 2, |runtime, a| {
        let list = elements(runtime, &a[1])?;
        runtime.charge(list_bytes(list.len()))?;
        let mut made = Vec::with_capacity(2 * list.len());
        for value in list {
            if !made.is_empty() {
                made.push(a[0].clone());
            }
            made.push(value);
        }
        Ok(Value::list(made))
    }),
    entry("seq", 2, |runtime, a| sequence(runtime, &a[0], &a[1], &Value::Int(1))),
    entry("seq", 3, |runtime, a| sequence(runtime, &a[0], &a[1], &a[2])),
    entry("subtract", 2, |runtime, a| without(runtime, &a[0], &a[1])),
    entry("sum", 1, |runtime, a| {
        let list = elements(runtime, &a[0])?;
        let add = |sum: Value, value: Value| arithmetic::binary(BinaryOp::Add, &sum, &value, runtime);
        list.into_iter().try_fold(Value::Int(0), add)
    }),
];

fn append_all(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let lists = elements(runtime, &a[0])?;
    let Some((last, before)) = lists.split_last() else { return Ok(Value::list(Vec::new())) };
    let mut made = Vec::new();
    for list in before {
        made.append(&mut elements(runtime, list)?);
    }
    append(runtime, &Value::list(made), last)
}

/// The elements of a list and of the lists in it.
fn flat(runtime: &mut dyn Runtime, value: &Value) -> Result<Vec<Value>, Raised> {
    let Value::List(list) = value else { return Err(no_clause()) };
    let mut made = Vec::new();
    flatten_into(runtime, list, &mut made)?;
    Ok(made)
}

/// Values are nested only so deep.
fn flatten_into(runtime: &mut dyn Runtime, list: &List, made: &mut Vec<Value>) -> Result<(), Raised> {
    let mut elements = list.elements();
    for element in elements.by_ref() {
        runtime.charge(size_of::<Value>())?;
        match element {
            Item::Value(Value::List(inner)) => flatten_into(runtime, inner, made)?,
            element => made.push(element.into_value()),
        }
    }
    if elements.end().is_some() { Err(no_clause()) } else { Ok(()) }
}

/// The texts of these, joined.
fn concat(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let mut made = Vec::new();
    for value in elements(runtime, &a[0])? {
        let text = match &value {
            Value::List(list) => {
                flatten_into(runtime, list, &mut made)?;
                continue;
            }
            Value::Int(number) => number.to_string(),
            Value::Float(number) => long_float(*number),
            Value::Atom(atom) => atom.name().to_owned(),
            // Other kinds have no text, and large integers take long.
            _ => return Err(no_clause()),
        };
        runtime.charge(list_bytes(text.len()))?;
        made.extend(text.chars().map(|c| Value::Int(i64::from(u32::from(c)))));
    }
    Ok(Value::list(made))
}

fn sequence(runtime: &mut dyn Runtime, from: &Value, to: &Value, step: &Value) -> Given {
    let (Value::Int(from), Value::Int(to), Value::Int(step)) = (from, to, step) else {
        return Err(no_clause());
    };
    let span = i128::from(*to) - i128::from(*from);
    let step = i128::from(*step);
    let count = match step {
        0 if span == 0 => 1,
        0 => return Err(Raised::bad_argument()),
        step => span.div_euclid(step) + 1,
    };
    // One step too far the other way is an empty list, more is a mistake.
    let beyond = if step > 0 { span + step < 0 } else { span + step > 0 };
    if beyond {
        return Err(no_clause());
    }
    let count = usize::try_from(if step > 0 && span < 0 || step < 0 && span > 0 { 0 } else { count });
    let count = count.map_err(|_| no_clause())?;
    runtime.charge(list_bytes(count))?;
    // All lie between the ends, which fit.
    Ok(Value::list((0..count as i128).map(|n| Value::Int((i128::from(*from) + n * step) as i64)).collect()))
}
