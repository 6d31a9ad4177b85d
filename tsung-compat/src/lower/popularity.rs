//! How often each session is chosen, by default and in each phase.

use std::collections::HashMap;

use parrot_core::plan::PopularityId;

use super::tables::to_u32;
use super::wildcard::SessionNames;
use crate::ast::{ArrivalPhase, Popularity, Session, Tsung};
use crate::diagnostic::{Arrival, Markup, Report, Setup};
use crate::limits;
use crate::source::Span;

/// Tsung lets a sum of probabilities be this far from 100.
const SUM_TOLERANCE: f64 = 0.05;

/// The different settings, and which one each phase has.
#[derive(Debug, Default)]
pub(super) struct Popularities {
    pub(super) settings: Vec<Vec<f64>>,
    /// One for each readable phase, in document order.
    pub(super) of_phases: Vec<PopularityId>,
}

/// Computes the settings of all phases. The sums are only checked where users choose: in phases.
pub(super) fn lower(
    tsung: &Tsung,
    session_names: &mut SessionNames<'_>,
    report: &mut Report<'_>,
) -> Popularities {
    let sessions = &tsung.sessions;
    let phases: Vec<&ArrivalPhase> =
        tsung.load.iter().flat_map(|load| load.phases.iter().flatten()).collect();
    let probabilities = same_kind(sessions, &phases, report);
    let known = probabilities.is_some() && sessions.iter().all(|session| session.popularity.is_some());
    let probabilities = probabilities.unwrap_or(true);
    let default: Vec<f64> = sessions
        .iter()
        .map(|session| session.popularity.map_or(0.0, |popularity| popularity.number()))
        .collect();
    let mut popularities = Popularities { settings: vec![default.clone()], of_phases: Vec::new() };
    let bits = default.iter().map(|share| share.to_bits()).collect();
    let mut numbers: HashMap<Vec<u64>, usize> = HashMap::from([(bits, 0)]);
    let mut default_checked = false;
    for phase in phases {
        let mut setting = default.clone();
        let names = phase.setups.iter().enumerate().map(|(index, setup)| (setup.name.value.as_str(), index));
        let last: HashMap<&str, usize> = names.collect();
        for (index, setup) in phase.setups.iter().enumerate() {
            if last.get(setup.name.value.as_str()) != Some(&index) {
                let name = setup.name.value.clone();
                report.warn(setup.name.at, Arrival::SetupOverridden { name });
            }
            let found = match session_names.matching(&setup.name.value) {
                Ok(found) => found,
                Err(problem) => {
                    report.error(setup.name.at, problem);
                    return popularities;
                }
            };
            for &index in found.iter() {
                setting[index] = setup.popularity.number();
            }
            if found.is_empty() {
                unknown_session(&setup.name.value, setup.name.at, sessions, report);
            }
        }
        let changed = !phase.setups.is_empty();
        if known && (changed || !default_checked) && !sessions.is_empty() {
            default_checked |= !changed;
            let at = if changed { phase.at } else { sessions[0].at };
            let number = changed.then_some(phase.number.value);
            check_sum(&setting, probabilities, at, number, sessions, report);
        }
        if popularities.settings.len().saturating_mul(setting.len()) > limits::SHARES_MAX {
            let (what, limit) = ("shares of sessions in phases", limits::SHARES_MAX);
            report.error(phase.at, Markup::TooMany { what, limit });
            break;
        }
        let next = popularities.settings.len();
        let bits = setting.iter().map(|share| share.to_bits()).collect();
        let index = *numbers.entry(bits).or_insert(next);
        if index == next {
            popularities.settings.push(setting);
        }
        popularities.of_phases.push(PopularityId(to_u32(index)));
    }
    popularities
}

impl Popularity {
    const fn number(self) -> f64 {
        match self {
            Self::Probability(number) | Self::Weight(number) => number.value,
        }
    }

    const fn at(self) -> Span {
        match self {
            Self::Probability(number) | Self::Weight(number) => number.at,
        }
    }

    const fn is_probability(self) -> bool {
        matches!(self, Self::Probability(_))
    }
}

/// Whether this configuration uses probabilities, if all sessions and setups use the same kind.
fn same_kind(sessions: &[Session], phases: &[&ArrivalPhase], report: &mut Report<'_>) -> Option<bool> {
    let of_sessions = sessions.iter().filter_map(|session| session.popularity);
    let of_phases = phases.iter().flat_map(|phase| phase.setups.iter().map(|setup| setup.popularity));
    let all: Vec<Popularity> = of_sessions.chain(of_phases).collect();
    let first = all.first()?;
    if let Some(other) = all.iter().find(|other| other.is_probability() != first.is_probability()) {
        report.error(other.at(), Arrival::MixedPopularity { first_is_probability: first.is_probability() });
        return None;
    }
    Some(first.is_probability())
}

fn check_sum(
    setting: &[f64],
    probabilities: bool,
    at: Span,
    phase: Option<u64>,
    sessions: &[Session],
    report: &mut Report<'_>,
) {
    let sum: f64 = setting.iter().sum();
    if probabilities && (100.0 - sum).abs() >= SUM_TOLERANCE {
        let kept = if report.has_room() { sessions } else { &[] };
        let shares = kept.iter().zip(setting).map(|(session, share)| (session.name.value.clone(), *share));
        report.error(at, Arrival::BadSum { sum, phase, shares: shares.collect() });
    } else if !probabilities && sum == 0.0 {
        report.error(at, Setup::WeightsZero { what: "sessions" });
    }
}

/// Says that a name in the load fits no session.
pub(super) fn unknown_session(name: &str, at: Span, sessions: &[Session], report: &mut Report<'_>) {
    let names = || sessions.iter().map(|session| session.name.value.as_str());
    let suggestion = report.closest(name, names());
    let known = report.some_of(names());
    report.error(at, Arrival::UnknownSession { name: name.to_owned(), suggestion, known });
}
