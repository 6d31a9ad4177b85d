//! What one engine saw since it last handed over: counters, and a cell for each series, phase and class.
//!
//! The engine owns one Recorder and writes to it without locks; once a second it hands it over and goes on with another.

use hdrhistogram::Histogram;

use super::{Class, Counter, Moments, SeriesId};
use crate::limits::PHASES_WITH_SERIES;
use crate::time::Nanos;

/// Longest duration that a histogram tells apart, in µs (1 h); longer ones are counted there.
const HISTOGRAM_MAX_US: u64 = 3_600_000_000;
/// Significant digits of a histogram.
const HISTOGRAM_DIGITS: u8 = 2;
/// Status codes below this have a place of their own.
const STATUSES: usize = 1000;

/// How many series and phases a run has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Shape {
    /// Series, fixed ones included.
    pub series: usize,
    /// Arrival phases.
    pub phases: usize,
}

/// Durations of one series, phase and class.
#[derive(Clone, Debug)]
pub struct Cell {
    /// In milliseconds, as Tsung prints them.
    pub moments: Moments,
    /// In microseconds.
    pub histogram: Histogram<u64>,
    /// Values above the histogram's range.
    pub overflow: u64,
}

impl Cell {
    fn new() -> Self {
        // invariant: constant arguments that the library accepts (low 1, high ≥ 2, digits ≤ 5).
        #[expect(clippy::expect_used)]
        let histogram = Histogram::new_with_bounds(1, HISTOGRAM_MAX_US, HISTOGRAM_DIGITS)
            .expect("constant histogram bounds");
        Self { moments: Moments::default(), histogram, overflow: 0 }
    }

    fn add(&mut self, duration: Nanos) {
        let micros = duration.0.div_ceil(1_000);
        self.moments.add((duration.0 / 1_000) as f64 / 1_000.0);
        if micros > HISTOGRAM_MAX_US {
            self.overflow += 1;
        }
        self.histogram.saturating_record(micros.max(1));
    }

    /// The duration that the given share (0 to 1) of all values does not exceed, to the histogram's precision.
    pub fn quantile(&self, share: f64) -> Nanos {
        // The histogram answers with the upper edge of a bucket; no value lies above the greatest.
        let max = Nanos::from_micros((self.moments.max * 1_000.0).round() as u64);
        Nanos::from_micros(self.histogram.value_at_quantile(share)).min(max)
    }

    /// Upper ends of the histogram's filled steps in µs, and what they hold.
    pub fn steps(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.histogram.iter_recorded().map(|step| (step.value_iterated_to(), step.count_at_value()))
    }

    fn clear(&mut self) {
        self.moments = Moments::default();
        self.histogram.reset();
        self.overflow = 0;
    }

    /// Adds all of a cell to one that may not be there yet.
    pub(super) fn merge_into(merged: &mut Option<Box<Self>>, cell: &Self) {
        match merged {
            Some(merged) => merged.merge(cell),
            None => *merged = Some(Box::new(cell.clone())),
        }
    }

    /// Adds all of another cell.
    pub fn merge(&mut self, other: &Self) {
        self.moments.merge(&other.moments);
        self.overflow += other.overflow;
        // invariant: all cells have the same bounds, so nothing can be out of range.
        let _ = self.histogram.add(&other.histogram);
    }
}

/// What one engine saw since it last handed over.
#[derive(Debug)]
pub struct Recorder {
    shape: Shape,
    plain: [u64; Self::PLAIN],
    statuses: Box<[u64; STATUSES]>,
    rare: Vec<(Counter, u64)>,
    cells: Vec<Option<Box<Cell>>>,
    /// Change in the number of open connections.
    pub connections_delta: i64,
    /// Live users when it was handed over.
    pub users: u64,
    /// Most live users at once.
    pub users_max: u64,
    /// Which engine it belongs to: gauges of several engines add up, those of one replace each other.
    pub engine: u32,
    /// Which second of the run this is about (seconds since its start, rounded down).
    pub second: u64,
    /// Longest time for which something that came up had to wait for the engine, for the verdict.
    pub stall_max: Nanos,
    /// Highest share of a second (0 to 1) in which the engine had a core or waited for one, for the verdict.
    pub busy_max: f64,
    /// User·nanoseconds that its users lived, for the verdict.
    pub lived: u64,
}

impl Recorder {
    /// So many of the first of [`Counter::DATALESS`] have a place of their own.
    const PLAIN: usize = 13;

    /// An empty one.
    pub fn new(shape: Shape) -> Self {
        let phases = shape.phases.clamp(1, PHASES_WITH_SERIES);
        Self {
            shape: Shape { series: shape.series, phases },
            plain: [0; Self::PLAIN],
            statuses: Box::new([0; STATUSES]),
            rare: Vec::new(),
            cells: (0..shape.series * phases * Class::ALL.len()).map(|_| None).collect(),
            connections_delta: 0,
            users: 0,
            users_max: 0,
            engine: 0,
            second: 0,
            stall_max: Nanos::ZERO,
            busy_max: 0.0,
            lived: 0,
        }
    }

    /// Counts `n` events.
    pub fn count(&mut self, counter: Counter, n: u64) {
        if let Some(index) = Self::plain_index(counter) {
            self.plain[index] += n;
        } else if let Counter::Status(status) = counter
            && let Some(cell) = self.statuses.get_mut(usize::from(status))
        {
            *cell += n;
        } else {
            match self.rare.binary_search_by_key(&counter, |(c, _)| *c) {
                Ok(at) => self.rare[at].1 += n,
                Err(at) => self.rare.insert(at, (counter, n)),
            }
        }
    }

