//! Arrival phases and static users.

use std::collections::HashMap;

use parrot_core::plan::{Load, Phase, PopularityId, SessionId, StaticUser};
use parrot_core::time::Nanos;

use super::popularity::{self, Popularities};
use super::tables::to_u32;
use super::wildcard::SessionNames;
use crate::ast::{self, Tsung, Unit, Users};
use crate::diagnostic::{Arrival, Language, Markup, Report};
use crate::limits;
use crate::load::Settings;
use crate::source::Span;
use crate::xml::Spanned;

pub(super) fn lower(tsung: &Tsung, settings: &Settings, report: &mut Report<'_>) -> Load {
    let mut names = SessionNames::new(tsung.sessions.iter().map(|session| session.name.value.as_str()));
    let Popularities { settings: popularities, of_phases } = popularity::lower(tsung, &mut names, report);
    let mut load = Load { warm_up: settings.warm_up, popularities, ..Load::default() };
    let Some(written) = &tsung.load else {
        return load;
    };
    let duration = span(written.duration.0, written.duration.1, report);
    load.duration = (duration > Nanos::ZERO).then_some(duration);
    let mut phases: Vec<Phase> = Vec::new();
    let mut seen: HashMap<u64, Span> = HashMap::new();
    for (phase, popularity) in written.phases.iter().flatten().zip(of_phases) {
        if let Some(first) = seen.get(&phase.number.value) {
            let first = report.map().place(*first);
            let number = phase.number.value;
            report.error(
                phase.number.at,
                Arrival::DuplicatePhase { number, first: (first.line, first.column) },
            );
        }
        seen.entry(phase.number.value).or_insert(phase.number.at);
        phases.extend(lower_phase(phase, popularity, report));
    }
    waiting_phases(written, report);
    phases.sort_by_key(|phase| phase.number);
    load.phases = repeat(&phases, written.repeats, report);
    load.static_users = static_users(written, tsung, &mut names, report);
    load
}

/// Says which phases have to wait for their users: that does not run yet. Behind the last one nothing waits.
fn waiting_phases(load: &ast::Load, report: &mut Report<'_>) {
    let phases = || load.phases.iter().flatten();
    let last = phases().map(|phase| phase.number.value).max();
    for phase in phases().filter(|phase| load.repeats.value > 0 || Some(phase.number.value) != last) {
        if let Some(at) = phase.waits {
            report
                .not_yet(at, Language::NotYet { what: "wait_all_sessions_end of <arrivalphase>".to_owned() });
        }
    }
}

fn lower_phase(
    phase: &ast::ArrivalPhase,
    popularity: PopularityId,
    report: &mut Report<'_>,
) -> Option<Phase> {
    let duration = span(phase.duration.0, phase.duration.1, report);
    let Ok(number) = u32::try_from(phase.number.value) else {
        report.error(phase.number.at, Language::NumberTooLarge { number: phase.number.value });
        return None;
    };
    let Some(users) = &phase.users else {
        report.error(phase.at, Arrival::PhaseWithoutUsers { number });
        return None;
    };
    let (drawn, started) = planned(duration, users, report)?;
    Some(Phase { number, duration, drawn, started, popularity })
}

/// How many users a phase draws arrival times for, and how many of them start.
fn planned(duration: Nanos, users: &Users, report: &mut Report<'_>) -> Option<(u64, u64)> {
    let unit_ms = users.unit.millis() as f64;
    // Users per millisecond, computed in Tsung's order so that halves round the same way.
    let rate = match (users.rate, users.interarrival) {
        (Some(rate), None) if rate.value > 0.0 => rate.value / unit_ms,
        (None, Some(gap)) if gap.value > 0.0 => 1.0 / (gap.value * unit_ms),
        (Some(rate), None) => return not_positive(rate, "arrivalrate", report),
        (None, Some(gap)) => return not_positive(gap, "interarrival", report),
        (Some(_), Some(gap)) => {
            report.error(gap.at, Arrival::RateAndInterarrival);
            return None;
        }
        (None, None) => {
            report.error(users.at, Arrival::NoRate);
            return None;
        }
    };
    let expected = duration.as_millis() as f64 * rate;
    if expected > limits::USERS_OF_PHASE_MAX as f64 {
        report.error(users.at, Arrival::TooManyUsers { limit: limits::USERS_OF_PHASE_MAX });
        return None;
    }
    let drawn = expected.round() as u64;
    let started = users.number_max.map_or(drawn, |max| (max as f64).min(expected).round() as u64);
    Some((drawn, started))
}

fn not_positive<T>(value: Spanned<f64>, attribute: &'static str, report: &mut Report<'_>) -> Option<T> {
    report.error(value.at, Arrival::RateNotPositive { attribute });
    None
}

/// The phases with the copies that `loop` asks for; copies continue the numbering.
fn repeat(phases: &[Phase], repeats: Spanned<u64>, report: &mut Report<'_>) -> Vec<Phase> {
    let Some(last) = phases.last().map(|phase| phase.number) else {
        return Vec::new();
    };
    let runs = repeats.value.saturating_add(1);
    let numbers = u64::from(last).saturating_mul(runs);
    if runs.saturating_mul(phases.len() as u64) > limits::PHASES_MAX || numbers > u64::from(u32::MAX) {
        report.error(repeats.at, Arrival::TooManyPhases { limit: limits::PHASES_MAX });
        return Vec::new();
    }
    let runs = u32::try_from(runs).unwrap_or(u32::MAX);
    let copies = (0..runs).flat_map(|run| {
        phases.iter().map(move |phase| Phase { number: phase.number + run * last, ..phase.clone() })
    });
    copies.collect()
}

fn static_users(
    load: &ast::Load,
    tsung: &Tsung,
    names: &mut SessionNames<'_>,
    report: &mut Report<'_>,
) -> Vec<StaticUser> {
    let mut users = Vec::new();
    for user in &load.users {
        let (start, unit) = user.start;
        let secs = start.value * unit.millis() as f64 / 1_000.0;
        if secs > limits::SECONDS_MAX as f64 {
            report.error(start.at, Language::TooLong);
            continue;
        }
        let start = Nanos::from_secs_f64(secs);
        let found = match names.matching(&user.session.value) {
            Ok(found) => found,
            Err(problem) => {
                report.error(user.session.at, problem);
                return Vec::new();
            }
        };
        for &index in found.iter() {
            // Tsung starts a user for each match, and then looks its session up by name: the last one of that name.
            let name = &tsung.sessions[index].name.value;
            let same = names.named(name);
            if same.len() > 1 {
                let (name, count) = (name.clone(), same.len());
                report.warn(user.session.at, Arrival::SessionsOfOneName { name, count });
            }
            let last = same.last().copied().unwrap_or(index);
            users.push(StaticUser { start, session: SessionId(to_u32(last)) });
        }
        if users.len() > limits::STATIC_USERS_MAX {
            let (what, limit) = ("users with a start time of their own", limits::STATIC_USERS_MAX);
            report.error(user.session.at, Markup::TooMany { what, limit });
            return Vec::new();
        }
        if found.is_empty() {
            popularity::unknown_session(&user.session.value, user.session.at, &tsung.sessions, report);
        }
    }
    users.sort_by_key(|user| user.start);
    users
}

/// A span of time as written.
fn span(value: Spanned<u64>, unit: Unit, report: &mut Report<'_>) -> Nanos {
    let millis = value.value.saturating_mul(unit.millis());
    if millis > limits::SECONDS_MAX * 1_000 {
        report.error(value.at, Language::TooLong);
        return Nanos::ZERO;
    }
    Nanos::from_millis(millis)
}
