//! How far a worker's clock is from the controller's: the probe with the shortest way there and back knows best (as NTP does).

use std::collections::VecDeque;

use crate::limits::PROBES_KEPT;
use crate::time::Nanos;

#[derive(Clone, Copy, Debug)]
struct Sample {
    round_trip: Nanos,
    /// The worker's clock minus the controller's, in ns.
    offset: i64,
}

/// The estimate of one worker.
#[derive(Debug, Default)]
pub(super) struct ClockOffset {
    samples: VecDeque<Sample>,
}

impl ClockOffset {
    /// A probe came back: when it was sent and received by the worker's clock, and when it was answered by the controller's.
    pub(super) fn add(&mut self, sent: Nanos, answered: Nanos, received: Nanos) {
        let round_trip = received - sent;
        let middle = sent.0 + round_trip.0 / 2;
        let offset = middle.wrapping_sub(answered.0) as i64;
        self.samples.push_back(Sample { round_trip, offset });
        if self.samples.len() > PROBES_KEPT {
            self.samples.pop_front();
        }
    }

    /// How many probes it rests on.
    pub(super) fn len(&self) -> usize {
        self.samples.len()
    }

    /// A time of the controller's clock by the worker's; unchanged without probes. Its error is at most half of the shortest way
    /// there and back.
    pub(super) fn to_local(&self, at: Nanos) -> Nanos {
        let best = self.samples.iter().min_by_key(|sample| sample.round_trip);
        Nanos(at.0.saturating_add_signed(best.map_or(0, |sample| sample.offset)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_way_wins() {
        let mut offset = ClockOffset::default();
        let ms = Nanos::from_millis;
        assert_eq!(offset.to_local(ms(5)), ms(5));
        // The worker is 1 s ahead; the first probe is late on its way back only, which hides 20 ms.
        offset.add(ms(1_000), ms(0), ms(1_040));
        assert_eq!(offset.to_local(ms(100)), ms(1_120));
        offset.add(ms(2_000), ms(1_001), ms(2_002));
        assert_eq!(offset.to_local(ms(100)), ms(1_100));
        // A worker behind: never before its own beginning.
        let mut offset = ClockOffset::default();
        offset.add(ms(10), ms(5_010), ms(10));
        assert_eq!((offset.to_local(ms(6_000)), offset.to_local(ms(1))), (ms(1_000), Nanos::ZERO));
        (0..100).for_each(|_| offset.add(ms(10), ms(5), ms(10)));
        assert_eq!(offset.len(), PROBES_KEPT);
        assert_eq!(offset.to_local(ms(5)), ms(10));
    }
}
