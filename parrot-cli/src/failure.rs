//! Why a command ended badly: what the user is told, where, and with which exit status.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

use parrot_core::cluster::WorkerError;
use parrot_core::control::RunError;
use parrot_core::coordination::Obstacle;
use parrot_core::program::LinkError;

use crate::args::UsageError;
use crate::remote::Holder;
use crate::{screen, usage};

/// Lines about what is wrong with a configuration: ten messages with their lines.
const DIAGNOSTIC_LINES_MAX: usize = 60;

/// Why a command ended badly.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line cannot be followed.
    Usage(UsageError),
    /// A `--fail-if` cannot be followed: what is wrong with it, where, and what to do.
    Rule(String),
    /// Some of the rules failed; the summary tells which.
    Thresholds { failed: usize, of: usize },
    /// A word of Tsung's that this release does not have; what to do instead.
    NotYet { word: &'static str, instead: &'static str },
    /// Neither `-f`/`-l` nor a home to take their defaults from.
    NoHome,
    /// There is no such configuration.
    ConfigMissing(PathBuf),
    /// The configuration cannot be run: one text for each problem, with its place and remedy.
    Config(Vec<String>),
    /// Some of the checked configurations have errors, which were told.
    Refused,
    /// What the configuration asks for cannot be made ready.
    Link(LinkError),
    /// A run of this name is going on.
    AlreadyRunning { id: Option<String>, holder: Holder },
    /// A run that was told to stop has not ended in this time.
    NotStopped { secs: u64 },
    /// The run folder cannot be made.
    Folder { parent: PathBuf, error: io::Error },
    /// A file of the run cannot be written, and the option that names another one.
    File { path: PathBuf, error: io::Error, option: Option<&'static str> },
    /// The run could not start.
    Run(RunError),
    /// The user stopped the run before its start, which is no failure.
    CalledOff,
    /// A worker process that was started for this run ended before the start.
    ProcessEnded(ExitStatus),
    /// Worker processes that were started for this run were not ready in this time.
    ProcessesLate { there: usize, wanted: usize, secs: u64 },
    /// A worker cannot work.
    Worker(WorkerError),
    /// A worker's part ended badly: how.
    WorkerEnded(String),
    /// The run broke off: what the engine says.
    Broken(String),
    /// The run went through, but not everything of it was written: the files, and why.
    Unwritten(Vec<(String, io::Error)>),
    /// The system refuses something that every run needs.
    System { what: &'static str, error: io::Error },
}

impl Failure {
    /// The exit status, as the README lists them.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::CalledOff => 0,
            Self::Folder { .. } => 77,
            Self::Usage(_) | Self::Rule(_) => 2,
            Self::Thresholds { .. } => 99,
            _ => 1,
        }
    }

    /// Tells the user.
    pub(crate) fn report(&self, program: &str) {
        match self {
            Self::Usage(UsageError(text)) => {
                screen::err(&format!("{program}: {text}\n{}", usage::usage(program)));
            }
            Self::ConfigMissing(path) => {
                screen::out(&format!("Config file {} doesn't exist, aborting !", path.display()));
                screen::err(&format!(
                    "error: {}: there is no such file\n  help: name the configuration with -f <file>",
                    path.display()
                ));
            }
            Self::Config(diagnostics) => screen::err(&screenful(diagnostics)),
            Self::Refused => {}
            Self::CalledOff => screen::err(&self.text()),
            _ => screen::err(&format!("error: {}", self.text())),
        }
    }

    /// In words.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::NotYet { word, instead } => format!("'{word}' is not in this release\n  help: {instead}"),
            Self::Rule(text) => text.clone(),
            Self::Thresholds { failed, of } => format!("{failed} of {of} --fail-if rules failed"),
            Self::NoHome => {
                "HOME is not set\n  help: name the configuration with -f <file> and the log directory with -l <logdir>".to_owned()
            }
            Self::Link(error) => error.to_string(),
            Self::Run(RunError::Obstacle(obstacle)) => obstructed(obstacle),
            Self::Run(error) => error.to_string(),
            Self::CalledOff => "stopped before the start".to_owned(),
            Self::ProcessEnded(status) => format!(
                "a worker process of this run ended before the start: {status}\n  \
                 help: what it said stands above; with a higher hard limit of descriptors (ulimit -Hn) fewer are needed"
            ),
            Self::ProcessesLate { there, wanted, secs } => format!(
                "{there} of {wanted} worker processes of this run were ready within {secs} s, which are too few\n  \
                 help: this machine is too busy, or the configuration too large for it"
            ),
            Self::Worker(error) => error.to_string(),
            Self::WorkerEnded(text) => text.clone(),
            Self::Broken(text) => format!("the run broke off: {text}"),
            Self::Unwritten(files) => {
                let files = files.iter().map(|(name, error)| format!("{name}: {}", plain(error)));
                format!("not everything could be written: {}", files.collect::<Vec<_>>().join(", "))
            }
            Self::AlreadyRunning { id, holder } => already_running(id.as_deref(), holder),
            Self::NotStopped { secs } => {
                format!("the run has not ended within {secs} s\n  help: see its log; SIGINT twice ends it at once")
            }
            Self::Folder { parent, error } => {
                format!(
                    "Error while creating log directory in {}/: {}\n  help: name a directory that can be written to with -l <logdir>",
                    parent.display(),
                    plain(error)
                )
            }
            Self::File { path, error, option } => {
                let help = option.map_or_else(String::new, |option| {
                    format!("\n  help: name a file that can be written with {option}")
                });
                format!("cannot write {}: {}{help}", path.display(), plain(error))
            }
            Self::System { what, error } => format!("{what}: {}", plain(error)),
            Self::Usage(_) | Self::ConfigMissing(_) | Self::Config(_) | Self::Refused => String::new(),
        }
    }
}

