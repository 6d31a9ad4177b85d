//! Statistics: what is counted and timed, per engine ([`Recorder`]), and how the pieces become windows and totals.
//!
//! Events are typed; what they are called in a file is the business of the front end that writes it.

mod counter;
mod delta;
mod evidence;
mod gauges;
mod moments;
mod phases;
mod recorder;
mod sampled;
mod series;
mod threshold;
mod timeline;
mod verdict;

pub use counter::{Counter, Errno};
pub use delta::Delta;
pub use evidence::Incident;
pub use moments::Moments;
pub use recorder::{Cell, Recorder, Shape};
pub use series::{Class, SeriesId, SeriesKind};
pub use threshold::{
    Catalogue, Comparison, Condition, Draft, Expected, Figure, Measure, Rule, RuleError, RuleResult,
    Statistic, Windows,
};
pub use timeline::Timeline;
pub use verdict::{Finding, Grade, LIMITS, Limits, Reason, Verdict};
