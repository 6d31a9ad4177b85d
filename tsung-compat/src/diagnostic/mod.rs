//! What the front end has to say about a configuration: where, how bad, what, and what to do about it.
//!
//! Problems carry data only; their wording is here and nowhere else, one file for each part of a configuration.

mod arrival;
mod code;
#[cfg(test)]
mod examples;
mod excerpt;
mod expression;
mod http;
mod invocation;
mod language;
mod lint;
mod markup;
mod protocol;
mod render;
mod report;
mod scenario;
mod setup;
mod similar;

use std::fmt;

pub(crate) use arrival::Arrival;
pub use code::Code;
use code::codes;
pub use excerpt::{Excerpt, visible};
pub(crate) use expression::Expression;
pub(crate) use http::Http;
pub(crate) use invocation::Invocation;
pub(crate) use language::Language;
pub(crate) use lint::{Again, Chance, Difference, Lint, Literal, NoFind, Sent};
pub(crate) use markup::Markup;
pub(crate) use protocol::{FilterFault, Protocol};
pub(crate) use report::{Report, screenful};
pub(crate) use scenario::{Scenario, Tested};
pub(crate) use setup::{Elsewhere, Setup};
pub use similar::closest;

/// Lints have numbers from here on.
const LINT_CODE_MIN: u16 = 1_001;

/// How bad it is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Severity {
    /// The configuration cannot be run.
    Error,
    /// It is right, and this release cannot run all of it.
    NotYet,
    /// It runs, and the user should know.
    Warning,
}

/// One message about a configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The file, as named on the command line or in an entity declaration.
    pub file: String,
    /// Line and column, both from 1, unless the message is about the whole file.
    pub position: Option<(u32, u32)>,
    /// The same was found at this many further places.
    pub repeated: usize,
    /// The line of the place.
    pub excerpt: Option<Excerpt>,
    problem: Box<Problem>,
}

/// Something to say about a configuration.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Problem {
    Markup(Markup),
    Language(Language),
    Setup(Setup),
    Arrival(Arrival),
    Scenario(Scenario),
    Expression(Expression),
    Http(Http),
    Invocation(Invocation),
    Protocol(Protocol),
    Lint(Lint),
    More(MoreErrors),
}

/// The rest of a long list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MoreErrors {
    count: usize,
}

impl Wording for MoreErrors {
    fn code(&self) -> Code {
        Code(1)
    }

    fn message(&self) -> String {
        format!("{} more errors are not shown", self.count)
    }

    fn help(&self) -> Option<String> {
        None
    }
}

/// How a problem is told.
trait Wording {
    /// The number of this kind of message.
    fn code(&self) -> Code;
    /// What is the matter.
    fn message(&self) -> String;
    /// What to do about it.
    fn help(&self) -> Option<String>;
}

impl Problem {
    fn wording(&self) -> &dyn Wording {
        match self {
            Self::Markup(problem) => problem,
            Self::Language(problem) => problem,
            Self::Setup(problem) => problem,
            Self::Arrival(problem) => problem,
            Self::Scenario(problem) => problem,
            Self::Expression(problem) => problem,
            Self::Http(problem) => problem,
            Self::Invocation(problem) => problem,
            Self::Protocol(problem) => problem,
            Self::Lint(problem) => problem,
            Self::More(problem) => problem,
        }
    }
}

macro_rules! problem_from {
    ($($kind:ident),*) => {
        $(impl From<$kind> for Problem {
            fn from(problem: $kind) -> Self {
                Self::$kind(problem)
            }
        })*
    };
}
problem_from!(Markup, Language, Setup, Arrival, Scenario, Expression, Http, Invocation, Protocol, Lint);

impl Diagnostic {
    pub(crate) fn at(file: &str, line: u32, column: u32, problem: impl Into<Problem>) -> Self {
        Self { position: Some((line, column)), ..Self::whole_file(file, problem) }
    }