fn obstructed(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::WorkersMissing { ready, preparing, wanted } => workers_missing(ready, preparing, *wanted),
        Obstacle::Unable { name, why } => format!("worker {name} cannot run this configuration: {why}"),
        Obstacle::CalledOff => "the worker of this process ended before the start".to_owned(),
    }
}

fn workers_missing(ready: &[String], preparing: &[String], wanted: usize) -> String {
    let there: Vec<String> =
        ready.iter().cloned().chain(preparing.iter().map(|name| format!("{name} (not ready yet)"))).collect();
    let names = if there.is_empty() { "none".to_owned() } else { there.join(", ") };
    let help = if there.len() < wanted {
        "start the others with 'tsung-parrot worker --join <endpoint>', or wait longer with --workers-timeout <seconds>"
    } else {
        "wait longer for them to get ready with --workers-timeout <seconds>"
    };
    format!("{wanted} workers were to join, there are: {names}\n  help: {help}")
}

fn already_running(id: Option<&str>, holder: &Holder) -> String {
    let (which, option) = id.map_or_else(
        || ("a run without a name".to_owned(), String::new()),
        |id| (format!("a run called '{id}'"), format!(" -i {id}")),
    );
    let pid = holder.pid.as_deref().unwrap_or("?");
    let folder =
        holder.folder.as_ref().map_or_else(String::new, |path| format!(", log directory {}", path.display()));
    format!(
        "{which} is already going on: process {pid}{folder}\n  \
         help: give this one another name with -i <id>, or end the other with 'stop{option}'"
    )
}

/// As many of the texts as fit on a screen, the first in any case, and how many are left.
fn screenful(texts: &[String]) -> String {
    let mut lines = 0;
    let fits = |text: &&String| {
        let is_first = lines == 0;
        lines += text.lines().count();
        is_first || lines <= DIAGNOSTIC_LINES_MAX
    };
    let mut shown: Vec<String> = texts.iter().take_while(fits).cloned().collect();
    if shown.len() < texts.len() {
        shown.push(format!("… and {} more", texts.len() - shown.len()));
    }
    shown.join("\n")
}

