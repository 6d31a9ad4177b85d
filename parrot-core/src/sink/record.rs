//! Records about single events: rows of the dumps and of the match log, and single values of what is timed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::limits::{
    DUMPED_BYTES_PER_BATCH, RECORDS_PER_BATCH, SCRIPT_TEXT_BYTES_PER_BATCH, TRAFFIC_BYTES_PER_BATCH,
};
use crate::plan::{Method, SessionId, TagId, TransactionId};
use crate::stats::{Counter, SeriesId};
use crate::time::Nanos;

/// A record about a single event, or single values.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum Record {
    /// A response was received.
    Dump(DumpRow),
    /// A match acted.
    Match(MatchRow),
    /// A match wants this response as a file of its own.
    Response(ResponseText),
    /// Something was sent or received, or a user started or ended.
    Traffic(TrafficRow),
    /// What was timed, in the order of the ends.
    Samples(Vec<Sample>),
    /// A script has something to say.
    Script(ScriptText),
}

impl Record {
    /// How many things it tells of.
    pub fn count(&self) -> u64 {
        match self {
            Self::Dump(_) | Self::Match(_) | Self::Response(_) | Self::Traffic(_) | Self::Script(_) => 1,
            Self::Samples(samples) => samples.len() as u64,
        }
    }
}

/// A value of a series.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Sample {
    /// What was timed.
    pub series: SeriesId,
    /// How long it took.
    pub value: Nanos,
}

/// A piece of what a user and its server said to each other.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TrafficRow {
    /// When it was.
    pub at: Nanos,
    /// The user's number.
    pub user: u64,
    /// What happened.
    pub piece: Traffic,
}

/// What happened to a user.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Traffic {
    /// It started.
    Started {
        /// Its session; none where the Plan says when it starts.
        session: Option<SessionId>,
    },
    /// It ended.
    Ended,
    /// A message is sent: as many of its bytes as the Plan wants.
    Sent(Vec<u8>),
    /// This came with one read: as many of its bytes as the Plan wants.
    Received(Vec<u8>),
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
    samples: Vec<Sample>,
    /// Bytes of the responses among them.
    response_bytes: usize,
    /// Bytes of the traffic among them.
    traffic_bytes: usize,
    /// Bytes of what scripts said.
    script_bytes: usize,
}

impl Records {
    /// Adds a record. Gives false when it is dropped: a response or a script's text, where the others fill the batch.
    pub fn push(&mut self, record: Record) -> bool {
        match &record {
            Record::Script(script) => {
                let bytes = self.script_bytes.saturating_add(script.text.len());
                if bytes > SCRIPT_TEXT_BYTES_PER_BATCH || self.list.len() >= 2 * RECORDS_PER_BATCH {
                    return false;
                }
                self.script_bytes = bytes;
            }
            Record::Response(response) => {
                let bytes = self.response_bytes.saturating_add(response.text.len());
                if self.response_bytes > 0 && bytes > DUMPED_BYTES_PER_BATCH {
                    return false;
                }
                self.response_bytes = bytes;
            }
            Record::Traffic(TrafficRow {
                piece: Traffic::Sent(bytes) | Traffic::Received(bytes), ..
            }) => {
                self.traffic_bytes = self.traffic_bytes.saturating_add(bytes.len());
            }
            Record::Traffic(_) | Record::Dump(_) | Record::Match(_) | Record::Samples(_) => {}
        }
        self.list.push(record);
        true
    }

    /// Adds a value.
    pub fn push_sample(&mut self, sample: Sample) {
        self.samples.push(sample);
    }

    /// Whether it is time to hand them over: there are many, or some of them are large.
    pub fn is_batch(&self) -> bool {
        self.response_bytes > 0
            || self.traffic_bytes >= TRAFFIC_BYTES_PER_BATCH
            || self.list.len().max(self.samples.len()) >= RECORDS_PER_BATCH
    }

    /// The records so far, in order, without single values.
    pub fn as_slice(&self) -> &[Record] {
        &self.list
    }

    /// How much memory they take, about.
    pub fn bytes(&self) -> usize {
        self.response_bytes
            + self.traffic_bytes
            + self.script_bytes
            + self.list.len() * size_of::<Record>()
            + self.samples.len() * size_of::<Sample>()
    }

    /// Takes them all.
    pub fn take(&mut self) -> Vec<Record> {
        (self.response_bytes, self.traffic_bytes, self.script_bytes) = (0, 0, 0);
        let mut list = std::mem::take(&mut self.list);
        if !self.samples.is_empty() {
            list.push(Record::Samples(std::mem::take(&mut self.samples)));
        }
        list
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
