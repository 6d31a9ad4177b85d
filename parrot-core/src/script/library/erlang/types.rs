//! What kind a value is of.

use super::entry;
use crate::script::library::Entry;
use crate::script::library::given::{Given, atom, count, tuple};
use crate::script::{Raised, Runtime, Value};

pub(super) const ENTRIES: &[Entry] = &[
    entry("is_atom", 1, |_, a| Ok(matches!(a[0], Value::Atom(_)).into())),
    entry("is_binary", 1, |_, a| Ok(matches!(a[0], Value::Bytes(_)).into())),
    entry("is_bitstring", 1, |_, a| Ok(matches!(a[0], Value::Bytes(_)).into())),
    entry("is_boolean", 1, |_, a| Ok(a[0].truth().is_some().into())),
    entry("is_float", 1, |_, a| Ok(matches!(a[0], Value::Float(_)).into())),
    entry("is_function", 1, |_, a| Ok(matches!(a[0], Value::Fun(_)).into())),
    entry("is_function", 2, is_function),
    entry("is_integer", 1, |_, a| Ok(is_integer(&a[0]).into())),
    entry("is_list", 1, |_, a| Ok(matches!(a[0], Value::List(_)).into())),
    entry("is_map", 1, |_, a| Ok(matches!(a[0], Value::Map(_)).into())),
    entry("is_map_key", 2, is_map_key),
    entry("is_number", 1, |_, a| Ok((is_integer(&a[0]) || matches!(a[0], Value::Float(_))).into())),
    // There are no such values here.
    entry("is_pid", 1, |_, _| Ok(false.into())),
    entry("is_port", 1, |_, _| Ok(false.into())),
    entry("is_reference", 1, |_, _| Ok(false.into())),
    entry("is_record", 2, is_record),
    entry("is_record", 3, is_record_of_size),
    entry("is_tuple", 1, |_, a| Ok(matches!(a[0], Value::Tuple(_)).into())),
];

fn is_integer(value: &Value) -> bool {
    matches!(value, Value::Int(_) | Value::Big(_))
}

fn is_function(_: &mut dyn Runtime, a: &[Value]) -> Given {
    let arity = count(&a[1])?;
    Ok(matches!(&a[0], Value::Fun(fun) if fun.arity() as usize == arity).into())
}

fn is_map_key(_: &mut dyn Runtime, a: &[Value]) -> Given {
    match &a[1] {
        Value::Map(map) => Ok(map.get(&a[0]).is_some().into()),
        other => Err(Raised::error_about("badmap", other.clone())),
    }
}

fn is_record(_: &mut dyn Runtime, a: &[Value]) -> Given {
    atom(&a[1])?;
    Ok(tuple(&a[0]).is_ok_and(|parts| parts.first() == Some(&a[1])).into())
}

fn is_record_of_size(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let size = count(&a[2])?;
    let named = is_record(runtime, a)?;
    Ok((named.truth() == Some(true) && tuple(&a[0]).is_ok_and(|parts| parts.len() == size)).into())
}
