//! `tsung.log`, backend `text`: a dump of all statistics every ten seconds.
//!
//! Report scripts read it line by line: one blank between fields, no name with blanks or quotes, never two lines of one name
//! in a dump, never two dumps of one second.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use parrot_core::sink::{Event, Sink, Summary, Window};

use super::lines::{Line, columns, lines};
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
        for line in lines(window, &self.names) {
            match line {
                Line::Users { now, max } => push_line(&mut text, format_args!("stats: users {now} {max}")),
                Line::Host { metric, row } => {
                    let columns = columns(row).join(" ");
                    push_line(&mut text, format_args!("stats: {{{metric},\"{}\"}} {columns}", self.node));
                }
                Line::Sample { name, row } => {
                    push_line(&mut text, format_args!("stats: {name} {}", columns(row).join(" ")));
                }
                Line::Connected { delta, now } => {
                    push_line(&mut text, format_args!("stats: connected {delta} {now}"));
                }
                Line::Counter { name, delta, total } => {
                    push_line(&mut text, format_args!("stats: {name} {delta} {total}"));
                }
            }
        }
        text
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
            Event::Started { .. } | Event::Progress(_) | Event::Records { .. } | Event::Remark(_) => {
                return Ok(());
            }
        };
        // One write for each dump: who reads along never sees half of one.
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
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
