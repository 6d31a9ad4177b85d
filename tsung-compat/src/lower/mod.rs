//! From what was written to the Plan: names become numbers, text becomes bytes, and everything that can be computed before a run
//! is.
//!
//! Every part goes on after a problem, so that one load reports all of them; the Plan is only given out when there are none.

mod change;
mod clients;
mod expressions;
mod files;
mod functions;
mod http;
mod load;
mod matching;
mod options;
mod pattern;
mod place;
mod popularity;
mod servers;
mod session;
mod sources;
mod tables;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod think;
mod variables;
mod wildcard;

use std::collections::BTreeSet;

use parrot_core::plan::{PLAN_VERSION, Plan, Script};

pub(crate) use http::UrlRefusal;
pub(crate) use template::{Token, lex};
pub(crate) use text::TextBytes;
pub(crate) use wildcard::SessionNames;

use crate::ast::Tsung;
use crate::diagnostic::{Invocation, Report};
use crate::load::Settings;
use crate::reach::Reach;
use files::DataFiles;
use options::Chosen;
use pattern::Patterns;
use servers::Servers;
use tables::Tables;

/// A Plan and the bytes of its data files.
#[derive(Debug)]
pub(crate) struct Lowered {
    pub(crate) plan: Plan,
    pub(crate) files: Vec<Vec<u8>>,
    /// Engines that the clients of this machine ask for.
    pub(crate) cpus: u32,
    /// The seed that the configuration names.
    pub(crate) seed: Option<u64>,
}

/// What the parts share.
struct Context<'a, 'r> {
    report: &'a mut Report<'r>,
    settings: &'a Settings,
    reach: &'a Reach,
    /// The text that spans point into.
    document: &'a str,
    text: TextBytes,
    servers: Servers,
    chosen: Chosen,
    files: DataFiles,
    tables: Tables,
    patterns: Patterns,
    /// Tags of requests, if some are to be left out.
    tags_met: BTreeSet<String>,
}

/// Lowers a configuration. `None` after a report of why not.
pub(crate) fn lower(
    tsung: Tsung,
    document: &str,
    text: TextBytes,
    (settings, reach): (&Settings, &Reach),
    report: &mut Report<'_>,
) -> Option<Lowered> {
    let machine = clients::machine_name();
    let cpus = clients::lower(&tsung, settings, &machine, report);
    clients::check_monitors(&tsung, &machine, report);
    let mut tables = Tables::default();
    let servers = servers::lower(&tsung.servers, &mut tables, report);
    let chosen = options::lower(&tsung, text, report);
    let files = files::read((&chosen.files, &chosen.local_files), reach, report);
    let load = load::lower(&tsung, settings, report);
    let mut context = Context {
        report,
        settings,
        reach,
        document,
        text,
        servers,
        chosen,
        files,
        tables,
        patterns: Patterns::default(),
        tags_met: BTreeSet::new(),
    };
    let sessions = tsung.sessions.into_iter().map(|session| session::lower(session, &mut context)).collect();
    let Context { report, servers, chosen, files, tables, tags_met, .. } = context;
    chosen.check_files(&files, report);
    if report.failed() {
        return None;
    }
    for tag in settings.excluded_tags.iter().filter(|tag| !tags_met.contains(*tag)) {
        let suggestion = report.closest(tag, tags_met.iter().map(String::as_str));
        report.warn_of_all(Invocation::UnusedTag { tag: tag.clone(), suggestion });
    }
    let (data_files, bytes) = files.into_parts();
    let plan = Plan {
        version: PLAN_VERSION,
        seed: chosen.seed.unwrap_or(settings.seed),
        load,
        servers: servers.list,
        sessions,
        requests: tables.requests,
        endpoints: tables.endpoints.into_list(),
        files: data_files,
        user_agents: chosen.user_agents,
        transactions: tables.transactions.into_list(),
        tags: tables.tags.into_list(),
        repeats: tables.repeats.into_list(),
        lists: tables.lists.into_list(),
        sources: report.map().source_files(),
        script: Script::default(),
        options: chosen.options,
    };
    Some(Lowered { plan, files: bytes, cpus, seed: chosen.seed })
}
