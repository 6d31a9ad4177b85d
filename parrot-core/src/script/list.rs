//! Lists of values, and texts, which are lists of character codes.

use std::sync::Arc;

use super::Value;

/// A proper list.
#[derive(Clone, Debug)]
pub enum List {
    /// Character codes up to 255, one byte each: a text.
    Text(Arc<[u8]>),
    /// Any values.
    Values(Arc<[Value]>),
}

impl List {
    /// A text of these bytes.
    pub fn text(bytes: &[u8]) -> Self {
        Self::Text(bytes.into())
    }

    /// How many elements it has.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(bytes) => bytes.len(),
            Self::Values(values) => values.len(),
        }
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element of this index, from 0.
    pub fn get(&self, index: usize) -> Option<Value> {
        match self {
            Self::Text(bytes) => bytes.get(index).map(|byte| Value::Int(i64::from(*byte))),
            Self::Values(values) => values.get(index).cloned(),
        }
    }

    /// Its elements, in order.
    pub fn iter(&self) -> impl Iterator<Item = Value> {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}

impl From<Vec<Value>> for List {
    fn from(values: Vec<Value>) -> Self {
        Self::Values(values.into())
    }
}

impl PartialEq for List {
    /// A text is equal to the list of its codes.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Values(a), Self::Values(b)) => a == b,
            _ => self.len() == other.len() && self.iter().eq(other.iter()),
        }
    }
}
