//! Loops that do not end before the run does, and repeats that count on where they stopped.

use std::collections::HashSet;

use super::load::duration_secs;
use crate::diagnostic::{Again, Lint, Report};
use crate::table::number;
use crate::xml::Element;

pub(super) fn judge(root: &Element, report: &mut Report<'_>) {
    let duration = root.child("load").and_then(duration_secs);
    let overridden = has_global_think(root);
    for session in super::sessions(root) {
        if let Some(duration_secs) = duration {
            let _ = outlives(&session.children, duration_secs, overridden, report);
        }
        Repeats::default().judge(&session.children, report);
    }
}

/// Whether an option changes how long a pause with a value of its own is.
fn has_global_think(root: &Element) -> bool {
    let options = root.children_named("options").flat_map(|options| options.children_named("option"));
    let mut options =
        options.filter(|option| option.value("name").is_none_or(|name| name.value == "thinktime"));
    options.any(|option| {
        option.refused_attributes
            || option.is_true("override")
            || option.is_true("random")
            || option.written("min").is_some()
            || option.written("max").is_some()
    })
}

/// Looks for loops that outlive the load, and tells how long the steps take at least, and whether a loop among them was named.
fn outlives(steps: &[Element], duration_secs: u64, overridden: bool, report: &mut Report<'_>) -> (f64, bool) {
    let (mut least, mut named) = (0.0, false);
    for step in steps {
        match step.name() {
            "thinktime" if !overridden => least += pause_secs(step),
            "for" => {
                let (once, inner_named) = outlives(&step.children, duration_secs, overridden, report);
                named |= inner_named;
                let loop_secs = once * rounds(step);
                let outlives = loop_secs > duration_secs as f64;
                if outlives && may_end_early(step) {
                    least += once;
                    continue;
                }
                // The innermost one is named, those around it follow from it.
                if outlives && !inner_named {
                    report.lint(step.at, Lint::LoopOutlivesLoad { loop_secs, duration_secs });
                    named = true;
                }
                least += loop_secs;
            }
            "if" => {
                // Its steps may be passed over.
                named |= outlives(&step.children, duration_secs, overridden, report).1;
            }
            "request" => {}
            _ => {
                let (inner, inner_named) = outlives(&step.children, duration_secs, overridden, report);
                least += inner;
                named |= inner_named;
            }
        }
    }
    (least, named)
}

/// How long a pause is at least.
fn pause_secs(step: &Element) -> f64 {
    match (step.written("value"), step.integer("min")) {
        (Some(value), None) if !step.is_true("random") => number(value.value).unwrap_or(0.0),
        (None, Some(min)) => min.value as f64,
        _ => 0.0,
    }
}

/// How often the body runs; 1 where that is not known.
fn rounds(step: &Element) -> f64 {
    let known = |name| step.integer(name).map(|number| number.value);
    match (known("from"), known("to"), known("incr")) {
        (Some(from), Some(to), Some(increment)) if to > from && increment > 0 => {
            ((to - from).div_ceil(increment) + 1) as f64
        }
        _ => 1.0,
    }
}

/// Whether a step inside may end the user, or set the counter.
fn may_end_early(step: &Element) -> bool {
    let counter = step.written("var").map_or("", |name| name.value.trim());
    let ends = |inner: &Element| match inner.name() {
        "abort" => true,
        "match" => {
            inner.value("do").is_none_or(|action| !matches!(action.value, "continue" | "log" | "dump"))
        }
        _ => sets(inner).any(|name| name == counter),
    };
    // What was refused may have been such a step.
    step.is_incomplete() || step.descendants().any(|inner| inner.is_incomplete() || ends(inner))
}

/// Repeats of one session.
#[derive(Default)]
struct Repeats<'a> {
    /// What runs the steps more than once, outermost first.
    open: Vec<&'static str>,
    /// What the outermost of these sets.
    set: HashSet<&'a str>,
    /// Counters that have counted.
    counted: HashSet<&'a str>,
}

impl<'a> Repeats<'a> {
    fn judge(&mut self, steps: &'a [Element], report: &mut Report<'_>) {
        for step in steps {
            for name in sets(step) {
                self.counted.remove(name);
            }
            let is_loop = matches!(step.name(), "for" | "foreach" | "repeat");
            if step.name() == "repeat"
                && let Some(name) = step.written("name")
            {
                let again = match self.open.last() {
                    Some(_) if self.set.contains(name.value) => None,
                    Some(around) => Some(Again::In(around)),
                    None => self.counted.contains(name.value).then_some(Again::SameName),
                };
                if let Some(again) = again {
                    report.lint(name.at, Lint::RepeatCountsOn { name: name.value.to_owned(), again });
                }
                self.counted.insert(name.value);
            }
            if is_loop {
                if self.open.is_empty() {
                    self.set = step.descendants().chain([step]).flat_map(sets).collect();
                }
                self.open.push(step.name());
            }
            self.judge(&step.children, report);
            if is_loop {
                self.open.pop();
            }
        }
    }
}

/// The variables that a step sets itself, apart from the counter of a repeat.
fn sets(step: &Element) -> impl Iterator<Item = &str> {
    let name = match step.name() {
        "var" | "dyn_variable" => step.written("name"),
        "for" => step.written("var"),
        _ => None,
    };
    name.into_iter().map(|name| name.value.trim())
}
