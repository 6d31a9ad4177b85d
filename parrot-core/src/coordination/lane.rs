//! A lane: messages of one direction, each delivered once and in order, whatever the network loses, repeats or reorders.
//!
//! The sender keeps a message until the other end has acknowledged it and sends it again after a while; the receiver drops what it
//! has and keeps what came too early.

use std::collections::{BTreeMap, VecDeque};

use crate::limits::{LANE_AHEAD_MAX, LANE_UNACKNOWLEDGED_BYTES, LANE_UNACKNOWLEDGED_MAX, RESENT_AHEAD};
use crate::time::Nanos;

/// The first wait for an acknowledgement; doubled with each further one.
const RESEND_AFTER: Nanos = Nanos::from_millis(300);
/// The longest wait for an acknowledgement.
const RESEND_AFTER_MAX: Nanos = Nanos::from_secs(2);

#[derive(Debug)]
struct Waiting<T> {
    message: T,
    bytes: usize,
    /// When to send it (again).
    due: Nanos,
    /// The wait after that.
    pause: Nanos,
}

/// The sending end.
#[derive(Debug)]
pub(super) struct Outbox<T> {
    waiting: VecDeque<Waiting<T>>,
    /// Bytes of them all.
    bytes: usize,
    /// Sequence of the first one that waits.
    first: u64,
    /// How many of them were sent.
    sent: usize,
}

impl<T> Default for Outbox<T> {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), bytes: 0, first: 1, sent: 0 }
    }
}

impl<T> Outbox<T> {
    /// Takes a message, which has so many bytes.
    pub(super) fn push(&mut self, message: T, bytes: usize) {
        self.bytes += bytes;
        self.waiting.push_back(Waiting { message, bytes, due: Nanos::ZERO, pause: RESEND_AFTER });
    }

    /// Messages that are not acknowledged.
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// As many as may wait do, or as long ones: take no more for now. Whoever asks before each message keeps the limit but for one
    /// message, so that none is too long for an empty lane.
    pub(super) fn is_full(&self) -> bool {
        self.waiting.len() >= LANE_UNACKNOWLEDGED_MAX || self.bytes >= LANE_UNACKNOWLEDGED_BYTES
    }

    /// Everything up to this sequence has arrived. What was never sent cannot have.
    pub(super) fn acknowledge(&mut self, sequence: u64) {
        while self.first <= sequence && self.sent > 0 {
            self.bytes -= self.waiting.pop_front().map_or(0, |waiting| waiting.bytes);
            self.first += 1;
            self.sent -= 1;
        }
    }

    /// A message to send now, with its sequence. The receiver takes only so many ahead, so no more are sent.
    pub(super) fn poll(&mut self, now: Nanos) -> Option<(u64, &T)> {
        let mut oldest = self.waiting.iter().take(self.sent.min(RESENT_AHEAD));
        let index = oldest.position(|waiting| waiting.due <= now).unwrap_or(self.sent);
        let waiting = self.waiting.get_mut(index).filter(|_| index < LANE_AHEAD_MAX)?;
        self.sent = self.sent.max(index + 1);
        waiting.due = now + waiting.pause;
        waiting.pause = (waiting.pause + waiting.pause).min(RESEND_AFTER_MAX);
        Some((self.first + index as u64, &waiting.message))
    }

    /// When something has to be sent next.
    pub(super) fn next_due(&self) -> Option<Nanos> {
        if self.sent < self.waiting.len().min(LANE_AHEAD_MAX) {
            return Some(Nanos::ZERO);
        }
        self.waiting.iter().take(self.sent.min(RESENT_AHEAD)).map(|waiting| waiting.due).min()
    }
}

/// The receiving end.
#[derive(Debug)]
pub(super) struct Inbox<T> {
    /// Sequence of the next one in order.
    next: u64,
    early: BTreeMap<u64, T>,
}

impl<T> Default for Inbox<T> {
    fn default() -> Self {
        Self { next: 1, early: BTreeMap::new() }
    }
}

impl<T> Inbox<T> {
    /// Whether a message of this sequence is news; others need not be decoded.
    pub(super) fn wants(&self, sequence: u64) -> bool {
        sequence >= self.next
            && sequence - self.next < LANE_AHEAD_MAX as u64
            && !self.early.contains_key(&sequence)
    }

