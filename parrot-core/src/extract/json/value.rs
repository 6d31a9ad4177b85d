//! Nodes as values.

use std::sync::Arc;

use num_bigint::BigInt;

use super::tape::{Kind, View};
use super::text;
use crate::script::{Atom, Value};

/// The value of a node: arrays are lists, objects their JSON text.
pub(super) fn value(view: View<'_>, at: u32) -> Value {
    let node = view.node(at);
    match node.kind {
        Kind::Object => {
            let mut written = Vec::new();
            text::write(view, at, &mut written);
            Value::bytes(&written)
        }
        Kind::Array => Value::list(view.elements(at).map(|element| value(view, element)).collect()),
        Kind::String => Value::bytes(view.written(node)),
        Kind::EscapedString => {
            let mut bytes = Vec::new();
            text::unescape(view.written(node), &mut bytes);
            Value::bytes(&bytes)
        }
        Kind::Integer => integer(view.written(node)),
        Kind::Float => Value::Float(float(view.written(node))),
        Kind::True => Value::from(true),
        Kind::False => Value::from(false),
        Kind::Null => Value::Atom(Atom::Null),
    }
}

fn integer(written: &[u8]) -> Value {
    // The parser has seen that it is ASCII.
    let written = std::str::from_utf8(written).unwrap_or_default();
    match written.parse() {
        Ok(number) => Value::Int(number),
        Err(_) => Value::Big(Arc::new(written.parse::<BigInt>().unwrap_or_default())),
    }
}

/// The number that is written there; infinite when it is too large.
pub(super) fn float(written: &[u8]) -> f64 {
    std::str::from_utf8(written).ok().and_then(|text| text.parse().ok()).unwrap_or(f64::INFINITY)
}
