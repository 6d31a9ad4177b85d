//! Running a configuration: read and link it, make the run folder and its files, start the engine, and report.

use std::path::PathBuf;

use crate::args::Options;
use crate::failure::Failure;

/// How much goes to the log.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mode {
    /// As the configuration says.
    Start,
    /// Everything.
    Debug,
}

/// Runs a configuration; gives its run folder.
pub(crate) fn start(options: Options, _mode: Mode, _program: &str) -> Result<PathBuf, Failure> {
    let home = std::env::var_os("HOME")
        .filter(|home| !home.is_empty())
        .map(|home| PathBuf::from(home).join(".tsung"));
    let config = options.config.or_else(|| Some(home?.join("tsung.xml"))).ok_or(Failure::NoHome)?;
    if config.as_os_str() != "-" && !config.exists() {
        return Err(Failure::ConfigMissing(config));
    }
    Err(Failure::NotYet { word: "start", instead: "the engine is on its way" })
}
