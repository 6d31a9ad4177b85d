//! Collects the diagnostics of one load.

use std::collections::HashMap;

use super::{Diagnostic, MoreErrors, Problem, Severity};
use crate::limits;
use crate::source::{SourceMap, Span};

/// The diagnostics of one load.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    map: &'a SourceMap,
    errors: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
    /// Index of the first diagnostic with that message: the same again only counts.
    seen: HashMap<(bool, String), usize>,
}

impl<'a> Report<'a> {
    /// An empty report.
    pub(crate) fn new(map: &'a SourceMap) -> Self {
        Self { map, errors: Vec::new(), warnings: Vec::new(), seen: HashMap::new() }
    }

    /// The places of spans.
    pub(crate) fn map(&self) -> &'a SourceMap {
        self.map
    }

    /// Something that stops the load.
    pub(crate) fn error(&mut self, at: Span, problem: impl Into<Problem>) {
        self.add(at, problem.into(), Severity::Error);
    }

    /// Something worth a word.
    pub(crate) fn warn(&mut self, at: Span, problem: impl Into<Problem>) {
        self.add(at, problem.into(), Severity::Warning);
    }

    fn add(&mut self, at: Span, problem: Problem, severity: Severity) {
        let place = self.map.place(at);
        let mut found = Diagnostic::at(self.map.file_name(place), place.line, place.column, problem);
        found.severity = severity;
        let error = severity == Severity::Error;
        let list = if error { &mut self.errors } else { &mut self.warnings };
        let key = (error, found.message());
        match self.seen.get(&key).and_then(|&index| list.get_mut(index)) {
            Some(first) => first.repeated += 1,
            None => {
                self.seen.insert(key, list.len());
                list.push(found);
            }
        }
    }

    /// Whether the load has failed.
    pub(crate) fn failed(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The errors, a screenful at most, in the order of the document.
    pub(crate) fn into_errors(mut self) -> Vec<Diagnostic> {
        self.errors.sort_by(|a, b| (&a.file, a.position).cmp(&(&b.file, b.position)));
        let more = self.errors.len().saturating_sub(limits::ERRORS_SHOWN_MAX);
        if more > 0 {
            self.errors.truncate(limits::ERRORS_SHOWN_MAX);
            let file = self.errors[0].file.clone();
            self.errors.push(Diagnostic::whole_file(&file, Problem::More(MoreErrors { count: more })));
        }
        self.errors
    }

    /// The warnings, when nothing stopped the load.
    pub(crate) fn into_warnings(mut self) -> Vec<Diagnostic> {
        self.warnings.sort_by(|a, b| (&a.file, a.position).cmp(&(&b.file, b.position)));
        self.warnings
    }
}
