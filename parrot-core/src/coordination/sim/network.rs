//! The network between a controller and its workers. It is worse than TCP: frames are lost, late, turned round, repeated, damaged,
//! and strangers send some.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::chance::{Dice, Stream};
use super::scenario::{Partition, Weather};
use crate::coordination::frame::{Frame, Kind};
use crate::coordination::{DropReason, PROTOCOL_VERSION, WorkerId};
use crate::limits::SMALL_FRAME_BYTES_MAX;
use crate::time::Nanos;

/// Frames of members that strangers remember to send them again.
const OVERHEARD_MAX: usize = 8;

/// Who sends, or is meant.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Place {
    Controller,
    Worker(usize),
    Stranger(WorkerId),
}

/// What was done to a frame on its way.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Damage {
    None,
    /// Whoever reads it drops it for this reason.
    Sure(DropReason),
    /// Its end is missing: it is dropped unless nobody needed its body.
    Cut,
    /// Any byte may be any other: it may even be a frame.
    Any,
}

/// A frame on its way.
#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Flight {
    pub(super) at: Nanos,
    /// Frames of one moment arrive in the order of this.
    number: u64,
    pub(super) from: Place,
    pub(super) to: Place,
    pub(super) bytes: Vec<u8>,
    pub(super) damage: Damage,
}

/// The network.
#[derive(Debug)]
pub(super) struct Network {
    weather: Weather,
    partitions: Vec<Partition>,
    dice: Dice,
    flying: BinaryHeap<Reverse<Flight>>,
    sent: u64,
    overheard: Vec<Vec<u8>>,
    stranger_at: Nanos,
}

impl Network {
    pub(super) fn new(seed: u64, weather: Weather, partitions: Vec<Partition>) -> Self {
        let mut dice = Dice::new(seed, Stream::Network);
        let stranger_at =
            if weather.strangers { dice.span(Nanos::ZERO, Nanos::SECOND) } else { Nanos::NEVER };
        Self {
            weather,
            partitions,
            dice,
            flying: BinaryHeap::new(),
            sent: 0,
            overheard: Vec::new(),
            stranger_at,
        }
    }

    /// Takes a frame on its way.
    pub(super) fn send(&mut self, now: Nanos, from: Place, to: Place, bytes: Vec<u8>) {
        let mut leaves_at = now;
        let (worker, outward) = match (from, to) {
            (Place::Worker(worker), _) => (worker, false),
            (_, Place::Worker(worker)) => (worker, true),
            // Nobody listens there.
            _ => return,
        };
        if let Some(partition) = self.partitions.iter().find(|p| p.covers(worker, outward, now)) {
            if !partition.holds {
                return;
            }
            leaves_at = partition.until;
        }
        if self.dice.permille(self.weather.loss) {
            return;
        }
        self.overhear(&bytes);
        if self.dice.permille(self.weather.repeats) {
            self.take_off(leaves_at, from, to, bytes.clone());
        }
        self.take_off(leaves_at, from, to, bytes);
    }

    fn take_off(&mut self, now: Nanos, from: Place, to: Place, mut bytes: Vec<u8>) {
        let (low, high) = self.weather.delay;
        let mut at = now + self.dice.span(low, high);
        if self.dice.permille(self.weather.late) {
            at += self.dice.millis(0, 2_000);
        }
        let damage = if self.dice.permille(self.weather.damage) {
            damage(&mut self.dice, &mut bytes)
        } else if self.dice.permille(self.weather.scramble) {
            scramble(&mut self.dice, &mut bytes);
            Damage::Any
        } else {
            Damage::None
        };
        self.push(at, from, to, bytes, damage);
    }

    fn push(&mut self, at: Nanos, from: Place, to: Place, bytes: Vec<u8>, damage: Damage) {
        self.sent += 1;
        self.flying.push(Reverse(Flight { at, number: self.sent, from, to, bytes, damage }));
    }

    /// When something arrives or is sent by a stranger.
    pub(super) fn next_at(&self) -> Nanos {
        let flight = self.flying.peek().map_or(Nanos::NEVER, |Reverse(flight)| flight.at);
        flight.min(self.stranger_at)
    }

