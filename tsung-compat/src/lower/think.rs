//! `<thinktime>`: what the element says, what the global option says, and which of them counts.

use parrot_core::plan::Think;
use parrot_core::time::Nanos;

use super::options::GlobalThink;
use crate::ast;
use crate::diagnostic::{Language, Problem, Report, Scenario};
use crate::limits;
use crate::table::number;
use crate::xml::Spanned;

/// Seconds of a `<thinktime/>` when nothing is said anywhere (Tsung means 5 and crashes).
const DEFAULT_SECS: f64 = 5.0;

/// The text of a pause that is known at run time. It has no other rules: options and randomness do not apply.
pub(super) fn variable_text(think: &ast::Think) -> Option<&Spanned<String>> {
    think.value.as_ref().filter(|value| value.value.starts_with("%%"))
}

/// Any other pause.
pub(super) fn lower(
    think: &ast::Think,
    global: Option<GlobalThink>,
    report: &mut Report<'_>,
) -> Option<Think> {
    let given = global.unwrap_or_default();
    if let Some(value) = think.value.as_ref().filter(|value| value.value.trim() == "wait_bidi") {
        report.not_yet(value.at, Language::NotYet { what: "thinktime wait_bidi".to_owned() });
        return None;
    }
    let own = own(think, report)?;
    let mean = |secs: f64, random: bool| if random { exponential(secs) } else { fixed(secs) };
    let from_option = |random: bool| match given.range {
        Some((min, max)) => uniform(min, max),
        None => mean(given.value.unwrap_or(DEFAULT_SECS), random),
    };
    Some(match own {
        _ if given.overrides => from_option(given.random),
        Own::Range(min, max) => uniform(min, max),
        Own::Seconds(secs) => match think.random {
            Some(random) => mean(secs, random),
            // A global range wins over a value of its own, as in Tsung.
            None if given.range.is_some() => from_option(given.random),
            None => mean(secs, given.random),
        },
        Own::Nothing => match think.random {
            Some(random) => mean(given.value.unwrap_or(DEFAULT_SECS), random),
            None => from_option(given.random),
        },
    })
}

/// What the element itself says.
enum Own {
    Nothing,
    Seconds(f64),
    Range(u64, u64),
}

fn own(think: &ast::Think, report: &mut Report<'_>) -> Option<Own> {
    match (&think.value, &think.min, &think.max) {
        (None, None, None) => Some(Own::Nothing),
        (Some(value), None, None) => {
            let problem: Problem = match number(&value.value) {
                Some(secs) if secs > limits::SECONDS_MAX as f64 => Language::TooLong.into(),
                Some(secs) if secs > 0.0 => return Some(Own::Seconds(secs)),
                Some(_) => Scenario::ThinkZero.into(),
                None => Scenario::ThinkValue { value: value.value.clone() }.into(),
            };
            report.error(value.at, problem);
            None
        }
        (None, Some(min), Some(max)) if max.value > limits::SECONDS_MAX => {
            report.error(max.at, Language::TooLong);
            (min.value < max.value).then_some(Own::Nothing)
        }
        (None, Some(min), Some(max)) if min.value > 0 && max.value > min.value => {
            Some(Own::Range(min.value, max.value))
        }
        (None, ..) => {
            report.error(think.at, Scenario::ThinkRange);
            None
        }
        (Some(value), ..) => {
            report.error(value.at, Scenario::ThinkValueAndRange);
            None
        }
    }
}

/// Tsung waits whole milliseconds.
fn fixed(secs: f64) -> Think {
    Think::Fixed(Nanos::from_millis((secs * 1_000.0).round() as u64))
}

fn exponential(secs: f64) -> Think {
    Think::Exponential { mean: Nanos::from_secs_f64(secs) }
}

fn uniform(min_secs: u64, max_secs: u64) -> Think {
    Think::Uniform { min_ms: min_secs.saturating_mul(1_000), max_ms: max_secs.saturating_mul(1_000) }
}