/// The system's words without the number, in lower case: `permission denied`.
pub(crate) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use signal_hook::consts::{SIGINT, SIGTERM};

    use super::*;

    #[test]
    fn many_problems_fill_one_screen() {
        let texts = vec!["x.xml:1:1: error: no\n  help: yes".to_owned(); 35];
        let text = screenful(&texts);
        assert_eq!(text.lines().count(), DIAGNOSTIC_LINES_MAX + 1);
        assert!(text.ends_with("\n… and 5 more"), "{text}");
        assert_eq!(screenful(&texts[..2]).lines().count(), 4);
        let long = vec!["line\n".repeat(30)];
        assert_eq!(screenful(&long).lines().count(), 30, "the first is shown whole");
    }

    #[test]
    fn workers_that_are_late_are_told_from_those_that_are_missing() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let text = workers_missing(&names(&["a:1"]), &names(&["b:2"]), 3);
        assert!(text.starts_with("3 workers were to join, there are: a:1, b:2 (not ready yet)\n"), "{text}");
        assert!(text.contains("help: start the others"), "{text}");
        let text = workers_missing(&[], &names(&["b:2"]), 1);
        assert!(text.contains("help: wait longer") && !text.contains("start the others"), "{text}");
        assert!(workers_missing(&[], &[], 1).contains("there are: none\n"));
    }

    #[test]
    fn the_systems_words_lose_their_number() {
        assert_eq!(plain(&io::Error::from_raw_os_error(13)), "permission denied");
    }

    /// Rows of the README's table: exit status and meaning.
    fn readme() -> Vec<(u8, &'static str)> {
        let text = include_str!("../../README.md");
        let (_, section) = text.split_once("\n## Exit status\n").expect("the section");
        let section = section.split("\n## ").next().expect("its text");
        let rows = section.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
        let codes = |(codes, meaning): (&'static str, &'static str)| {
            codes.split(", ").filter_map(move |code| Some((code.parse().ok()?, meaning)))
        };
        rows.flat_map(codes).collect()
    }

    #[test]
    fn exit_codes_are_those_of_the_readme() {
        let error = || io::Error::other("x");
        let missing = Obstacle::WorkersMissing { ready: Vec::new(), preparing: Vec::new(), wanted: 1 };
        let endings = [
            (Failure::CalledOff, "also before its start"),
            (Failure::Usage(UsageError(String::new())), "wrong command line"),
            (Failure::Rule(String::new()), "a `--fail-if` that cannot be followed"),
            (Failure::Thresholds { failed: 1, of: 2 }, "a `--fail-if` rule holds"),
            (Failure::Folder { parent: PathBuf::new(), error: error() }, "the log directory cannot be made"),
            (Failure::ConfigMissing(PathBuf::new()), "it could not start"),
            (Failure::Config(Vec::new()), "it could not start"),
            (Failure::Refused, "`check`: a configuration has errors"),
            (Failure::Run(RunError::Obstacle(missing)), "it could not start"),
            (Failure::Run(RunError::Obstacle(Obstacle::CalledOff)), "it could not start"),
            (Failure::ProcessEnded(ExitStatus::default()), "it could not start"),
            (Failure::ProcessesLate { there: 1, wanted: 2, secs: 60 }, "it could not start"),
            (Failure::WorkerEnded(String::new()), "a worker: its run was called off"),
            (Failure::Broken(String::new()), "it broke off"),
            (Failure::Unwritten(Vec::new()), "not everything could be written"),
            (Failure::NotStopped { secs: 60 }, "`stop`: the run has not ended within 60 s"),
            (Failure::NotYet { word: "stop", instead: "" }, "it could not start"),
        ];
        let table = readme();
        for (failure, meaning) in &endings {
            let code = failure.exit_code();
            let row = table.iter().find(|(listed, _)| *listed == code);
            assert!(row.is_some_and(|(_, text)| text.contains(meaning)), "{code} {meaning:?}: {row:?}");
        }
        // By the second signal, see signals.rs.
        let signals = [SIGINT, SIGTERM].map(|signal| 128 + signal as u8);
        let text = usage::usage("x");
        let (_, told) = text.split_once("\nExit status:\n").expect("the section");
        for (code, _) in &table {
            let is_known = signals.contains(code) || endings.iter().any(|(f, _)| f.exit_code() == *code);
            assert!(is_known, "nothing ends with {code}");
            assert!(format!(" {told}").contains(&format!(" {code} ")), "{code} is missing from the usage");
        }
        assert!(signals.iter().all(|signal| table.iter().any(|(code, _)| code == signal)));
    }
}