    /// What arrives now.
    pub(super) fn poll(&mut self, now: Nanos) -> Option<Flight> {
        if self.stranger_at <= now {
            self.stranger_at = now + self.dice.millis(1, 2_000);
            self.be_strange(now);
        }
        if self.flying.peek().is_none_or(|Reverse(flight)| flight.at > now) {
            return None;
        }
        self.flying.pop().map(|Reverse(flight)| flight)
    }

    fn overhear(&mut self, bytes: &[u8]) {
        // A stranger's Hello would be a worker's.
        let is_hello = Frame::read(bytes).is_ok_and(|frame| frame.kind == Kind::Hello);
        if !is_hello && bytes.len() < 4_096 && self.weather.strangers && self.dice.permille(100) {
            if self.overheard.len() == OVERHEARD_MAX {
                self.overheard.remove(0);
            }
            self.overheard.push(bytes.to_vec());
        }
    }

    fn be_strange(&mut self, now: Nanos) {
        let mut id = [0; 16];
        id.fill_with(|| self.dice.below(256) as u8);
        let mut bytes = match self.overheard.is_empty() {
            true => Vec::new(),
            false => self.overheard[self.dice.index(self.overheard.len())].clone(),
        };
        let damage = match self.dice.below(3) {
            // A frame of somebody else's, which is Stale from this address.
            0 if !bytes.is_empty() => Damage::Sure(DropReason::Stale),
            1 => damage(&mut self.dice, &mut bytes),
            _ => {
                bytes = random_bytes(&mut self.dice);
                Damage::Any
            }
        };
        self.push(now, Place::Stranger(id), Place::Controller, bytes, damage);
    }
}

/// Damages a frame such that nobody can take it for another one.
fn damage(dice: &mut Dice, bytes: &mut Vec<u8>) -> Damage {
    let kind = Frame::read(bytes).map(|frame| frame.kind);
    match dice.below(5) {
        // Another version at the door ends the conversation before it begins; see `scenario::Weather`.
        0 if !matches!(kind, Ok(Kind::Hello | Kind::Welcome | Kind::Dismissal)) && bytes.len() >= 3 => {
            bytes[..2].copy_from_slice(&(PROTOCOL_VERSION + 1).to_le_bytes());
            Damage::Sure(DropReason::Version)
        }
        1 if bytes.len() >= 3 => {
            bytes[2] = [0, 6, 32, 38, 200, 255][dice.index(6)];
            Damage::Sure(DropReason::Garbage)
        }
        2 if bytes.len() >= 3 => {
            bytes[2] = Kind::Probe as u8;
            bytes.resize(SMALL_FRAME_BYTES_MAX + 1 + dice.index(100), 0);
            Damage::Sure(DropReason::Oversized)
        }
        3 if bytes.len() > 4 => {
            bytes.truncate(3 + dice.index(bytes.len() - 3));
            Damage::Cut
        }
        _ => {
            bytes.truncate(dice.index(3));
            Damage::Sure(DropReason::Garbage)
        }
    }
}

/// Changes anything.
pub(super) fn scramble(dice: &mut Dice, bytes: &mut Vec<u8>) {
    for _ in 0..=dice.below(3) {
        let at = dice.index(bytes.len());
        match dice.below(6) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
            1 if !bytes.is_empty() => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][dice.index(5)],
            2 => bytes.insert(at, dice.below(256) as u8),
            3 if !bytes.is_empty() => drop(bytes.remove(at)),
            4 => {
                // The largest number, or a number that never ends.
                let long: &[u8] = &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x80];
                bytes.splice(at..at, long[..1 + dice.index(long.len())].iter().copied());
            }
            _ => bytes.truncate(at),
        }
    }
}

/// Some bytes, often with the head of a frame.
pub(super) fn random_bytes(dice: &mut Dice) -> Vec<u8> {
    let length = dice.index(80);
    let mut bytes: Vec<u8> = (0..length).map(|_| dice.below(256) as u8).collect();
    if length >= 3 && dice.permille(700) {
        bytes[..2].copy_from_slice(&PROTOCOL_VERSION.to_le_bytes());
        // Any kind but a Hello, which would be a worker's.
        bytes[2] = [2, 3, 4, 5, 33, 34, 35, 36, 37][dice.index(9)];
    } else if length >= 3 && bytes[..3] == [1, 0, 1] {
        bytes.truncate(2);
    }
    bytes
}
