//! How an evaluation failed, for people.

use super::Evaluation;
use crate::plan::FunctionId;
use crate::script::{Limit, Raised, print_term};

/// An evaluation that gave no value.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// Why.
    pub raised: Raised,
    /// The function that raised it: `module:name/1`, or what its place says.
    pub function: String,
}

/// Bytes of a reason that are shown.
const REASON_BYTES_MAX: usize = 1_000;

impl Failure {
    /// One line, in Erlang's notation: `f/1: error {badmatch,false}`. Bytes, as reasons may hold any.
    pub fn text(&self) -> Vec<u8> {
        let mut text = format!("{}: ", self.function).into_bytes();
        match &self.raised {
            Raised::Exception(class, reason) => {
                text.extend_from_slice(class.name().as_bytes());
                text.push(b' ');
                let start = text.len();
                print_term(reason, &mut text);
                if text.len() - start > REASON_BYTES_MAX {
                    text.truncate(start + REASON_BYTES_MAX);
                    text.extend_from_slice(b"...");
                }
            }
            // Whoever called runs it again: nobody is shown this.
            Raised::Row(file) => {
                text.extend_from_slice(format!("waits for a row of file {}", file.0).as_bytes());
            }
            Raised::Limit(limit) => text.extend_from_slice(reached(*limit).as_bytes()),
        }
        text
    }
}

fn reached(limit: Limit) -> &'static str {
    match limit {
        Limit::Steps => "took too many steps: an endless loop?",
        Limit::Depth => "has too many calls or values inside each other: an endless recursion?",
        Limit::Memory => "made more or larger values than a script may",
    }
}

impl Evaluation<'_> {
    pub(super) fn failure(&self, raised: Raised, called: FunctionId) -> Failure {
        let function = self.script.name(self.origin.unwrap_or(called)).to_owned();
        Failure { raised, function }
    }
}
