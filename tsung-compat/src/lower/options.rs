//! `<option>`s.

use std::collections::{HashMap, HashSet};

use parrot_core::plan::{Options, UserAgent};
use parrot_core::time::Nanos;

use super::files::{DataFiles, Declared, Server};
use super::text::TextBytes;
use crate::ast::{Opt, Tsung};
use crate::diagnostic::{Elsewhere, Language, Report, Setup};
use crate::table::{self, Kind, OPTIONS, OptionDef, OptionEffect, integer};
use crate::xml::Spanned;

/// What the options set.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    pub(super) options: Options,
    pub(super) seed: Option<u64>,
    pub(super) think: Option<GlobalThink>,
    /// Somebody says how many users open the barrier.
    pub(super) has_barrier: bool,
    pub(super) user_agents: Vec<UserAgent>,
    pub(super) files: Vec<Declared>,
    /// Files that `local_file` variables are to come from.
    pub(super) local_files: Vec<Declared>,
    /// Files that options name.
    named_files: Vec<(&'static str, Spanned<String>)>,
}

/// `<option name="thinktime">`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct GlobalThink {
    /// Seconds.
    pub(super) value: Option<f64>,
    /// Seconds, from and to.
    pub(super) range: Option<(u64, u64)>,
    pub(super) random: bool,
    pub(super) overrides: bool,
}

impl Chosen {
    /// Says which declared files nobody reads, and which named ones nobody declares.
    pub(super) fn check_files(&self, files: &DataFiles, report: &mut Report<'_>) {
        let named: HashSet<&str> = self.named_files.iter().map(|(_, named)| named.value.as_str()).collect();
        let shared = self.files.iter().map(|file| (Server::Shared, file));
        for (server, file) in shared.chain(self.local_files.iter().map(|file| (Server::Local, file))) {
            let id = &file.id.value;
            let is_named = server == Server::Shared && named.contains(id.as_str());
            if files.is_there(server, id) && !files.is_read(server, id) && !is_named {
                report.warn(
                    file.path.at,
                    Setup::FileNeverRead { id: id.clone(), is_local: server == Server::Local },
                );
            }
        }
        for (name, id) in &self.named_files {
            if !files.has(Server::Shared, &id.value) {
                let suggestion = report.closest(&id.value, files.ids(Server::Shared));
                let problem = Setup::UnknownFileOfOption { name, id: id.value.clone(), suggestion };
                report.warn(id.at, problem);
            }
        }
    }
}

pub(super) fn lower(tsung: &Tsung, text: TextBytes, report: &mut Report<'_>) -> Chosen {
    let mut chosen = Chosen::default();
    chosen.options.dump = tsung.dump;
    chosen.options.keep_samples = tsung.backend.value == "fullstats";
    if tsung.backend.value == "rrdtool" {
        report.warn(tsung.backend.at, Setup::BackendIsText { name: "rrdtool" });
    }
    let key = |option: &'_ Opt| (option.name.value.clone(), option.session_type.clone());
    let indices = tsung.options.iter().enumerate().map(|(index, option)| (key(option), index));
    let last: HashMap<_, usize> = indices.collect();
    for (index, option) in tsung.options.iter().enumerate() {
        let Some(def) = find(option, report) else { continue };
        // Every file has its id, and is told of by its reader.
        if !def.takes.contains(&"id") && last.get(&key(option)) != Some(&index) {
            report.warn(option.at, Setup::OptionOverridden { name: def.name });
        }
        for (part, at) in &option.written {
            if !matches!(*part, "name" | "type" | "value") && !def.takes.contains(part) {
                report.warn(*at, Setup::OptionPartIgnored { part, name: def.name });
            }
        }
        apply(option, def, text, &mut chosen, report);
    }
    chosen
}

