//! Functions on numbers, and on any two values.

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use super::entry;
use crate::plan::script::UnaryOp;
use crate::script::library::Entry;
use crate::script::library::given::Given;
use crate::script::{Raised, Runtime, Value, arithmetic};

pub(super) const ENTRIES: &[Entry] = &[
    entry("abs", 1, abs),
    entry("ceil", 1, |_, a| whole(&a[0], f64::ceil)),
    entry("float", 1, float),
    entry("floor", 1, |_, a| whole(&a[0], f64::floor)),
    entry("max", 2, |_, a| Ok(if a[1].order(&a[0]).is_gt() { a[1].clone() } else { a[0].clone() })),
    entry("min", 2, |_, a| Ok(if a[1].order(&a[0]).is_lt() { a[1].clone() } else { a[0].clone() })),
    entry("round", 1, |_, a| whole(&a[0], f64::round)),
    entry("trunc", 1, |_, a| whole(&a[0], f64::trunc)),
];

fn abs(_: &mut dyn Runtime, a: &[Value]) -> Given {
    match &a[0] {
        Value::Float(number) => Ok(Value::Float(number.abs())),
        value @ (Value::Int(_) | Value::Big(_)) if value.order(&Value::Int(0)).is_lt() => {
            arithmetic::unary(UnaryOp::Minus, value)
        }
        value @ (Value::Int(_) | Value::Big(_)) => Ok(value.clone()),
        _ => Err(Raised::bad_argument()),
    }
}

fn float(_: &mut dyn Runtime, a: &[Value]) -> Given {
    arithmetic::to_float(&a[0]).map(Value::Float).map_err(|_| Raised::bad_argument())
}

fn whole(value: &Value, round: fn(f64) -> f64) -> Given {
    match value {
        Value::Float(number) => {
            BigInt::from_f64(round(*number)).map(Value::integer).ok_or_else(Raised::bad_argument)
        }
        Value::Int(_) | Value::Big(_) => Ok(value.clone()),
        _ => Err(Raised::bad_argument()),
    }
}
