//! `tsung.log`, backend `text`: a dump of all statistics every ten seconds.
//!
//! Report scripts read it line by line: one blank between fields, no name with blanks or quotes, never two lines of one name
//! in a dump, never two dumps of one second. Lines come in a fixed order, the loosest one that Tsung itself keeps.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use parrot_core::sink::{Event, HostMetric, Names, SampleName, SampleRow, Sink, Summary, Window};
use parrot_core::stats::{Counter, SeriesId, SeriesKind};

use super::number::push_float;
use super::wall_clock::{SECOND_US, WallClock};
use crate::names::{TsungNames, safe};

/// Writes `tsung.log`.
pub struct TsungLog {
    out: Box<dyn Write + Send>,
    name: String,
    /// Erlang's name of the machine, `tsung_controller@host`.
    node: String,
    names: Arc<TsungNames>,
    /// Second of the last dump.
    last_secs: u64,
}

impl TsungLog {
    /// Writes to `out`, which messages call `name`. Nothing is buffered here, nor should `out` do so.
    pub fn new(
        out: Box<dyn Write + Send>,
        name: impl Into<String>,
        node: &str,
        names: Arc<TsungNames>,
    ) -> Self {
        Self { out, name: name.into(), node: safe(node), names, last_secs: 0 }
    }

    /// Appends to a file, as Tsung does.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn append(path: &Path, node: &str, names: Arc<TsungNames>) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        Ok(Self::new(Box::new(file), path.display().to_string(), node, names))
    }

    fn dump(&mut self, window: &Window) -> String {
        // Scripts overwrite a dump with the next one of the same second.
        self.last_secs = window.unix_secs.max(self.last_secs + 1);
        let mut text = String::with_capacity(8 * 1024);
        push_line(&mut text, format_args!("# stats: dump at {}", self.last_secs));
        push_line(&mut text, format_args!("stats: users {} {}", window.users, window.users_max));
        let session = SampleName::Series(SeriesId::SESSION);
        let is_head = |row: &SampleRow| row.name == session || matches!(row.name, SampleName::Host(_));
        let (mut head, rest): (Vec<_>, Vec<_>) = window.samples.iter().partition(|row| is_head(row));
        head.sort_by_key(|row| row.name == session);
        head.into_iter().for_each(|row| self.push_sample(&mut text, row));
        let counters = self.counters(window);
        let (always, others): (Vec<_>, Vec<_>) = counters.iter().partition(|line| line.always);
        always.into_iter().for_each(|line| line.push(&mut text));
        rest.into_iter().for_each(|row| self.push_sample(&mut text, row));
        if window.connections_seen {
            let (delta, current) = (window.connections_delta, window.connections);
            push_line(&mut text, format_args!("stats: connected {delta} {current}"));
        }
        others.into_iter().for_each(|line| line.push(&mut text));
        text
    }

    /// Counters by name. Different ones may share a name (`repeat` loops of one name): they are one line.
    fn counters(&self, window: &Window) -> Vec<CounterLine> {
        let mut lines: Vec<CounterLine> = Vec::with_capacity(window.counters.len());
        for row in &window.counters {
            let Some(name) = self.names.counter(row.counter) else { continue };
            match lines.iter_mut().find(|line| line.name == name) {
                Some(line) => {
                    line.delta += row.delta;
                    line.total += row.total;
                }
                None => lines.push(CounterLine {
                    name,
                    delta: row.delta,
                    total: row.total,
                    always: matches!(row.counter, Counter::UserStarted | Counter::UserFinished),
                }),
            }
        }
        lines
    }

    fn push_sample(&self, text: &mut String, row: &SampleRow) {
        text.push_str("stats: ");
        match row.name {
            SampleName::Series(series) => text.push_str(&self.names.series(series)),
            SampleName::Host(metric) => {
                let metric = match metric {
                    HostMetric::Cpu => "cpu",
                    HostMetric::FreeMemory => "freemem",
                    HostMetric::Load => "load",
                };
                text.push_str(&format!("{{{metric},\"{}\"}}", self.node));
            }
        }
        text.push_str(&format!(" {} ", row.count));
        push_float_unless(text, row.mean, row.count == 0);
        text.push(' ');
        push_float_unless(text, row.deviation, row.count == 0 || is_bare_zero(row));
        text.push(' ');
        push_float(text, row.max);
        text.push(' ');
        push_float(text, row.min);
        text.push(' ');
        push_float_unless(text, row.earlier_mean, row.first);
        push_line(text, format_args!(" {}", row.earlier_count));
    }

    fn end(&self, summary: &Summary) -> String {
        let end_us = WallClock::starting(summary.start_unix_secs).unix_us(summary.duration);
        let end_us = end_us.max(self.last_secs * SECOND_US);
        let (secs, micros) = (end_us / SECOND_US, end_us % SECOND_US);
        format!("EndMonitor:{{{},{},{micros}}}\n", secs / 1_000_000, secs % 1_000_000)
    }
}

impl Sink for TsungLog {
    fn name(&self) -> &str {
        &self.name
    }

    fn handle(&mut self, event: &Event<'_>) -> io::Result<()> {
        let text = match event {
            Event::Window(window) => self.dump(window),
            Event::Finished(summary) => self.end(summary),
            Event::Started { .. } | Event::Progress(_) | Event::Records(_) | Event::Remark(_) => {
                return Ok(());
            }
        };
        // One write for each dump: who reads along never sees half of one.
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }
}

/// A counter's line.
struct CounterLine {
    name: String,
    delta: u64,
    total: u64,
    /// Tsung prints it near the top, in every dump.
    always: bool,
}

impl CounterLine {
    fn push(&self, text: &mut String) {
        push_line(text, format_args!("stats: {} {} {}", self.name, self.delta, self.total));
    }
}

/// The deviation of a lone first value is the integer 0, except in series that Tsung feeds in batches.
fn is_bare_zero(row: &SampleRow) -> bool {
    let batched = |series: SeriesId| {
        matches!(series.kind(), SeriesKind::Request | SeriesKind::Page | SeriesKind::Connect)
    };
    row.first && row.count == 1 && !matches!(row.name, SampleName::Series(series) if batched(series))
}

fn push_float_unless(text: &mut String, value: f64, integer_zero: bool) {
    if integer_zero {
        text.push('0');
    } else {
        push_float(text, value);
    }
}

fn push_line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = text.write_fmt(line);
    text.push('\n');
}

#[cfg(test)]
#[path = "tsung_log_tests.rs"]
mod tests;
