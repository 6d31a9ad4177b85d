//! Erlang's order of all terms, and its two equalities.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use super::list::{Item, List};
use super::value::{Fun, Value};

/// How numbers of the two kinds compare.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Numbers {
    /// By value: `1 == 1.0`.
    ByValue,
    /// Of the same value, the integer is the smaller one: `1 =/= 1.0`, and a map has both as keys.
    Exactly,
}

impl Value {
    /// The order of Erlang's `<`, which has `1` and `1.0` at the same place.
    pub fn order(&self, other: &Self) -> Ordering {
        compare(self, other, Numbers::ByValue)
    }

    /// The order of a map's keys. Equal are those that are `=:=`.
    pub fn exact_order(&self, other: &Self) -> Ordering {
        compare(self, other, Numbers::Exactly)
    }

    /// `==`.
    pub fn equals(&self, other: &Self) -> bool {
        self.order(other).is_eq()
    }
}

/// `=:=`.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.exact_order(other).is_eq()
    }
}

/// A text is equal to the list of its codes.
impl PartialEq for List {
    fn eq(&self, other: &Self) -> bool {
        compare_lists(self, other, Numbers::Exactly).is_eq()
    }
}

/// The kinds in their order: number < atom < fun < tuple < map < [] < list < binary.
fn rank(value: &Value) -> u8 {
    match value {
        Value::Int(_) | Value::Big(_) | Value::Float(_) => 0,
        Value::Atom(_) => 1,
        Value::Fun(_) => 2,
        Value::Tuple(_) => 3,
        Value::Map(_) => 4,
        Value::List(list) if list.is_empty() => EMPTY,
        Value::List(_) => LIST,
        Value::Bytes(_) => 7,
    }
}

const EMPTY: u8 = 5;
const LIST: u8 = 6;

fn compare(a: &Value, b: &Value, numbers: Numbers) -> Ordering {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Atom(a), Value::Atom(b)) => a.name().cmp(b.name()),
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => compare_lists(a, b, numbers),
        (Value::Tuple(a), Value::Tuple(b)) => {
            a.len().cmp(&b.len()).then_with(|| compare_values(a, b, numbers))
        }
        (Value::Map(a), Value::Map(b)) => {
            let keys = || a.iter().zip(b.iter()).map(|((a, _), (b, _))| a.exact_order(b));
            let values = || a.iter().zip(b.iter()).map(|((_, a), (_, b))| compare(a, b, numbers));
            a.len()
                .cmp(&b.len())
                .then_with(|| first_difference(keys()))
                .then_with(|| first_difference(values()))
        }
        (Value::Fun(a), Value::Fun(b)) => compare_funs(a, b),
        _ if rank(a) != rank(b) => rank(a).cmp(&rank(b)),
        _ => compare_numbers(a, b, numbers),
    }
}

fn first_difference(mut orders: impl Iterator<Item = Ordering>) -> Ordering {
    orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn compare_values(a: &[Value], b: &[Value], numbers: Numbers) -> Ordering {
    first_difference(a.iter().zip(b).map(|(a, b)| compare(a, b, numbers)))
}

fn compare_lists(a: &List, b: &List, numbers: Numbers) -> Ordering {
    let (mut a, mut b) = (a.elements(), b.elements());
    loop {
        if let (Some(a), Some(b)) = (a.codes(), b.codes()) {
            return a.cmp(b);
        }
        let order = match (a.next(), b.next()) {
            (Some(Item::Value(a)), Some(Item::Value(b))) => compare(a, b, numbers),
            (Some(a), Some(b)) => a.with(|a| b.with(|b| compare(a, b, numbers))),
            (None, Some(_)) => return a.end().map_or(EMPTY, rank).cmp(&LIST),
            (Some(_), None) => return LIST.cmp(&b.end().map_or(EMPTY, rank)),
            (None, None) => {
                return match (a.end(), b.end()) {
                    (Some(a), Some(b)) => compare(a, b, numbers),
                    (a, b) => a.map_or(EMPTY, rank).cmp(&b.map_or(EMPTY, rank)),
                };
            }
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn compare_funs(a: &Fun, b: &Fun) -> Ordering {
    match (a, b) {
        (Fun::Script { function: a, captures: x, .. }, Fun::Script { function: b, captures: y, .. }) => {
            a.cmp(b).then_with(|| compare_values(x, y, Numbers::Exactly))
        }
        (Fun::Script { .. }, Fun::Library(_)) => Ordering::Less,
        (Fun::Library(_), Fun::Script { .. }) => Ordering::Greater,
        (Fun::Library(a), Fun::Library(b)) => (a.module, a.name, a.arity).cmp(&(b.module, b.name, b.arity)),
    }
}

/// Both are numbers. Integers and floats are compared by their exact values.
fn compare_numbers(a: &Value, b: &Value, numbers: Numbers) -> Ordering {
    let tie = |order| if numbers == Numbers::Exactly { order } else { Ordering::Equal };
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
        (Value::Float(float), integer) => {
            compare_mixed(integer, *float).reverse().then(tie(Ordering::Greater))
        }
        (integer, Value::Float(float)) => compare_mixed(integer, *float).then(tie(Ordering::Less)),
        (Value::Big(a), Value::Big(b)) => a.cmp(b),
        // A big one is beyond all others, on the side of its sign.
        (Value::Big(big), _) => BigInt::cmp(big, &BigInt::ZERO),
        (_, Value::Big(big)) => BigInt::ZERO.cmp(big),
        _ => Ordering::Equal,
    }
}

/// Floats from here on are whole numbers, and integers up to here are floats.
const EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;

fn compare_mixed(integer: &Value, float: f64) -> Ordering {
    if let Value::Int(number) = integer
        && float.abs() < EXACT
    {
        // Where rounding changes the integer it is beyond every such float anyway.
        return (*number as f64).partial_cmp(&float).unwrap_or(Ordering::Equal);
    }
    let whole = BigInt::from_f64(float).unwrap_or_default();
    let order = match integer {
        Value::Int(number) => BigInt::from(*number).cmp(&whole),
        Value::Big(number) => BigInt::cmp(number, &whole),
        _ => Ordering::Equal,
    };
    order.then_with(|| float.trunc().partial_cmp(&float).unwrap_or(Ordering::Equal))
}
