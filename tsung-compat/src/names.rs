//! What counters and series are called in Tsung's files.
//!
//! Tsung's report scripts cut lines at blanks, open files called like the series and sort by prefix: a name here is made of
//! `[A-Za-z0-9_@.-]` only, whatever the configuration says, and no two series share one.

use parrot_core::plan::{Plan, TransactionId};
use parrot_core::sink::Names;
use parrot_core::stats::{Catalogue, Counter, Errno, SeriesId, SeriesKind};

use crate::errno;

/// Names for one run.
#[derive(Clone, Debug)]
pub struct TsungNames {
    /// With their prefix, by id.
    transactions: Vec<String>,
    /// By id.
    repeats: Vec<String>,
    /// By id.
    lists: Vec<String>,
}

impl TsungNames {
    /// Names for a run of this plan.
    pub fn new(plan: &Plan) -> Self {
        let lists = plan.lists.iter().map(|name| safe(name)).collect();
        Self { lists, ..Self::from_names(&plan.transactions, &plan.repeats) }
    }

    /// Names for a run with these transactions and `repeat` loops, and without `foreach` loops.
    pub fn from_names(transactions: &[String], repeats: &[String]) -> Self {
        let mut taken: Vec<String> = Vec::with_capacity(transactions.len());
        for transaction in transactions {
            let name = format!("tr_{}", safe(transaction));
            let numbered = (2..).map(|n| format!("{name}_{n}"));
            let free = std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name));
            taken.extend(free);
        }
        let repeats = repeats.iter().map(|name| safe(name)).collect();
        Self { transactions: taken, repeats, lists: Vec::new() }
    }

    /// All that rules about this run may name.
    pub fn catalogue(&self) -> Catalogue {
        let transactions =
            (0..self.transactions.len() as u32).map(|id| SeriesId::transaction(TransactionId(id)));
        let series = (0..SeriesId::FIXED).map(SeriesId).chain(transactions);
        let errnos = errno::numbers().map(Errno);
        let counters = Counter::DATALESS
            .into_iter()
            .chain((100..=599).map(Counter::Status))
            .chain((0..self.repeats.len() as u32).map(Counter::RepeatUndefined))
            .chain((0..self.lists.len() as u32).map(Counter::ForEachUndefined))
            .chain(errnos.clone().map(Counter::ConnectFailed))
            .chain(errnos.clone().map(Counter::SendFailed))
            .chain(errnos.map(Counter::ConnectionFailed));
        Catalogue {
            series: series.map(|series| (self.series(series), series)).collect(),
            counters: counters.map(|counter| (self.label(counter), counter)).collect(),
        }
    }

    fn name(&self, counter: Counter) -> Name {
        Name::Shown(match counter {
            Counter::UserStarted => "users_count".into(),
            Counter::UserFinished => "finish_users_count".into(),
            Counter::NewPhase => "newphase".into(),
            Counter::BytesSent => "size_sent".into(),
            Counter::BytesReceived => "size_rcv".into(),
            Counter::Match => "match".into(),
            Counter::NoMatch => "nomatch".into(),
            Counter::MatchLoop => "match_loop".into(),
            Counter::MatchRestart => "match_restart".into(),
            Counter::MatchRestartAbort => "match_restart_abort".into(),
            Counter::MatchStop => "match_stop".into(),
            Counter::MatchStopRun => "match_stop_test".into(),
            Counter::UserAborted => "abort_session".into(),
            Counter::RepeatLimit => "max_repeat".into(),
            Counter::IfUndefined => "error_if_undef".into(),
            Counter::RepeatUndefined(id) => {
                // Tsung's own lack of an underscore.
                let name = self.repeats.get(id as usize).map_or("", String::as_str);
                format!("error_repeat_{name}undef")
            }
            Counter::ForEachUndefined(id) => {
                let name = self.lists.get(id as usize).map_or("", String::as_str);
                format!("error_foreach_{name}undef")
            }
            Counter::Status(status) => status.to_string(),
            Counter::ConnectFailed(errno) => with_errno("error_connect_", errno),
            Counter::ConnectNameUnknown => "error_connect_nxdomain".into(),
            Counter::ConnectTimeout => "error_connect_timeout".into(),
            Counter::AbortConnectRetries => "error_abort_max_conn_retries".into(),
            Counter::SendFailed(errno) => with_errno("error_send_", errno),
            Counter::SendConnectionClosed => "error_send_connection_closed".into(),
            Counter::AbortSendRetries => "error_abort_max_send_retries".into(),
            Counter::ConnectionFailed(errno) => with_errno("error_inet_", errno),
            Counter::ConnectionClosed => "error_closed".into(),
            Counter::IdleTimeout => "error_timeout".into(),
            Counter::UnexpectedData => "error_unknown_data".into(),
            Counter::UserFailed => "error_unknown".into(),
            Counter::BodyTooLong => "error_http_bad_content_length".into(),
            Counter::ChunkError => "error_http_unexpected_chunkdata".into(),
            Counter::XmlUnparsable => "error_xml_unparsable".into(),
            Counter::XmlNotParsed => "error_xml_not_parsed".into(),
            Counter::JsonUnparsable => "error_json_unparsable".into(),
            Counter::JsonNotParsed => "error_json_not_parsed".into(),
            Counter::RunAborted => "error_abort".into(),
            Counter::ResponseTruncated => return Name::Own("response_truncated"),
            Counter::UndefinedSubstituted => return Name::Own("undefined_substituted"),
            Counter::PatternLimit => return Name::Own("pattern_limit"),
            Counter::ScriptFailed => return Name::Own("script_failed"),
            Counter::ScriptLimit => return Name::Own("script_limit"),
            Counter::RecordDropped => return Name::Own("record_dropped"),
        })
    }
}

