//! Operators.

use std::cmp::Ordering;

use super::{Evaluation, Runtime, VALUE_BYTES, Value};
use crate::plan::script::{BinaryOp, ExprId, UnaryOp};
use crate::script::{List, Raised, arithmetic};

impl Evaluation<'_> {
    pub(super) fn unary(&mut self, op: UnaryOp, id: ExprId, base: usize) -> Result<Value, Raised> {
        let value = self.eval(id, base)?;
        match op {
            UnaryOp::Not => value.truth().map(|truth| (!truth).into()).ok_or_else(Raised::bad_argument),
            UnaryOp::Plus | UnaryOp::Minus | UnaryOp::BitNot => arithmetic::unary(op, &value),
        }
    }

    pub(super) fn binop(&mut self, op: BinaryOp, a: ExprId, b: ExprId, base: usize) -> Result<Value, Raised> {
        let (a, b) = (self.eval(a, base)?, self.eval(b, base)?);
        let order = |evaluation: &mut Self, holds: fn(Ordering) -> bool| {
            evaluation.look_at_both(&a, &b)?;
            Ok(holds(a.order(&b)).into())
        };
        match op {
            BinaryOp::And | BinaryOp::Or | BinaryOp::Xor => {
                let (Some(a), Some(b)) = (a.truth(), b.truth()) else { return Err(Raised::bad_argument()) };
                Ok(match op {
                    BinaryOp::And => a & b,
                    BinaryOp::Or => a | b,
                    _ => a ^ b,
                }
                .into())
            }
            BinaryOp::Equal => order(self, Ordering::is_eq),
            BinaryOp::NotEqual => order(self, Ordering::is_ne),
            BinaryOp::Less => order(self, Ordering::is_lt),
            BinaryOp::AtMost => order(self, Ordering::is_le),
            BinaryOp::Greater => order(self, Ordering::is_gt),
            BinaryOp::AtLeast => order(self, Ordering::is_ge),
            BinaryOp::Exact => self.same(&a, &b).map(Into::into),
            BinaryOp::NotExact => self.same(&a, &b).map(|same| (!same).into()),
            BinaryOp::Append => append(self, &a, &b),
            BinaryOp::Without => without(self, &a, &b),
            BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::Divide
            | BinaryOp::Div
            | BinaryOp::Rem
            | BinaryOp::BitAnd
            | BinaryOp::BitOr
            | BinaryOp::BitXor
            | BinaryOp::ShiftLeft
            | BinaryOp::ShiftRight => arithmetic::binary(op, &a, &b, self),
        }
    }
}

/// `A ++ B`: the left side is copied, and the right one too where that costs little.
///
/// # Errors
/// `badarg` when the left side is no proper list.
pub(crate) fn append(runtime: &mut dyn Runtime, left: &Value, right: &Value) -> Result<Value, Raised> {
    let Value::List(list) = left else { return Err(Raised::bad_argument()) };
    if list.is_empty() {
        return Ok(right.clone());
    }
    let cheap = |left: usize, right: usize| right <= left.saturating_mul(4).max(64);
    match (list, right) {
        (List::Text(a), Value::List(List::Text(b))) if cheap(a.len(), b.len()) => {
            runtime.charge(a.len() + b.len())?;
            Ok(Value::List(List::Text([&**a, &**b].concat().into())))
        }
        (_, Value::List(b @ (List::Text(_) | List::Values(_)))) if b.is_empty() => {
            if list.proper_len().is_none() {
                return Err(Raised::bad_argument());
            }
            Ok(left.clone())
        }
        _ => {
            let length = list.proper_len().ok_or_else(Raised::bad_argument)?;
            runtime.charge(length * 3 * VALUE_BYTES)?;
            let mut values: Vec<Value> = list.iter().collect();
            if let Value::List(List::Values(rest)) = right
                && cheap(length, rest.len())
            {
                runtime.charge(rest.len() * VALUE_BYTES)?;
                values.extend_from_slice(rest);
                return Ok(Value::list(values));
            }
            let joined = values
                .into_iter()
                .rev()
                .fold(right.clone(), |tail, head| Value::List(List::cons(head, tail)));
            Ok(joined)
        }
    }
}

/// `A -- B`: A without the first element that is equal to each of B.
///
/// # Errors
/// `badarg` when one of them is no proper list.
pub(crate) fn without(runtime: &mut dyn Runtime, left: &Value, right: &Value) -> Result<Value, Raised> {
    let (Value::List(a), Value::List(b)) = (left, right) else { return Err(Raised::bad_argument()) };
    let lengths = a.proper_len().zip(b.proper_len());
    let (kept, gone) = lengths.ok_or_else(Raised::bad_argument)?;
    runtime.charge(kept.saturating_mul(VALUE_BYTES))?;
    let mut gone_left: Vec<Value> = Vec::new();
    runtime.charge(gone.saturating_mul(VALUE_BYTES))?;
    gone_left.extend(b.iter());
    gone_left.sort_by(Value::exact_order);
    // How many of each are still to go.
    let mut counts: Vec<(Value, usize)> = Vec::new();
    for value in gone_left {
        match counts.last_mut() {
            Some((last, count)) if *last == value => *count += 1,
            _ => counts.push((value, 1)),
        }
    }
    let rest =
        a.iter().filter(|value| match counts.binary_search_by(|(known, _)| known.exact_order(value)) {
            Ok(index) if counts[index].1 > 0 => {
                counts[index].1 -= 1;
                false
            }
            _ => true,
        });
    Ok(Value::List(rest.collect()))
}
