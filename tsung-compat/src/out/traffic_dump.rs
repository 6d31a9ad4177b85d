//! `tsung.dump` with `dumptraffic="true"` or `"light"`: what users and servers said to each other, and who came and went.
//!
//! Engines hand over a second at a time. Lines are held back for as long as an earlier one may still come, so that the file is in
//! the order of time, as Tsung's is.

use std::io::{self, Write};

use parrot_core::limits::TRAFFIC_BYTES_HELD;
use parrot_core::sink::{Event, Record, Sink, Traffic, TrafficRow};
use parrot_core::time::Nanos;

use super::number::push_float;
use super::wall_clock::{SECOND_US, WallClock};

/// Longest time between an event and its arrival here, normally.
const HOLD: Nanos = Nanos::from_secs(2);

/// Writes it.
pub struct TrafficDump {
    out: Box<dyn Write + Send>,
    /// Shorter pieces are filled up with blanks to this length.
    width: usize,
    clock: WallClock,
    /// Not written yet.
    held: Vec<TrafficRow>,
    held_bytes: usize,
    /// Users who live, as far as it is written.
    users: u64,
}

impl TrafficDump {
    /// Writes to `out` pieces that are cut to this length, and filled up to it; whole ones where it is the largest number.
    /// Buffering is done here.
    pub fn new(out: Box<dyn Write + Send>, bytes_max: u32) -> Self {
        let width = if bytes_max == u32::MAX { 0 } else { bytes_max as usize };
        Self { out, width, clock: WallClock::default(), held: Vec::new(), held_bytes: 0, users: 0 }
    }

    fn take(&mut self, records: &[Record]) -> io::Result<()> {
        for record in records {
            if let Record::Traffic(row) = record {
                self.held_bytes += size_of::<TrafficRow>() + payload(row).map_or(0, <[u8]>::len);
                self.held.push(row.clone());
            }
        }
        if self.held_bytes > TRAFFIC_BYTES_HELD { self.write_until(Nanos::NEVER) } else { Ok(()) }
    }

    /// Writes all that happened until then.
    fn write_until(&mut self, until: Nanos) -> io::Result<()> {
        // Stable: what one engine saw at one time stays in its order.
        self.held.sort_by_key(|row| row.at);
        let due = self.held.partition_point(|row| row.at <= until);
        let mut bytes = Vec::new();
        for row in self.held.drain(..due) {
            self.held_bytes -= size_of::<TrafficRow>() + payload(&row).map_or(0, <[u8]>::len);
            match row.piece {
                Traffic::Started { .. } => self.users = self.users.saturating_add(1),
                Traffic::Ended => self.users = self.users.saturating_sub(1),
                Traffic::Sent(_) | Traffic::Received(_) => {}
            }
            push_row(&mut bytes, &row, self.clock, (self.users, self.width));
        }
        self.out.write_all(&bytes)?;
        self.out.flush()
    }
}

impl Sink for TrafficDump {
    fn name(&self) -> &str {
        "tsung.dump"
    }

    fn handle(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Started { unix_secs } => {
                self.clock = WallClock::starting(*unix_secs);
                Ok(())
            }
            Event::Records { records, .. } => self.take(records),
            Event::Progress(progress) => self.write_until(Nanos(progress.at.since(HOLD).0)),
            Event::Finished(_) => self.write_until(Nanos::NEVER),
            Event::Window(_) | Event::Remark(_) => Ok(()),
        }
    }
}

fn payload(row: &TrafficRow) -> Option<&[u8]> {
    match &row.piece {
        Traffic::Sent(bytes) | Traffic::Received(bytes) => Some(bytes),
        Traffic::Started { .. } | Traffic::Ended => None,
    }
}

fn push_row(bytes: &mut Vec<u8>, row: &TrafficRow, clock: WallClock, (users, width): (u64, usize)) {
    let user = row.user;
    let mut date = String::new();
    push_float(&mut date, clock.unix_us(row.at) as f64 / SECOND_US as f64);
    let head = match &row.piece {
        Traffic::Started { session: Some(session) } => {
            format!("NewClient:{date}:{}\nload:{users}", u64::from(session.0) + 1)
        }
        Traffic::Started { session: None } => format!("NewClient:{date}:static\nload:{users}"),
        Traffic::Ended => format!("EndClient:{date}:{user}\nload:{users}"),
        // Tsung prints the Erlang process of the user; readers need no more than one token for each user.
        Traffic::Sent(_) => format!("Send:{date}:<0.{user}.0>:"),
        Traffic::Received(_) => format!("Recv:{date}:<0.{user}.0>:"),
    };
    bytes.extend_from_slice(head.as_bytes());
    if let Some(piece) = payload(row) {
        bytes.extend_from_slice(piece);
        bytes.extend(std::iter::repeat_n(b' ', width.saturating_sub(piece.len())));
    }
    bytes.push(b'\n');
}

