//! Tsung's dialect of JSONPath (docs/compatibility.md, `json-path`): names and numbers between dots or in brackets, `*`, and
//! `[?name=value]`. Everything else is a name.

use super::tape::{Kind, View};
use super::{text, value};
use crate::script::{Atom, Value};

/// A path, taken apart. There is no text that is none.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct JsonPath(Vec<Step>);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Step {
    /// A member; in arrays nothing.
    Name(Box<[u8]>),
    /// An element, none for a number that no element has; in objects nothing.
    Index(Option<usize>),
    /// All elements; anything but an array stays as it is.
    All,
    /// The elements whose member `name` prints as `value`; in objects the member with the name that is `written`.
    Filter { name: Box<[u8]>, value: Box<[u8]>, written: Box<[u8]> },
}

impl JsonPath {
    /// Reads a path.
    pub fn new(path: &[u8]) -> Self {
        let mut path = path;
        while let Some(rest) = path.strip_prefix(b"$.") {
            path = rest;
        }
        let dotted = dotted(path);
        let parts = dotted.split(|byte| *byte == b'.').filter(|part| !part.is_empty());
        Self(parts.map(Step::new).collect())
    }

    /// What it leads to from the first node.
    pub(super) fn follow(&self, view: View<'_>) -> Option<Value> {
        follow(view, 0, &self.0)
    }
}

/// `[x]` is the same as `.x`.
fn dotted(path: &[u8]) -> Vec<u8> {
    let mut dotted = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some(open) = memchr::memchr(b'[', rest) {
        let Some(length) = memchr::memchr(b']', &rest[open..]) else { break };
        dotted.extend_from_slice(&rest[..open]);
        dotted.push(b'.');
        dotted.extend_from_slice(&rest[open + 1..open + length]);
        rest = &rest[open + length + 1..];
    }
    dotted.extend_from_slice(rest);
    dotted
}

impl Step {
    fn new(part: &[u8]) -> Self {
        if part == b"*" {
            return Self::All;
        }
        if let Some(filter) = part.strip_prefix(b"?") {
            let mut tokens = filter.split(|byte| *byte == b'=').filter(|token| !token.is_empty());
            if let (Some(name), Some(value), None) = (tokens.next(), tokens.next(), tokens.next()) {
                return Self::Filter { name: name.into(), value: value.into(), written: part.into() };
            }
        }
        let digits = part.strip_prefix(b"+").or_else(|| part.strip_prefix(b"-")).unwrap_or(part);
        if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) {
            // What is below zero or beyond all numbers is no element's.
            return Self::Index(std::str::from_utf8(part).ok().and_then(|number| number.parse().ok()));
        }
        Self::Name(part.into())
    }
}

/// Goes down by one level of the document with each call, which has a limit.
fn follow(view: View<'_>, mut at: u32, mut steps: &[Step]) -> Option<Value> {
    while let Some((step, rest)) = steps.split_first() {
        steps = rest;
        let kind = view.node(at).kind;
        at = match (step, kind) {
            (Step::Name(name) | Step::Filter { written: name, .. }, Kind::Object) => member(view, at, name)?,
            (Step::Index(index), Kind::Array) => view.elements(at).nth((*index)?)?,
            (Step::All, Kind::Array) => return Some(each(view, view.elements(at), steps)),
            (Step::All, _) => at,
            (Step::Filter { name, value, .. }, Kind::Array) => {
                let mut kept = view.elements(at).filter(|element| prints_as(view, *element, name, value));
                let first = kept.next()?;
                let Some(second) = kept.next() else {
                    at = first;
                    continue;
                };
                return Some(each(view, [first, second].into_iter().chain(kept), steps));
            }
            _ => return None,
        };
    }
    Some(value::value(view, at))
}

/// A list of what the path leads to from each of these.
fn each(view: View<'_>, elements: impl Iterator<Item = u32>, steps: &[Step]) -> Value {
    let found = elements.map(|at| follow(view, at, steps).unwrap_or(Value::Atom(Atom::Undefined)));
    Value::list(found.collect())
}

/// The first member of that name.
fn member(view: View<'_>, object: u32, wanted: &[u8]) -> Option<u32> {
    view.members(object).find(|(name, _)| is_string(view, *name, wanted)).map(|(_, value)| value)
}

fn is_string(view: View<'_>, at: u32, wanted: &[u8]) -> bool {
    let node = view.node(at);
    let written = view.written(node);
    match node.kind {
        Kind::String => written == wanted,
        // A string is never longer than it is written.
        Kind::EscapedString if written.len() >= wanted.len() => {
            let mut bytes = Vec::new();
            text::unescape(written, &mut bytes);
            bytes == wanted
        }
        _ => false,
    }
}

/// Whether an element has a member of that name, a text, number, truth value or null, that prints so.
fn prints_as(view: View<'_>, element: u32, name: &[u8], wanted: &[u8]) -> bool {
    if view.node(element).kind != Kind::Object {
        return false;
    }
    let Some(at) = member(view, element, name) else { return false };
    match view.node(at).kind {
        Kind::Object | Kind::Array => false,
        Kind::String | Kind::EscapedString => is_string(view, at, wanted),
        Kind::Integer | Kind::Float | Kind::True | Kind::False | Kind::Null => {
            value::value(view, at).text().is_ok_and(|text| *text == *wanted)
        }
    }
}
