//! A request: what is sent, and what is done with the response.

use serde::{Deserialize, Serialize};

use super::{FunctionId, HttpRequest, Place, Slot, TagId, Template};
use crate::time::Nanos;

/// A request and what is done with its response.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Request {
    /// What is sent.
    pub exchange: Exchange,
    /// `tag` attribute.
    pub tag: Option<TagId>,
    /// The page that this request belongs to ends with it.
    pub ends_page: bool,
    /// Variables taken from the response, in the order of evaluation (Tsung: reverse document order).
    pub variables: Vec<DynVariable>,
    /// What the tests look at.
    pub content: Content,
    /// Tests of the response, in document order.
    pub matches: Vec<Match>,
}

impl Request {
    /// Whether the response's body has to be kept: known here, so that other bodies are only counted.
    pub fn needs_body(&self) -> bool {
        !self.matches.is_empty()
            || self.variables.iter().any(|v| !matches!(v.extraction, Extraction::Header { .. }))
    }

    /// Whether the response's head has to be kept.
    pub fn needs_head(&self) -> bool {
        !self.matches.is_empty() || !self.variables.is_empty()
    }
}

/// What of a response its [`Match`]es look at: all of it, unless its first match says otherwise.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Content {
    /// Only what is behind the first blank line.
    pub skip_headers: bool,
    /// What this function gives for it.
    pub apply: Option<FunctionId>,
}

/// What is sent, by protocol.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum Exchange {
    /// HTTP/1.x.
    Http(HttpRequest),
}

/// A variable taken from a response.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct DynVariable {
    /// The variable.
    pub slot: Slot,
    /// How its value is found.
    pub extraction: Extraction,
    /// Replace the five basic HTML entities in the value.
    pub decode_html_entities: bool,
    /// Where it was written.
    pub place: Place,
}

/// How a [`DynVariable`] finds its value in head + blank line + decoded body.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Extraction {
    /// Group 1 of the first match of a PCRE pattern; empty without match.
    Regex(Vec<u8>),
    /// The values of a header joined with `, `, last first; the atom `undefined` when absent.
    Header {
        /// Header name, any case.
        name: Vec<u8>,
        /// `name/param`: a parameter of the value, its name in lower case; keeps the old value when absent.
        parameter: Option<Vec<u8>>,
    },
    /// What a path in Tsung's dialect leads to in the JSON of the body; empty when it leads nowhere.
    JsonPath(Template),
}

/// A test of a response and what follows from it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Match {
    /// What is looked for.
    pub pattern: Pattern,
    /// Act when the pattern is found (true) or not found (false).
    pub when_found: bool,
    /// What to do then.
    pub action: MatchAction,
    /// `name` attribute, for match.log.
    pub name: Option<String>,
    /// Where it was written.
    pub place: Place,
}

/// A PCRE pattern, on bytes, unanchored.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Pattern {
    /// Known before the run: compiled once.
    Fixed(Vec<u8>),
    /// With variables in it: compiled at each use.
    Template(Template),
}

/// What a triggered [`Match`] does.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum MatchAction {
    /// Nothing but the count.
    Continue,
    /// A line in match.log.
    Log,
    /// A line in match.log, and the response as a file of its own.
    Dump,
    /// The user ends.
    Abort,
    /// The run ends.
    AbortRun,
    /// Sleep, then go back.
    Loop {
        /// Steps to go back; 0 is the request itself.
        back: u32,
        /// Loops before the session goes on.
        rounds_max: u32,
        /// The pause before each.
        sleep: Nanos,
    },
    /// Start the session again from its first step.
    Restart {
        /// Restarts before the user ends.
        rounds_max: u32,
    },
}
