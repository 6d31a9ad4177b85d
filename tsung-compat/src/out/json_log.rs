//! `tsung.log`, backend `json`: one JSON document, an object for each dump of the statistics.
//!
//! In a file the document is complete after every dump: each one is written over the end of the document, with a new end. So it
//! can be read while the run goes on, and after whatever end it finds. What is no file gets the end last.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use parrot_core::sink::{Event, SampleRow, Sink, Window};

use super::lines::{Line, columns, lines};
use crate::names::{TsungNames, safe};

const BEGIN: &str = "{\n \"stats\": [\n";
const END: &str = "]}\n";

/// Writes it.
pub struct JsonLog {
    out: Out,
    name: String,
    /// Name of the machine.
    host: String,
    names: Arc<TsungNames>,
    /// Second of the last dump; 0 before the first.
    last_secs: u64,
}

enum Out {
    /// A file, and where the end of the document begins.
    File(File, u64),
    /// Anything that only takes more.
    Stream(Box<dyn Write + Send>),
}

impl JsonLog {
    /// Writes to `out`, which messages call `name`, and nothing before the run begins. `node` is Erlang's name of the machine,
    /// `tsung_controller@host`.
    pub fn stream(
        out: Box<dyn Write + Send>,
        name: impl Into<String>,
        node: &str,
        names: Arc<TsungNames>,
    ) -> Self {
        Self::new(Out::Stream(out), name.into(), node, names)
    }

    /// Begins a document behind what a file already holds.
    ///
    /// # Errors
    /// When it cannot be opened or written.
    pub fn append(path: &Path, node: &str, names: Arc<TsungNames>) -> io::Result<Self> {
        let name = path.display().to_string();
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        if !file.metadata()?.is_file() {
            return Ok(Self::stream(Box::new(file), name, node, names));
        }
        let at = file.seek(SeekFrom::End(0))?;
        file.write_all_at(format!("{BEGIN}{END}").as_bytes(), at)?;
        Ok(Self::new(Out::File(file, at + BEGIN.len() as u64), name, node, names))
    }

    fn new(out: Out, name: String, node: &str, names: Arc<TsungNames>) -> Self {
        let host = node.split_once('@').map_or(node, |(_, host)| host);
        Self { out, name, host: safe(host), names, last_secs: 0 }
    }

    /// Adds a dump.
    fn add(&mut self, secs: u64, samples: &str) -> io::Result<()> {
        let separator = if self.last_secs == 0 { "" } else { ",\n" };
        self.last_secs = secs.max(self.last_secs + 1);
        let text = format!("{separator} {{\"timestamp\": {}, \"samples\": [{samples}]}}", self.last_secs);
        match &mut self.out {
            Out::File(file, at) => {
                // One write: who reads along finds the document as it was or as it is.
                file.write_all_at(format!("{text}{END}").as_bytes(), *at)?;
                *at += text.len() as u64;
                Ok(())
            }
            Out::Stream(out) => {
                let begin = if separator.is_empty() { BEGIN } else { "" };
                out.write_all(format!("{begin}{text}").as_bytes()).and_then(|()| out.flush())
            }
        }
    }

    fn samples(&self, window: &Window) -> String {
        let mut text = String::with_capacity(8 * 1024);
        for line in lines(window, &self.names) {
            let separator = if text.is_empty() { "" } else { ", " };
            let object = match line {
                Line::Users { now, max } => format!("\"name\": \"users\", \"value\": {now}, \"max\": {max}"),
                Line::Host { metric, row } => {
                    format!("\"name\": \"{metric}\", \"hostname\": \"{}\", {}", self.host, figures(row))
                }
                Line::Sample { name, row } => format!("\"name\": \"{name}\", {}", figures(row)),
                // Tsung's word for how many there are.
                Line::Connected { delta, now } => {
                    format!("\"name\": \"connected\", \"value\": {delta}, \"max\": {now}")
                }
                Line::Counter { name, delta, total } => {
                    let http = if name.bytes().all(|c| c.is_ascii_digit()) { "http_" } else { "" };
                    format!("\"name\": \"{http}{name}\", \"value\": {delta}, \"total\": {total}")
                }
            };
            // Writing to a String cannot fail.
            let _ = write!(text, "{separator}{{{object}}}");
        }
        text
    }
}

impl Sink for JsonLog {
    fn name(&self) -> &str {
        &self.name
    }

    fn handle(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Started { unix_secs } => self.add(*unix_secs as u64, ""),
            Event::Window(window) => self.add(window.unix_secs, &self.samples(window)),
            Event::Finished(_) => match &mut self.out {
                Out::File(..) => Ok(()),
                Out::Stream(out) => out.write_all(END.as_bytes()).and_then(|()| out.flush()),
            },
            Event::Progress(_) | Event::Records { .. } | Event::Remark(_) => Ok(()),
        }
    }
}

fn figures(row: &SampleRow) -> String {
    let [count, mean, deviation, max, min, earlier_mean, earlier_count] = columns(row);
    format!(
        "\"value\": {count}, \"mean\": {mean}, \"stddev\": {deviation}, \"max\": {max}, \"min\": {min}, \
         \"global_mean\": {earlier_mean}, \"global_count\": {earlier_count}"
    )
}

