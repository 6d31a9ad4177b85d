//! A timer wheel with removal, for exact due times. Pure.
//!
//! Times are kept in ticks of about a millisecond on wheels of 256 slots, each turning 256 times slower than the one below.
//! Entries of the current tick move to a heap ordered by their exact times, so nothing fires early and nothing out of order.
//! Inserting and removing cost the same whatever the number of entries, and allocate only when that number grows.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::time::Nanos;

/// A tick is 2^20 ns.
const TICK_BITS: u32 = 20;
const SLOT_BITS: u32 = 8;
const SLOTS: usize = 1 << SLOT_BITS;
/// Six wheels of eight bits cover all ticks that 64 bits of nanoseconds have.
const LEVELS: usize = 6;
const NOBODY: u32 = u32::MAX;

/// Where an entry is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    Nowhere,
    /// In the heap.
    Near,
    /// Index into the heads of all slots.
    Slot(u16),
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    due: Nanos,
    place: Place,
    before: u32,
    after: u32,
}

/// Due times by key; keys are small numbers (slab indices).
#[derive(Debug)]
pub(super) struct Wheel {
    entries: Vec<Entry>,
    /// First entry of each slot, level by level.
    heads: Box<[u32; LEVELS * SLOTS]>,
    /// Slots that are not empty, a bit each, level by level.
    occupied: [[u64; SLOTS / 64]; LEVELS],
    /// Entries whose tick has come. Those that were removed or moved stay until they reach the top.
    near: BinaryHeap<Reverse<(Nanos, u32)>>,
    tick: u64,
    /// Nothing is due before.
    earliest: Nanos,
}

impl Default for Wheel {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            heads: Box::new([NOBODY; LEVELS * SLOTS]),
            occupied: [[0; SLOTS / 64]; LEVELS],
            near: BinaryHeap::new(),
            tick: 0,
            earliest: Nanos::NEVER,
        }
    }
}

impl Wheel {
    /// Sets the due time of a key, in place of one that it had.
    pub(super) fn insert(&mut self, key: u32, due: Nanos) {
        self.remove(key);
        let index = key as usize;
        if index >= self.entries.len() {
            let nothing = Entry { due: Nanos::NEVER, place: Place::Nowhere, before: NOBODY, after: NOBODY };
            self.entries.resize(index + 1, nothing);
        }
        self.entries[index].due = due;
        self.earliest = self.earliest.min(due);
        self.file(key);
    }

    /// Forgets the due time of a key.
    pub(super) fn remove(&mut self, key: u32) {
        let Some(entry) = self.entries.get_mut(key as usize) else { return };
        let Entry { place, before, after, .. } = *entry;
        entry.place = Place::Nowhere;
        if let Place::Slot(slot) = place {
            match before {
                NOBODY => self.heads[usize::from(slot)] = after,
                before => self.entries[before as usize].after = after,
            }
            if after != NOBODY {
                self.entries[after as usize].before = before;
            }
            if self.heads[usize::from(slot)] == NOBODY {
                self.mark(slot, false);
            }
        }
    }

    /// A time before which nothing is due; none when nothing is.
    pub(super) fn next_due(&self) -> Option<Nanos> {
        (self.earliest != Nanos::NEVER).then_some(self.earliest)
    }

    /// A key whose time has come, in the order of these times; it is forgotten. None when there are no more.
    pub(super) fn pop_due(&mut self, now: Nanos) -> Option<u32> {
        if self.earliest > now {
            return None;
        }
        self.turn_to(now.0 >> TICK_BITS);
        while let Some(Reverse((due, key))) = self.near.peek().copied() {
            let entry = &mut self.entries[key as usize];
            let stale = entry.place != Place::Near || entry.due != due;
            if !stale && due > now {
                break;
            }
            self.near.pop();
            if !stale {
                entry.place = Place::Nowhere;
                return Some(key);
            }
        }
        let near = self.near.peek().map(|Reverse((due, _))| *due);
        let far = self.next_slot().map(|(level, slot)| self.least_of(level, slot));
        self.earliest = near.into_iter().chain(far).min().unwrap_or(Nanos::NEVER);
        None
    }

    /// Puts an entry where its due time belongs.
    fn file(&mut self, key: u32) {
        let due = self.entries[key as usize].due;
        let tick = due.0 >> TICK_BITS;
        if tick <= self.tick {
            self.entries[key as usize].place = Place::Near;
            self.near.push(Reverse((due, key)));
            return;
        }
        let level = ((tick ^ self.tick).ilog2() / SLOT_BITS) as usize;
        let slot = level * SLOTS + ((tick >> (level as u32 * SLOT_BITS)) as usize % SLOTS);
        let first = std::mem::replace(&mut self.heads[slot], key);
        if first != NOBODY {
            self.entries[first as usize].before = key;
        }
        let entry = &mut self.entries[key as usize];
        (entry.place, entry.before, entry.after) = (Place::Slot(slot as u16), NOBODY, first);
        self.mark(slot as u16, true);
    }

