//! Rules at work: what they need of each window is kept, the rest is asked for at the end.

use std::collections::BTreeMap;

use super::{Condition, Figure, Measure, Rule, RuleResult, Statistic, Windows};
use crate::stats::{Cell, Counter, Grade, SeriesId};
use crate::time::Nanos;

/// What a span of the run, a window or the whole, can be asked for.
pub(in crate::stats) trait Totals {
    /// All values of a series, whatever became of them.
    fn cell(&self, series: SeriesId) -> Option<Cell>;
    /// How often these counted; all that are errors, where none are named.
    fn count(&self, counters: Option<&[Counter]>) -> u64;
    /// Requests that ended, one way or the other.
    fn requests(&self) -> u64;
}

/// The rules of a run.
#[derive(Debug, Default)]
pub(in crate::stats) struct Gate {
    rules: Vec<Watched>,
    /// The open window's values of those series that rules about windows name.
    window: BTreeMap<SeriesId, Option<Box<Cell>>>,
    /// Requests that ended in the open window.
    requests: u64,
}

#[derive(Debug)]
struct Watched {
    rule: Rule,
    /// The worst window so far.
    worst: Option<(f64, Windows)>,
}

/// The open window.
struct OpenWindow<'a, F> {
    gate: &'a Gate,
    counted: F,
}

impl<F: Fn(Option<&[Counter]>) -> u64> Totals for OpenWindow<'_, F> {
    fn cell(&self, series: SeriesId) -> Option<Cell> {
        self.gate.window.get(&series)?.as_deref().cloned()
    }

    fn count(&self, counters: Option<&[Counter]>) -> u64 {
        (self.counted)(counters)
    }

    fn requests(&self) -> u64 {
        self.gate.requests
    }
}

impl Gate {
    pub(in crate::stats) fn new(rules: Vec<Rule>) -> Self {
        let named = |rule: &Rule| match &rule.condition {
            Condition::Figure {
                measure: Measure::Duration(_, series) | Measure::Count(series),
                any_window: true,
                ..
            } => Some((*series, None)),
            _ => None,
        };
        let window = rules.iter().filter_map(named).collect();
        let rules = rules.into_iter().map(|rule| Watched { rule, worst: None }).collect();
        Self { rules, window, requests: 0 }
    }

    /// Takes values of the open window.
    pub(in crate::stats) fn record(&mut self, series: SeriesId, cell: &Cell) {
        if series == SeriesId::REQUEST {
            self.requests += cell.moments.count;
        }
        if let Some(window) = self.window.get_mut(&series) {
            Cell::merge_into(window, cell);
        }
    }

    /// The open window ends; `counted` tells how often counters counted in it.
    pub(in crate::stats) fn close_window(&mut self, at: Nanos, counted: impl Fn(Option<&[Counter]>) -> u64) {
        let mut rules = std::mem::take(&mut self.rules);
        let totals = OpenWindow { gate: self, counted };
        for Watched { rule, worst } in &mut rules {
            let Condition::Figure { measure, comparison, bound, any_window: true } = &rule.condition else {
                continue;
            };
            let Some(figure) = measured(measure, &totals) else { continue };
            let failed = u64::from(comparison.holds(figure, *bound));
            *worst = Some(match worst.take() {
                Some((before, windows)) if comparison.worse(before, figure) == before => {
                    (before, Windows { failed: windows.failed + failed, ..windows })
                }
                earlier => {
                    let failed = failed + earlier.map_or(0, |(_, windows)| windows.failed);
                    (figure, Windows { worst_end: at, failed })
                }
            });
        }
        self.rules = rules;
        self.window.values_mut().for_each(|cell| *cell = None);
        self.requests = 0;
    }

    /// What became of the rules, in their order.
    pub(in crate::stats) fn results(&self, totals: &impl Totals, verdict: Grade) -> Vec<RuleResult> {
        self.rules.iter().map(|watched| watched.result(totals, verdict)).collect()
    }
}

