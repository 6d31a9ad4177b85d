//! How large values are, kept beside what they hold so that asking costs nothing.
//!
//! A value may share parts with itself, so that a few steps make one that takes for ever to walk through: what counts is its size
//! when every part is counted each time that it is met. Limits of both numbers (`limits.rs`) let everything that walks through a
//! value recurse into it.

/// How large a value is to walk through.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Measure {
    /// How many values it is made of, 16 bytes of a text counted as one. Stays where it cannot grow.
    pub weight: u32,
    /// How many of them lie inside each other; the tail of a list lies beside its head.
    pub depth: u32,
}

impl Measure {
    /// Of a value without parts.
    pub const ONE: Self = Self { weight: 1, depth: 0 };

    /// Of so many bytes.
    pub fn bytes(count: usize) -> Self {
        Self { weight: u32::try_from(count / 16).unwrap_or(u32::MAX).saturating_add(1), depth: 1 }
    }

    /// Of something that holds these.
    pub fn around(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().fold(Self { weight: 1, depth: 1 }, |sum, part| Self {
            weight: sum.weight.saturating_add(part.weight),
            depth: sum.depth.max(part.depth.saturating_add(1)),
        })
    }

    /// Of a list cell.
    pub fn cell(head: Self, tail: Self) -> Self {
        Self {
            weight: head.weight.saturating_add(tail.weight).saturating_add(1),
            depth: tail.depth.max(head.depth.saturating_add(1)),
        }
    }
}
