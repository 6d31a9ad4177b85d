//! `scripts.log`: what Erlang in the configuration prints, and why it fails. There is none of it in most runs, and then no file.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use parrot_core::sink::{Event, Record, ScriptText, Sink};

use super::wall_clock::{SECOND_US, WallClock};

/// Its name in the run folder.
pub const SCRIPT_LOG: &str = "scripts.log";

/// First line of the file.
const HEADER: &[u8] = b"# timestamp userid sessionid requestid event text\n";

/// Writes that file, once there is something to write.
#[derive(Debug)]
pub struct ScriptLog {
    path: PathBuf,
    file: Option<File>,
    clock: WallClock,
}

impl ScriptLog {
    /// Writes into this folder.
    pub fn new(folder: &std::path::Path) -> Self {
        Self { path: folder.join(SCRIPT_LOG), file: None, clock: WallClock::default() }
    }

    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let mut file = File::create(&self.path)?;
                file.write_all(HEADER)?;
                none.insert(file)
            }
        };
        file.write_all(text)
    }
}

impl Sink for ScriptLog {
    fn name(&self) -> &str {
        SCRIPT_LOG
    }

    fn handle(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Started { unix_secs } => self.clock = WallClock::starting(*unix_secs),
            Event::Records { records, .. } => {
                let mut text = Vec::new();
                for record in *records {
                    if let Record::Script(script) = record {
                        push_lines(&mut text, script, self.clock);
                    }
                }
                if !text.is_empty() {
                    self.write(&text)?;
                }
            }
            Event::Progress(_) | Event::Remark(_) | Event::Window(_) | Event::Finished(_) => {}
        }
        Ok(())
    }
}

/// Each line of the text is a line of the file, with all that tells whose it is.
fn push_lines(out: &mut Vec<u8>, script: &ScriptText, clock: WallClock) {
    let at_us = clock.unix_us(script.at);
    let whose = format!(
        "{}.{:06} {} {} {} {} ",
        at_us / SECOND_US,
        at_us % SECOND_US,
        script.user,
        u64::from(script.session.0) + 1,
        script.action,
        if script.failed { "failed" } else { "print" },
    );
    let text = script.text.strip_suffix(b"\n").unwrap_or(&script.text);
    for line in text.split(|byte| *byte == b'\n') {
        out.extend_from_slice(whose.as_bytes());
        out.extend_from_slice(line);
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use parrot_core::plan::SessionId;
    use parrot_core::time::Nanos;

    use super::*;

    fn record(failed: bool, text: &str) -> Record {
        Record::Script(ScriptText {
            at: Nanos::from_micros(500_042),
            user: 7,
            session: SessionId(0),
            action: 10,
            failed,
            text: text.into(),
        })
    }

    #[test]
    fn each_line_tells_whose_it_is() {
        let mut lines = Vec::new();
        for text in [record(false, "one\ntwo\n"), record(true, "f/1: error badarg")] {
            let Record::Script(script) = &text else { panic!("no script") };
            push_lines(&mut lines, script, WallClock::starting(1_795_331_670.5));
        }
        let expected = "1795331671.000042 7 1 10 print one\n\
                        1795331671.000042 7 1 10 print two\n\
                        1795331671.000042 7 1 10 failed f/1: error badarg\n";
        assert_eq!(String::from_utf8(lines).unwrap(), expected);
    }

    #[test]
    fn there_is_no_file_before_there_is_something_to_write() {
        let folder = std::env::temp_dir().join(format!("script-log-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut log = ScriptLog::new(&folder);
        log.handle(&Event::Started { unix_secs: 1.0 }).unwrap();
        log.handle(&Event::Records { worker: 0, records: &[] }).unwrap();
        assert!(!folder.join(SCRIPT_LOG).exists());
        log.handle(&Event::Records { worker: 0, records: &[record(false, "a")] }).unwrap();
        log.handle(&Event::Records { worker: 0, records: &[record(false, "b")] }).unwrap();
        let text = std::fs::read_to_string(folder.join(SCRIPT_LOG)).unwrap();
        assert_eq!(text.lines().count(), 3, "{text}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