impl Watched {
    fn result(&self, totals: &impl Totals, verdict: Grade) -> RuleResult {
        let rule = self.rule.text.clone();
        let (measure, comparison, bound, any_window) = match &self.rule.condition {
            Condition::Verdict(grade) => {
                let figure = Figure::Grade(verdict);
                return RuleResult { rule, passed: verdict < *grade, figure, windows: None };
            }
            Condition::Figure { measure, comparison, bound, any_window } => {
                (measure, *comparison, *bound, *any_window)
            }
        };
        let seen = if any_window {
            self.worst.map(|(figure, windows)| (figure, Some(windows)))
        } else {
            measured(measure, totals).map(|figure| (figure, None))
        };
        let Some((figure, windows)) = seen else {
            return RuleResult { rule, passed: false, figure: Figure::NoValues, windows: None };
        };
        let passed = !comparison.holds(figure, bound);
        RuleResult { rule, passed, figure: in_units(measure, figure), windows }
    }
}

const fn in_units(measure: &Measure, figure: f64) -> Figure {
    match measure {
        Measure::Duration(..) => Figure::Milliseconds(figure),
        Measure::Errors { percent: true, .. } => Figure::Percent(figure),
        Measure::Count(_) | Measure::Errors { percent: false, .. } => Figure::Number(figure),
    }
}

