//! Why a command ended badly: what the user is told, where, and with which exit status.

use std::io;
use std::path::PathBuf;

use crate::args::UsageError;
use crate::{screen, usage};

/// Problems shown of one configuration: a screen of them.
const DIAGNOSTICS_MAX: usize = 10;

/// Why a command ended badly.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line cannot be followed.
    Usage(UsageError),
    /// A word of Tsung's that this release does not have; what to do instead.
    NotYet { word: &'static str, instead: &'static str },
    /// Neither `-f`/`-l` nor a home to take their defaults from.
    NoHome,
    /// There is no such configuration.
    ConfigMissing(PathBuf),
    /// The configuration cannot be run: one text for each problem, with its place and remedy.
    Config(Vec<String>),
    /// What the configuration asks for cannot be made ready.
    Link(String),
    /// The run folder cannot be made.
    Folder { parent: PathBuf, error: io::Error },
    /// A file of the run cannot be written or read.
    File { path: PathBuf, error: io::Error },
    /// The run broke off.
    Run(String),
    /// The system refuses something that every run needs.
    System { what: &'static str, error: io::Error },
}

impl Failure {
    /// The exit status; the first two as Tsung's.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Folder { .. } => 77,
            Self::Usage(_) => 2,
            _ => 1,
        }
    }

    /// Tells the user.
    pub(crate) fn report(&self, program: &str) {
        match self {
            Self::Usage(UsageError(text)) => {
                screen::err(&format!("{program}: {text}\n{}", usage::usage(program)))
            }
            Self::ConfigMissing(path) => {
                screen::out(&format!("Config file {} doesn't exist, aborting !", path.display()));
                screen::err("help: name the configuration with -f <file>");
            }
            Self::Config(diagnostics) => {
                for diagnostic in diagnostics.iter().take(DIAGNOSTICS_MAX) {
                    screen::err(diagnostic);
                }
                if diagnostics.len() > DIAGNOSTICS_MAX {
                    screen::err(&format!("… and {} more", diagnostics.len() - DIAGNOSTICS_MAX));
                }
            }
            _ => screen::err(&format!("{program}: {}", self.text())),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::NotYet { word, instead } => format!("'{word}' is not in this release; {instead}"),
            Self::NoHome => {
                "HOME is not set: name the configuration with -f and the log directory with -l".to_owned()
            }
            Self::Link(text) | Self::Run(text) => text.clone(),
            Self::Folder { parent, error } => {
                format!(
                    "Error while creating log directory in {}/: {}\nhelp: name a directory that can be written to with -l <logdir>",
                    parent.display(),
                    plain(error)
                )
            }
            Self::File { path, error } => format!("{}: {}", path.display(), plain(error)),
            Self::System { what, error } => format!("{what}: {}", plain(error)),
            Self::Usage(_) | Self::ConfigMissing(_) | Self::Config(_) => String::new(),
        }
    }
}

/// The system's words without the number, in lower case: `permission denied`.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
