//! The files of a run, made before it starts: the copy of the configuration, the logs, and who writes to them.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parrot_core::plan::Dump;
use parrot_core::program::Program;
use parrot_core::sink::{Names, Percentiles, RunInfo, RunJson, Sink};
use parrot_core::sys::Clock;
use tsung_compat::names::TsungNames;
use tsung_compat::out::{
    Fullstats, JsonLog, LocalDumps, MatchDumps, MatchLog, OWN_DUMP_FILE, ProtocolDump, ScriptLog,
    TrafficDump, TsungLog,
};
use tsung_compat::{Backend, ConfigCopy, LogLevel};

use crate::args::Options;
use crate::failure::Failure;
use crate::node_log::{Level, NodeLog, facts};
use crate::{folder, usage};

/// What the files are about and where they go.
#[derive(Debug)]
pub(crate) struct RunFiles<'a> {
    pub options: &'a Options,
    pub folder: &'a Path,
    pub program: &'a Program,
    pub names: &'a Arc<TsungNames>,
    pub backend: Backend,
    pub clock: Clock,
    /// What the run will need, for the log.
    pub needs: &'a [String],
}

impl RunFiles<'_> {
    /// Makes all files and gives the sinks that fill them.
    pub(crate) fn create(
        &self,
        copy: &ConfigCopy,
        level: Level,
        warnings: &[String],
    ) -> Result<Vec<Box<dyn Sink>>, Failure> {
        self.write(&copy.file_name, &copy.bytes)?;
        // Tsung makes one for each machine; only its own way of dumping ever fills it.
        self.write(OWN_DUMP_FILE, b"")?;
        let node = folder::node_name(self.options.id.as_deref(), &folder::host_name());
        let shared: Arc<dyn Names + Send + Sync> = Arc::clone(self.names) as _;
        let info = RunInfo::new(self.program, copy.file_name.clone(), env!("CARGO_PKG_VERSION"));
        let mut sinks: Vec<Box<dyn Sink>> = vec![
            Box::new(self.log(&node, level, warnings)?),
            self.statistics(&node)?,
            Box::new(MatchLog::new(Box::new(self.open("match.log")?), Arc::clone(self.names))),
            Box::new(MatchDumps::new(self.folder.to_owned())),
            Box::new(ScriptLog::new(self.folder)),
            Box::new(Percentiles::new(self.folder.join("percentiles.csv"), Arc::clone(&shared))),
            Box::new(RunJson::new(self.folder.join("run.json"), info, shared)),
        ];
        if self.backend == Backend::Fullstats {
            let out = Box::new(self.open("tsung-fullstats.log")?);
            sinks.push(Box::new(Fullstats::new(out, &node, Arc::clone(self.names))));
        }
        sinks.extend(self.dump()?);
        Ok(sinks)
    }

    /// Who writes what the configuration wants to be dumped.
    fn dump(&self) -> Result<Option<Box<dyn Sink>>, Failure> {
        let plan = &self.program.plan;
        let (names, tags) = (Arc::clone(self.names), plan.tags.clone());
        if plan.options.dump == Dump::None {
            return Ok(None);
        }
        let out = Box::new(self.open("tsung.dump")?);
        Ok(Some(match plan.options.dump {
            Dump::None => return Ok(None),
            Dump::Protocol => Box::new(ProtocolDump::new(out, names, tags)),
            // tsung.dump stays empty, as Tsung's does.
            Dump::ProtocolLocal => Box::new(LocalDumps::new(self.folder.to_owned(), names, tags)),
            Dump::Traffic { bytes_max } => Box::new(TrafficDump::new(out, bytes_max)),
        }))
    }

    fn log(&self, node: &str, level: Level, warnings: &[String]) -> Result<NodeLog<File>, Failure> {
        let path = self.folder.join(format!("{node}.log"));
        let mut log = NodeLog::new(File::create(&path).map_err(|e| at(&path, e))?, self.clock, level);
        let write = |log: &mut NodeLog<File>| {
            log.write(Level::Notice, &usage::version())?;
            facts(&self.program.plan)
                .iter()
                .chain(self.needs)
                .try_for_each(|fact| log.write(Level::Notice, fact))?;
            warnings.iter().try_for_each(|warning| log.write(Level::Warning, warning))
        };
        write(&mut log).map_err(|error| at(&path, error))?;
        Ok(log)
    }

    fn statistics(&self, node: &str) -> Result<Box<dyn Sink>, Failure> {
        let names = Arc::clone(self.names);
        let json = self.backend == Backend::Json;
        match &self.options.stats_file {
            Some(name) if name.as_os_str() == "-" => {
                let (out, name) = (Box::new(io::stdout()), "standard output");
                if !json {
                    return Ok(Box::new(TsungLog::new(out, name, node, names)));
                }
                Ok(Box::new(JsonLog::stream(out, name, node, names)))
            }
            name => {
                // An absolute name replaces the folder.
                let path = self.folder.join(name.as_deref().unwrap_or_else(|| Path::new("tsung.log")));
                let option = name.as_ref().map(|_| "-m");
                let log = if json {
                    JsonLog::append(&path, node, names).map(|log| Box::new(log) as Box<dyn Sink>)
                } else {
                    TsungLog::append(&path, node, names).map(|log| Box::new(log) as Box<dyn Sink>)
                };
                log.map_err(|error| Failure::File { path, error, option })
            }
        }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.folder.join(name);
        fs::write(&path, bytes).map_err(|error| at(&path, error))
    }

    fn open(&self, name: &str) -> Result<File, Failure> {
        let path = self.folder.join(name);
        File::create(&path).map_err(|error| at(&path, error))
    }
}

fn at(path: &Path, error: io::Error) -> Failure {
    Failure::File { path: PathBuf::from(path), error, option: None }
}

/// The log's level for the configuration's.
pub(crate) const fn level(level: LogLevel) -> Level {
    match level {
        LogLevel::Emergency | LogLevel::Critical | LogLevel::Error => Level::Error,
        LogLevel::Warning => Level::Warning,
        LogLevel::Notice => Level::Notice,
        LogLevel::Info => Level::Info,
        LogLevel::Debug => Level::Debug,
    }
}
