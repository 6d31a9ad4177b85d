//! Collects the diagnostics of one load.

use std::collections::HashMap;

use super::{Code, Diagnostic, Lint, MoreErrors, NAMES_SHOWN_MAX, Problem, Severity, closest};
use crate::limits;
use crate::source::{SourceMap, Span};

/// The diagnostics of one load.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    map: &'a SourceMap,
    found: Vec<Diagnostic>,
    /// Index of the first diagnostic with that message: the same again only counts.
    seen: HashMap<(Severity, String), usize>,
    /// Index of the latest diagnostic with that code. Most repetitions are of it, and need no message to be recognised.
    latest: HashMap<(Severity, Code), usize>,
    /// Errors that are not kept: see [`limits::DIAGNOSTICS_MAX`].
    dropped_errors: usize,
    /// How many of those found are lints.
    lints: usize,
}

impl<'a> Report<'a> {
    /// An empty report.
    pub(crate) fn new(map: &'a SourceMap) -> Self {
        Self {
            map,
            found: Vec::new(),
            seen: HashMap::new(),
            latest: HashMap::new(),
            dropped_errors: 0,
            lints: 0,
        }
    }

    /// The places of spans.
    pub(crate) fn map(&self) -> &'a SourceMap {
        self.map
    }

    /// Something that stops the load.
    pub(crate) fn error(&mut self, at: Span, problem: impl Into<Problem>) {
        self.add(at, problem.into(), Severity::Error);
    }

    /// Something that is right and cannot be run by this release.
    pub(crate) fn not_yet(&mut self, at: Span, problem: impl Into<Problem>) {
        self.add(at, problem.into(), Severity::NotYet);
    }

    /// Something worth a word.
    pub(crate) fn warn(&mut self, at: Span, problem: impl Into<Problem>) {
        self.add(at, problem.into(), Severity::Warning);
    }

    /// Something worth a word about the whole configuration.
    pub(crate) fn warn_of_all(&mut self, problem: impl Into<Problem>) {
        let file = self.map.file_name(self.map.place(Span::at(0)));
        let mut found = Diagnostic::whole_file(file, problem);
        found.severity = Severity::Warning;
        if self.has_room() {
            self.found.push(found);
        }
    }

    /// Something that is probably not meant. Lints never take the room of what stops the load.
    pub(crate) fn lint(&mut self, at: Span, lint: Lint) {
        self.add(at, lint.into(), Severity::Warning);
    }

    fn add(&mut self, at: Span, problem: Problem, severity: Severity) {
        let kind = (severity, problem.wording().code());
        if let Some(latest) = self.latest.get(&kind).and_then(|&index| self.found.get_mut(index))
            && *latest.problem == problem
        {
            latest.repeated += 1;
            return;
        }
        let key = (severity, problem.wording().message());
        if let Some(&index) = self.seen.get(&key) {
            self.latest.insert(kind, index);
            if let Some(first) = self.found.get_mut(index) {
                first.repeated += 1;
            }
            return;
        }
        let lint = matches!(problem, Problem::Lint(_));
        if self.found.len() - self.lints >= limits::DIAGNOSTICS_MAX || lint && self.lints >= limits::LINTS_MAX
        {
            self.dropped_errors += usize::from(severity == Severity::Error);
            return;
        }
        let place = self.map.place(at);
        let mut found = Diagnostic::at(self.map.file_name(place), place.line, place.column, problem);
        found.severity = severity;
        found.excerpt = self.map.excerpt(at);
        self.lints += usize::from(lint);
        self.seen.insert(key, self.found.len());
        self.latest.insert(kind, self.found.len());
        self.found.push(found);
    }

    /// Whether another message is kept: where none is, what goes into it need not be found out.
    pub(crate) fn has_room(&self) -> bool {
        self.found.len() < limits::DIAGNOSTICS_MAX
    }

    /// The name nearest to `word`, for a message.
    pub(crate) fn closest<'n>(&self, word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
        if self.has_room() { closest(word, names) } else { None }
    }

    /// Names that there are, for a message: as many as one shows, and another that tells of more.
    pub(crate) fn some_of<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
        let count = if self.has_room() { NAMES_SHOWN_MAX + 1 } else { 0 };
        names.into_iter().take(count).map(str::to_owned).collect()
    }

    fn count(&self, severity: Severity) -> usize {
        self.found.iter().filter(|found| found.severity == severity).count()
    }

    /// Whether the load has failed.
    pub(crate) fn failed(&self) -> bool {
        self.dropped_errors > 0 || self.count(Severity::Error) > 0
    }

    /// All diagnostics, in the order of the document.
    pub(crate) fn into_all(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| (&a.file, a.position).cmp(&(&b.file, b.position)));
        if self.dropped_errors > 0 {
            self.found.push(more(&self.found, self.dropped_errors));
        }
        self.found
    }
}

/// The errors of a list, a screenful at most.
pub(crate) fn screenful(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.retain(|found| found.severity == Severity::Error);
    let more_count = found.len().saturating_sub(limits::ERRORS_SHOWN_MAX);
    if more_count > 0 {
        found.truncate(limits::ERRORS_SHOWN_MAX);
        found.push(more(&found, more_count));
    }
    found
}

fn more(found: &[Diagnostic], count: usize) -> Diagnostic {
    let file = found.first().map_or("", |first| &first.file);
    Diagnostic::whole_file(file, Problem::More(MoreErrors { count }))
}
