//! Which engine starts which users: shares of the load that need no coordination.
//!
//! The owner of a user is a function of (seed, user, number of engines). Users are dealt in blocks in which every engine has the
//! same number of them, in an order drawn for the block: every n-th user would turn the gaps of a Poisson process into those of
//! a metronome.

use crate::limits::ENGINES_MAX;
use crate::rng::{Domain, Point, draw};

/// Users of one block that each engine owns.
const SHARE: usize = 16;

/// One engine's share of the users of a run.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Slice {
    index: u32,
    count: u32,
}

impl Slice {
    /// All users.
    pub const WHOLE: Self = Self { index: 0, count: 1 };

    /// The share of engine `index` (from 0) of `count`; none where there is no such engine, or where they are more than
    /// [`ENGINES_MAX`].
    pub const fn new(index: u32, count: u32) -> Option<Self> {
        if index < count && count <= ENGINES_MAX { Some(Self { index, count }) } else { None }
    }

    /// Which engine, from 0.
    pub const fn index(self) -> u32 {
        self.index
    }

    /// How many engines the run has.
    pub const fn count(self) -> u32 {
        self.count
    }
}

/// Tells whether users belong to a slice; asked in the order of their numbers it deals each block once.
#[derive(Clone, Debug)]
pub(super) struct Owners {
    slice: Slice,
    seed: u64,
    /// The block that was dealt last.
    block: Option<u64>,
    /// Owner of each user of that block.
    owners: Vec<u32>,
}

impl Owners {
    pub(super) fn new(slice: Slice, seed: u64) -> Self {
        Self { slice, seed, block: None, owners: Vec::new() }
    }

    /// Whether user number `user` (from 1) belongs to the slice.
    pub(super) fn owns(&mut self, user: u64) -> bool {
        if self.slice == Slice::WHOLE {
            return true;
        }
        let size = SHARE as u64 * u64::from(self.slice.count);
        let rank = user - 1;
        if self.block != Some(rank / size) {
            self.deal(rank / size);
        }
        self.owners[(rank % size) as usize] == self.slice.index
    }

    /// Fisher and Yates's shuffle of equal shares.
    fn deal(&mut self, block: u64) {
        self.block = Some(block);
        self.owners.clear();
        self.owners.extend((0..self.slice.count).flat_map(|owner| [owner; SHARE]));
        for last in (1..self.owners.len()).rev() {
            let point = Point { user: block, step: last as u64, occurrence: 0 };
            let other = draw(self.seed, Domain::Owner, point).below(last as u64 + 1);
            self.owners.swap(last, other as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(index: u32, count: u32, users: std::ops::RangeInclusive<u64>) -> Vec<u64> {
        let mut owners = Owners::new(Slice::new(index, count).expect("a slice"), 42);
        users.filter(|user| owners.owns(*user)).collect()
    }

    #[test]
    fn golden_owners() {
        assert_eq!(owned(0, 2, 1..=32), GOLDEN);
    }

    const GOLDEN: [u64; 16] = [1, 2, 3, 4, 10, 11, 12, 15, 18, 20, 22, 23, 29, 30, 31, 32];

    #[test]
    fn every_block_is_shared_exactly_and_users_have_one_owner() {
        for count in [2, 7, 100] {
            let size = u64::from(count) * SHARE as u64;
            for block in [0, 1, 1_000_000] {
                let users = block * size + 1..=(block + 1) * size;
                let mut all: Vec<u64> = Vec::new();
                for index in 0..count {
                    let own = owned(index, count, users.clone());
                    assert_eq!(own.len(), SHARE, "engine {index} of {count}, block {block}");
                    all.extend(own);
                }
                all.sort_unstable();
                assert!(all.into_iter().eq(users), "{count} engines, block {block}");
            }
        }
    }

    #[test]
    fn owners_do_not_depend_on_the_order_of_the_questions() {
        let mut owners = Owners::new(Slice::new(3, 7).expect("a slice"), 42);
        let forward = owned(3, 7, 1..=1_000);
        let mut backward: Vec<u64> = (1..=1_000).rev().filter(|user| owners.owns(*user)).collect();
        backward.reverse();
        assert_eq!(backward, forward);
    }

    #[test]
    fn there_is_no_slice_beyond_the_last() {
        assert_eq!(Slice::new(0, 1), Some(Slice::WHOLE));
        for (index, count) in [(0, 0), (1, 1), (0, ENGINES_MAX + 1)] {
            assert_eq!(Slice::new(index, count), None, "{index} of {count}");
        }
    }
}