#[cfg(test)]
mod tests {
    use parrot_core::sink::{EndReason, HostMetric};
    use parrot_core::stats::{Class, Counter, Recorder, SeriesId, Shape, Timeline};
    use parrot_core::time::Nanos;
    use serde_json::{Value, json};

    use super::*;
    use crate::out::test_file::TestFile;

    const SHAPE: Shape = Shape { series: SeriesId::FIXED as usize + 1, phases: 1 };

    fn names() -> Arc<TsungNames> {
        Arc::new(TsungNames::from_names(&["big \"page".to_owned()], &[]))
    }

    /// Feeds a small run; `look` sees what is there after each event.
    fn feed(log: &mut JsonLog, mut look: impl FnMut()) {
        let mut timeline = Timeline::new(SHAPE, 1, Vec::new());
        log.handle(&Event::Started { unix_secs: 1_795_331_791.25 }).unwrap();
        look();
        let mut recorder = Recorder::new(SHAPE);
        for ms in [2, 4] {
            recorder.sample(SeriesId::REQUEST, 0, Class::Ok, Nanos::from_millis(ms));
        }
        recorder.sample(SeriesId(SeriesId::FIXED), 0, Class::Ok, Nanos::from_millis(1_000));
        recorder.count(Counter::UserStarted, 3);
        recorder.count(Counter::Status(200), 2);
        recorder.connections_delta = 2;
        (recorder.users, recorder.users_max) = (2, 3);
        timeline.record(&recorder);
        timeline.host(HostMetric::Cpu, 12.5);
        for _ in 0..2 {
            log.handle(&Event::Window(&timeline.close_window(Nanos::SECOND, 1_795_331_801, false))).unwrap();
            look();
        }
        let summary = timeline.finish(EndReason::Stopped, 1_795_331_791.25, Nanos::SECOND, 0);
        log.handle(&Event::Finished(&summary)).unwrap();
        look();
    }

    fn expected() -> Value {
        let number = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        json!({ "stats": [
            { "timestamp": 1_795_331_791, "samples": [] },
            { "timestamp": 1_795_331_801, "samples": [
                { "name": "users", "value": 2, "max": 3 },
                { "name": "cpu", "hostname": "vm-1", "value": 1, "mean": 12.5, "stddev": 0, "max": 12.5, "min": 12.5,
                  "global_mean": 0, "global_count": 0 },
                { "name": "users_count", "value": 3, "total": 3 },
                { "name": "finish_users_count", "value": 0, "total": 0 },
                { "name": "request", "value": 2, "mean": 3.0, "stddev": 1.0, "max": 4.0, "min": 2.0,
                  "global_mean": 0, "global_count": 0 },
                { "name": "tr_big__page", "value": 1, "mean": number("1.0e3"), "stddev": 0, "max": 1000.0, "min": 1000.0,
                  "global_mean": 0, "global_count": 0 },
                { "name": "connected", "value": 2, "max": 2 },
                { "name": "http_200", "value": 2, "total": 2 },
            ] },
            { "timestamp": 1_795_331_802, "samples": [
                { "name": "users", "value": 2, "max": 3 },
                { "name": "cpu", "hostname": "vm-1", "value": 0, "mean": 0, "stddev": 0, "max": 12.5, "min": 12.5,
                  "global_mean": 12.5, "global_count": 1 },
                { "name": "users_count", "value": 0, "total": 3 },
                { "name": "finish_users_count", "value": 0, "total": 0 },
                { "name": "request", "value": 0, "mean": 0, "stddev": 0, "max": 4.0, "min": 2.0,
                  "global_mean": 3.0, "global_count": 2 },
                { "name": "tr_big__page", "value": 0, "mean": 0, "stddev": 0, "max": 1000.0, "min": 1000.0,
                  "global_mean": 1000.0, "global_count": 1 },
                { "name": "connected", "value": 0, "max": 2 },
                { "name": "http_200", "value": 0, "total": 2 },
            ] },
        ] })
    }

    #[test]
    fn a_file_is_a_document_at_any_time() {
        let path = std::env::temp_dir().join(format!("tsung-parrot-json-{}.log", std::process::id()));
        std::fs::write(&path, "[1]\n").unwrap();
        let read = || {
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.strip_prefix("[1]\n").unwrap_or_else(|| panic!("what was there is gone: {text}"));
            serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{error}: {text}"))
        };
        let mut log = JsonLog::append(&path, "tsung_controller@vm-1", names()).unwrap();
        assert_eq!(read(), json!({ "stats": [] }));
        let mut dumps = Vec::new();
        feed(&mut log, || dumps.push(read()["stats"].as_array().unwrap().len()));
        assert_eq!(dumps, [1, 2, 3, 3]);
        assert_eq!(read(), expected());
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn what_is_no_file_is_a_document_at_the_end() {
        let file = TestFile::default();
        let mut log = JsonLog::stream(Box::new(file.clone()), "-", "tsung_controller@vm-1", names());
        feed(&mut log, || ());
        assert_eq!(serde_json::from_str::<Value>(&file.text()).unwrap(), expected());
    }
}
