//! Sessions that nobody runs, and phases that never start.

use crate::diagnostic::{Lint, Report};
use crate::limits;
use crate::lower::session_matches;
use crate::xml::Element;

pub(super) fn judge(root: &Element, report: &mut Report<'_>) {
    // What was refused may have been what is missing.
    let Some(load) = root.child("load").filter(|load| is_whole(load)) else {
        return;
    };
    if super::sessions(root).count().saturating_mul(names_in(load)) <= limits::NAMES_COMPARED_MAX {
        unused_sessions(root, load, report);
    }
    if let Some(secs) = duration_secs(load) {
        unreachable_phase(load, secs, report);
    }
}

fn is_whole(element: &Element) -> bool {
    !element.is_incomplete() && element.children.iter().all(is_whole)
}

/// The duration of the load in seconds, unless it has none.
pub(super) fn duration_secs(load: &Element) -> Option<u64> {
    let duration = load.sound()?.integer("duration")?.value;
    let secs = duration.checked_mul(millis(load)? / 1_000)?;
    (secs > 0).then_some(secs)
}

/// Milliseconds of the unit.
fn millis(element: &Element) -> Option<u64> {
    Some(match element.value("unit")?.value {
        "hour" => 3_600_000,
        "minute" => 60_000,
        "second" => 1_000,
        _ => 1,
    })
}

/// How many names of sessions it has.
fn names_in(load: &Element) -> usize {
    let setups = load.children_named("arrivalphase").map(|phase| phase.children.len()).sum::<usize>();
    load.children_named("user").count() + setups
}

fn unused_sessions(root: &Element, load: &Element, report: &mut Report<'_>) {
    let phases: Vec<&Element> = load.children_named("arrivalphase").collect();
    for session in super::sessions(root).filter_map(Element::sound) {
        let Some(name) = session.written("name") else {
            continue;
        };
        let own = popularity(session);
        let chosen = phases.iter().any(|phase| {
            let setups = phase.children_named("session_setup");
            let setup = setups
                .filter(|setup| {
                    setup.value("name").is_some_and(|pattern| session_matches(pattern.value, name.value))
                })
                .last();
            // A share that is not given is an error of its own.
            setup.map_or(own, popularity).is_none_or(|share| share > 0.0)
        });
        let named = load.children_named("user").any(|user| {
            user.value("session").is_some_and(|pattern| session_matches(pattern.value, name.value))
        });
        if !chosen && !named {
            report.lint(session.at, Lint::SessionNeverUsed { session: name.value.to_owned() });
        }
    }
}

fn popularity(element: &Element) -> Option<f64> {
    element.number("probability").or_else(|| element.number("weight")).map(|share| share.value)
}

/// Only the first one: those after it never start either.
fn unreachable_phase(load: &Element, duration_secs: u64, report: &mut Report<'_>) {
    let phases = load.children_named("arrivalphase").filter_map(|phase| {
        let millis = phase.integer("duration")?.value.checked_mul(millis(phase)?)?;
        Some((phase.integer("phase")?, millis))
    });
    let mut phases: Vec<_> = phases.collect();
    phases.sort_by_key(|(number, _)| number.value);
    let mut start_ms: u64 = 0;
    for (number, millis) in phases {
        if start_ms >= duration_secs.saturating_mul(1_000) {
            let (phase, start_secs) = (number.value, start_ms / 1_000);
            report.lint(number.at, Lint::PhaseNeverStarts { phase, start_secs, duration_secs });
            return;
        }
        start_ms = start_ms.saturating_add(millis);
    }
}
