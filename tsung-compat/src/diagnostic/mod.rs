//! What the front end has to say about a configuration: where, how bad, what, and what to do about it.
//!
//! Problems carry data only; their wording is here and nowhere else, one file for each part of a configuration.

mod arrival;
mod language;
mod markup;
mod report;
mod scenario;
mod setup;
mod similar;

use std::fmt;

pub(crate) use arrival::Arrival;
pub(crate) use language::Language;
pub(crate) use markup::Markup;
pub(crate) use report::Report;
pub(crate) use scenario::Scenario;
pub(crate) use setup::Setup;
pub use similar::closest;

/// How bad it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Severity {
    /// The configuration cannot be run.
    Error,
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
    More(MoreErrors),
}

/// The rest of a long list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MoreErrors {
    count: usize,
}

impl Wording for MoreErrors {
    fn message(&self) -> String {
        format!("{} more errors are not shown", self.count)
    }

    fn help(&self) -> Option<String> {
        None
    }
}

/// How a problem is told.
trait Wording {
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
problem_from!(Markup, Language, Setup, Arrival, Scenario);

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
            problem: Box::new(problem.into()),
        }
    }

    /// What is the matter, without place and help.
    pub fn message(&self) -> String {
        self.problem.wording().message()
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        self.problem.wording().help()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.file)?;
        if let Some((line, column)) = self.position {
            write!(out, ":{line}:{column}")?;
        }
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(out, ": {severity}: {}", self.message())?;
        match self.repeated {
            0 => {}
            1 => out.write_str(" (and at 1 more place)")?,
            more => write!(out, " (and at {more} more places)")?,
        }
        if let Some(help) = self.help() {
            write!(out, "\n  help: {help}")?;
        }
        Ok(())
    }
}

fn did_you_mean(suggestion: Option<&str>) -> Option<String> {
    suggestion.map(|suggestion| format!("did you mean {suggestion}?"))
}

fn one_of<S: AsRef<str>>(words: &[S]) -> Option<String> {
    const SHOWN: usize = 24;
    let shown: Vec<&str> = words.iter().take(SHOWN).map(AsRef::as_ref).collect();
    let more = if words.len() > SHOWN { ", …" } else { "" };
    (!shown.is_empty()).then(|| format!("known are {}{more}", shown.join(", ")))
}
