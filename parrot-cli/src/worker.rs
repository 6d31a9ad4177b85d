//! `tsung-parrot worker --join ENDPOINT`: engines that work for a controller in another process.

use std::borrow::Cow;
use std::io::{self, Read};
use std::thread;

use parrot_core::cluster::{self, Progress, WorkerSetup};
use parrot_core::control::StopHandle;
use parrot_core::coordination::{Dismissal, Outcome, RunKey};

use crate::args::{Options, UsageError};
use crate::failure::Failure;
use crate::workers::{cores, own_name};
use crate::{screen, signals};

/// Works for a run until that is over.
pub(crate) fn work(options: &Options) -> Result<(), Failure> {
    let Some(endpoint) = options.join else {
        return Err(Failure::Usage(UsageError(
            "a worker needs a controller: --join tcp://127.0.0.1:<port>".to_owned(),
        )));
    };
    let system = |what| move |error| Failure::System { what, error };
    let stop = StopHandle::new().map_err(system("cannot make an eventfd"))?;
    let stopping = stop.clone();
    signals::stop_on_signal(move || stopping.stop()).map_err(system("signals"))?;
    let key = if options.lifeline {
        let mut key = RunKey::default();
        io::stdin().lock().read_exact(&mut key).map_err(system("no key on standard input"))?;
        hold_on_to_stdin().map_err(system("cannot start a thread"))?;
        Some(key)
    } else {
        None
    };
    let setup = WorkerSetup { name: own_name(), engines: options.threads.unwrap_or_else(cores), key };
    let quiet = options.lifeline;
    let name = setup.name.clone();
    if !quiet {
        screen::err(&format!("worker {name}: looking for a controller on {endpoint}"));
    }
    let mut reached = None;
    let outcome = cluster::join(endpoint, setup, &stop, |progress| {
        reached = Some(progress);
        if !quiet {
            let text = match progress {
                Progress::Joined => "joined a run",
                Progress::Started => "the run has started",
            };
            screen::err(&format!("worker {name}: {text}"));
        }
    })
    .map_err(Failure::Worker)?;
    match ending(outcome, reached) {
        // The process that has started this one says so.
        Err(_) if quiet && outcome == Outcome::Dismissed(Dismissal::CalledOff) => Ok(()),
        Err(text) => Err(Failure::WorkerEnded(format!("worker {name}: {text}"))),
        Ok(_) if quiet => Ok(()),
        Ok(text) => {
            screen::err(&format!("worker {name}: {text}"));
            Ok(())
        }
    }
}

/// How a worker's part ended that had come so far: well or not, in words.
fn ending(outcome: Outcome, reached: Option<Progress>) -> Result<&'static str, Cow<'static, str>> {
    let text = match outcome {
        Outcome::Done | Outcome::Stopped if reached == Some(Progress::Started) => return Ok("done"),
        Outcome::Done | Outcome::Stopped => return Ok("stopped before the start"),
        Outcome::Dismissed(Dismissal::Full) => "the run has all its workers",
        Outcome::Dismissed(Dismissal::GivenUp) => {
            "the controller had not heard of it for too long and went on without it; its users were cut"
        }
        Outcome::Dismissed(Dismissal::Unknown) => "the controller does not know it (any more)",
        Outcome::Dismissed(Dismissal::CalledOff) => "the run was called off before its start",
        Outcome::Dismissed(Dismissal::TooManyEngines) => {
            "with its engines the run would have more than the limit\n  help: run fewer with --threads <n>"
        }
        Outcome::NoController => {
            "no controller answered for ten minutes\n  help: start the run first, and give its endpoint to --join"
        }
        Outcome::Orphaned if reached == Some(Progress::Started) => {
            "the controller was not heard of for too long; its users were cut"
        }
        Outcome::Orphaned => "the controller was not heard of for too long, before the start",
        Outcome::OtherVersion(version) => {
            return Err(format!(
                "the controller speaks version {version} of the protocol, this worker version {}\n  \
                 help: use the same tsung-parrot for both",
                parrot_core::coordination::PROTOCOL_VERSION
            )
            .into());
        }
        Outcome::Unable => "it cannot run the controller's plan; the controller says why",
    };
    Err(text.into())
}

/// Ends this process when standard input ends: whoever started it is gone.
fn hold_on_to_stdin() -> io::Result<()> {
    thread::Builder::new().name("lifeline".to_owned()).spawn(|| {
        let mut byte = [0];
        while io::stdin().lock().read(&mut byte).is_ok_and(|read| read > 0) {}
        std::process::exit(1);
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_it_ended_depends_on_how_far_it_had_come() {
        let text = |outcome, reached| match ending(outcome, reached) {
            Ok(text) => format!("well: {text}"),
            Err(text) => text.into_owned(),
        };
        let (joined, started) = (Some(Progress::Joined), Some(Progress::Started));
        for (outcome, reached, expected) in [
            (Outcome::Done, started, "well: done"),
            (Outcome::Stopped, None, "well: stopped before the start"),
            (Outcome::Stopped, joined, "well: stopped before the start"),
            (
                Outcome::NoController,
                None,
                "no controller answered for ten minutes\n  help: start the run first",
            ),
            (Outcome::Orphaned, None, "the controller was not heard of for too long, before the start"),
            (Outcome::Orphaned, joined, "the controller was not heard of for too long, before the start"),
            (Outcome::Orphaned, started, "the controller was not heard of for too long; its users were cut"),
        ] {
            let told = text(outcome, reached);
            assert!(told.starts_with(expected), "{outcome:?} {reached:?}: {told}");
        }
    }
}