    pub(crate) fn whole_file(file: &str, problem: impl Into<Problem>) -> Self {
        Self {
            severity: Severity::Error,
            file: file.to_owned(),
            position: None,
            repeated: 0,
            excerpt: None,
            problem: Box::new(problem.into()),
        }
    }

    /// The number of this kind of message.
    pub fn code(&self) -> Code {
        self.problem.wording().code()
    }

    /// Whether it runs and is right, and is probably not what was meant. Only `check` tells of such.
    pub fn is_lint(&self) -> bool {
        self.code().0 >= LINT_CODE_MIN
    }

    /// How many findings it stands for.
    pub fn count(&self) -> usize {
        match &*self.problem {
            Problem::More(more) => more.count,
            _ => self.repeated + 1,
        }
    }

    /// What this release cannot run, in a few words that name nothing of the configuration's own.
    pub fn unsupported(&self) -> Option<String> {
        match &*self.problem {
            _ if self.severity != Severity::NotYet => None,
            Problem::Language(Language::NotYet { what }) => Some(what.clone()),
            Problem::Setup(Setup::RemoteClient { .. } | Setup::BatchClient { .. }) => {
                Some("clients on other machines".to_owned())
            }
            Problem::Expression(Expression::PrivateFunction { .. }) => {
                Some("functions of private Erlang modules".to_owned())
            }
            _ => Some(self.message()),
        }
    }

    /// What belongs to a protocol that this release does not speak, if that is the matter.
    pub fn other_protocol(&self) -> Option<String> {
        match &*self.problem {
            Problem::Language(Language::OtherProtocol { what }) => Some(what.clone()),
            _ => None,
        }
    }

    /// What is the matter, without place and help.
    pub fn message(&self) -> String {
        visible(&shortened(self.problem.wording().message()))
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        self.problem.wording().help().map(|help| visible(&shortened(help)))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&visible(&self.file))?;
        if let Some((line, column)) = self.position {
            write!(out, ":{line}:{column}")?;
        }
        write!(out, ": {}[{}]: {}", self.label(), self.code(), self.message())?;
        if let Some(repetition) = self.repetition() {
            write!(out, " ({repetition})")?;
        }
        if let Some(help) = self.help() {
            write!(out, "\n  help: {help}")?;
        }
        Ok(())
    }
}

/// A text without its middle where it is longer than anybody reads: what it quotes may have a hundred megabytes.
fn shortened(text: String) -> String {
    const LONGEST: usize = 2_000;
    const ENDS: usize = 300;
    if text.len() <= LONGEST {
        return text;
    }
    let (head, tail) = (text.floor_char_boundary(ENDS), text.ceil_char_boundary(text.len() - ENDS));
    format!("{} … {}", &text[..head], &text[tail..])
}

fn did_you_mean(suggestion: Option<&str>) -> Option<String> {
    suggestion.map(|suggestion| format!("did you mean {suggestion}?"))
}

/// Names that a message lists.
const NAMES_SHOWN_MAX: usize = 24;

fn one_of<S: AsRef<str>>(words: &[S]) -> Option<String> {
    let shown: Vec<&str> = words.iter().take(NAMES_SHOWN_MAX).map(AsRef::as_ref).collect();
    let more = if words.len() > NAMES_SHOWN_MAX { ", …" } else { "" };
    (!shown.is_empty()).then(|| format!("known are {}{more}", shown.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_messages_share_a_number() {
        let lists = [
            Markup::CODES,
            Language::CODES,
            Setup::CODES,
            Arrival::CODES,
            Scenario::CODES,
            Expression::CODES,
            Http::CODES,
            Invocation::CODES,
            Protocol::CODES,
            Lint::CODES,
        ];
        let mut numbers: Vec<u16> = lists.concat();
        numbers.sort_unstable();
        let count = numbers.len();
        numbers.dedup();
        assert_eq!(numbers.len(), count);
        assert!(!numbers.contains(&MoreErrors { count: 1 }.code().0));
    }
}
