//! Running a configuration: read and link it, make the run folder and its files, start the engine, and report.
//!
//! Nothing is made on disk before the configuration is known to be good.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parrot_core::control::{Report, Run, StopHandle};
use parrot_core::monitor;
use parrot_core::program::Program;
use parrot_core::sink::Summary;
use parrot_core::stats::RuleResult;
use parrot_core::sys::{Clock, LocalTime};
use parrot_core::time::Nanos;
use tsung_compat::names::TsungNames;
use tsung_compat::out::KEPT;
use tsung_compat::{Loaded, Settings, Source};

use crate::args::Options;
use crate::fail_if;
use crate::failure::Failure;
use crate::files::{self, RunFiles};
use crate::junit::Junit;
use crate::node_log::Level;
use crate::preflight::Preflight;
use crate::remote::{self, Board, Quit};
use crate::summary::{self, Paint};
use crate::workers::Workforce;
use crate::{folder, progress, screen, signals};

/// How much goes to the log.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mode {
    /// As the configuration says.
    Start,
    /// Everything.
    Debug,
}

/// Warnings about a configuration that are shown; the log has all.
const WARNINGS_SHOWN_MAX: usize = 10;
/// Bytes of a configuration on standard input.
const STDIN_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Runs a configuration; gives its run folder.
pub(crate) fn start(options: &Options, mode: Mode) -> Result<PathBuf, Failure> {
    let drafts = fail_if::read(&options.fail_if)?;
    let home = folder::tsung_home();
    let loaded = read(options, home.as_deref())?;
    let mut warnings: Vec<String> = loaded.warnings.iter().map(ToString::to_string).collect();
    show(&warnings);
    let program = Arc::new(Program::link(loaded.plan, loaded.files).map_err(Failure::Link)?);

    let names = Arc::new(TsungNames::new(&program.plan));
    let rules = fail_if::resolve(&drafts, &names.catalogue())?;
    let junit = options.junit.as_ref().map(|path| Junit::create(path, &loaded.copy.file_name)).transpose()?;
    let preflight = Preflight::new(&program.plan, &monitor::machine(), options.joining());
    preflight.show();

    let stop =
        StopHandle::new().map_err(|error| Failure::System { what: "cannot make an eventfd", error })?;
    let quit = Quit::new(stop.clone());
    let clock = Clock::start();
    stop_on_signal(&quit)?;
    let board = Board::default();
    let mut claim = remote::open(options.id.as_deref(), home.as_deref(), &board, &quit, &mut warnings)?;
    let workforce = Workforce::choose(options, loaded.cpus, preflight.processes);
    let mut run = Run::prepare(workforce.preparation(&program), clock, &stop).map_err(Failure::Run)?;
    let processes = workforce.start_processes(run.endpoint())?;
    run.gather(|notice| workforce.tell(&notice)).map_err(Failure::Run)?;
    let folder = make_folder(options, home.as_deref(), clock)?;
    if let Some(claim) = &mut claim {
        claim.tell_folder(&folder);
    }
    let level = if mode == Mode::Debug { Level::Debug } else { files::level(loaded.loglevel) };
    warnings.extend(preflight.warnings);
    let needs = &preflight.needs;
    let run_files = RunFiles { options, folder: &folder, plan: &program.plan, names: &names, clock, needs };
    let mut sinks = run_files.create(&loaded.copy, level, &warnings)?;
    if let Some(line) = progress::on_terminal() {
        sinks.push(Box::new(line));
    }
    sinks.push(Box::new(board));
    screen::out(&format!("Log directory is: {}", folder.display()));

    let (summary, ended) = match run.start(rules, sinks) {
        Ok(report) => finish(report, &names, program.plan.load.warm_up),
        Err(error) => (None, Err(Failure::Run(error))),
    };
    processes.wait();
    let broken = ended.as_ref().err().map(Failure::text);
    let reported = junit.map_or(Ok(()), |junit| junit.write(summary.as_ref(), broken.as_deref()));
    if options.keep && !quit.is_asked() {
        screen::out(KEPT);
        quit.wait();
    }
    ended.and(reported)?;
    summary.map_or(Ok(()), |summary| judge(&summary.thresholds))?;
    Ok(folder)
}

