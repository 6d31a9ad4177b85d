//! Records about single requests: rows of the protocol dump and of the match log.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::limits::{DUMPED_BYTES_PER_BATCH, RECORDS_PER_BATCH, SCRIPT_TEXT_BYTES_PER_BATCH};
use crate::plan::{Method, SessionId, TagId, TransactionId};
use crate::stats::Counter;
use crate::time::Nanos;

/// A record about a single request.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum Record {
    /// A response was received.
    Dump(DumpRow),
    /// A match acted.
    Match(MatchRow),
    /// A match wants this response as a file of its own.
    Response(ResponseText),
    /// A script has something to say.
    Script(ScriptText),
}

/// What a script printed, or why it failed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ScriptText {
    /// When.
    pub at: Nanos,
    /// The user's number.
    pub user: u64,
    /// Its session.
    pub session: SessionId,
    /// Tsung's action number of the step.
    pub action: u32,
    /// It failed with this text; else it printed it.
    pub failed: bool,
    /// One byte for each character up to 255, or UTF-8, as the script made it.
    pub text: Vec<u8>,
}

/// A response that becomes a file of its own.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ResponseText {
    /// The user's number.
    pub user: u64,
    /// Its session.
    pub session: SessionId,
    /// Tsung's action number of the request.
    pub action: u32,
    /// Head, blank line, decoded body.
    pub text: Vec<u8>,
}

/// Records of one engine that are not handed over yet.
#[derive(Debug, Default)]
pub struct Records {
    list: Vec<Record>,
    /// Bytes of the responses among them.
    bytes: usize,
    /// Bytes of what scripts said.
    script_bytes: usize,
}

impl Records {
    /// Adds a record. Gives false when it is dropped: a response or a script's text, where the others fill the batch.
    pub fn push(&mut self, record: Record) -> bool {
        if let Record::Script(script) = &record {
            let bytes = self.script_bytes.saturating_add(script.text.len());
            if bytes > SCRIPT_TEXT_BYTES_PER_BATCH || self.list.len() >= 2 * RECORDS_PER_BATCH {
                return false;
            }
            self.script_bytes = bytes;
        }
        if let Record::Response(response) = &record {
            let bytes = self.bytes.saturating_add(response.text.len());
            if self.bytes > 0 && bytes > DUMPED_BYTES_PER_BATCH {
                return false;
            }
            self.bytes = bytes;
        }
        self.list.push(record);
        true
    }

    /// Whether it is time to hand them over: there are many, or some of them are large.
    pub fn is_batch(&self) -> bool {
        self.bytes > 0 || self.list.len() >= RECORDS_PER_BATCH
    }

    /// The records so far, in order.
    pub fn as_slice(&self) -> &[Record] {
        &self.list
    }

    /// Takes them all.
    pub fn take(&mut self) -> Vec<Record> {
        self.bytes = 0;
        self.script_bytes = 0;
        std::mem::take(&mut self.list)
    }
}

/// A row of the protocol dump: one response.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct DumpRow {
    /// End of the response.
    pub at: Nanos,
    /// The user's number.
    pub user: u64,
    /// The request's method.
    pub method: Method,
    /// Host that the user was connected to, without port.
    pub host: Arc<str>,
    /// Request-target as sent.
    pub url: Vec<u8>,
    /// HTTP status; none when the peer closed before one came.
    pub status: Option<u16>,
    /// Bytes received.
    pub size: u64,
    /// Request time.
    pub duration: Nanos,
    /// Innermost open transaction.
    pub transaction: Option<TransactionId>,
    /// What an acting match (not continue, not loop) did last.
    pub matched: Option<MatchEvent>,
    /// An HTTP error of this response: [`Counter::BodyTooLong`] or [`Counter::ChunkError`].
    pub error: Option<Counter>,
    /// The request's tag.
    pub tag: Option<TagId>,
}

/// A row of the match log.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct MatchRow {
    /// When the match was evaluated.
    pub at: Nanos,
    /// The user's number.
    pub user: u64,
    /// Its session.
    pub session: SessionId,
    /// Tsung's action number of the request.
    pub action: u32,
    /// What happened.
    pub event: MatchEvent,
    /// Innermost open transaction.
    pub transaction: Option<TransactionId>,
    /// `name` attribute of the match.
    pub name: Option<Arc<str>>,
}

/// What an acting match did.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum MatchEvent {
    /// The pattern was found (log).
    Match,
    /// The pattern was not found (log).
    NoMatch,
    /// The session began again.
    Restart,
    /// The user ended for too many restarts.
    RestartAbort,
    /// The user ended.
    Stop,
    /// The run ended.
    StopRun,
}
