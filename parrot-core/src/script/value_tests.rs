//! Properties of values: one order for all of them, whatever way they are kept; arithmetic without a largest number.

use std::cmp::Ordering;

use num_bigint::BigInt;
use proptest::prelude::*;

use super::fixture::{Build, TestHost};
use super::*;
use crate::plan::script::{BinaryOp, Local, Pat};

/// Any value, a few levels deep; numbers from a small range meet each other often.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        (-3_i64..4).prop_map(Value::Int),
        any::<i64>().prop_map(Value::Int),
        (-3_i32..4).prop_map(|n| Value::Float(f64::from(n) / 2.0)),
        any::<i128>().prop_map(|n| Value::integer(BigInt::from(n))),
        Just(Value::Float(9_007_199_254_740_992.0)),
        Just(Value::Int(9_007_199_254_740_993)),
        "[a-c]{0,2}".prop_map(|name| Value::atom(&name)),
        proptest::collection::vec(0_u8..3, 0..3).prop_map(|bytes| Value::bytes(&bytes)),
        proptest::collection::vec(0_u8..3, 0..3).prop_map(|bytes| Value::text_list(&bytes)),
    ];
    leaf.prop_recursive(3, 24, 3, |inner| {
        let several = || proptest::collection::vec(inner.clone(), 0..3);
        prop_oneof![
            several().prop_map(Value::list),
            several().prop_map(Value::tuple),
            (inner.clone(), inner.clone()).prop_map(|(head, tail)| Value::List(List::cons(head, tail))),
            proptest::collection::vec((inner.clone(), inner.clone()), 0..3)
                .prop_map(|entries| Value::Map(Map::new(entries).into())),
        ]
    })
}

/// The same list, kept in one of three ways.
fn list(bytes: &[u8], way: usize) -> Value {
    let values = bytes.iter().map(|byte| Value::Int(i64::from(*byte)));
    match way % 3 {
        0 => Value::text_list(bytes),
        1 => Value::list(values.collect()),
        _ => values.rev().fold(Value::List(List::empty()), |tail, head| Value::List(List::cons(head, tail))),
    }
}

fn elements(value: &Value) -> Vec<Value> {
    match value {
        Value::List(list) => list.iter().collect(),
        _ => Vec::new(),
    }
}

/// `A op B` by the interpreter.
fn operator(op: BinaryOp, a: Value, b: Value) -> Result<Value, Box<Failure>> {
    let mut build = Build::default();
    let patterns = (0..2).map(|local| build.pat(Pat::Bind(Local(local)))).collect();
    let (x, y) = (build.local(0), build.local(1));
    let body = build.binop(op, x, y);
    let main = build.function("f", 2, vec![build.clause(patterns, vec![body])]);
    call(&build.link(), &mut TestHost::default(), main, vec![a, b])
}

proptest! {
    #[test]
    fn the_order_is_total(a in value(), b in value(), c in value()) {
        for order in [Value::order, Value::exact_order] {
            prop_assert_eq!(order(&a, &a), Ordering::Equal);
            prop_assert_eq!(order(&a, &b), order(&b, &a).reverse());
            if order(&a, &b).is_le() && order(&b, &c).is_le() {
                prop_assert!(order(&a, &c).is_le(), "{:?} {:?} {:?}", a, b, c);
            }
        }
        // What is the same by the finer order is so by the other.
        if a == b {
            prop_assert!(a.equals(&b));
        }
    }

    #[test]
    fn a_list_is_the_same_however_it_is_kept(
        bytes in proptest::collection::vec(0_u8..4, 0..6),
        other in proptest::collection::vec(0_u8..4, 0..6),
        ways in (0_usize..3, 0_usize..3),
    ) {
        let (a, b) = (list(&bytes, ways.0), list(&other, ways.1));
        prop_assert_eq!(a.order(&b), bytes.cmp(&other));
        prop_assert_eq!(a == b, bytes == other);
        let Value::List(kept) = &a else { panic!("no list") };
        prop_assert_eq!(kept.len(), bytes.len());
        prop_assert_eq!(kept.proper_len(), Some(bytes.len()));
        for index in 0..8 {
            let expected = bytes.get(index).map(|byte| Value::Int(i64::from(*byte)));
            prop_assert_eq!(kept.get(index), expected);
            let rest = kept.skip(index).map(|rest| elements(&rest).len());
            prop_assert_eq!(rest, bytes.len().checked_sub(index));
        }
        let joined = operator(BinaryOp::Append, a.clone(), b.clone()).unwrap();
        prop_assert_eq!(&joined, &list(&[bytes.clone(), other.clone()].concat(), 0));
        let mut rest = bytes.clone();
        for byte in &other {
            if let Some(index) = rest.iter().position(|kept| kept == byte) {
                rest.remove(index);
            }
        }
        prop_assert_eq!(operator(BinaryOp::Without, a, b).unwrap(), list(&rest, 1));
    }

    #[test]
    fn integers_are_exact(a in any::<i64>(), b in any::<i64>(), narrow in 0_u32..60, shift in 0_u32..70) {
        let (a, b) = (a >> narrow, b >> (59 - narrow));
        let (x, y) = (i128::from(a), i128::from(b));
        let check = |op, expected: i128| {
            assert_eq!(operator(op, Value::Int(a), Value::Int(b)).unwrap(), Value::integer(BigInt::from(expected)));
        };
        check(BinaryOp::Add, x + y);
        check(BinaryOp::Subtract, x - y);
        check(BinaryOp::Multiply, x * y);
        check(BinaryOp::BitAnd, x & y);
        check(BinaryOp::BitOr, x | y);
        check(BinaryOp::BitXor, x ^ y);
        if y != 0 {
            check(BinaryOp::Div, x / y);
            check(BinaryOp::Rem, x % y);
        }
        let big = operator(BinaryOp::Multiply, Value::Int(a), Value::Int(b)).unwrap();
        let shifted = operator(BinaryOp::ShiftRight, big, Value::Int(i64::from(shift))).unwrap();
        prop_assert_eq!(shifted, Value::integer(BigInt::from((x * y) >> shift)));
    }

    #[test]
    fn large_integers_are_those_of_another_library(a in any::<i128>(), b in any::<i128>()) {
        let (x, y) = (BigInt::from(a), BigInt::from(b));
        let value = |number: &BigInt| Value::integer(number.clone());
        for (op, expected) in [
            (BinaryOp::Add, &x + &y),
            (BinaryOp::Multiply, &x * &y),
            (BinaryOp::BitXor, &x ^ &y),
        ] {
            prop_assert_eq!(operator(op, value(&x), value(&y)).unwrap(), Value::integer(expected));
        }
        prop_assert_eq!(value(&x).order(&value(&y)), x.cmp(&y));
    }

    #[test]
    fn a_map_has_each_key_once(entries in proptest::collection::vec((value(), value()), 0..8)) {
        let map = Map::new(entries.clone());
        for (key, _) in &entries {
            let last = entries.iter().rev().find(|(other, _)| other == key).map(|(_, value)| value);
            prop_assert_eq!(map.get(key), last);
        }
        let keys: Vec<_> = map.iter().map(|(key, _)| key).collect();
        prop_assert!(keys.windows(2).all(|pair| pair[0].exact_order(pair[1]).is_lt()));
    }
}