fn read(options: &Options, home: Option<&Path>) -> Result<Loaded, Failure> {
    let config = match (&options.config, home) {
        (Some(config), _) => config.clone(),
        (None, Some(home)) => home.join("tsung.xml"),
        (None, None) => return Err(Failure::NoHome),
    };
    let source = if config.as_os_str() == "-" {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().take(STDIN_BYTES_MAX).read_to_end(&mut bytes);
        read.map_err(|error| Failure::System { what: "standard input", error })?;
        Source::Stdin(bytes)
    } else if config.exists() {
        Source::File(config)
    } else {
        return Err(Failure::ConfigMissing(config));
    };
    let settings = Settings {
        warm_up: Nanos::from_secs(u64::from(options.warm_up_secs.unwrap_or(1))),
        local: options.local,
        excluded_tags: options.excluded_tags.clone(),
        // Hash keys are the one source of randomness that the standard library offers.
        seed: options.seed.unwrap_or_else(|| RandomState::new().hash_one(())),
        ip_hosts: options.ip_hosts,
    };
    let mut loaded = tsung_compat::load(&source, &settings)
        .map_err(|errors| Failure::Config(errors.iter().map(ToString::to_string).collect()))?;
    if let Some(seed) = options.seed {
        loaded.plan.seed = seed;
    }
    Ok(loaded)
}

fn show(warnings: &[String]) {
    warnings.iter().take(WARNINGS_SHOWN_MAX).for_each(|warning| screen::err(warning));
    if warnings.len() > WARNINGS_SHOWN_MAX {
        screen::err(&format!("… and {} more in the log", warnings.len() - WARNINGS_SHOWN_MAX));
    }
}

fn stop_on_signal(quit: &Quit) -> Result<(), Failure> {
    let quit = quit.clone();
    signals::stop_on_signal(move || {
        if io::stderr().is_terminal() {
            screen::err("\nstopping; once more ends at once");
        }
        quit.ask();
    })
    .map_err(|error| Failure::System { what: "signals", error })
}

/// Makes the run folder and what it needs above it, with Tsung's words.
fn make_folder(options: &Options, home: Option<&Path>, clock: Clock) -> Result<PathBuf, Failure> {
    let parent = match (&options.log_dir, home) {
        (Some(dir), _) => {
            std::path::absolute(dir).map_err(|error| Failure::Folder { parent: dir.clone(), error })?
        }
        (None, Some(home)) => home.join("log"),
        (None, None) => return Err(Failure::NoHome),
    };
    if !parent.exists() {
        screen::out(&format!("Creating Tsung log directory {}", parent.display()));
    }
    screen::out("Starting Tsung");
    folder::create(&parent, LocalTime::from_unix(clock.start_unix_secs()))
        .map_err(|error| Failure::Folder { parent, error })
}

/// Tells how it went, and whether all of it was written.
fn finish(report: Report, names: &TsungNames, warm_up: Nanos) -> (Option<Summary>, Result<(), Failure>) {
    let colours =
        io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let paint = if colours { Paint::TERMINAL } else { Paint::NONE };
    screen::err(summary::render(&report.summary, names, warm_up, paint).trim_end());
    let ended = match report.failure {
        Some(text) => Err(Failure::Broken(text)),
        None if report.sink_errors.is_empty() => Ok(()),
        None => Err(Failure::Unwritten(report.sink_errors)),
    };
    (Some(report.summary), ended)
}

fn judge(thresholds: &[RuleResult]) -> Result<(), Failure> {
    match thresholds.iter().filter(|result| !result.passed).count() {
        0 => Ok(()),
        failed => Err(Failure::Thresholds { failed, of: thresholds.len() }),
    }
}