    /// Adds a duration. Phases beyond the limit share the last one's cells.
    pub fn sample(&mut self, series: SeriesId, phase: usize, class: Class, duration: Nanos) {
        let phase = phase.min(self.shape.phases - 1);
        let index = (phase * self.shape.series + series.index()) * Class::ALL.len() + class as usize;
        if let Some(cell) = self.cells.get_mut(index) {
            cell.get_or_insert_with(|| Box::new(Cell::new())).add(duration);
        }
    }

    /// Adds what another recorder's cell holds. Series that this one does not have are left out.
    pub(super) fn merge_cell(
        &mut self,
        series: SeriesId,
        phase: usize,
        class: Class,
        moments: &Moments,
        overflow: u64,
        steps: impl Iterator<Item = (u64, u64)>,
    ) {
        if series.index() >= self.shape.series {
            return;
        }
        let phase = phase.min(self.shape.phases - 1);
        let index = (phase * self.shape.series + series.index()) * Class::ALL.len() + class as usize;
        if let Some(cell) = self.cells.get_mut(index) {
            let cell = cell.get_or_insert_with(|| Box::new(Cell::new()));
            cell.moments.merge(moments);
            cell.overflow += overflow;
            steps.for_each(|(value, n)| cell.histogram.saturating_record_n(value.max(1), n));
        }
    }

    /// All counters that are not zero.
    pub fn counters(&self) -> impl Iterator<Item = (Counter, u64)> + '_ {
        let plain = Counter::DATALESS.into_iter().zip(self.plain);
        let statuses =
            self.statuses.iter().enumerate().map(|(status, n)| (Counter::Status(status as u16), *n));
        plain.chain(statuses).chain(self.rare.iter().copied()).filter(|(_, n)| *n > 0)
    }

    /// All cells that have values: phase, series, class.
    pub fn cells(&self) -> impl Iterator<Item = (usize, SeriesId, Class, &Cell)> + '_ {
        let (series, classes) = (self.shape.series, Class::ALL.len());
        self.cells.iter().enumerate().filter_map(move |(index, cell)| {
            let cell = cell.as_deref().filter(|cell| cell.moments.count > 0)?;
            let id = SeriesId((index / classes % series) as u32);
            Some((index / classes / series, id, Class::ALL[index % classes], cell))
        })
    }

    /// Empties it, keeping its memory and its engine.
    pub fn clear(&mut self) {
        self.plain = [0; Self::PLAIN];
        *self.statuses = [0; STATUSES];
        self.rare.clear();
        self.cells.iter_mut().flatten().filter(|cell| cell.moments.count > 0).for_each(|cell| cell.clear());
        self.connections_delta = 0;
        (self.users, self.users_max, self.second) = (0, 0, 0);
        (self.stall_max, self.busy_max, self.lived) = (Nanos::ZERO, 0.0, 0);
    }

    const fn plain_index(counter: Counter) -> Option<usize> {
        Some(match counter {
            Counter::UserStarted => 0,
            Counter::UserFinished => 1,
            Counter::NewPhase => 2,
            Counter::BytesSent => 3,
            Counter::BytesReceived => 4,
            Counter::Match => 5,
            Counter::NoMatch => 6,
            Counter::MatchLoop => 7,
            Counter::MatchRestart => 8,
            Counter::MatchRestartAbort => 9,
            Counter::MatchStop => 10,
            Counter::RepeatLimit => 11,
            Counter::IfUndefined => 12,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape { series: SeriesId::FIXED as usize + 2, phases: 2 };

    #[test]
    fn counters_of_all_kinds_are_kept_apart() {
        let mut recorder = Recorder::new(SHAPE);
        for (index, counter) in Counter::DATALESS.into_iter().take(Recorder::PLAIN).enumerate() {
            assert_eq!(Recorder::plain_index(counter), Some(index));
            recorder.count(counter, index as u64 + 1);
        }
        recorder.count(Counter::Status(404), 2);
        recorder.count(Counter::Status(65000), 3);
        recorder.count(Counter::ConnectFailed(super::super::Errno(111)), 4);
        recorder.count(Counter::ConnectFailed(super::super::Errno(110)), 5);
        assert_eq!(recorder.counters().count(), Recorder::PLAIN + 4);
        assert_eq!(recorder.counters().map(|(_, n)| n).sum::<u64>(), (1..=13).sum::<u64>() + 14);
        recorder.clear();
        assert_eq!(recorder.counters().count(), 0);
    }

    #[test]
    fn samples_land_in_their_cell_and_late_phases_share_the_last() {
        let mut recorder = Recorder::new(SHAPE);
        recorder.sample(SeriesId::PAGE, 1, Class::FailedShown, Nanos::from_micros(1_500));
        recorder.sample(SeriesId::PAGE, 9, Class::FailedShown, Nanos::from_micros(2_500));
        let cells: Vec<_> = recorder.cells().collect();
        let [(1, SeriesId::PAGE, Class::FailedShown, cell)] = cells.as_slice() else { panic!("{cells:?}") };
        assert_eq!((cell.moments.count, cell.moments.mean, cell.moments.max), (2, 2.0, 2.5));
    }
}
