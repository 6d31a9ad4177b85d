//! A [`Recorder`]'s content as plain data, small enough to travel once a second: only what counted, histograms as their filled
//! steps.

use serde::{Deserialize, Serialize};

use super::{Class, Counter, Moments, Recorder, SeriesId};
use crate::time::Nanos;

/// More events than any second can have: a sum of many stays far from overflow.
const EVENTS_MAX: u64 = 1 << 48;

/// What one engine saw since its last delta.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Delta {
    /// The engine's number in the run.
    pub engine: u32,
    /// Which second of the run this reaches up to (seconds since its start, rounded down).
    pub second: u64,
    /// Live users at its end.
    pub users: u64,
    users_max: u64,
    connections_delta: i64,
    stall_max: Nanos,
    busy_max: f64,
    lived: u64,
    counters: Vec<(Counter, u64)>,
    cells: Vec<CellDelta>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct CellDelta {
    phase: u32,
    series: u32,
    class: u8,
    moments: Moments,
    overflow: u64,
    /// Upper ends of the filled steps in µs, each as its distance from the one before, and what they hold.
    steps: Vec<(u64, u64)>,
}

impl CellDelta {
    fn place(&self) -> (u32, u32, u8) {
        (self.phase, self.series, self.class)
    }

    /// Whether the steps hold so many values: each value is in one, those above the range in the last.
    fn steps_hold(&self, count: u64) -> bool {
        let sum = self.steps.iter().try_fold(0_u64, |sum, (_, n)| sum.checked_add(*n));
        sum == Some(count) && self.steps.iter().skip(1).all(|(distance, _)| *distance > 0)
    }
}

impl Delta {
    /// What a recorder holds.
    pub fn of(recorder: &Recorder) -> Self {
        Self {
            engine: recorder.engine,
            second: recorder.second,
            users: recorder.users,
            users_max: recorder.users_max,
            connections_delta: recorder.connections_delta,
            stall_max: recorder.stall_max,
            busy_max: recorder.busy_max,
            lived: recorder.lived,
            counters: {
                let mut counters: Vec<_> = recorder.counters().collect();
                counters.sort_unstable();
                counters
            },
            cells: recorder
                .cells()
                .map(|(phase, series, class, cell)| CellDelta {
                    phase: phase as u32,
                    series: series.0,
                    class: class as u8,
                    moments: cell.moments,
                    overflow: cell.overflow,
                    steps: cell
                        .steps()
                        .scan(0, |last, (value, n)| {
                            let distance = value - std::mem::replace(last, value);
                            Some((distance, n))
                        })
                        .collect(),
                })
                .collect(),
        }
    }

    /// Counts more of an event, on behalf of an engine that could not.
    pub fn count(&mut self, counter: Counter, n: u64) {
        match self.counters.binary_search_by_key(&counter, |(known, _)| *known) {
            Ok(at) => self.counters[at].1 = self.counters[at].1.saturating_add(n),
            Err(at) => self.counters.insert(at, (counter, n)),
        }
    }

    /// Users that started.
    #[cfg(test)]
    pub(crate) fn started(&self) -> u64 {
        self.counters.iter().find(|(counter, _)| *counter == Counter::UserStarted).map_or(0, |(_, n)| *n)
    }

    /// Whether it can be: counts that no second has, that contradict each other or come twice, or numbers that are none, come from no
    /// engine.
    pub fn is_sound(&self) -> bool {
        let counters = self.counters.iter().all(|(_, n)| *n < EVENTS_MAX)
            && self.counters.is_sorted_by(|(a, _), (b, _)| a < b);
        let levels = [self.users, self.users_max, self.second, self.connections_delta.unsigned_abs()];
        let cells = self.cells.iter().all(|cell| {
            let Moments { count, mean, squares, min, max } = cell.moments;
            count < EVENTS_MAX
                && cell.overflow <= count
                && [mean, squares, min, max].iter().all(|number| number.is_finite())
                && cell.steps_hold(count)
        });
        let cells = cells && self.cells.is_sorted_by(|a, b| a.place() < b.place());
        counters && cells && self.busy_max.is_finite() && levels.iter().all(|level| *level < EVENTS_MAX)
    }

