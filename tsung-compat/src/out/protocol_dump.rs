//! `tsung.dump` with `dumptraffic="protocol"`: a line for each response. With `"protocol_local"` each worker has a file of its own.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
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

/// What is needed to write rows.
struct Rows {
    names: Arc<TsungNames>,
    /// Request tags by id.
    tags: Vec<String>,
    clock: WallClock,
}

impl Rows {
    /// The rows among these records.
    fn of(&self, records: &[Record]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for record in records {
            if let Record::Dump(row) = record {
                self.push_row(&mut bytes, row);
            }
        }
        bytes
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

/// Writes `tsung.dump`.
pub struct ProtocolDump {
    out: Box<dyn Write + Send>,
    rows: Rows,
}

impl ProtocolDump {
    /// Writes to `out`. Buffering is done here.
    pub fn new(out: Box<dyn Write + Send>, names: Arc<TsungNames>, tags: Vec<String>) -> Self {
        Self { out, rows: Rows { names, tags, clock: WallClock::default() } }
    }
}

impl Sink for ProtocolDump {
    fn name(&self) -> &str {
        "tsung.dump"
    }

    fn handle(&mut self, event: &Event<'_>) -> io::Result<()> {
        let bytes = match event {
            Event::Started { unix_secs } => {
                self.rows.clock = WallClock::starting(*unix_secs);
                HEADER.to_vec()
            }
            Event::Records { records, .. } => self.rows.of(records),
            Event::Progress(_) | Event::Remark(_) | Event::Window(_) | Event::Finished(_) => return Ok(()),
        };
        self.out.write_all(&bytes)?;
        self.out.flush()
    }
}

/// Name that Tsung gives to the dump of the controller's own machine.
pub const OWN_DUMP_FILE: &str = "tsung-123456.dump";

/// Writes a file for each worker, with `dumptraffic="protocol_local"`: the same rows, without a header. Tsung's are written by each
/// machine at its own place, ours all in the run folder.
pub struct LocalDumps {
    folder: PathBuf,
    rows: Rows,
    /// By worker.
    files: BTreeMap<u32, File>,
}

impl LocalDumps {
    /// Writes into this folder.
    pub fn new(folder: PathBuf, names: Arc<TsungNames>, tags: Vec<String>) -> Self {
        Self { folder, rows: Rows { names, tags, clock: WallClock::default() }, files: BTreeMap::new() }
    }

    fn file(&mut self, worker: u32) -> io::Result<&mut File> {
        Ok(match self.files.entry(worker) {
            Entry::Occupied(file) => file.into_mut(),
            Entry::Vacant(place) => place.insert(File::create(self.folder.join(local_name(worker)))?),
        })
    }
}

/// Tsung counts the other machines from 0.
fn local_name(worker: u32) -> String {
    match worker.checked_sub(1) {
        None => OWN_DUMP_FILE.to_owned(),
        Some(other) => format!("tsung-{other}.dump"),
    }
}

impl Sink for LocalDumps {
    fn name(&self) -> &str {
        "tsung-*.dump"
    }

    fn handle(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Started { unix_secs } => {
                self.rows.clock = WallClock::starting(*unix_secs);
                Ok(())
            }
            Event::Records { worker, records } => {
                let bytes = self.rows.of(records);
                if bytes.is_empty() { Ok(()) } else { self.file(*worker)?.write_all(&bytes) }
            }
            Event::Progress(_) | Event::Remark(_) | Event::Window(_) | Event::Finished(_) => Ok(()),
        }
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
        let records = [Record::Dump(full), Record::Dump(bare), Record::Dump(odd)];
        dump.handle(&Event::Records { worker: 0, records: &records }).unwrap();
        each_worker_has_a_file(&records, &file.text());
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

    /// The same rows, by worker and without the header.
    fn each_worker_has_a_file(records: &[Record], whole: &str) {
        let folder = std::env::temp_dir().join(format!("tsung-parrot-local-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let names = Arc::new(TsungNames::from_names(&["home".to_owned()], &[]));
        let mut dumps = LocalDumps::new(folder.clone(), names, vec!["front".to_owned()]);
        dumps.handle(&Event::Started { unix_secs: 1_795_331_792.0 }).unwrap();
        for worker in [2, 0] {
            dumps.handle(&Event::Records { worker, records }).unwrap();
        }
        dumps.handle(&Event::Records { worker: 1, records: &[] }).unwrap();
        let rows = whole.split_once('\n').unwrap().1;
        for name in [OWN_DUMP_FILE, "tsung-1.dump"] {
            assert_eq!(String::from_utf8_lossy(&std::fs::read(folder.join(name)).unwrap()), rows);
        }
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2, "no file without rows");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