/// The figure; none where there is nothing to measure.
fn measured(measure: &Measure, totals: &impl Totals) -> Option<f64> {
    match measure {
        Measure::Duration(statistic, series) => {
            let cell = totals.cell(*series).filter(|cell| cell.moments.count > 0)?;
            Some(match statistic {
                Statistic::Quantile(share) => cell.quantile(*share).as_secs_f64() * 1e3,
                Statistic::Mean => cell.moments.mean,
                Statistic::Min => cell.moments.min,
                Statistic::Max => cell.moments.max,
            })
        }
        Measure::Count(series) => Some(totals.cell(*series).map_or(0, |cell| cell.moments.count) as f64),
        Measure::Errors { counters, percent } => {
            let errors = totals.count(counters.as_deref());
            if !percent {
                return Some(errors as f64);
            }
            let requests = totals.requests();
            // Errors that left no request count as if there had been one: nothing but errors is no good share.
            (requests > 0 || errors > 0).then(|| errors as f64 * 100.0 / requests.max(1) as f64)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Catalogue, Draft};
    use super::*;
    use crate::sink::EndReason;
    use crate::stats::{Class, Errno, Recorder, Shape, Timeline};

    const SHAPE: Shape = Shape { series: SeriesId::FIXED as usize, phases: 2 };

    fn names() -> Catalogue {
        Catalogue {
            series: vec![("request".to_owned(), SeriesId::REQUEST), ("page".to_owned(), SeriesId::PAGE)],
            counters: vec![("refused".to_owned(), Counter::ConnectFailed(Errno(111)))],
        }
    }

    /// Requests in ms with their class, and refused connects, in one window.
    type Seen<'a> = (&'a [(u64, Class)], u64);

    fn run(rule: &str, windows: &[Seen<'_>]) -> RuleResult {
        let rule = Draft::parse(rule).unwrap().resolve(&names()).unwrap();
        let mut timeline = Timeline::new(SHAPE, 0, Vec::new());
        timeline.watch(vec![rule]);
        for (index, (requests, refused)) in windows.iter().enumerate() {
            let mut recorder = Recorder::new(SHAPE);
            recorder.second = index as u64 * 10;
            for (phase, (ms, class)) in requests.iter().enumerate() {
                recorder.sample(SeriesId::REQUEST, phase, *class, Nanos::from_millis(*ms));
            }
            recorder.count(Counter::ConnectFailed(Errno(111)), *refused);
            timeline.record(&recorder);
            timeline.close_window(Nanos::from_secs(10 * (index as u64 + 1)), 0, false);
        }
        let summary = timeline.finish(EndReason::Completed, 0.0, Nanos::SECOND, 0);
        let [result] = summary.thresholds.as_slice() else { panic!("{:?}", summary.thresholds) };
        result.clone()
    }

    fn check(rule: &str, windows: &[Seen<'_>], passed: bool, figure: Figure) {
        let result = run(rule, windows);
        assert_eq!((result.passed, result.figure), (passed, figure), "{rule}");
    }

    const OK: Class = Class::Ok;

    #[test]
    fn figures_of_the_whole_run_hold_failures_and_all_phases() {
        let seen: &[Seen<'_>] =
            &[(&[(10, OK), (20, Class::FailedShown)], 0), (&[(90, Class::FailedHidden)], 1)];
        check("max(request) > 80ms", seen, false, Figure::Milliseconds(90.0));
        check("max(request) > 90ms", seen, true, Figure::Milliseconds(90.0));
        check("max(request) >= 90ms", seen, false, Figure::Milliseconds(90.0));
        check("p99(request) > 89ms", seen, false, Figure::Milliseconds(90.0));
        check("min(request) < 10ms", seen, true, Figure::Milliseconds(10.0));
        check("min(request) <= 10ms", seen, false, Figure::Milliseconds(10.0));
        check("mean(request) > 40ms", seen, true, Figure::Milliseconds(40.0));
        check("count(request) < 3", seen, true, Figure::Number(3.0));
        check("count(request) < 4", seen, false, Figure::Number(3.0));
        check("errors > 0", seen, false, Figure::Number(1.0));
        check("errors(refused) > 1", seen, true, Figure::Number(1.0));
        check("errors > 33%", seen, false, Figure::Percent(100.0 / 3.0));
    }

    #[test]
    fn a_gate_that_measured_nothing_does_not_pass() {
        for rule in ["p99(page) > 1s", "mean(page) < 1s", "max(page) > 1s in any window", "errors > 1%"] {
            check(rule, &[(&[], 0)], false, Figure::NoValues);
        }
        check("count(page) > 0", &[(&[], 0)], true, Figure::Number(0.0));
        check("errors > 0", &[(&[], 0)], true, Figure::Number(0.0));
        check("errors > 100%", &[(&[], 5)], false, Figure::Percent(500.0));
    }

    #[test]
    fn one_bad_window_fails_a_rule_about_windows() {
        let seen: &[Seen<'_>] = &[(&[(10, OK)], 1), (&[(90, OK), (90, OK)], 0), (&[], 0), (&[(70, OK)], 4)];
        let result = run("max(request) > 60ms in any window", seen);
        let windows = Windows { worst_end: Nanos::from_secs(20), failed: 2 };
        assert_eq!((result.passed, result.windows), (false, Some(windows)));
        assert_eq!(result.figure, Figure::Milliseconds(90.0));
        check("mean(request) > 89ms", seen, true, Figure::Milliseconds(65.0));
        // Each window stands alone: nothing of an earlier one is left in a later one.
        let result = run("min(request) < 20ms in any window", seen);
        assert_eq!(result.windows, Some(Windows { worst_end: Nanos::from_secs(10), failed: 1 }));
        let result = run("errors > 3 in any window", seen);
        assert_eq!((result.passed, result.figure), (false, Figure::Number(4.0)));
        assert_eq!(result.windows, Some(Windows { worst_end: Nanos::from_secs(40), failed: 1 }));
        check("errors > 4 in any window", seen, true, Figure::Number(4.0));
        check("errors > 400% in any window", seen, true, Figure::Percent(400.0));
        check("count(request) < 1 in any window", seen, false, Figure::Number(0.0));
        check("max(request) > 90ms in any window", seen, true, Figure::Milliseconds(90.0));
    }

    #[test]
    fn rules_about_the_verdict() {
        let verdict = |rule: &str, errno, refused| {
            let rule = Draft::parse(rule).unwrap().resolve(&names()).unwrap();
            let mut timeline = Timeline::new(SHAPE, 0, Vec::new());
            timeline.watch(vec![rule]);
            let mut recorder = Recorder::new(SHAPE);
            recorder.count(Counter::ConnectFailed(Errno(errno)), 1);
            recorder.count(Counter::RecordDropped, refused);
            timeline.record(&recorder);
            let result = timeline.finish(EndReason::Completed, 0.0, Nanos::SECOND, 0).thresholds.remove(0);
            (result.passed, result.figure)
        };
        for (rule, valid, doubtful) in [("invalid", true, true), ("doubtful", true, false)] {
            assert_eq!(verdict(rule, 111, 0), (valid, Figure::Grade(Grade::Valid)));
            assert_eq!(verdict(rule, 111, 1), (doubtful, Figure::Grade(Grade::Doubtful)));
            assert_eq!(verdict(rule, 24, 1), (false, Figure::Grade(Grade::Invalid)));
        }
    }

    #[test]
    fn only_named_series_are_kept_by_window() {
        let rule = |text: &str| Draft::parse(text).unwrap().resolve(&names()).unwrap();
        let gate =
            Gate::new(vec![rule("p50(page) > 1s"), rule("p50(request) > 1s in any window"), rule("invalid")]);
        assert_eq!(gate.window.keys().collect::<Vec<_>>(), [&SeriesId::REQUEST]);
    }
}
