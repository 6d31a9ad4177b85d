//! A run as it is reached from outside: `status` and `stop` find it through a socket in the user's home.
//!
//! `~/.tsung/run/<id>.lock` is locked by the run for as long as it lives, which makes it the only one of its name; beside it
//! `<id>.sock` takes requests of one line and answers with text until it closes the connection. Both are the user's alone.

mod board;
mod claim;
mod client;
mod quit;
mod server;

pub(crate) use board::Board;
pub(crate) use claim::{Claim, Holder};
pub(crate) use client::{status, stop};
pub(crate) use quit::Quit;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use parrot_core::sys::Clock;
use parrot_core::time::Nanos;

use crate::failure::{Failure, plain};
use crate::screen;
use claim::Refusal;

/// Asks where the run is.
const STATUS: &[u8] = b"status";
/// Ends the run in order; the connection is closed when the process ends.
const STOP: &[u8] = b"stop";

/// Claims the run's name and answers `status` and `stop` from now on. Where that cannot be, the run goes on with a warning.
pub(crate) fn open(
    id: Option<&str>,
    home: Option<&Path>,
    board: &Board,
    quit: &Quit,
    warnings: &mut Vec<String>,
) -> Result<Option<Claim>, Failure> {
    let mut warn = |reason: String| {
        let text =
            format!("warning: {reason}\n  help: 'status' and 'stop' cannot reach this run; signals can");
        screen::err(&text);
        warnings.push(text);
    };
    let Some(home) = home else {
        warn("HOME is not set".to_owned());
        return Ok(None);
    };
    if !home.exists() {
        screen::out(&format!("Creating local Tsung directory {}", home.display()));
        // Where it is needed, a next step fails and says so.
        let _ = fs::create_dir(home);
    }
    let claim = match Claim::take(home, id) {
        Ok(claim) => claim,
        Err(Refusal::Taken(holder)) => {
            return Err(Failure::AlreadyRunning { id: id.map(str::to_owned), holder });
        }
        Err(Refusal::NoPlace(error)) => {
            warn(format!("{}: {}", home.display(), plain(&error)));
            return Ok(None);
        }
    };
    if let Err(error) = server::serve(claim.socket(), board.clone(), quit.clone()) {
        warn(format!("{}: {}", claim.socket().display(), plain(&error)));
    }
    Ok(Some(claim))
}

/// The folder of sockets and locks.
fn folder(home: &Path) -> PathBuf {
    home.join("run")
}

/// Name of a run's files, without their endings. No instance can be called as the run without a name is here.
fn stem(id: Option<&str>) -> OsString {
    id.unwrap_or("@default").into()
}

fn socket_path(home: &Path, id: Option<&str>) -> PathBuf {
    let mut name = stem(id);
    name.push(".sock");
    folder(home).join(name)
}

/// What is left of a time span, for time-outs of single calls, which must not be zero.
#[derive(Clone, Copy, Debug)]
struct Deadline {
    clock: Clock,
    at: Nanos,
}

impl Deadline {
    fn within(span: Nanos) -> Self {
        Self { clock: Clock::start(), at: span }
    }

    /// None when it is over.
    fn left(&self) -> Option<Duration> {
        let left = self.at.since(self.clock.now());
        (left > Nanos::ZERO).then(|| Duration::from_nanos(left.0))
    }
}