#[cfg(test)]
mod tests {
    use parrot_core::plan::SessionId;
    use parrot_core::sink::Progress;

    use super::*;
    use crate::out::test_file::TestFile;

    fn row(ms: u64, user: u64, piece: Traffic) -> Record {
        Record::Traffic(TrafficRow { at: Nanos::from_millis(ms), user, piece })
    }

    fn dump(file: &TestFile, bytes_max: u32) -> TrafficDump {
        let mut dump = TrafficDump::new(Box::new(file.clone()), bytes_max);
        dump.handle(&Event::Started { unix_secs: 1_795_331_906.5 }).unwrap();
        dump
    }

    #[test]
    fn lines_look_like_tsungs_in_the_order_of_time() {
        let file = TestFile::default();
        let mut dump = dump(&file, u32::MAX);
        let first = [
            row(0, 1, Traffic::Started { session: Some(SessionId(0)) }),
            row(20, 1, Traffic::Sent(b"GET / HTTP/1.1\r\n\r\n".to_vec())),
            row(20, 1, Traffic::Received(vec![0, 255])),
            row(20, 1, Traffic::Ended),
        ];
        let second = [row(10, 2, Traffic::Started { session: None }), row(3_000, 2, Traffic::Ended)];
        for records in [&first[..], &second[..]] {
            dump.handle(&Event::Records { worker: 0, records }).unwrap();
        }
        assert_eq!(file.bytes(), b"");
        let progress = Progress { at: Nanos::from_secs(3), ..Progress::default() };
        dump.handle(&Event::Progress(&progress)).unwrap();
        let expected = b"NewClient:1795331906.5:1\nload:1\n\
            NewClient:1795331906.51:static\nload:2\n\
            Send:1795331906.52:<0.1.0>:GET / HTTP/1.1\r\n\r\n\n\
            Recv:1795331906.52:<0.1.0>:\0\xff\n\
            EndClient:1795331906.52:1\nload:1\n";
        assert_eq!(file.bytes(), expected, "{}", file.text());
        dump.write_until(Nanos::NEVER).unwrap();
        assert!(file.text().ends_with("EndClient:1795331909.5:2\nload:0\n"), "{}", file.text());
        assert_eq!(dump.held_bytes, 0);
    }

    #[test]
    fn light_pieces_are_of_one_width() {
        let file = TestFile::default();
        let mut dump = dump(&file, 4);
        dump.take(&[
            row(0, 7, Traffic::Received(b"ab".to_vec())),
            row(0, 7, Traffic::Sent(b"abcd".to_vec())),
        ])
        .unwrap();
        dump.write_until(Nanos::NEVER).unwrap();
        assert_eq!(file.text(), "Recv:1795331906.5:<0.7.0>:ab  \nSend:1795331906.5:<0.7.0>:abcd\n");
    }

    /// Records come from other processes, whose numbers nobody has checked.
    #[test]
    fn what_nobody_sends_is_written_all_the_same() {
        let file = TestFile::default();
        let mut dump = dump(&file, u32::MAX);
        dump.take(&[
            Record::Traffic(TrafficRow { at: Nanos::NEVER, user: u64::MAX, piece: Traffic::Ended }),
            row(0, 0, Traffic::Started { session: Some(SessionId(u32::MAX)) }),
        ])
        .unwrap();
        dump.write_until(Nanos::NEVER).unwrap();
        assert!(
            file.text().starts_with("NewClient:1795331906.5:4294967296\nload:1\nEndClient:"),
            "{}",
            file.text()
        );
    }

    #[test]
    fn more_than_may_be_held_is_written_at_once() {
        let file = TestFile::default();
        let mut dump = dump(&file, u32::MAX);
        let piece = vec![b'x'; TRAFFIC_BYTES_HELD / 2];
        for _ in 0..2 {
            dump.take(&[row(0, 1, Traffic::Received(piece.clone()))]).unwrap();
        }
        assert!(file.bytes().len() > TRAFFIC_BYTES_HELD);
    }
}
