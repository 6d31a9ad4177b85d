//! Regular expressions are compiled once while loading, so that a bad one is found here and not by a user in mid-run.

use crate::diagnostic::{Report, Scenario};
use crate::source::Span;

/// Checks a PCRE pattern. `shown` is how messages name it; `place` tells where its byte at some offset was written.
pub(super) fn check(pattern: &[u8], shown: &str, place: impl FnOnce(usize) -> Span, report: &mut Report<'_>) {
    if let Err(error) = parrot_core::extract::check_pattern(pattern) {
        let pattern = shown.to_owned();
        let message = error.message;
        report.error(place(error.offset), Scenario::BadPattern { pattern, message });
    }
}
