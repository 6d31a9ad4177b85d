//! Lists: texts, which are lists of character codes, rows of values, and cells that have a value before another list.

use std::mem;
use std::sync::Arc;

use super::measure::Measure;
use super::slice::Slice;
use super::value::Value;

/// A list. The last tail of cells may be no list: then it is improper.
#[derive(Clone, Debug)]
pub enum List {
    /// Character codes up to 255, one byte each: a text.
    Text(Slice<u8>),
    /// Any values.
    Values(Slice<Value>),
    /// A value, and the list of those that follow.
    Cons(Arc<Cell>),
}

/// A value before a list.
#[derive(Debug)]
pub struct Cell {
    head: Value,
    tail: Value,
    measure: Measure,
}

impl Cell {
    /// The value.
    pub fn head(&self) -> &Value {
        &self.head
    }

    /// What follows it.
    pub fn tail(&self) -> &Value {
        &self.tail
    }
}

impl Drop for Cell {
    /// Long lists are taken apart one cell after the other: each dropping its tail inside its own drop would need a stack as long.
    fn drop(&mut self) {
        let mut tail = mem::replace(&mut self.tail, Value::Int(0));
        while let Value::List(List::Cons(cell)) = tail {
            let Some(mut cell) = Arc::into_inner(cell) else { return };
            tail = mem::replace(&mut cell.tail, Value::Int(0));
        }
    }
}

impl List {
    /// A text of these bytes.
    pub fn text(bytes: &[u8]) -> Self {
        Self::Text(bytes.into())
    }

    /// `[]`.
    pub fn empty() -> Self {
        Self::Values(Slice::default())
    }

    /// `[Head | Tail]`.
    pub fn cons(head: Value, tail: Value) -> Self {
        let measure = Measure::cell(head.measure(), tail.measure());
        Self::Cons(Arc::new(Cell { head, tail, measure }))
    }

    /// How many elements it has; those before the end, if it is improper.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(bytes) => bytes.len(),
            Self::Values(values) => values.len(),
            Self::Cons(_) => self.elements().count(),
        }
    }

    /// How many elements it has; none when it is improper.
    pub fn proper_len(&self) -> Option<usize> {
        let mut elements = self.elements();
        let count = elements.by_ref().count();
        elements.end().is_none().then_some(count)
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(bytes) => bytes.is_empty(),
            Self::Values(values) => values.is_empty(),
            Self::Cons(_) => false,
        }
    }

    /// Its bytes, if it is kept as a text or is empty.
    pub fn as_text(&self) -> Option<&[u8]> {
        match self {
            Self::Text(bytes) => Some(bytes),
            Self::Values(values) if values.is_empty() => Some(b""),
            _ => None,
        }
    }

    /// Its first element and what follows it.
    pub fn split_first(&self) -> Option<(Value, Value)> {
        match self {
            Self::Text(bytes) => {
                let first = bytes.first()?;
                Some((Value::Int(i64::from(*first)), Value::List(Self::Text(bytes.skip(1)))))
            }
            Self::Values(values) => {
                Some((values.first()?.clone(), Value::List(Self::Values(values.skip(1)))))
            }
            Self::Cons(cell) => Some((cell.head.clone(), cell.tail.clone())),
        }
    }

    /// What follows the first elements; none when there are not so many.
    pub fn skip(&self, count: usize) -> Option<Value> {
        match self {
            Self::Text(bytes) if count <= bytes.len() => Some(Value::List(Self::Text(bytes.skip(count)))),
            Self::Values(values) if count <= values.len() => {
                Some(Value::List(Self::Values(values.skip(count))))
            }
            Self::Text(_) | Self::Values(_) => None,
            Self::Cons(cell) => {
                let mut rest: &Cell = cell;
                for left in (0..count).rev() {
                    match &rest.tail {
                        tail if left == 0 => return Some(tail.clone()),
                        Value::List(Self::Cons(next)) => rest = next,
                        Value::List(list) => return list.skip(left),
                        _ => return None,
                    }
                }
                Some(Value::List(self.clone()))
            }
        }
    }

    /// The element of this index, from 0.
    pub fn get(&self, index: usize) -> Option<Value> {
        match self {
            Self::Text(bytes) => bytes.get(index).map(|byte| Value::Int(i64::from(*byte))),
            Self::Values(values) => values.get(index).cloned(),
            Self::Cons(_) => self.elements().nth(index).map(Item::into_value),
        }
    }

    /// Its elements, in order.
    pub fn iter(&self) -> impl Iterator<Item = Value> {
        self.elements().map(Item::into_value)
    }

    /// Its elements in order, and what comes after them.
    pub fn elements(&self) -> Elements<'_> {
        Elements { rest: Rest::of(self) }
    }

    pub(super) fn measure(&self) -> Measure {
        match self {
            Self::Text(bytes) => Measure::bytes(bytes.len()),
            Self::Values(values) => values.measure(),
            Self::Cons(cell) => cell.measure,
        }
    }
}

impl From<Vec<Value>> for List {
    fn from(values: Vec<Value>) -> Self {
        Self::Values(values.into())
    }
}

impl FromIterator<Value> for List {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        Self::Values(values.into_iter().collect())
    }
}

/// An element of a list where it lies.
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    /// A character code.
    Code(u8),
    /// Any value.
    Value(&'a Value),
}

impl Item<'_> {
    /// The element as a value.
    pub fn into_value(self) -> Value {
        match self {
            Self::Code(code) => Value::Int(i64::from(code)),
            Self::Value(value) => value.clone(),
        }
    }

    /// Calls a function with it.
    pub fn with<T>(self, act: impl FnOnce(&Value) -> T) -> T {
        match self {
            Self::Code(code) => act(&Value::Int(i64::from(code))),
            Self::Value(value) => act(value),
        }
    }
}

/// Walks through a list.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    rest: Rest<'a>,
}

#[derive(Clone, Debug)]
enum Rest<'a> {
    Codes(&'a [u8]),
    Values(&'a [Value]),
    /// The tail of a cell.
    Tail(&'a Value),
    Cell(&'a Cell),
}

impl<'a> Rest<'a> {
    fn of(list: &'a List) -> Self {
        match list {
            List::Text(bytes) => Self::Codes(bytes),
            List::Values(values) => Self::Values(values),
            List::Cons(cell) => Self::Cell(cell),
        }
    }
}

impl<'a> Elements<'a> {
    /// What a list ends with that is improper.
    pub fn end(&self) -> Option<&'a Value> {
        match self.rest {
            Rest::Tail(value) => Some(value),
            _ => None,
        }
    }

    /// Codes that follow in one piece.
    pub(super) fn codes(&self) -> Option<&'a [u8]> {
        match self.rest {
            Rest::Codes(codes) => Some(codes),
            _ => None,
        }
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        match &mut self.rest {
            Rest::Codes(codes) => {
                let (first, rest) = codes.split_first()?;
                *codes = rest;
                Some(Item::Code(*first))
            }
            Rest::Values(values) => {
                let (first, rest) = values.split_first()?;
                *values = rest;
                Some(Item::Value(first))
            }
            Rest::Cell(cell) => {
                let cell: &'a Cell = cell;
                self.rest = match &cell.tail {
                    Value::List(list) => Rest::of(list),
                    tail => Rest::Tail(tail),
                };
                Some(Item::Value(&cell.head))
            }
            Rest::Tail(_) => None,
        }
    }
}
