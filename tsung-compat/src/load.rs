//! Loading a configuration, from its bytes to a Plan.

use std::path::PathBuf;

use parrot_core::plan::Plan;
use parrot_core::time::Nanos;

use crate::ast::Tsung;
use crate::compatibility::{self, Row};
use crate::diagnostic::{Diagnostic, Language, Report, Severity, screenful};
use crate::given::Given;
use crate::lower::Lowered;
use crate::reach::Reach;
use crate::source::Document;
use crate::{lint, lower, source, xml};

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
    /// What names in the configuration stand for (option `--set`); the last of a name holds.
    pub given: Vec<Given>,
    /// Only files in the folder of the configuration may be named (option `--untrusted`).
    pub confined: bool,
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
    /// The seed that the configuration names.
    pub seed: Option<u64>,
    /// How statistics are written.
    pub backend: Backend,
    /// How much is logged.
    pub loglevel: LogLevel,
    /// What the user should know; lints are no part of it.
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
    /// The same in JSON.
    Json,
    /// The text format, and each single value in `tsung-fullstats.log`.
    Fullstats,
}

impl Backend {
    fn named(name: &str) -> Self {
        match name {
            "json" => Self::Json,
            "fullstats" => Self::Fullstats,
            // `rrdtool` among them.
            _ => Self::Text,
        }
    }
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

/// What there is to say about a configuration, and what it becomes.
#[derive(Clone, Debug)]
pub struct Checked {
    /// All problems, in the order of the document.
    pub diagnostics: Vec<Diagnostic>,
    /// The configuration, unless errors are among the diagnostics. Steps that this release cannot run are not in its Plan.
    pub loaded: Option<Loaded>,
    /// The rows of docs/compatibility.md that it touches, in the order of the page.
    pub rows: Vec<Row>,
}

/// Reads and judges a configuration, lints included. Reads files, starts nothing, writes nothing.
pub fn check(source: &Source, settings: &Settings) -> Checked {
    judge(source, settings, Depth::Check)
}

/// Reads and judges a configuration for its Plan, also one that this release cannot run all of: as [`check`], without lints and rows.
pub fn plan(source: &Source, settings: &Settings) -> Checked {
    judge(source, settings, Depth::Run)
}

/// How much there is to say about a configuration.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Depth {
    /// What a run has to know.
    Run,
    /// Also what a reader wants to know: lints, and the rows that it touches.
    Check,
}

fn judge(source: &Source, settings: &Settings, depth: Depth) -> Checked {
    let reach = Reach::new(source, settings);
    let mut document = match source::read_with(source, settings, &reach) {
        Ok(document) => document,
        Err(diagnostics) => return Checked { diagnostics, loaded: None, rows: Vec::new() },
    };
    let mut report = Report::new(&document.map);
    let mut rows = Vec::new();
    let wanted = (depth == Depth::Check).then_some(&mut rows);
    let loaded = compile(&document, (settings, &reach), wanted, &mut report);
    let found = report.into_all();
    let mut diagnostics = std::mem::take(&mut document.warnings);
    diagnostics.extend(found);
    let loaded = loaded.map(|(lowered, loglevel, backend)| Loaded {
        plan: lowered.plan,
        files: lowered.files,
        cpus: lowered.cpus,
        seed: lowered.seed,
        backend,
        loglevel,
        warnings: of_severity(&diagnostics, Severity::Warning),
        copy: document.into_copy(),
    });
    Checked { diagnostics, loaded, rows }
}

/// Loads a configuration that is to be run. Reads files, starts nothing, writes nothing.
///
/// # Errors
///
/// Everything that is wrong with it, in the order of the document; if nothing is, everything that cannot be run yet.
pub fn load(source: &Source, settings: &Settings) -> Result<Loaded, Vec<Diagnostic>> {
    let Checked { diagnostics, loaded, .. } = judge(source, settings, Depth::Run);
    let Some(loaded) = loaded else {
        return Err(screenful(diagnostics));
    };
    let not_yet = of_severity(&diagnostics, Severity::NotYet);
    if not_yet.is_empty() { Ok(loaded) } else { Err(not_yet) }
}

fn of_severity(diagnostics: &[Diagnostic], severity: Severity) -> Vec<Diagnostic> {
    diagnostics.iter().filter(|found| found.severity == severity && !found.is_lint()).cloned().collect()
}

/// `None` after a report of why not. Fills the rows if they are wanted, with lints in the report.
fn compile(
    document: &Document,
    (settings, reach): (&Settings, &Reach),
    rows: Option<&mut Vec<Row>>,
    report: &mut Report<'_>,
) -> Option<(Lowered, LogLevel, Backend)> {
    let mut root = xml::read(&document.text, report)?;
    let (text, first_single_byte) = lower::TextBytes::choose(&root, document.bytes_declared);
    if let Some(at) = first_single_byte {
        report.warn(at, Language::SingleByteCharacters);
    }
    if let Some(rows) = rows {
        lint::judge(&root, &document.text, report);
        *rows = compatibility::rows(document, &root, first_single_byte);
    }
    let tsung = Tsung::read(&mut root, report);
    drop(root);
    let (loglevel, backend) = (LogLevel::named(&tsung.loglevel), Backend::named(&tsung.backend.value));
    let lowered = lower::lower(tsung, &document.text, text, (settings, reach), report)?;
    (!report.failed()).then_some((lowered, loglevel, backend))
}