    fn mark(&mut self, slot: u16, occupied: bool) {
        let (level, slot) = (usize::from(slot) / SLOTS, usize::from(slot) % SLOTS);
        let (word, bit) = (&mut self.occupied[level][slot / 64], 1 << (slot % 64));
        if occupied { *word |= bit } else { *word &= !bit }
    }

    /// Moves to a later tick; entries whose slot is passed are filed anew.
    fn turn_to(&mut self, tick: u64) {
        while let Some((level, slot)) = self.next_slot() {
            let start = self.start_of(level, slot);
            if start > tick {
                break;
            }
            self.tick = start;
            let mut key = std::mem::replace(&mut self.heads[level * SLOTS + slot], NOBODY);
            self.mark((level * SLOTS + slot) as u16, false);
            while key != NOBODY {
                let after = self.entries[key as usize].after;
                self.file(key);
                key = after;
            }
        }
        self.tick = self.tick.max(tick);
    }

    /// The occupied slot that comes first: entries of a lower level are always earlier.
    fn next_slot(&self) -> Option<(usize, usize)> {
        self.occupied.iter().enumerate().find_map(|(level, words)| {
            let at = words.iter().position(|word| *word != 0)?;
            Some((level, at * 64 + words[at].trailing_zeros() as usize))
        })
    }

    /// First tick of a slot.
    fn start_of(&self, level: usize, slot: usize) -> u64 {
        let shift = level as u32 * SLOT_BITS;
        let above = self.tick >> shift >> SLOT_BITS << SLOT_BITS;
        (above | slot as u64) << shift
    }

    /// A time before which nothing in a slot is due: exact where the slot is a single tick.
    fn least_of(&self, level: usize, slot: usize) -> Nanos {
        if level > 0 {
            return Nanos(self.start_of(level, slot) << TICK_BITS);
        }
        let mut least = Nanos::NEVER;
        let mut key = self.heads[slot];
        while key != NOBODY {
            let entry = &self.entries[key as usize];
            least = least.min(entry.due);
            key = entry.after;
        }
        least
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u32, u64),
        Remove(u32),
        Pass(u64),
    }

    fn span() -> impl Strategy<Value = u64> {
        prop_oneof![0..3_000_000u64, 0..3_000_000_000u64, 0..10_000_000_000_000u64, 0..1u64 << 55]
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (0..40u32, span()).prop_map(|(key, span)| Step::Insert(key, span)),
            1 => (0..40u32).prop_map(Step::Remove),
            2 => span().prop_map(Step::Pass),
        ]
    }

    proptest! {
        /// The wheel behaves as an ordered set of (due, key): the same keys come out, never early, in the same order.
        #[test]
        fn equals_an_ordered_set(steps in proptest::collection::vec(step(), 1..200)) {
            let mut wheel = Wheel::default();
            let mut model: BTreeSet<(Nanos, u32)> = BTreeSet::new();
            let mut now = Nanos::ZERO;
            for step in steps {
                match step {
                    Step::Insert(key, span) => {
                        model.retain(|(_, k)| *k != key);
                        model.insert((now + Nanos(span), key));
                        wheel.insert(key, now + Nanos(span));
                    }
                    Step::Remove(key) => {
                        model.retain(|(_, k)| *k != key);
                        wheel.remove(key);
                    }
                    Step::Pass(span) => {
                        now += Nanos(span);
                        let due: Vec<_> = model.iter().copied().take_while(|(due, _)| *due <= now).collect();
                        for expected in due {
                            prop_assert_eq!(wheel.pop_due(now), Some(expected.1));
                            model.remove(&expected);
                        }
                        prop_assert_eq!(wheel.pop_due(now), None);
                    }
                }
                let least = model.first().map(|(due, _)| *due);
                prop_assert!(wheel.next_due().is_none_or(|next| least.is_none_or(|least| next <= least)));
                prop_assert!(least.is_none() || wheel.next_due().is_some());
            }
        }

        /// Sleeping until `next_due` again and again reaches every entry at its exact time, in few wake-ups.
        #[test]
        fn sleeping_until_next_due_is_exact(spans in proptest::collection::vec(span(), 1..50)) {
            let mut wheel = Wheel::default();
            spans.iter().enumerate().for_each(|(key, span)| wheel.insert(key as u32, Nanos(*span)));
            let mut wake_ups = 0;
            let mut left = spans.len();
            while let Some(now) = wheel.next_due() {
                wake_ups += 1;
                while let Some(key) = wheel.pop_due(now) {
                    prop_assert_eq!(Nanos(spans[key as usize]), now);
                    left -= 1;
                }
            }
            prop_assert_eq!(left, 0);
            prop_assert!(wake_ups <= spans.len() * (LEVELS + 1), "{} wake-ups", wake_ups);
        }
    }
}
