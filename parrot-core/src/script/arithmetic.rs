//! Operators on numbers: integers of any size, as fast as the processor's while they fit; floats that are always finite.

use std::borrow::Cow;

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};

use super::{Raised, Runtime, Value};
use crate::limits::SCRIPT_INTEGER_BITS_MAX;
use crate::plan::script::{BinaryOp, UnaryOp};

/// `error:badarith`.
fn bad() -> Raised {
    Raised::error("badarith")
}

/// An operator on two numbers.
///
/// # Errors
/// `badarith` for what is no number, a division by zero or a result that is no finite number; `system_limit` for integers beyond the
/// limit.
pub(super) fn binary(op: BinaryOp, a: &Value, b: &Value, runtime: &mut dyn Runtime) -> Result<Value, Raised> {
    if let (Value::Int(x), Value::Int(y)) = (a, b)
        && let Some(result) = small(op, *x, *y)
    {
        return result;
    }
    if op == BinaryOp::Divide || matches!(a, Value::Float(_)) || matches!(b, Value::Float(_)) {
        return floats(op, to_float(a)?, to_float(b)?);
    }
    let (a, b) = (to_big(a)?, to_big(b)?);
    big(op, &a, &b, runtime)
}

/// `A op B` where both and the result fit; none where they may not.
fn small(op: BinaryOp, a: i64, b: i64) -> Option<Result<Value, Raised>> {
    let result = match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Subtract => a.checked_sub(b),
        BinaryOp::Multiply => a.checked_mul(b),
        BinaryOp::Div | BinaryOp::Rem if b == 0 => return Some(Err(bad())),
        BinaryOp::Div => a.checked_div(b),
        BinaryOp::Rem => Some(a.checked_rem(b).unwrap_or(0)),
        BinaryOp::BitAnd => Some(a & b),
        BinaryOp::BitOr => Some(a | b),
        BinaryOp::BitXor => Some(a ^ b),
        BinaryOp::ShiftRight if b >= 0 => Some(a >> b.min(63)),
        _ => None,
    };
    Some(Ok(Value::Int(result?)))
}

fn floats(op: BinaryOp, a: f64, b: f64) -> Result<Value, Raised> {
    let result = match op {
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => a * b,
        BinaryOp::Divide if b != 0.0 => a / b,
        _ => return Err(bad()),
    };
    Value::float(result).ok_or_else(bad)
}

fn big(op: BinaryOp, a: &BigInt, b: &BigInt, runtime: &mut dyn Runtime) -> Result<Value, Raised> {
    let (words_a, words_b) = (a.bits() as usize / 64 + 1, b.bits() as usize / 64 + 1);
    let product = || words_a.saturating_mul(words_b);
    let result = match op {
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => {
            fits(a.bits().saturating_add(b.bits()))?;
            runtime.charge(product())?;
            a * b
        }
        BinaryOp::Div | BinaryOp::Rem if b.is_zero() => return Err(bad()),
        BinaryOp::Div => {
            runtime.charge(product())?;
            a / b
        }
        BinaryOp::Rem => {
            runtime.charge(product())?;
            a % b
        }
        BinaryOp::BitAnd => a & b,
        BinaryOp::BitOr => a | b,
        BinaryOp::BitXor => a ^ b,
        BinaryOp::ShiftLeft => shift(a, b)?,
        BinaryOp::ShiftRight => shift(a, &-b)?,
        _ => return Err(bad()),
    };
    fits(result.bits())?;
    runtime.charge(8 * words_a.max(words_b))?;
    Ok(Value::integer(result))
}

/// To the left, or to the right where `by` is negative.
fn shift(number: &BigInt, by: &BigInt) -> Result<BigInt, Raised> {
    if by.is_negative() {
        let all = || if number.is_negative() { BigInt::from(-1) } else { BigInt::ZERO };
        let by = by.magnitude().to_u64().filter(|by| *by <= SCRIPT_INTEGER_BITS_MAX);
        return Ok(by.map_or_else(all, |by| number >> by));
    }
    if number.is_zero() {
        return Ok(BigInt::ZERO);
    }
    let by = by.to_u64().filter(|by| *by <= SCRIPT_INTEGER_BITS_MAX).ok_or_else(too_large)?;
    fits(number.bits().saturating_add(by))?;
    Ok(number << by)
}

fn too_large() -> Raised {
    Raised::error("system_limit")
}

/// Whether an integer of so many bits may be made.
///
/// # Errors
/// `system_limit` when it may not.
pub(super) fn fits(bits: u64) -> Result<(), Raised> {
    if bits <= SCRIPT_INTEGER_BITS_MAX { Ok(()) } else { Err(too_large()) }
}

/// A number as a float.
///
/// # Errors
/// `badarith` for what is none, or is too large.
pub(super) fn to_float(value: &Value) -> Result<f64, Raised> {
    match value {
        Value::Int(number) => Ok(*number as f64),
        Value::Big(number) => number.to_f64().filter(|number| number.is_finite()).ok_or_else(bad),
        Value::Float(number) => Ok(*number),
        _ => Err(bad()),
    }
}

fn to_big(value: &Value) -> Result<Cow<'_, BigInt>, Raised> {
    match value {
        Value::Int(number) => Ok(Cow::Owned(BigInt::from(*number))),
        Value::Big(number) => Ok(Cow::Borrowed(number)),
        _ => Err(bad()),
    }
}

/// An operator on one number.
///
/// # Errors
/// `badarith` for what is no number.
pub(super) fn unary(op: UnaryOp, value: &Value) -> Result<Value, Raised> {
    Ok(match (op, value) {
        (UnaryOp::Plus, Value::Int(_) | Value::Big(_) | Value::Float(_)) => value.clone(),
        (UnaryOp::Minus, Value::Float(number)) => Value::Float(-number),
        (UnaryOp::Minus, Value::Int(_) | Value::Big(_)) => Value::integer(-to_big(value)?.into_owned()),
        (UnaryOp::BitNot, Value::Int(number)) => Value::Int(!number),
        (UnaryOp::BitNot, Value::Big(number)) => Value::integer(!&**number),
        _ => return Err(bad()),
    })
}
