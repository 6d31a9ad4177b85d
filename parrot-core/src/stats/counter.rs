//! What is counted.

use serde::{Deserialize, Serialize};

/// An error number of the operating system.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Errno(pub i32);

/// A countable event. The order is that of the recorder's dense part; variants with data are kept in a sorted list.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub enum Counter {
    /// A user started.
    UserStarted,
    /// A user ended.
    UserFinished,
    /// The next arrival phase began.
    NewPhase,
    /// Bytes sent.
    BytesSent,
    /// Bytes received.
    BytesReceived,
    /// A pattern was found.
    Match,
    /// A pattern was not found.
    NoMatch,
    /// A match made the user loop.
    MatchLoop,
    /// A match restarted the session.
    MatchRestart,
    /// A match wanted another restart than the limit allows.
    MatchRestartAbort,
    /// A match ended the user.
    MatchStop,
    /// A `repeat` reached its limit.
    RepeatLimit,
    /// An `if` on a variable without value.
    IfUndefined,
    /// A `while` or `until` on a variable without value; index into the Plan's repeats.
    RepeatUndefined(u32),
    /// A response with this HTTP status.
    Status(u16),
    /// A connect that failed with this error.
    ConnectFailed(Errno),
    /// A host name that could not be resolved.
    ConnectNameUnknown,
    /// A connect that took longer than allowed.
    ConnectTimeout,
    /// A user that ended for failed connects.
    AbortConnectRetries,
    /// A send that failed with this error.
    SendFailed(Errno),
    /// A send on a connection that the peer had closed.
    SendConnectionClosed,
    /// A user that ended for failed sends.
    AbortSendRetries,
    /// An open connection that failed with this error.
    ConnectionFailed(Errno),
    /// A connection closed by the peer where the session does not allow it.
    ConnectionClosed,
    /// No data within the idle timeout; the user ended.
    IdleTimeout,
    /// Data arrived while none was expected; the user ended.
    UnexpectedData,
    /// A response that is not understood, or a step that cannot be carried out; the user ended.
    UserFailed,
    /// More body than announced.
    BodyTooLong,
    /// A chunked body with an error in it.
    ChunkError,
    /// A match ended the run.
    MatchStopRun,
    /// A user ended because its session says so.
    UserAborted,
    /// The run was cut before its end.
    RunAborted,
    /// A body in which a path was to be followed, and that is no HTML or XML.
    XmlUnparsable,
    /// A variable that stays as it is for that reason.
    XmlNotParsed,
    /// A body in which a path was to be followed, and that is no JSON.
    JsonUnparsable,
    /// A variable that stays as it is for that reason.
    JsonNotParsed,
    /// Not in Tsung: a response cut short by the peer.
    ResponseTruncated,
    /// Not in Tsung: a variable without value was substituted.
    UndefinedSubstituted,
    /// Not in Tsung: a pattern that exceeded PCRE's match limit, counted as not found.
    PatternLimit,
    /// Not in Tsung: dump or match records dropped because the sinks could not keep up.
    RecordDropped,
    /// Not in Tsung: a script raised an exception; the user ended.
    ScriptFailed,
    /// Not in Tsung: a script exceeded its steps, depth or memory; the user ended.
    ScriptLimit,
    /// A `foreach` through a variable without value; index into the Plan's lists.
    ForEachUndefined(u32),
}

impl Counter {
    /// All counters without data. Those that count most come first: a recorder keeps them apart.
    pub const DATALESS: [Self; 37] = [
        Self::UserStarted,
        Self::UserFinished,
        Self::NewPhase,
        Self::BytesSent,
        Self::BytesReceived,
        Self::Match,
        Self::NoMatch,
        Self::MatchLoop,
        Self::MatchRestart,
        Self::MatchRestartAbort,
        Self::MatchStop,
        Self::RepeatLimit,
        Self::IfUndefined,
        Self::ConnectNameUnknown,
        Self::ConnectTimeout,
        Self::AbortConnectRetries,
        Self::SendConnectionClosed,
        Self::AbortSendRetries,
        Self::ConnectionClosed,
        Self::IdleTimeout,
        Self::UnexpectedData,
        Self::UserFailed,
        Self::BodyTooLong,
        Self::ChunkError,
        Self::RunAborted,
        Self::ResponseTruncated,
        Self::UndefinedSubstituted,
        Self::PatternLimit,
        Self::RecordDropped,
        Self::UserAborted,
        Self::MatchStopRun,
        Self::XmlUnparsable,
        Self::XmlNotParsed,
        Self::JsonUnparsable,
        Self::JsonNotParsed,
        Self::ScriptFailed,
        Self::ScriptLimit,
    ];

    /// Something went wrong (all that Tsung calls `error_…`).
    pub const fn is_error(self) -> bool {
        match self {
            Self::IfUndefined
            | Self::RepeatUndefined(_)
            | Self::ForEachUndefined(_)
            | Self::ConnectFailed(_)
            | Self::ConnectNameUnknown
            | Self::ConnectTimeout
            | Self::AbortConnectRetries
            | Self::SendFailed(_)
            | Self::SendConnectionClosed
            | Self::AbortSendRetries
            | Self::ConnectionFailed(_)
            | Self::ConnectionClosed
            | Self::IdleTimeout
            | Self::UnexpectedData
            | Self::UserFailed
            | Self::BodyTooLong
            | Self::ChunkError
            | Self::XmlUnparsable
            | Self::XmlNotParsed
            | Self::JsonUnparsable
            | Self::JsonNotParsed
            | Self::RunAborted => true,
            Self::UserStarted
            | Self::UserFinished
            | Self::NewPhase
            | Self::BytesSent
            | Self::BytesReceived
            | Self::Match
            | Self::NoMatch
            | Self::MatchLoop
            | Self::MatchRestart
            | Self::MatchRestartAbort
            | Self::MatchStop
            | Self::MatchStopRun
            | Self::UserAborted
            | Self::RepeatLimit
            | Self::Status(_)
            | Self::ResponseTruncated
            | Self::UndefinedSubstituted
            | Self::PatternLimit
            | Self::ScriptFailed
            | Self::ScriptLimit
            | Self::RecordDropped => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A variant without data is one byte on the wire: its number.
    #[test]
    fn the_list_of_counters_without_data_is_complete() {
        let by_number = (0..128_u8).filter_map(|number| postcard::from_bytes::<Counter>(&[number]).ok());
        let mut listed = Counter::DATALESS.to_vec();
        listed.sort_unstable();
        let mut all: Vec<_> = by_number.collect();
        all.sort_unstable();
        assert_eq!(listed, all);
    }
}
