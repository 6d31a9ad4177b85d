//! One line of samples, window by window: the window's own columns, the range of the whole run, and the mean of all windows
//! before, as Tsung prints them.

use super::Moments;
use crate::sink::{SampleName, SampleRow};

/// Values of one series or host metric.
#[derive(Clone, Debug, Default)]
pub(super) struct Sampled {
    window: Moments,
    /// Range of the closed windows; none before the first that had values.
    range: Option<(f64, f64)>,
    earlier_mean: f64,
    earlier_count: u64,
}

impl Sampled {
    /// Adds one value to the open window.
    pub(super) fn add(&mut self, value: f64) {
        self.window.add(value);
    }

    /// Adds many.
    pub(super) fn merge(&mut self, moments: &Moments) {
        self.window.merge(moments);
    }

    /// The row of the open window, and a new one; none as long as no value ever came.
    pub(super) fn close(&mut self, name: SampleName) -> Option<SampleRow> {
        let window = std::mem::take(&mut self.window);
        let first = self.range.is_none();
        let (min, max) = match (self.range, window.count) {
            (None, 0) => return None,
            (Some(range), 0) => range,
            (None, _) => (window.min, window.max),
            (Some((min, max)), _) => (min.min(window.min), max.max(window.max)),
        };
        let row = SampleRow {
            name,
            count: window.count,
            mean: window.mean,
            deviation: window.deviation(),
            max,
            min,
            earlier_mean: self.earlier_mean,
            earlier_count: self.earlier_count,
            first,
        };
        self.range = Some((min, max));
        if window.count > 0 {
            let (before, now) = (self.earlier_count as f64, window.count as f64);
            self.earlier_mean = (self.earlier_mean * before + window.mean * now) / (before + now);
            self.earlier_count += window.count;
        }
        Some(row)
    }
}
