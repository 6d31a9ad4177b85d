//! Parts of sequences that values share: a copy, a tail or a part of one costs the same however long it is.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use super::measure::Measure;

/// What a [`Slice`] is made of.
pub trait Element: Sized {
    /// What a block of these measures.
    fn measure(items: &[Self]) -> Measure;
}

impl Element for u8 {
    fn measure(items: &[Self]) -> Measure {
        Measure::bytes(items.len())
    }
}

/// A part of a sequence. Of what is longer than 4 GiB, only so much is taken.
pub struct Slice<T> {
    /// None: empty.
    block: Option<Arc<Block<T>>>,
    start: u32,
    end: u32,
}

struct Block<T> {
    items: Vec<T>,
    measure: Measure,
}

impl<T> Slice<T> {
    /// The part of this one in a range, which is cut where this one ends.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Self {
        let length = self.len();
        let end = range.end.min(length);
        let start = range.start.min(end);
        if start == end {
            return Self::default();
        }
        // Both are no more than `self.end`.
        Self { block: self.block.clone(), start: self.start + start as u32, end: self.start + end as u32 }
    }

    /// All but the first elements.
    #[must_use]
    pub fn skip(&self, count: usize) -> Self {
        self.part(count..self.len())
    }

    /// The measure of the whole that this is a part of.
    pub(super) fn measure(&self) -> Measure {
        self.block.as_ref().map_or(Measure::ONE, |block| block.measure)
    }

    /// Whether it keeps far more in memory than it shows.
    pub fn is_wasteful(&self) -> bool {
        self.block.as_ref().is_some_and(|block| block.items.len() / 2 > self.len() + 16)
    }
}

impl<T> Deref for Slice<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        let items =
            self.block.as_ref().and_then(|block| block.items.get(self.start as usize..self.end as usize));
        items.unwrap_or(&[])
    }
}

impl<T> Clone for Slice<T> {
    fn clone(&self) -> Self {
        Self { block: self.block.clone(), start: self.start, end: self.end }
    }
}

impl<T> Default for Slice<T> {
    fn default() -> Self {
        Self { block: None, start: 0, end: 0 }
    }
}

impl<T: Element> From<Vec<T>> for Slice<T> {
    fn from(items: Vec<T>) -> Self {
        if items.is_empty() {
            return Self::default();
        }
        let end = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let measure = T::measure(&items);
        Self { block: Some(Arc::new(Block { items, measure })), start: 0, end }
    }
}

impl<T: Element + Clone> From<&[T]> for Slice<T> {
    fn from(items: &[T]) -> Self {
        items.to_vec().into()
    }
}

impl<T: Element, const N: usize> From<[T; N]> for Slice<T> {
    fn from(items: [T; N]) -> Self {
        Vec::from(items).into()
    }
}

impl<T: Element> FromIterator<T> for Slice<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        items.into_iter().collect::<Vec<T>>().into()
    }
}

impl<T: fmt::Debug> fmt::Debug for Slice<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: PartialEq> PartialEq for Slice<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_cut_where_the_whole_ends() {
        let whole = Slice::from(*b"hello");
        assert_eq!(&*whole.part(1..3), b"el");
        assert_eq!(&*whole.skip(2), b"llo");
        assert_eq!(&*whole.skip(2).part(1..99), b"lo");
        assert_eq!(&*whole.skip(9), b"");
        #[expect(clippy::reversed_empty_ranges, reason = "it must not panic")]
        let reversed = whole.part(4..2);
        assert_eq!(&*reversed, b"");
        assert_eq!(Slice::<u8>::from(Vec::new()), Slice::default());
    }

    #[test]
    fn a_small_part_of_something_large_is_wasteful() {
        let whole = Slice::from(vec![0_u8; 1000]);
        assert!(!whole.is_wasteful());
        assert!(whole.part(0..10).is_wasteful());
    }
}
