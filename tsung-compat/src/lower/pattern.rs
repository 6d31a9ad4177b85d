//! Regular expressions are compiled once while loading, so that a bad one is found here and not by a user in mid-run.

use std::collections::HashSet;

use crate::diagnostic::{Report, Scenario};
use crate::source::Span;

/// The patterns that are known to be good: generated configurations repeat a few of them very often.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    good: HashSet<Vec<u8>>,
}

impl Patterns {
    /// Checks a PCRE pattern. `shown` is how messages name it; `place` tells where its byte at some offset was written.
    pub(super) fn check(
        &mut self,
        pattern: &[u8],
        shown: &str,
        place: impl FnOnce(usize) -> Span,
        report: &mut Report<'_>,
    ) {
        if self.good.contains(pattern) {
            return;
        }
        match parrot_core::extract::check_pattern(pattern) {
            Ok(()) => {
                self.good.insert(pattern.to_vec());
            }
            Err(error) => {
                let (pattern, message) = (shown.to_owned(), error.message);
                report.error(place(error.offset), Scenario::BadPattern { pattern, message });
            }
        }
    }
}