    /// Takes a message that is wanted.
    pub(super) fn push(&mut self, sequence: u64, message: T) {
        if self.wants(sequence) {
            self.early.insert(sequence, message);
        }
    }

    /// The next message in order.
    pub(super) fn pop(&mut self) -> Option<T> {
        let message = self.early.remove(&self.next)?;
        self.next += 1;
        Some(message)
    }

    /// Messages that came too early.
    #[cfg(test)]
    pub(super) fn early(&self) -> usize {
        self.early.len()
    }

    /// Everything up to this sequence has arrived.
    pub(super) const fn acknowledged(&self) -> u64 {
        self.next - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Domain, Point, draw};

    /// A network that loses half, repeats and turns round.
    #[test]
    fn everything_arrives_once_and_in_order() {
        for seed in 0..50 {
            let random = |step: u64| draw(seed, Domain::User, Point { user: 0, step, occurrence: 0 });
            let (mut outbox, mut inbox) = (Outbox::default(), Inbox::default());
            let (mut seen, mut flying, mut step) = (Vec::new(), Vec::new(), 0);
            let mut now = Nanos::SECOND;
            for n in 0..500_u64 {
                outbox.push(n, 8);
            }
            while outbox.len() > 0 {
                step += 1;
                assert!(step < 100_000, "seed {seed}: it never ends");
                now += Nanos::from_millis(10);
                while let Some((sequence, message)) = outbox.poll(now) {
                    flying.extend(std::iter::repeat_n((sequence, *message), random(step).below(3) as usize));
                    step += 1;
                }
                while !flying.is_empty() {
                    step += 1;
                    let (sequence, message) =
                        flying.swap_remove(random(step).below(flying.len() as u64) as usize);
                    inbox.push(sequence, message);
                    while let Some(message) = inbox.pop() {
                        seen.push(message);
                    }
                }
                if random(step).below(2) == 0 {
                    outbox.acknowledge(inbox.acknowledged());
                }
            }
            assert!(seen.iter().copied().eq(0..500), "seed {seed}");
        }
    }

    #[test]
    fn what_was_not_sent_cannot_be_acknowledged() {
        let mut outbox = Outbox::default();
        outbox.push('a', 1);
        outbox.acknowledge(9);
        assert_eq!(outbox.poll(Nanos::ZERO), Some((1, &'a')));
        assert_eq!(outbox.poll(Nanos::ZERO), None);
        assert_eq!(outbox.next_due(), Some(RESEND_AFTER));
        outbox.acknowledge(1);
        assert_eq!(outbox.len(), 0);
    }

    #[test]
    fn who_sleeps_for_long_is_not_flooded() {
        let mut outbox = Outbox::default();
        (0..200).for_each(|n| outbox.push(n, 4));
        let frames = (0..1_500).map(|n| Nanos::from_millis(n * 10)).map(|now| {
            let frames = std::iter::from_fn(|| outbox.poll(now).map(|(sequence, _)| sequence));
            frames.inspect(|sequence| assert!(*sequence <= LANE_AHEAD_MAX as u64)).count()
        });
        let frames: usize = frames.sum();
        // Fifteen seconds are nine waits: 0.3, 0.6, 1.2 and 2 s each.
        assert_eq!(frames, LANE_AHEAD_MAX + RESENT_AHEAD * 9);
    }

    #[test]
    fn long_messages_fill_a_lane_as_many_do() {
        let fill = |bytes: usize| {
            let mut outbox = Outbox::default();
            while !outbox.is_full() {
                outbox.push((), bytes);
            }
            outbox
        };
        assert_eq!(fill(1).len(), LANE_UNACKNOWLEDGED_MAX);
        assert_eq!(fill(LANE_UNACKNOWLEDGED_BYTES / 2).len(), 2);
        let mut outbox = fill(LANE_UNACKNOWLEDGED_BYTES + 1);
        assert_eq!(outbox.len(), 1);
        while outbox.poll(Nanos::ZERO).is_some() {}
        outbox.acknowledge(1);
        assert!(!outbox.is_full());
        assert_eq!(outbox.bytes, 0);
    }

    #[test]
    fn nothing_is_kept_that_is_too_far_ahead() {
        let mut inbox = Inbox::default();
        inbox.push(1 + LANE_AHEAD_MAX as u64, 'x');
        inbox.push(0, 'x');
        assert!(inbox.early.is_empty());
    }
}
