//! `match-<user>-<session>-<request>-<n>.dump`: a file for each response that a match wants to keep.

use std::fs;
use std::io;
use std::path::PathBuf;

use parrot_core::sink::{Event, Record, Sink};

/// Writes those files.
#[derive(Debug)]
pub struct MatchDumps {
    folder: PathBuf,
    /// Files written so far: each has a number of its own.
    count: u64,
}

impl MatchDumps {
    /// Writes into this folder.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, count: 0 }
    }
}

impl Sink for MatchDumps {
    fn name(&self) -> &str {
        "match-*.dump"
    }

    fn handle(&mut self, event: &Event<'_>) -> io::Result<()> {
        let Event::Records { records, .. } = event else { return Ok(()) };
        for record in *records {
            if let Record::Response(response) = record {
                self.count += 1;
                let (user, session, action) =
                    (response.user, u64::from(response.session.0) + 1, response.action);
                let name = format!("match-{user}-{session}-{action}-{}.dump", self.count);
                fs::write(self.folder.join(name), &response.text)?;
            }
        }
        Ok(())
    }
}
