//! Rows that an engine may give out.

/// Rows of one file that an engine was granted and has not given out yet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lease {
    next: u64,
    left: u64,
}

impl Lease {
    /// The next row; none when all are given out.
    pub fn take(&mut self) -> Option<u64> {
        self.left = self.left.checked_sub(1)?;
        self.next = self.next.wrapping_add(1);
        Some(self.next.wrapping_sub(1))
    }

    /// Takes new rows. Engines ask for them when they have none left.
    pub fn renew(&mut self, first: u64, count: u32) {
        *self = Self { next: first, left: u64::from(count) };
    }
}
