//! The load: phases and static users.

use super::session::Popularity;
use crate::diagnostic::{Arrival, Report};
use crate::source::Span;
use crate::xml::{Element, Spanned};

/// A unit of time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Unit {
    Hour,
    Minute,
    Second,
    Millisecond,
}

impl Unit {
    /// How many milliseconds it has.
    pub(crate) const fn millis(self) -> u64 {
        match self {
            Self::Hour => 3_600_000,
            Self::Minute => 60_000,
            Self::Second => 1_000,
            Self::Millisecond => 1,
        }
    }

    /// What the `unit` of an element says.
    pub(crate) fn read(element: &Element) -> Option<Self> {
        Some(match element.value("unit")?.value {
            "hour" => Self::Hour,
            "minute" => Self::Minute,
            "second" => Self::Second,
            _ => Self::Millisecond,
        })
    }
}

/// `<load>`.
#[derive(Debug)]
pub(crate) struct Load {
    /// `duration` in its unit; 0 is none.
    pub(crate) duration: (Spanned<u64>, Unit),
    /// How often the phases are run again.
    pub(crate) repeats: Spanned<u64>,
    /// In document order; `None` for a broken one, so that sums over all phases are not taken from a part.
    pub(crate) phases: Vec<Option<ArrivalPhase>>,
    pub(crate) users: Vec<StaticUser>,
}

/// `<arrivalphase>`.
#[derive(Debug)]
pub(crate) struct ArrivalPhase {
    pub(crate) at: Span,
    pub(crate) number: Spanned<u64>,
    pub(crate) duration: (Spanned<u64>, Unit),
    pub(crate) users: Option<Users>,
    /// Where it says that the next phase has to wait for the users of this one.
    pub(crate) waits: Option<Span>,
    pub(crate) setups: Vec<SessionSetup>,
}

/// `<users>`.
#[derive(Clone, Debug)]
pub(crate) struct Users {
    pub(crate) at: Span,
    pub(crate) rate: Option<Spanned<f64>>,
    pub(crate) interarrival: Option<Spanned<f64>>,
    pub(crate) unit: Unit,
    pub(crate) number_max: Option<u64>,
}

/// `<session_setup>`: shares of sessions in one phase.
#[derive(Debug)]
pub(crate) struct SessionSetup {
    pub(crate) name: Spanned<String>,
    pub(crate) popularity: Popularity,
}

/// `<user>`: a user with a start time of its own.
#[derive(Debug)]
pub(crate) struct StaticUser {
    pub(crate) session: Spanned<String>,
    pub(crate) start: (Spanned<f64>, Unit),
}

impl Load {
    pub(super) fn read(element: &Element, report: &mut Report<'_>) -> Self {
        if element.children.is_empty() && !element.refused_children {
            report.error(element.at, Arrival::EmptyLoad);
        }
        let zero = Spanned::new(0, element.at);
        let unit = Unit::read(element).unwrap_or(Unit::Second);
        Self {
            duration: (element.integer("duration").unwrap_or(zero), unit),
            repeats: element.integer("loop").unwrap_or(zero),
            phases: element
                .children_named("arrivalphase")
                .map(|phase| ArrivalPhase::read(phase, report))
                .collect(),
            users: element.children_named("user").filter_map(StaticUser::read).collect(),
        }
    }
}

impl ArrivalPhase {
    fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        let written: Vec<_> = element.children_named("users").collect();
        for earlier in written.iter().rev().skip(1) {
            report.warn(earlier.at, Arrival::UsersOverridden);
        }
        Some(Self {
            at: element.at,
            number: element.integer("phase")?,
            duration: (element.integer("duration")?, Unit::read(element)?),
            users: match written.last() {
                Some(users) => Some(Users::read(users)?),
                None => None,
            },
            waits: element
                .written("wait_all_sessions_end")
                .filter(|wait| wait.value == "true")
                .map(|wait| wait.at),
            setups: element
                .children_named("session_setup")
                .filter_map(|setup| {
                    Some(SessionSetup {
                        name: setup.string("name")?,
                        popularity: Popularity::read(setup, report)?,
                    })
                })
                .collect(),
        })
    }
}

impl Users {
    fn read(element: &Element) -> Option<Self> {
        element.sound()?;
        Some(Self {
            at: element.at,
            rate: element.number("arrivalrate"),
            interarrival: element.number("interarrival"),
            unit: Unit::read(element)?,
            number_max: element.integer("maxnumber").map(|number| number.value),
        })
    }
}

impl StaticUser {
    fn read(element: &Element) -> Option<Self> {
        Some(Self {
            session: element.string("session")?,
            start: (element.number("start_time")?, Unit::read(element)?),
        })
    }
}
