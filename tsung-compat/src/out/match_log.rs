//! `match.log`: a line for each match that acted.

use std::io::{self, Write};
use std::sync::Arc;

use parrot_core::sink::{Event, MatchEvent, MatchRow, Names, Record, Sink};
use parrot_core::stats::SeriesId;

use super::wall_clock::{SECOND_US, WallClock};
use crate::names::TsungNames;

/// First line of the file, there even when no match ever acted.
const HEADER: &str = "# timestamp userid sessionid requestid event transaction name\n";

/// Writes `match.log`.
pub struct MatchLog {
    out: Box<dyn Write + Send>,
    names: Arc<TsungNames>,
    clock: WallClock,
}

impl MatchLog {
    /// Writes to `out`. Buffering is done here.
    pub fn new(out: Box<dyn Write + Send>, names: Arc<TsungNames>) -> Self {
        Self { out, names, clock: WallClock::default() }
    }

    fn push_row(&self, text: &mut String, row: &MatchRow) {
        let at_us = self.clock.unix_us(row.at);
        let transaction = row.transaction.map(|id| self.names.series(SeriesId::transaction(id)));
        // The last field may hold blanks, but not end the line.
        let name = row.name.as_deref().map(|name| name.replace(['\r', '\n'], " "));
        text.push_str(&format!(
            "{}.{:06} {} {} {} {} {} {}\n",
            at_us / SECOND_US,
            at_us % SECOND_US,
            row.user,
            u64::from(row.session.0) + 1,
            row.action,
            event_name(row.event),
            transaction.as_deref().unwrap_or("-"),
            name.as_deref().unwrap_or("-"),
        ));
    }
}

impl Sink for MatchLog {
    fn name(&self) -> &str {
        "match.log"
    }

    fn handle(&mut self, event: &Event<'_>) -> io::Result<()> {
        let mut text = String::new();
        match event {
            Event::Started { unix_secs } => {
                self.clock = WallClock::starting(*unix_secs);
                text.push_str(HEADER);
            }
            Event::Records { records, .. } => {
                for record in *records {
                    if let Record::Match(row) = record {
                        self.push_row(&mut text, row);
                    }
                }
            }
            Event::Progress(_) | Event::Remark(_) | Event::Window(_) | Event::Finished(_) => return Ok(()),
        }
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }
}

/// The event's name, here and in the protocol dump.
pub(super) const fn event_name(event: MatchEvent) -> &'static str {
    match event {
        MatchEvent::Match => "match",
        MatchEvent::NoMatch => "nomatch",
        MatchEvent::Restart => "match_restart",
        MatchEvent::RestartAbort => "match_restart_abort",
        MatchEvent::Stop => "match_stop",
        MatchEvent::StopRun => "match_stop_test",
    }
}

#[cfg(test)]
mod tests {
    use parrot_core::plan::{SessionId, TransactionId};
    use parrot_core::time::Nanos;

    use super::*;
    use crate::out::test_file::TestFile;

    /// Records come from other processes, whose numbers nobody has checked.
    #[test]
    fn numbers_that_no_plan_has_are_written_as_they_are() {
        let file = TestFile::default();
        let mut log =
            MatchLog::new(Box::new(file.clone()), Arc::new(TsungNames::from_names(&["t".to_owned()], &[])));
        log.handle(&Event::Started { unix_secs: 1.0 }).unwrap();
        let row = Record::Match(MatchRow {
            at: Nanos::NEVER,
            user: u64::MAX,
            session: SessionId(u32::MAX),
            action: u32::MAX,
            event: MatchEvent::Match,
            transaction: Some(TransactionId(u32::MAX)),
            name: None,
        });
        log.handle(&Event::Records { worker: 0, records: &[row] }).unwrap();
        let expected = format!("18446744074.709551 {} {} {} match tr_ -\n", u64::MAX, 1_u64 << 32, u32::MAX);
        assert_eq!(file.text(), format!("{HEADER}{expected}"));
    }

    #[test]
    fn lines_look_like_tsungs() {
        let file = TestFile::default();
        let names = Arc::new(TsungNames::from_names(&["big page".to_owned()], &[]));
        let mut log = MatchLog::new(Box::new(file.clone()), names);
        log.handle(&Event::Started { unix_secs: 1_795_331_670.5 }).unwrap();
        assert_eq!(file.text(), HEADER);
        let row = |event, transaction, name: Option<&str>| {
            Record::Match(MatchRow {
                at: Nanos::from_micros(500_042),
                user: 7,
                session: SessionId(0),
                action: 10,
                event,
                transaction,
                name: name.map(Arc::from),
            })
        };
        let rows = [
            row(MatchEvent::NoMatch, Some(TransactionId(0)), Some("not found")),
            row(MatchEvent::RestartAbort, None, None),
        ];
        log.handle(&Event::Records { worker: 0, records: &rows }).unwrap();
        let expected = "1795331671.000042 7 1 10 nomatch tr_big_page not found\n\
                        1795331671.000042 7 1 10 match_restart_abort - -\n";
        assert_eq!(file.text(), format!("{HEADER}{expected}"));
    }
}