/// What the table says about an option; unknown ones are reported.
fn find(option: &Opt, report: &mut Report<'_>) -> Option<&'static OptionDef> {
    let name = option.name.value.as_str();
    let wanted = option.session_type.as_deref();
    if let Some(found) = OPTIONS.iter().find(|def| def.name == name && def.session_type == wanted) {
        return Some(found);
    }
    let same_type = OPTIONS.iter().filter(|def| def.session_type == wanted);
    let suggestion = report.closest(name, same_type.map(|def| def.name));
    let elsewhere = elsewhere(name);
    let name = name.to_owned();
    match wanted {
        Some(session_type) => {
            let session_type = session_type.to_owned();
            let problem = Setup::UnknownTypedOption { name, session_type, suggestion, elsewhere };
            report.error(option.name.at, problem);
        }
        None => report.warn(option.name.at, Setup::UnknownOption { name, suggestion, elsewhere }),
    }
    None
}

/// Where a name belongs that is no option of the type it is written with.
fn elsewhere(name: &str) -> Option<Elsewhere> {
    if let Some(def) = OPTIONS.iter().find(|def| def.name == name) {
        return Some(def.session_type.map_or(Elsewhere::General, Elsewhere::Type));
    }
    let has_it = |element: &&&str| table::element(element).is_some_and(|def| def.attribute(name).is_some());
    ["client", "server", "load"].iter().find(has_it).copied().map(Elsewhere::Attribute)
}

fn apply(
    option: &Opt,
    def: &'static OptionDef,
    text: TextBytes,
    chosen: &mut Chosen,
    report: &mut Report<'_>,
) {
    let default = def.default.map(|value| Spanned::new(value.to_owned(), option.at));
    let value = option.value.clone().or(default);
    match &value {
        None if def.required => {
            report.error(option.at, Setup::OptionWithoutValue { name: def.name });
            return;
        }
        Some(written) => {
            // Words stand for Erlang's, to which blanks around them mean nothing.
            let text = if matches!(def.kind, Kind::Words(_)) { written.value.trim() } else { &written.value };
            if let Err(reason) = def.kind.check(text) {
                bad_value(option, written, reason, report);
                return;
            }
        }
        None => {}
    }
    let not_yet = || Language::NotYet { what: format!("option {}", def.name) };
    match (def.effect, value) {
        (OptionEffect::Meaningless, _) => {}
        (OptionEffect::NamesFile, value) => {
            let id = value.map(|value| Spanned::new(value.value.trim().to_owned(), value.at));
            chosen.named_files.extend(id.map(|id| (def.name, id)));
        }
        (OptionEffect::NotYet, value) => {
            report.not_yet(option.name.at, not_yet());
            not_yet_in_detail(def, value, report);
        }
        (OptionEffect::NotYetUnlessFalse, value) => {
            if value.is_some_and(|value| value.value.trim() != "false") {
                report.not_yet(option.name.at, not_yet());
            }
        }
        (OptionEffect::Special, _) => match def.name {
            "thinktime" => chosen.think = think(option, report).or(chosen.think),
            "ports_range" => ports_range(option, report),
            _ => user_agents(option, text, chosen, report),
        },
        (OptionEffect::Value, Some(value)) => set(option, def, &value, chosen, report),
        (OptionEffect::Value, None) => {}
    }
}

fn bad_value(option: &Opt, value: &Spanned<String>, reason: table::Reason, report: &mut Report<'_>) {
    let (name, value_text) = (option.name.value.clone(), value.value.clone());
    report.error(value.at, Setup::BadOptionValue { name, value: value_text, reason });
}

fn set(
    option: &Opt,
    def: &'static OptionDef,
    value: &Spanned<String>,
    chosen: &mut Chosen,
    report: &mut Report<'_>,
) {
    let options = &mut chosen.options;
    let integer = integer(&value.value);
    if let Some(number) = integer
        && matches!(def.kind, Kind::Integer)
        && number > u64::from(u32::MAX)
        && def.name != "seed"
    {
        report.error(value.at, Language::NumberTooLarge { number });
        return;
    }
    let number = integer.unwrap_or_default();
    let small = u32::try_from(number).unwrap_or(u32::MAX);
    match def.name {
        "seed" => chosen.seed = Some(number),
        "max_retries" => options.retries_max = small,
        "retry_timeout" => options.retry_timeout = Nanos::from_millis(number),
        "connect_timeout" => options.connect_timeout = Some(Nanos::from_millis(number)),
        "idle_timeout" => options.idle_timeout = Nanos::from_millis(number),
        "global_number" => {
            options.barrier_users = small;
            chosen.has_barrier = true;
        }
        "global_ack_timeout" => options.barrier_timeout = Nanos::from_millis(number),
        "tcp_rcv_buffer" => options.tcp_receive_buffer = Some(small),
        "tcp_snd_buffer" => options.tcp_send_buffer = Some(small),
        "file_server" => {
            chosen.files.push(Declared { id: file_id(option), path: value.clone() });
        }
        "local_file_server" => {
            chosen.local_files.push(Declared { id: file_id(option), path: value.clone() });
        }
        _ => {}
    }
}

/// What else there is to say of options that do not run yet.
fn not_yet_in_detail(def: &OptionDef, value: Option<Spanned<String>>, report: &mut Report<'_>) {
    let Some(value) = value else { return };
    if def.name == "http_use_server_as_proxy" && matches!(value.value.trim(), "false" | "no" | "off" | "0") {
        report.warn(value.at, Setup::ProxyStaysOn { value: value.value });
    }
}

fn file_id(option: &Opt) -> Spanned<String> {
    option.id.clone().unwrap_or_else(|| Spanned::new("default".to_owned(), option.at))
}

/// Ports of remote clients: none of them is here, as in Tsung on the controller's own machine.
fn ports_range(option: &Opt, report: &mut Report<'_>) {
    let value = option.value.as_ref();
    if value.is_some_and(|value| value.value.trim() == "off") {
        return;
    }
    if let Some(value) = value {
        report.warn(value.at, Setup::OptionPartIgnored { part: "value", name: "ports_range" });
    }
    let min = option.min.map_or(1_025, |min| min.value);
    let max = option.max.map_or(65_534, |max| max.value);
    if min == 0 || max > 65_535 || min > max {
        report.error(option.at, Setup::PortsRange { min, max });
    } else {
        report.warn(option.at, Setup::OptionWithoutEffect { name: "ports_range" });
    }
}

fn think(option: &Opt, report: &mut Report<'_>) -> Option<GlobalThink> {
    let value = option.value.as_ref().and_then(|written| table::number(&written.value));
    let range = match (&option.min, &option.max) {
        (None, None) => None,
        (Some(min), Some(max)) if max.value > 0 && max.value >= min.value => Some((min.value, max.value)),
        _ => {
            report.error(option.at, Setup::GlobalThinkRange);
            return None;
        }
    };
    Some(GlobalThink { value, range, random: option.random, overrides: option.overrides })
}

fn user_agents(option: &Opt, text: TextBytes, chosen: &mut Chosen, report: &mut Report<'_>) {
    let sum: u64 = option.user_agents.iter().map(|agent| agent.probability).fold(0, u64::saturating_add);
    if sum != 100 {
        report.error(option.at, Setup::UserAgentSum { sum });
        return;
    }
    let agents = option.user_agents.iter().map(|agent| UserAgent {
        text: text.bytes(agent.text.trim_matches([' ', '\n'])),
        probability: u32::try_from(agent.probability).unwrap_or(u32::MAX),
    });
    chosen.user_agents = agents.collect();
}
