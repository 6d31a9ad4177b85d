//! Loading a configuration, from its bytes to a Plan.

use std::path::PathBuf;

use parrot_core::plan::Plan;
use parrot_core::time::Nanos;

use crate::ast::Tsung;
use crate::diagnostic::{Diagnostic, Language, Report};
use crate::{lower, source, xml};

/// Where a configuration comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// Standard input, already read; file names in it count from the current directory.
    Stdin(Vec<u8>),
}

/// What the command line says that the Plan depends on.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Time before the first phase (option `-w`).
    pub warm_up: Nanos,
    /// Remote clients' share of the load is made here (option `--local`).
    pub local: bool,
    /// Requests with one of these tags are left out (option `-x`).
    pub excluded_tags: Vec<String>,
    /// Seed of all draws when the configuration has none.
    pub seed: u64,
    /// Addresses are allowed as client hosts (option `-I`).
    pub ip_hosts: bool,
}

/// A configuration that can be run.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What to run.
    pub plan: Plan,
    /// Bytes of the Plan's data files, in its order.
    pub files: Vec<Vec<u8>>,
    /// Sum of the `cpu` attributes of the clients that are this machine, at most `ENGINES_PER_WORKER_MAX`.
    pub cpus: u32,
    /// How statistics are written.
    pub backend: Backend,
    /// How much is logged.
    pub loglevel: LogLevel,
    /// What the user should know.
    pub warnings: Vec<Diagnostic>,
    /// The configuration for the run folder.
    pub copy: ConfigCopy,
}

/// The `backend` attribute.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Backend {
    /// Tsung's text format.
    #[default]
    Text,
}

/// The `loglevel` attribute.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub enum LogLevel {
    /// Nearly nothing.
    Emergency,
    /// What ends the run.
    Critical,
    /// What went wrong.
    Error,
    /// What may be wrong.
    Warning,
    /// What is worth a line.
    #[default]
    Notice,
    /// What happens.
    Info,
    /// Everything.
    Debug,
}

impl LogLevel {
    fn named(name: &str) -> Self {
        match name {
            "emergency" => Self::Emergency,
            "critical" => Self::Critical,
            "error" => Self::Error,
            "warning" => Self::Warning,
            "info" => Self::Info,
            "debug" => Self::Debug,
            _ => Self::Notice,
        }
    }
}

/// A copy of the configuration that can be run again: as it was, with its external entities in it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigCopy {
    /// File name, without folder.
    pub file_name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Loads a configuration. Reads files, starts nothing, writes nothing.
///
/// # Errors
///
/// Everything that is wrong with it, in the order of the document.
pub fn load(source: &Source, settings: &Settings) -> Result<Loaded, Vec<Diagnostic>> {
    let document = source::read(source)?;
    let mut report = Report::new(&document.map);
    let Some(root) = xml::read(&document.text, &mut report) else {
        return Err(report.into_errors());
    };
    let (text, first_single_byte) = lower::TextBytes::choose(&root, document.bytes_declared);
    if let Some(at) = first_single_byte {
        report.warn(at, Language::SingleByteCharacters);
    }
    let tsung = Tsung::read(&root, &mut report);
    let lowered = lower::lower(&tsung, &document.text, text, settings, &mut report);
    let Some(lowered) = lowered.filter(|_| !report.failed()) else {
        return Err(report.into_errors());
    };
    let mut warnings = document.warnings;
    warnings.extend(report.into_warnings());
    Ok(Loaded {
        plan: lowered.plan,
        files: lowered.files,
        cpus: lowered.cpus,
        backend: Backend::Text,
        loglevel: LogLevel::named(&tsung.loglevel),
        warnings,
        copy: document.copy,
    })
}
