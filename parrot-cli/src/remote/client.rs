//! The words `status` and `stop`: ask a run of this user on this machine, and print Tsung's words.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use parrot_core::time::Nanos;
use tsung_compat::out::{NO_ANSWER, NOT_STARTED, nothing_to_stop};

use super::{Deadline, STATUS, STOP, socket_path};
use crate::args::Options;
use crate::failure::Failure;
use crate::{folder, screen};

/// Time for a run to say where it is.
const STATUS_TIME: Nanos = Nanos::from_secs(5);
/// Time for a run to end: it writes what it has, on disks that may be slow.
const STOP_TIME: Nanos = Nanos::from_secs(60);
/// Longest answer.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// What came of a request.
#[derive(Debug, Eq, PartialEq)]
enum Answer {
    /// All that was said until the connection closed.
    Text(String),
    /// There is no such run, or it ended before it said anything.
    NoRun,
    /// The run did not close the connection in time, or it cannot be reached.
    Late,
}

/// Prints where the run is.
pub(crate) fn status(options: &Options) {
    match ask_run(options, STATUS, STATUS_TIME) {
        Answer::Text(text) => screen::out(text.trim_end_matches('\n')),
        Answer::NoRun => screen::out(NOT_STARTED),
        Answer::Late => screen::out(NO_ANSWER),
    }
}

/// Ends the run in order, and waits for that.
pub(crate) fn stop(options: &Options) -> Result<(), Failure> {
    match ask_run(options, STOP, STOP_TIME) {
        Answer::Text(_) => Ok(()),
        Answer::NoRun => {
            screen::out(&nothing_to_stop(&folder::host_name()));
            Ok(())
        }
        Answer::Late => Err(Failure::NotStopped { secs: STOP_TIME.as_secs() }),
    }
}

fn ask_run(options: &Options, request: &[u8], time: Nanos) -> Answer {
    let Some(home) = folder::tsung_home() else { return Answer::NoRun };
    ask(&socket_path(&home, options.id.as_deref()), request, time)
}

fn ask(socket: &Path, request: &[u8], time: Nanos) -> Answer {
    use io::ErrorKind::{ConnectionRefused, NotADirectory, NotFound};
    let deadline = Deadline::within(time);
    match UnixStream::connect(socket) {
        Ok(run) => converse(run, request, &deadline).unwrap_or(Answer::Late),
        // Nobody listens behind the socket of a run that was killed.
        Err(error) if matches!(error.kind(), NotFound | NotADirectory | ConnectionRefused) => Answer::NoRun,
        Err(_) => Answer::Late,
    }
}

fn converse(mut run: UnixStream, request: &[u8], deadline: &Deadline) -> io::Result<Answer> {
    let too_late = || io::Error::from(io::ErrorKind::TimedOut);
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    // The end of the run may come between any two steps here.
    let ended = |error: &io::Error| {
        matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset)
    };
    let sent =
        run.set_write_timeout(deadline.left()).and_then(|()| run.write_all(&[request, b"\n"].concat()));
    if let Err(error) = sent {
        return if ended(&error) { Ok(Answer::NoRun) } else { Err(error) };
    }
    while text.len() < ANSWER_BYTES_MAX {
        run.set_read_timeout(Some(deadline.left().ok_or_else(too_late)?))?;
        match run.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => text.extend_from_slice(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if ended(&error) => break,
            Err(error) => return Err(error),
        }
    }
    if text.is_empty() {
        return Ok(Answer::NoRun);
    }
    Ok(Answer::Text(String::from_utf8_lossy(&text).into_owned()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::net::UnixListener;

    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn where_nobody_listens_there_is_no_run() {
        let folder = Scratch::new("client").expect("a scratch folder");
        let socket = folder.path().join("s");
        assert_eq!(ask(&socket, STATUS, STATUS_TIME), Answer::NoRun);
        drop(UnixListener::bind(&socket).expect("a socket"));
        assert_eq!(ask(&socket, STATUS, STATUS_TIME), Answer::NoRun, "the socket of a dead run");
        fs::write(folder.path().join("f"), "").expect("a file");
        assert_eq!(ask(&folder.path().join("f/s"), STATUS, STATUS_TIME), Answer::NoRun);
    }

    #[test]
    fn a_run_that_hangs_is_given_up() {
        let folder = Scratch::new("client").expect("a scratch folder");
        let socket = folder.path().join("s");
        let _listener = UnixListener::bind(&socket).expect("a socket");
        assert_eq!(ask(&socket, STATUS, Nanos::from_millis(50)), Answer::Late);
    }
}
