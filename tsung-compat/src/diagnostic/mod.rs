//! What the front end has to say about a configuration: where, how bad, what, and what to do about it.
//!
//! [`Problem`] carries data only; all wording is in `text`.

mod problem;
mod report;
mod similar;
mod text;

use std::fmt;

pub(crate) use problem::Problem;
pub(crate) use report::Report;
pub(crate) use similar::closest;

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

impl Diagnostic {
    pub(crate) fn at(file: &str, line: u32, column: u32, problem: Problem) -> Self {
        Self { position: Some((line, column)), ..Self::whole_file(file, problem) }
    }

    pub(crate) fn whole_file(file: &str, problem: Problem) -> Self {
        Self {
            severity: Severity::Error,
            file: file.to_owned(),
            position: None,
            repeated: 0,
            problem: Box::new(problem),
        }
    }

    /// What is the matter, without place and help.
    pub fn message(&self) -> String {
        text::message(&self.problem)
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        text::help(&self.problem)
    }

    #[cfg(test)]
    pub(crate) fn problem(&self) -> &Problem {
        &self.problem
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