    /// Puts its content into an empty recorder. Series and phases that the run does not have are left out.
    pub fn fill(&self, recorder: &mut Recorder) {
        recorder.engine = self.engine;
        recorder.second = self.second;
        recorder.users = self.users;
        recorder.users_max = self.users_max;
        recorder.connections_delta = self.connections_delta;
        recorder.stall_max = self.stall_max;
        recorder.busy_max = self.busy_max;
        recorder.lived = self.lived;
        for (counter, n) in &self.counters {
            recorder.count(*counter, *n);
        }
        for cell in &self.cells {
            let Some(class) = Class::ALL.get(usize::from(cell.class)) else { continue };
            let steps = cell.steps.iter().scan(0_u64, |value, (distance, n)| {
                *value = value.saturating_add(*distance);
                Some((*value, *n))
            });
            recorder.merge_cell(
                SeriesId(cell.series),
                cell.phase as usize,
                *class,
                &cell.moments,
                cell.overflow,
                steps,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Errno, Shape};

    const SHAPE: Shape = Shape { series: SeriesId::FIXED as usize + 1, phases: 2 };

    fn recorder() -> Recorder {
        let mut recorder = Recorder::new(SHAPE);
        (recorder.engine, recorder.second, recorder.users, recorder.users_max) = (3, 17, 5, 9);
        (recorder.connections_delta, recorder.stall_max) = (-2, Nanos(7));
        (recorder.busy_max, recorder.lived) = (0.25, 8);
        recorder.count(Counter::UserStarted, 4);
        recorder.count(Counter::Status(404), 2);
        recorder.count(Counter::ConnectFailed(Errno(111)), 1);
        for micros in [1, 300, 300, 40_000, 3_600_000_001] {
            recorder.sample(SeriesId::REQUEST, 1, Class::FailedShown, Nanos::from_micros(micros));
        }
        recorder.sample(SeriesId(SeriesId::FIXED), 0, Class::Ok, Nanos::SECOND);
        recorder
    }

    #[test]
    fn a_recorder_survives_the_journey() {
        let delta = Delta::of(&recorder());
        let bytes = postcard::to_stdvec(&delta).unwrap();
        assert!(bytes.len() < 160, "{} bytes", bytes.len());
        let arrived: Delta = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(arrived, delta);
        assert!(arrived.is_sound());
        let mut copy = Recorder::new(SHAPE);
        arrived.fill(&mut copy);
        assert_eq!(Delta::of(&copy), delta);
        let cells = |recorder: &Recorder| -> Vec<_> {
            let cells = recorder.cells();
            cells.map(|(p, s, c, cell)| (p, s, c, cell.moments, cell.histogram.clone())).collect()
        };
        assert_eq!(cells(&copy), cells(&recorder()));
    }

    #[test]
    fn what_is_counted_for_an_engine_adds_to_what_it_counted() {
        let mut delta = Delta::of(&recorder());
        let known = delta.counters.len();
        delta.count(Counter::UserStarted, 3);
        delta.count(Counter::RecordDropped, 1);
        delta.count(Counter::RecordDropped, 1);
        assert!(delta.is_sound());
        assert_eq!(delta.counters.len(), known + 1);
        let mut copy = Recorder::new(SHAPE);
        delta.fill(&mut copy);
        let count = |counter| copy.counters().find(|(known, _)| *known == counter).map(|(_, n)| n);
        assert_eq!((count(Counter::UserStarted), count(Counter::RecordDropped)), (Some(7), Some(2)));
    }

    #[test]
    fn what_no_engine_says_is_found_out() {
        let changed = |change: fn(&mut Delta)| {
            let mut delta = Delta::of(&recorder());
            change(&mut delta);
            delta
        };
        assert!(!changed(|d| d.counters[0].1 = u64::MAX).is_sound());
        assert!(!changed(|d| d.cells[0].moments.mean = f64::NAN).is_sound());
        assert!(!changed(|d| d.cells[0].steps[0].1 = u64::MAX).is_sound());
        assert!(!changed(|d| d.connections_delta = i64::MIN).is_sound());
        assert!(!changed(|d| d.cells[0].moments.count += 1).is_sound());
        assert!(!changed(|d| d.cells[1].steps[0].1 -= 1).is_sound());
        assert!(!changed(|d| d.cells[1].steps[1].0 = 0).is_sound());
        assert!(!changed(|d| d.cells[1].overflow = 6).is_sound());
        assert!(!changed(|d| d.cells.push(d.cells[0].clone())).is_sound());
        assert!(!changed(|d| d.counters.push(d.counters[0])).is_sound());
        let odd = changed(|d| {
            d.cells[0].series = u32::MAX;
            d.cells[1].class = 9;
            d.cells[1].steps[0].0 = u64::MAX;
        });
        let mut recorder = Recorder::new(SHAPE);
        odd.fill(&mut recorder);
        assert_eq!(recorder.cells().count(), 0);
    }
}