/// A counter's name, and where it appears.
enum Name {
    /// In Tsung's files, and in ours.
    Shown(String),
    /// In ours only: Tsung does not have it.
    Own(&'static str),
}

impl Names for TsungNames {
    fn counter(&self, counter: Counter) -> Option<String> {
        match self.name(counter) {
            Name::Shown(name) => Some(name),
            Name::Own(_) => None,
        }
    }

    fn label(&self, counter: Counter) -> String {
        match self.name(counter) {
            Name::Shown(name) => name,
            Name::Own(name) => name.to_owned(),
        }
    }

    fn series(&self, series: SeriesId) -> String {
        match series.kind() {
            SeriesKind::Request => "request",
            SeriesKind::Page => "page",
            SeriesKind::Connect => "connect",
            SeriesKind::Session => "session",
            SeriesKind::FirstByte => "first_byte",
            SeriesKind::Service => "service",
            SeriesKind::Response => "response",
            SeriesKind::StartLag => "start_lag",
            SeriesKind::ThinkLag => "think_lag",
            SeriesKind::Transaction(id) => self.transactions.get(id.index()).map_or("tr_", String::as_str),
        }
        .to_owned()
    }
}

fn with_errno(prefix: &str, Errno(errno): Errno) -> String {
    match errno::name(errno) {
        Some(name) => format!("{prefix}{name}"),
        None => format!("{prefix}errno{errno}"),
    }
}

/// The text with all that Tsung's scripts stumble over replaced by `_`.
pub(crate) fn safe(text: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric() || "_@.-".contains(c);
    text.chars().map(|c| if keep(c) { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(transactions: &[&str]) -> TsungNames {
        let transactions: Vec<_> = transactions.iter().map(|&name| name.to_owned()).collect();
        let names = TsungNames::from_names(&transactions, &["r 1".to_owned()]);
        TsungNames { lists: vec![safe("l 1")], ..names }
    }

    #[test]
    fn counters_have_tsungs_names() {
        let names = names(&[]);
        let expected = [
            (Counter::UserStarted, "users_count"),
            (Counter::UserFinished, "finish_users_count"),
            (Counter::BytesReceived, "size_rcv"),
            (Counter::Status(404), "404"),
            (Counter::ConnectFailed(Errno(111)), "error_connect_econnrefused"),
            (Counter::ConnectFailed(Errno(24)), "error_connect_emfile"),
            (Counter::ConnectFailed(Errno(4242)), "error_connect_errno4242"),
            (Counter::SendFailed(Errno(32)), "error_send_epipe"),
            (Counter::ConnectionFailed(Errno(110)), "error_inet_etimedout"),
            (Counter::RepeatUndefined(0), "error_repeat_r_1undef"),
            (Counter::ForEachUndefined(0), "error_foreach_l_1undef"),
            (Counter::UserAborted, "abort_session"),
            (Counter::MatchStopRun, "match_stop_test"),
            (Counter::SendConnectionClosed, "error_send_connection_closed"),
        ];
        for (counter, name) in expected {
            assert_eq!(names.counter(counter).as_deref(), Some(name));
            assert_eq!(names.label(counter), name);
        }
        assert_eq!(names.counter(Counter::ResponseTruncated), None);
        assert_eq!(names.label(Counter::ResponseTruncated), "response_truncated");
    }

    #[test]
    fn every_counter_called_error_is_one_and_no_other() {
        let names = names(&[]);
        let data = [
            Counter::RepeatUndefined(0),
            Counter::ForEachUndefined(0),
            Counter::Status(500),
            Counter::ConnectFailed(Errno(1)),
            Counter::SendFailed(Errno(1)),
            Counter::ConnectionFailed(Errno(1)),
        ];
        let plain: Vec<_> = Counter::DATALESS.into_iter().chain(data).collect();
        let mut labels: Vec<_> = plain.iter().map(|counter| names.label(*counter)).collect();
        for (counter, label) in plain.iter().zip(&labels) {
            assert_eq!(label.starts_with("error_"), counter.is_error(), "{label}");
        }
        labels.sort();
        labels.dedup();
        assert_eq!(labels.len(), plain.len());
    }

    #[test]
    fn transaction_names_are_safe_for_the_scripts_and_unique() {
        let names = names(&["home", "a/b c", "a_b_c", "'x;y'", "é-1.2@z", "a b c", ""]);
        let series = |id| names.series(SeriesId::transaction(TransactionId(id)));
        let all: Vec<_> = (0..7).map(series).collect();
        assert_eq!(all, ["tr_home", "tr_a_b_c", "tr_a_b_c_2", "tr__x_y_", "tr__-1.2@z", "tr_a_b_c_3", "tr_"]);
        assert_eq!(names.series(SeriesId::FIRST_BYTE), "first_byte");
    }

    #[test]
    fn rules_may_name_what_the_files_show() {
        let catalogue = names(&["home", "a b"]).catalogue();
        for name in ["request", "connect", "first_byte", "start_lag", "think_lag", "tr_home", "tr_a_b"] {
            let found: Vec<_> = catalogue.series.iter().filter(|(known, _)| known == name).collect();
            assert_eq!(found.len(), 1, "{name}");
            assert_eq!(names(&["home", "a b"]).series(found[0].1), name);
        }
        for (name, counter) in [
            ("404", Counter::Status(404)),
            ("error_connect_econnrefused", Counter::ConnectFailed(Errno(111))),
            ("error_send_epipe", Counter::SendFailed(Errno(32))),
            ("error_inet_etimedout", Counter::ConnectionFailed(Errno(110))),
            ("error_repeat_r_1undef", Counter::RepeatUndefined(0)),
            ("record_dropped", Counter::RecordDropped),
            ("abort_session", Counter::UserAborted),
        ] {
            assert!(catalogue.counters.contains(&(name.to_owned(), counter)), "{name}");
        }
    }
}
