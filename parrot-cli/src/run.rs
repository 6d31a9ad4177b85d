//! Running a configuration: read and link it, make the run folder and its files, start the engine, and report.
//!
//! Nothing is made on disk before the configuration is known to be good.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parrot_core::control::{Report, Run, StopHandle};
use parrot_core::monitor;
use parrot_core::program::Program;
use parrot_core::sink::{Sink, Summary};
use parrot_core::stats::{Rule, RuleResult};
use parrot_core::sys::{Clock, LocalTime};
use parrot_core::time::Nanos;
use tsung_compat::names::TsungNames;
use tsung_compat::out::KEPT;
use tsung_compat::{Backend, ConfigCopy, Loaded};

use crate::args::Options;
use crate::fail_if;
use crate::failure::Failure;
use crate::files::{self, RunFiles};
use crate::junit::Junit;
use crate::node_log::Level;
use crate::preflight::Preflight;
use crate::remote::{self, Board, Claim, Quit};
use crate::summary::{self, Paint};
use crate::workers::Workforce;
use crate::{config, folder, progress, screen, signals, workers};

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

/// Runs a configuration; gives its run folder.
pub(crate) fn start(options: &Options, mode: Mode) -> Result<PathBuf, Failure> {
    let drafts = fail_if::read(&options.fail_if)?;
    let home = folder::tsung_home();
    let Loaded { plan, files, cpus, backend, loglevel, warnings, copy, .. } = read(options, home.as_deref())?;
    let mut warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    show(&warnings);
    let program = Program::link(plan, files).map_err(Failure::Link)?;
    let names = Arc::new(TsungNames::new(&program.plan));
    let rules = fail_if::resolve(&drafts, &names.catalogue())?;
    let stop =
        StopHandle::new().map_err(|error| Failure::System { what: "cannot make an eventfd", error })?;
    let quit = Quit::new(stop.clone());
    stop_on_signal(&quit)?;
    let board = Board::default();
    // For as long as this process is there, also after the run; and first, for the report may be that of the run that has the name.
    let mut claim = remote::open(options.id.as_deref(), home.as_deref(), &board, &quit, &mut warnings)?;
    let junit = options.junit.as_ref().map(|path| Junit::create(path, &copy.file_name)).transpose()?;
    let tell_junit = |summary: Option<&Summary>, failure: Option<&Failure>| {
        let broken = failure.map(Failure::text);
        junit.as_ref().map_or(Ok(()), |junit| junit.write(summary, broken.as_deref()))
    };
    let preflight = Preflight::new(
        &program.plan,
        &monitor::machine(),
        options.joining(),
        workers::engines(options, cpus),
    );
    preflight.show();

    let program = Arc::new(program);
    let level = if mode == Mode::Debug { Level::Debug } else { files::level(loglevel) };
    let going =
        Going { options, level, backend, cpus, home, copy, warnings, program, names, preflight, stop, quit };
    let (folder, report) = going.go(rules, board, claim.as_mut()).inspect_err(|failure| {
        // That it did not start is what the user has to know.
        let _ = tell_junit(None, Some(failure));
    })?;
    let (summary, went) = finish(report, &going.names, going.program.plan.load.warm_up);
    let told = tell_junit(Some(&summary), went.as_ref().err());
    went.and(told)?;
    if options.keep && !going.quit.is_asked() {
        screen::out(KEPT);
        going.quit.wait();
    }
    judge(&summary.thresholds)?;
    Ok(folder)
}

/// Everything that a run is made of.
struct Going<'a> {
    options: &'a Options,
    level: Level,
    backend: Backend,
    /// Sum of the local clients' `cpu` attributes.
    cpus: u32,
    home: Option<PathBuf>,
    copy: ConfigCopy,
    warnings: Vec<String>,
    program: Arc<Program>,
    names: Arc<TsungNames>,
    preflight: Preflight,
    stop: StopHandle,
    quit: Quit,
}

