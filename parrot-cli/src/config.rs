//! Which configurations a command is about, and how they are read.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use parrot_core::time::Nanos;
use tsung_compat::{CONFIG_BYTES_MAX, Settings, Source};

use crate::args::Options;
use crate::failure::Failure;

/// The configuration: as named with `-f` or as a word, else in Tsung's own place for it.
pub(crate) fn path(options: &Options, home: Option<&Path>) -> Result<PathBuf, Failure> {
    match (options.config.as_ref().or_else(|| options.files.first()), home) {
        (Some(config), _) => Ok(config.clone()),
        (None, Some(home)) => Ok(home.join("tsung.xml")),
        (None, None) => Err(Failure::NoHome),
    }
}

/// The configurations of a command that takes several: all that are named, else that of a run.
pub(crate) fn paths(options: &Options, home: Option<&Path>) -> Result<Vec<PathBuf>, Failure> {
    if options.files.is_empty() {
        return Ok(vec![path(options, home)?]);
    }
    Ok(options.config.iter().chain(&options.files).cloned().collect())
}

/// Whether the name stands for standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Where a configuration is read from; standard input is read here.
pub(crate) fn source(path: PathBuf) -> Result<Source, Failure> {
    if !is_stdin(&path) {
        return Ok(Source::File(path));
    }
    let mut bytes = Vec::new();
    // One more than may be: whoever judges it says so.
    let read = io::stdin().lock().take(CONFIG_BYTES_MAX as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::System { what: "standard input", error })?;
    Ok(Source::Stdin(bytes))
}

/// As [`source`], for commands that cannot do without it.
pub(crate) fn source_there(path: PathBuf) -> Result<Source, Failure> {
    if is_stdin(&path) || path.exists() { source(path) } else { Err(Failure::ConfigMissing(path)) }
}

/// What the command line says that the plan depends on.
pub(crate) fn settings(options: &Options) -> Settings {
    Settings {
        warm_up: Nanos::from_secs(u64::from(options.warm_up_secs.unwrap_or(1))),
        local: options.local,
        excluded_tags: options.excluded_tags.clone(),
        // Hash keys are the one source of randomness that the standard library offers.
        seed: options.seed.unwrap_or_else(|| RandomState::new().hash_one(())),
        ip_hosts: options.ip_hosts,
        given: options.given.clone(),
        confined: options.untrusted,
    }
}
