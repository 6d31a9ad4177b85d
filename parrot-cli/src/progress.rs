//! The live line on a terminal: where the run is, redrawn once a second.

use std::io::{self, IsTerminal, Write};

use parrot_core::sink::{Event, Progress, Sink, verdict_text};
use parrot_core::stats::Grade;

use crate::summary::milliseconds;

/// Redraws one line on standard error. Made only where that is a terminal that can.
#[derive(Debug)]
pub(crate) struct LiveLine<W> {
    out: W,
}

/// The live line, if standard error is a terminal that understands it.
pub(crate) fn on_terminal() -> Option<LiveLine<io::Stderr>> {
    let capable = std::env::var_os("TERM").is_some_and(|term| !term.is_empty() && term != "dumb");
    (capable && io::stderr().is_terminal()).then(|| LiveLine { out: io::stderr() })
}

/// Back to the first column; erase to the end of the line.
const CLEAR: &str = "\r\x1b[K";

impl<W: Write> Sink for LiveLine<W> {
    fn name(&self) -> &str {
        "the terminal"
    }

    fn handle(&mut self, event: &Event<'_>) -> io::Result<()> {
        let text = match event {
            Event::Progress(progress) => line(progress),
            Event::Finished(_) => String::new(),
            Event::Started { .. } | Event::Window(_) | Event::Records { .. } | Event::Remark(_) => {
                return Ok(());
            }
        };
        // A terminal that is gone takes nothing of the run with it.
        let _ = write!(self.out, "{CLEAR}{text}").and_then(|()| self.out.flush());
        Ok(())
    }
}

/// Short enough for 80 columns: a line that wraps cannot be redrawn.
fn line(progress: &Progress) -> String {
    let Progress { at, users, started, planned, requests_per_second, errors, .. } = progress;
    let (minutes, seconds) = (at.as_secs() / 60, at.as_secs() % 60);
    let p99 = progress.p99.map_or_else(|| "-".to_owned(), |p99| milliseconds(p99.as_secs_f64() * 1e3));
    let verdict = match progress.verdict.grade() {
        Grade::Valid => String::new(),
        grade => format!("  {}", verdict_text::headline(grade)),
    };
    let text = format!(
        "{minutes:02}:{seconds:02}{verdict}  {}  {users} users, {started} of {planned} started  {requests_per_second} req/s  \
         p99 {p99} ms  {errors} errors",
        phase(progress)
    );
    text.chars().take(79).collect()
}

fn phase(progress: &Progress) -> String {
    match progress {
        Progress { phase: 0, .. } => "warm-up".to_owned(),
        Progress { phase, phases, .. } if phase > phases => "last users".to_owned(),
        Progress { phase, phases, .. } => format!("phase {phase}/{phases}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parrot_core::stats::{Finding, Reason, Verdict};
    use parrot_core::time::Nanos;

    fn progress() -> Progress {
        Progress {
            at: Nanos::from_secs(83),
            phase: 2,
            phases: 3,
            started: 127,
            planned: 300,
            users: 41,
            requests_per_second: 84,
            errors: 3,
            p99: Some(Nanos::from_micros(12_400)),
            ..Progress::default()
        }
    }

    #[test]
    fn the_line_says_where_the_run_is() {
        let expected = "01:23  phase 2/3  41 users, 127 of 300 started  84 req/s  p99 12.4 ms  3 errors";
        assert_eq!(line(&progress()), expected);
        let early = Progress { phase: 0, p99: None, ..progress() };
        assert!(line(&early).contains("  warm-up  ") && line(&early).contains("p99 - ms"));
        assert!(line(&Progress { phase: 4, ..progress() }).contains("  last users  "));
        let reason = Reason::RecordsDropped(1);
        let findings = vec![Finding { grade: Grade::Doubtful, reason }];
        let doubtful = Progress { verdict: Verdict { findings }, ..progress() };
        assert!(line(&doubtful).starts_with("01:23  DOUBTFUL  phase 2/3  41 users"), "{}", line(&doubtful));
        let huge = Progress { planned: u64::MAX, started: u64::MAX, ..progress() };
        assert_eq!(line(&huge).len(), 79);
    }

    #[test]
    fn each_line_replaces_the_one_before_and_the_end_leaves_none() {
        let mut live = LiveLine { out: Vec::new() };
        live.handle(&Event::Progress(&progress())).expect("written");
        live.handle(&Event::Records { worker: 0, records: &[] }).expect("ignored");
        let text = String::from_utf8(live.out).expect("text");
        assert!(text.starts_with("\r\x1b[K01:23") && !text.contains('\n'), "{text:?}");
    }
}
