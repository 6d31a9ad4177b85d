//! Users and connections: levels, not events. Each engine reports its own; they add up.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Recorder;
use crate::limits::PEAK_SECONDS_KEPT;

/// Levels of all engines together.
#[derive(Debug, Default)]
pub(super) struct Gauges {
    /// Last reading of each engine: its second and its users.
    users: BTreeMap<u32, (u64, u64)>,
    /// Most users at once, by second and engine, of the last few seconds.
    peaks: BTreeMap<(u64, u32), u64>,
    users_max: u64,
    /// Open connections of each engine.
    connections: BTreeMap<u32, i64>,
    connections_before: i64,
    connections_seen: bool,
}

impl Gauges {
    /// Takes one engine's second; `connected` says that a connection was opened in it, even if it was closed again.
    pub(super) fn record(&mut self, recorder: &Recorder, connected: bool) {
        let (second, engine) = (recorder.second, recorder.engine);
        let reading = self.users.entry(engine).or_default();
        if second >= reading.0 {
            *reading = (second, recorder.users);
        }
        // The peak, not the level at the second's end: users shorter than a second would never be seen otherwise.
        let peak = self.peaks.entry((second, engine)).or_default();
        *peak = (*peak).max(recorder.users_max).max(recorder.users);
        let sum = self.peaks.range((second, 0)..=(second, u32::MAX)).map(|(_, peak)| peak).sum();
        self.users_max = self.users_max.max(sum);
        let newest = self.peaks.last_key_value().map_or(0, |((newest, _), _)| *newest);
        self.peaks = self.peaks.split_off(&(newest.saturating_sub(PEAK_SECONDS_KEPT), 0));
        *self.connections.entry(engine).or_default() += recorder.connections_delta;
        self.connections_seen |= connected || recorder.connections_delta != 0;
    }

    /// Live users.
    pub(super) fn users(&self) -> u64 {
        self.users.values().map(|(_, users)| users).sum()
    }

    /// Most live users so far.
    pub(super) const fn users_max(&self) -> u64 {
        self.users_max
    }

    /// Open connections.
    pub(super) fn connections(&self) -> i64 {
        self.connections.values().sum()
    }

    /// These engines are gone, their users and connections with them.
    pub(super) fn forget(&mut self, engines: &Range<u32>) {
        self.users.retain(|engine, _| !engines.contains(engine));
        self.connections.retain(|engine, _| !engines.contains(engine));
    }

    /// Whether a connection was ever opened.
    pub(super) const fn connections_seen(&self) -> bool {
        self.connections_seen
    }

    /// Change of the open connections since this was last asked.
    pub(super) fn take_connections_delta(&mut self) -> i64 {
        let connections = self.connections();
        connections - std::mem::replace(&mut self.connections_before, connections)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Shape;
    use super::*;

    fn second(engine: u32, second: u64, users: u64, users_max: u64) -> Recorder {
        let mut recorder = Recorder::new(Shape { series: 8, phases: 1 });
        (recorder.engine, recorder.second, recorder.users, recorder.users_max) =
            (engine, second, users, users_max);
        recorder
    }

    #[test]
    fn engines_add_up_within_a_second_and_seconds_replace_each_other() {
        let mut gauges = Gauges::default();
        gauges.record(&second(0, 1, 5, 6), false);
        gauges.record(&second(1, 1, 7, 9), false);
        assert_eq!((gauges.users(), gauges.users_max()), (12, 15));
        gauges.record(&second(0, 2, 1, 5), false);
        gauges.record(&second(1, 2, 2, 7), false);
        assert_eq!((gauges.users(), gauges.users_max()), (3, 15));
        // Two pieces of one second of one engine are no two engines.
        gauges.record(&second(0, 2, 0, 6), false);
        assert_eq!((gauges.users(), gauges.users_max()), (2, 15));
        // A late second counts for the peak, not for the level.
        gauges.record(&second(2, 1, 50, 50), false);
        assert_eq!(gauges.users_max(), 65);
        gauges.record(&second(2, 0, 99, 99), false);
        assert_eq!(gauges.users(), 52);
        for s in 0..1000 {
            gauges.record(&second(0, s, 1, 1), false);
        }
        assert!(gauges.peaks.len() <= PEAK_SECONDS_KEPT as usize + 2);
    }

    #[test]
    fn connections_are_seen_even_when_they_close_within_the_second() {
        let mut gauges = Gauges::default();
        gauges.record(&second(0, 0, 1, 1), false);
        assert!(!gauges.connections_seen());
        gauges.record(&second(0, 1, 1, 1), true);
        assert!(gauges.connections_seen());
        for delta in [3, -1] {
            let mut recorder = second(0, 2, 1, 1);
            recorder.connections_delta = delta;
            gauges.record(&recorder, false);
        }
        assert_eq!((gauges.connections(), gauges.take_connections_delta()), (2, 2));
        assert_eq!(gauges.take_connections_delta(), 0);
    }

    #[test]
    fn engines_that_are_gone_leave_the_gauges() {
        let mut gauges = Gauges::default();
        for engine in 0..4 {
            let mut recorder = second(engine, 3, 10, 10);
            recorder.connections_delta = 5;
            gauges.record(&recorder, true);
        }
        assert_eq!((gauges.users(), gauges.connections(), gauges.take_connections_delta()), (40, 20, 20));
        gauges.forget(&(1..3));
        assert_eq!((gauges.users(), gauges.users_max()), (20, 40));
        assert_eq!((gauges.connections(), gauges.take_connections_delta()), (10, -10));
    }
}
