//! Sessions that nobody runs, and phases that never start.

use crate::ast::Unit;
use crate::diagnostic::{Lint, Markup, Report};
use crate::lower::SessionNames;
use crate::xml::Element;

pub(super) fn judge(root: &Element, report: &mut Report<'_>) {
    // What was refused may have been what is missing.
    let Some(load) = root.child("load").filter(|load| is_whole(load)) else {
        return;
    };
    unused_sessions(root, load, report);
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
    let secs = duration.checked_mul(Unit::read(load)?.millis() / 1_000)?;
    (secs > 0).then_some(secs)
}

fn unused_sessions(root: &Element, load: &Element, report: &mut Report<'_>) {
    let sessions = super::sessions(root).filter_map(Element::sound);
    let sessions: Vec<_> =
        sessions.filter_map(|session| Some((session, session.written("name")?.value))).collect();
    // Patterns that cannot be followed are an error of their own.
    let Ok(used) = used(&sessions, load) else {
        return;
    };
    for ((session, name), _) in sessions.iter().zip(used).filter(|(_, used)| !used) {
        report.lint(session.at, Lint::SessionNeverUsed { session: (*name).to_owned() });
    }
}

/// Which sessions a user of the load can run.
fn used(sessions: &[(&Element, &str)], load: &Element) -> Result<Vec<bool>, Markup> {
    // A share that is not given is an error of its own.
    let is_chosen = |element| popularity(element).is_none_or(|share| share > 0.0);
    let mut names = SessionNames::new(sessions.iter().map(|(_, name)| *name));
    let mut used = vec![false; sessions.len()];
    for pattern in load.children_named("user").filter_map(|user| user.value("session")) {
        names.matching(pattern.value)?.iter().for_each(|&session| used[session] = true);
    }
    // In how many phases each session has another share than its own, and the last of these phases.
    let mut set = vec![(0, 0); sessions.len()];
    let mut phases = 0;
    for phase in load.children_named("arrivalphase") {
        phases += 1;
        let setups: Vec<_> = phase.children_named("session_setup").collect();
        // The last one that fits holds.
        for (setup, pattern) in setups.iter().rev().filter_map(|setup| Some((setup, setup.value("name")?))) {
            for &session in names.matching(pattern.value)?.iter() {
                let (count, last) = &mut set[session];
                if *last != phases {
                    (*count, *last) = (*count + 1, phases);
                    used[session] |= is_chosen(setup);
                }
            }
        }
    }
    for ((used, (count, _)), (session, _)) in used.iter_mut().zip(set).zip(sessions) {
        *used |= count < phases && is_chosen(session);
    }
    Ok(used)
}

fn popularity(element: &Element) -> Option<f64> {
    element.number("probability").or_else(|| element.number("weight")).map(|share| share.value)
}

/// Only the first one: those after it never start either.
fn unreachable_phase(load: &Element, duration_secs: u64, report: &mut Report<'_>) {
    let phases = load.children_named("arrivalphase").filter_map(|phase| {
        let millis = phase.integer("duration")?.value.checked_mul(Unit::read(phase)?.millis())?;
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