impl Going<'_> {
    /// Gathers the workers, makes the files, and lets the run go to its end.
    fn go(
        &self,
        rules: Vec<Rule>,
        board: Board,
        claim: Option<&mut Claim>,
    ) -> Result<(PathBuf, Report), Failure> {
        let clock = Clock::start();
        let workforce = Workforce::choose(self.options, self.cpus, self.preflight.processes)?;
        let preparation = workforce.preparation(&self.program);
        let mut run = Run::prepare(preparation, clock, &self.stop).map_err(Failure::Run)?;
        let processes = workforce.start_processes(run.endpoint())?;
        let watch = processes.watch(&self.stop);
        let watch = watch.map_err(|error| Failure::System { what: "cannot start a thread", error })?;
        let gathered = run.gather(|notice| workforce.tell(&notice));
        let ended = watch.end();
        gathered.map_err(|error| workforce.explain(error, ended, self.quit.is_asked()))?;
        if let Some(status) = ended {
            run.cancel();
            return Err(Failure::ProcessEnded(status));
        }
        let warnings = [self.warnings.as_slice(), &self.preflight.warnings].concat();
        let needs = [self.preflight.needs.as_slice(), &[workforce.describe()]].concat();
        let (folder, mut sinks) = match self.make_files(clock, &needs, &warnings) {
            Ok(made) => made,
            Err(failure) => {
                run.cancel();
                return Err(failure);
            }
        };
        if let Some(claim) = claim {
            claim.tell_folder(&folder);
        }
        sinks.extend(progress::on_terminal().map(|line| Box::new(line) as Box<dyn Sink>));
        sinks.push(Box::new(board));
        screen::out(&format!("Log directory is: {}", folder.display()));
        let report = run
            .start(rules, sinks, |notice| workforce.tell(&notice))
            .map_err(|error| workforce.explain(error, None, self.quit.is_asked()))?;
        processes.wait();
        Ok((folder, report))
    }

    fn make_files(
        &self,
        clock: Clock,
        needs: &[String],
        warnings: &[String],
    ) -> Result<(PathBuf, Vec<Box<dyn Sink>>), Failure> {
        let folder = make_folder(self.options, self.home.as_deref(), clock)?;
        let (program, names) = (&*self.program, &self.names);
        let (options, backend) = (self.options, self.backend);
        let run_files = RunFiles { options, folder: &folder, program, names, backend, clock, needs };
        match run_files.create(&self.copy, self.level, warnings) {
            Ok(sinks) => Ok((folder, sinks)),
            Err(failure) => {
                // It was made just now, and nothing of a run is in it.
                let _ = fs::remove_dir_all(&folder);
                Err(failure)
            }
        }
    }
}

fn read(options: &Options, home: Option<&Path>) -> Result<Loaded, Failure> {
    let source = config::source_there(config::path(options, home)?)?;
    let mut loaded = tsung_compat::load(&source, &config::settings(options)).map_err(|errors| {
        Failure::Config(errors.iter().map(|error| error.render(screen::colours())).collect())
    })?;
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
fn finish(report: Report, names: &TsungNames, warm_up: Nanos) -> (Summary, Result<(), Failure>) {
    let paint = if screen::colours() { Paint::TERMINAL } else { Paint::NONE };
    screen::err(summary::render(&report.summary, names, warm_up, paint).trim_end());
    let ended = match report.failure {
        Some(text) => Err(Failure::Broken(text)),
        None if report.sink_errors.is_empty() => Ok(()),
        None => Err(Failure::Unwritten(report.sink_errors)),
    };
    (report.summary, ended)
}

fn judge(thresholds: &[RuleResult]) -> Result<(), Failure> {
    match thresholds.iter().filter(|result| !result.passed).count() {
        0 => Ok(()),
        failed => Err(Failure::Thresholds { failed, of: thresholds.len() }),
    }
}
