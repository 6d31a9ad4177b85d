//! Sessions, and what reading them has to keep in mind.

use super::Step;
use crate::diagnostic::{Arrival, Report};
use crate::source::Span;
use crate::table::{SessionType, session_type};
use crate::xml::{Element, Spanned};

/// `<session>`.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) at: Span,
    pub(crate) name: Spanned<String>,
    /// `None` when it is broken.
    pub(crate) popularity: Option<Popularity>,
    pub(crate) persistent: bool,
    pub(crate) steps: Vec<Step>,
    /// Some of its steps are not of the language and not among the others: numbers of steps are not known.
    pub(crate) steps_missing: bool,
}

/// How often a session is chosen.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Popularity {
    Probability(Spanned<f64>),
    Weight(Spanned<f64>),
}

/// Reads the steps of one session.
pub(super) struct Reader<'r, 'a> {
    pub(super) report: &'r mut Report<'a>,
    /// What requests hold at this point: `<change_type>` changes it for all that follow in the document, loops or not, as in Tsung.
    /// `None` where that could not be read.
    pub(super) speaks: Option<&'static SessionType>,
}

impl Session {
    pub(super) fn read(mut element: Element, report: &mut Report<'_>) -> Option<Self> {
        let speaks = element.value("type").and_then(|value| session_type(value.value));
        let popularity = Popularity::read(&element, report);
        let steps_missing = lacks_steps(&element);
        // Each element goes when it is read: there may be a hundred thousand.
        let children = std::mem::take(&mut element.children);
        let mut reader = Reader { report, speaks };
        let steps = children.into_iter().filter_map(|child| reader.step(&child)).collect();
        Some(Self {
            at: element.at,
            name: element.string("name")?,
            popularity,
            persistent: element.is_true("persistent"),
            steps,
            steps_missing,
        })
    }
}

fn lacks_steps(container: &Element) -> bool {
    let is_container =
        |element: &&Element| matches!(element.name(), "transaction" | "for" | "foreach" | "repeat" | "if");
    container.refused_children || container.children.iter().filter(is_container).any(lacks_steps)
}

impl Popularity {
    pub(super) fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        element.sound()?;
        match (element.number("probability"), element.number("weight")) {
            (Some(probability), None) => Some(Self::Probability(probability)),
            (None, Some(weight)) => Some(Self::Weight(weight)),
            (Some(_), Some(weight)) => {
                report.error(weight.at, Arrival::ProbabilityAndWeight { element: element.name() });
                None
            }
            (None, None) => {
                report.error(element.at, Arrival::NoPopularity { element: element.name() });
                None
            }
        }
    }
}
