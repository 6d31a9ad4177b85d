//! `tsung.dump` with `dumptraffic="protocol"`: a line for each response.

use std::io::{self, Write};
use std::sync::Arc;

use parrot_core::sink::{DumpRow, Event, Names, Record, Sink};
use parrot_core::stats::SeriesId;

use super::match_log::event_name;
use super::number::push_float;
use super::wall_clock::{SECOND_US, WallClock};
use crate::names::TsungNames;

/// First line of the file.
const HEADER: &[u8] =
    b"#date;pid;id;http method;host;URL;HTTP status;size;duration;transaction;match;error;tag\n";

/// Writes `tsung.dump`.
pub struct ProtocolDump {
    out: Box<dyn Write + Send>,
    names: Arc<TsungNames>,
    /// Request tags by id.
    tags: Vec<String>,
    clock: WallClock,
}

impl ProtocolDump {
    /// Writes to `out`. Buffering is done here.
    pub fn new(out: Box<dyn Write + Send>, names: Arc<TsungNames>, tags: Vec<String>) -> Self {
        Self { out, names, tags, clock: WallClock::default() }
    }

    fn push_row(&self, bytes: &mut Vec<u8>, row: &DumpRow) {
        let mut date = String::new();
        push_float(&mut date, self.clock.unix_us(row.at) as f64 / SECOND_US as f64);
        // Tsung prints the Erlang process of the user; readers need no more than one token for each user.
        let head = format!(
            "{date};<0.{user}.0>;{user};{};{};",
            row.method.as_str().to_ascii_lowercase(),
            row.host,
            user = row.user,
        );
        bytes.extend_from_slice(head.as_bytes());
        // As Tsung: a `;` in the URL is not escaped.
        bytes.extend_from_slice(&row.url);
        let status = row.status.map(|status| status.to_string());
        let transaction = row.transaction.map(|id| self.names.series(SeriesId::transaction(id)));
        let error = row.error.and_then(|counter| self.names.counter(counter));
        let tag = row.tag.and_then(|id| self.tags.get(id.index()));
        let duration_us = row.duration.as_micros();
        let tail = format!(
            ";{};{};{}.{:03};{};{};{};{}\n",
            status.as_deref().unwrap_or("error_no_http_status"),
            row.size,
            duration_us / 1_000,
            duration_us % 1_000,
            transaction.as_deref().unwrap_or("-"),
            row.matched.map_or("", event_name),
            error.as_deref().unwrap_or_default(),
            tag.map_or("", String::as_str),
        );
        bytes.extend_from_slice(tail.as_bytes());
    }
}

impl Sink for ProtocolDump {
    fn name(&self) -> &str {
        "tsung.dump"
    }

    fn handle(&mut self, event: &Event<'_>) -> io::Result<()> {
        let mut bytes = Vec::new();
        match event {
            Event::Started { unix_secs } => {
                self.clock = WallClock::starting(*unix_secs);
                bytes.extend_from_slice(HEADER);
            }
            Event::Records(records) => {
                for record in *records {
                    if let Record::Dump(row) = record {
                        self.push_row(&mut bytes, row);
                    }
                }
            }
            Event::Progress(_) | Event::Remark(_) | Event::Window(_) | Event::Finished(_) => return Ok(()),
        }
        self.out.write_all(&bytes)?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use parrot_core::plan::{Method, TagId, TransactionId};
    use parrot_core::sink::MatchEvent;
    use parrot_core::stats::Counter;
    use parrot_core::time::Nanos;

    use super::*;
    use crate::out::test_file::TestFile;

    #[test]
    fn lines_look_like_tsungs() {
        let file = TestFile::default();
        let names = Arc::new(TsungNames::from_names(&["home".to_owned()], &[]));
        let mut dump = ProtocolDump::new(Box::new(file.clone()), names, vec!["front".to_owned()]);
        dump.handle(&Event::Started { unix_secs: 1_795_331_792.0 }).unwrap();
        let full = DumpRow {
            at: Nanos::from_micros(936_480),
            user: 24,
            method: Method::Get,
            host: "127.0.0.1".into(),
            url: b"/missing?x=1;y=2".to_vec(),
            status: Some(404),
            size: 308,
            duration: Nanos::from_micros(2_970),
            transaction: Some(TransactionId(0)),
            matched: Some(MatchEvent::NoMatch),
            error: Some(Counter::BodyTooLong),
            tag: Some(TagId(0)),
        };
        let bare = DumpRow {
            at: Nanos::from_secs(1),
            method: Method::Post,
            url: b"/eof".to_vec(),
            status: None,
            size: 0,
            duration: Nanos::from_micros(1_000_412),
            transaction: None,
            matched: None,
            error: None,
            tag: None,
            ..full.clone()
        };
        // Numbers that no plan has, as another process may send them.
        let odd = DumpRow {
            at: Nanos::NEVER,
            user: u64::MAX,
            size: u64::MAX,
            duration: Nanos::NEVER,
            transaction: Some(TransactionId(u32::MAX)),
            tag: Some(TagId(u32::MAX)),
            error: Some(Counter::RepeatUndefined(u32::MAX)),
            ..full.clone()
        };
        dump.handle(&Event::Records(&[Record::Dump(full), Record::Dump(bare), Record::Dump(odd)])).unwrap();
        let text = file.text();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "#date;pid;id;http method;host;URL;HTTP status;size;duration;transaction;match;error;tag",
                "1795331792.93648;<0.24.0>;24;get;127.0.0.1;/missing?x=1;y=2;404;308;2.970;tr_home;nomatch;\
                 error_http_bad_content_length;front",
                "1795331793.0;<0.24.0>;24;post;127.0.0.1;/eof;error_no_http_status;0;1000.412;-;;;",
                "20242075865.709553;<0.18446744073709551615.0>;18446744073709551615;get;127.0.0.1;/missing?x=1;y=2;404;\
                 18446744073709551615;18446744073709.551;tr_;nomatch;error_repeat_undef;",
            ]
        );
    }
}
