//! Thresholds: rules under which a run fails, such as `p99(tr_login) > 300ms` or `errors > 5 in any window`.
//!
//! A rule is read twice: [`Draft::parse`] knows the grammar, [`Draft::resolve`] the names of a run. Its figures are over all
//! outcomes, failures and cut users included: what failed must not make a percentile look better.
//!
//! ```text
//! rule    = "invalid" | "doubtful" | figure comparison bound [ "in any window" ]
//! figure  = ("p" number | "mean" | "min" | "max") "(" series ")" | "count(" series ")" | "errors" [ "(" counter ")" ]
//! bound   = number ("us" | "ms" | "s") for durations, number for counts, number [ "%" ] for errors: share of the requests
//! ```

mod gate;
mod syntax;

pub(super) use gate::{Gate, Totals};
pub use syntax::{Draft, Expected, RuleError};

use super::{Counter, Grade, SeriesId};
use crate::time::Nanos;

/// The names that rules of a run may use, as its files show them.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// All series.
    pub series: Vec<(String, SeriesId)>,
    /// All counters; several may share a name.
    pub counters: Vec<(String, Counter)>,
}

/// A condition under which the run fails.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// As it was written.
    pub text: String,
    /// What it says.
    pub condition: Condition,
}

/// When a run fails.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// The verdict is this one or a worse one.
    Verdict(Grade),
    /// A figure is beyond a bound.
    Figure {
        /// What is looked at.
        measure: Measure,
        /// How it is compared.
        comparison: Comparison,
        /// With what: in milliseconds, percent, or a number, as the measure has it.
        bound: f64,
        /// In any window; else over the whole run.
        any_window: bool,
    },
}

/// What a rule looks at.
#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// Durations of a series, in milliseconds.
    Duration(Statistic, SeriesId),
    /// How many values a series has.
    Count(SeriesId),
    /// How often these counted: all that are errors, where none are named.
    Errors {
        /// Those named.
        counters: Option<Vec<Counter>>,
        /// In percent of the requests, failed ones included.
        percent: bool,
    },
}

/// A figure of many durations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic {
    /// The duration that this share (0 to 1) does not exceed.
    Quantile(f64),
    /// The mean.
    Mean,
    /// The least.
    Min,
    /// The greatest.
    Max,
}

/// How a figure is compared with its bound.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Comparison {
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
}

impl Comparison {
    fn holds(self, figure: f64, bound: f64) -> bool {
        match self {
            Self::Above => figure > bound,
            Self::AtLeast => figure >= bound,
            Self::Below => figure < bound,
            Self::AtMost => figure <= bound,
        }
    }

    /// Whichever is nearer to failing.
    const fn worse(self, one: f64, other: f64) -> f64 {
        match self {
            Self::Above | Self::AtLeast => one.max(other),
            Self::Below | Self::AtMost => one.min(other),
        }
    }
}

/// What came of a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleResult {
    /// The rule as it was written.
    pub rule: String,
    /// The run does not fail by it.
    pub passed: bool,
    /// What was seen; of a rule about windows the worst one's.
    pub figure: Figure,
    /// For a rule about windows that had values.
    pub windows: Option<Windows>,
}

/// Where a rule about windows stood worst.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Windows {
    /// End of the worst window.
    pub worst_end: Nanos,
    /// How many failed.
    pub failed: u64,
}

/// What a rule saw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// The verdict.
    Grade(Grade),
    /// A duration in milliseconds.
    Milliseconds(f64),
    /// A number.
    Number(f64),
    /// A share in percent.
    Percent(f64),
    /// Nothing that could be measured: a gate that measured nothing must not pass.
    NoValues,
}
