//! How a message looks on a screen, and as JSON for editors and scripts.

use std::fmt::Write;

use serde_json::{Value, json};

use super::excerpt::visible;
use super::{Diagnostic, Severity};

/// Escape sequences that tell the parts of a message apart.
#[derive(Clone, Copy, Debug)]
struct Paint {
    severity: &'static str,
    strong: &'static str,
    frame: &'static str,
    end: &'static str,
}

impl Paint {
    const NONE: Self = Self { severity: "", strong: "", frame: "", end: "" };

    fn of(found: &Diagnostic, colours: bool) -> Self {
        if !colours {
            return Self::NONE;
        }
        let severity = match found.severity {
            Severity::Error => "\x1b[1;31m",
            Severity::NotYet => "\x1b[1;35m",
            Severity::Warning if found.is_lint() => "\x1b[1;36m",
            Severity::Warning => "\x1b[1;33m",
        };
        Self { severity, strong: "\x1b[1m", frame: "\x1b[1;34m", end: "\x1b[0m" }
    }
}

impl Severity {
    /// As it stands before a message.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::NotYet => "not yet",
            Self::Warning => "warning",
        }
    }
}

impl Diagnostic {
    /// What stands before its message: the severity, or `lint`.
    pub fn label(&self) -> &'static str {
        if self.is_lint() { "lint" } else { self.severity.as_str() }
    }

    /// The message with its line, ends with a line end.
    pub fn render(&self, colours: bool) -> String {
        let Paint { severity, strong, frame, end } = Paint::of(self, colours);
        let mut out =
            format!("{severity}{}[{}]{end}{strong}: {}{end}\n", self.label(), self.code(), self.message());
        let file = visible(&self.file);
        let line_number = self.position.map_or_else(String::new, |(line, _)| line.to_string());
        let gutter = " ".repeat(line_number.len());
        // Writing to a String cannot fail.
        let _ = match self.position {
            Some((line, column)) => writeln!(out, "{gutter}{frame}-->{end} {file}:{line}:{column}"),
            None => writeln!(out, "{gutter}{frame}-->{end} {file}"),
        };
        if let Some(excerpt) = &self.excerpt {
            let (before, marks) = (" ".repeat(excerpt.before), "^".repeat(excerpt.marked));
            let _ = writeln!(
                out,
                "{gutter} {frame}|{end}\n{frame}{line_number} |{end} {}\n{gutter} {frame}|{end} {before}{severity}{marks}{end}",
                excerpt.line
            );
        }
        if let Some(repeated) = self.repetition() {
            let _ = writeln!(out, "{gutter} {frame}={end} {strong}note{end}: {repeated}");
        }
        if let Some(help) = self.help() {
            let _ = writeln!(out, "{gutter} {frame}={end} {strong}help{end}: {help}");
        }
        out
    }

    /// The message as a JSON object: `code severity file line column message help repeated excerpt`.
    pub fn json(&self) -> Value {
        json!({
            "code": self.code().to_string(),
            "severity": self.label(),
            "file": self.file,
            "line": self.position.map(|(line, _)| line),
            "column": self.position.map(|(_, column)| column),
            "message": self.message(),
            "help": self.help(),
            "repeated": self.repeated,
            "excerpt": self.excerpt.as_ref().map(|excerpt| json!({
                "line": excerpt.line,
                "before": excerpt.before,
                "marked": excerpt.marked,
            })),
        })
    }

    /// How often the same was found elsewhere.
    pub(super) fn repetition(&self) -> Option<String> {
        match self.repeated {
            0 => None,
            1 => Some("and at 1 more place".to_owned()),
            more => Some(format!("and at {more} more places")),
        }
    }
}
