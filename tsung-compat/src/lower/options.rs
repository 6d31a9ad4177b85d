//! `<option>`s.

use parrot_core::plan::{Dump, Options, UserAgent};
use parrot_core::time::Nanos;

use super::files::{DataFiles, Declared};
use super::text::TextBytes;
use crate::ast::{Opt, Tsung};
use crate::diagnostic::{Language, Report, Setup, closest};
use crate::table::{Kind, OPTIONS, OptionDef, OptionEffect, Reason, integer, number};
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
    /// Declarations of files that no session reads.
    pub(super) fn unread_files(&self, files: &DataFiles) -> Vec<Spanned<String>> {
        let unread = self.files.iter().filter(|file| !files.is_read(&file.id.value));
        unread.map(|file| Spanned::new(file.id.value.clone(), file.path.at)).collect()
    }
}

pub(super) fn lower(tsung: &Tsung, text: TextBytes, report: &mut Report<'_>) -> Chosen {
    let mut chosen = Chosen::default();
    chosen.options.dump = if tsung.dump_protocol { Dump::Protocol } else { Dump::None };
    for option in &tsung.options {
        if let Some(def) = find(option, report) {
            apply(option, def, text, &mut chosen, report);
        }
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
    let suggestion = report.has_room().then(|| closest(name, same_type.map(|def| def.name))).flatten();
    match wanted {
        Some(session_type) => {
            let (name, session_type) = (name.to_owned(), session_type.to_owned());
            report.error(option.name.at, Setup::UnknownTypedOption { name, session_type, suggestion });
        }
        None => {
            let needs = OPTIONS.iter().find(|def| def.name == name).and_then(|def| def.session_type);
            let name = name.to_owned();
            report.warn(option.name.at, Setup::UnknownOption { name, suggestion, needs });
        }
    }
    None
}

fn apply(
    option: &Opt,
    def: &'static OptionDef,
    text: TextBytes,
    chosen: &mut Chosen,
    report: &mut Report<'_>,
) {
    match def.effect {
        OptionEffect::Meaningless => {}
        OptionEffect::NoEffect => report.warn(option.at, Setup::OptionWithoutEffect { name: def.name }),
        OptionEffect::NotYet => {
            report.not_yet(option.at, Language::NotYet { what: format!("option {}", def.name) });
        }
        OptionEffect::NotYetUnlessFalse => {
            if option.value.as_ref().is_some_and(|value| value.value != "false") {
                report.not_yet(option.at, Language::NotYet { what: format!("option {}", def.name) });
            }
        }
        OptionEffect::Special if def.name == "thinktime" => {
            chosen.think = think(option, report).or(chosen.think);
        }
        OptionEffect::Special => user_agents(option, text, chosen, report),
        OptionEffect::Value => {
            let Some(value) = &option.value else {
                report.error(option.at, Setup::OptionWithoutValue { name: def.name });
                return;
            };
            if let Err(reason) = def.kind.check(&value.value) {
                bad_value(option, value, reason, report);
                return;
            }
            set(option, def, value, chosen, report);
        }
    }
}

fn bad_value(option: &Opt, value: &Spanned<String>, reason: Reason, report: &mut Report<'_>) {
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
            let id = option.id.clone().unwrap_or_else(|| Spanned::new("default".to_owned(), option.at));
            chosen.files.push(Declared { id, path: value.clone() });
        }
        _ => {}
    }
}

fn think(option: &Opt, report: &mut Report<'_>) -> Option<GlobalThink> {
    let value = match &option.value {
        None => None,
        Some(written) => match number(&written.value) {
            Some(value) => Some(value),
            None => {
                bad_value(option, written, Reason::NotNumber, report);
                return None;
            }
        },
    };
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
