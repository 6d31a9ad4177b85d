//! `<option>` by name.

use super::{BOOLEAN, Kind, yes};

/// An option.
#[derive(Debug)]
pub(crate) struct OptionDef {
    /// Its `name`.
    pub(crate) name: &'static str,
    /// Its `type`; options without are general ones.
    pub(crate) session_type: Option<&'static str>,
    /// What its `value` looks like.
    pub(crate) kind: Kind,
    /// The value in force when the option is written without `value`; not that without the option.
    pub(crate) default: Option<&'static str>,
    /// Without `value` it says nothing.
    pub(crate) required: bool,
    /// What it may have beside `name`, `type` and `value`: attributes and children.
    pub(crate) takes: &'static [&'static str],
    /// What it does here.
    pub(crate) effect: OptionEffect,
}

/// What an option does in this program.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum OptionEffect {
    /// It works.
    Value,
    /// It works; its own reader knows what it needs.
    Special,
    /// It is about something else: memory of Erlang, protocols or features that are refused themselves where they are used.
    Meaningless,
    /// Its value is the id of a file of `file_server`; the rest is as with the meaningless ones.
    NamesFile,
    /// It changes what the run does: refused by name.
    NotYet,
    /// Refused unless its value is `false`, which is what happens anyway.
    NotYetUnlessFalse,
}

const fn general(name: &'static str, kind: Kind, effect: OptionEffect) -> OptionDef {
    OptionDef { name, session_type: None, kind, default: None, required: false, takes: &[], effect }
}

const fn of(session_type: &'static str, name: &'static str, kind: Kind) -> OptionDef {
    OptionDef { session_type: Some(session_type), ..general(name, kind, OptionEffect::Meaningless) }
}

impl OptionDef {
    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }

    const fn takes(mut self, parts: &'static [&'static str]) -> Self {
        self.takes = parts;
        self
    }

    const fn effect(mut self, effect: OptionEffect) -> Self {
        self.effect = effect;
        self
    }
}

const BOOL: Kind = Kind::Words(BOOLEAN);
const FRAMES: Kind = Kind::Words(&[yes("binary"), yes("text")]);

/// All options that Tsung 1.8 knows.
pub(crate) const OPTIONS: &[OptionDef] = &[
    general("thinktime", Kind::Number, OptionEffect::Special).takes(&["min", "max", "random", "override"]),
    general("seed", Kind::Integer, OptionEffect::Value),
    general("max_retries", Kind::Integer, OptionEffect::Value).required(),
    general("retry_timeout", Kind::Integer, OptionEffect::Value).required(),
    general("connect_timeout", Kind::Integer, OptionEffect::Value).required(),
    general("idle_timeout", Kind::Integer, OptionEffect::Value).required(),
    general("tcp_rcv_buffer", Kind::Integer, OptionEffect::Value).required(),
    general("tcp_snd_buffer", Kind::Integer, OptionEffect::Value).required(),
    general("file_server", Kind::Text, OptionEffect::Value).required().takes(&["id"]),
    general("local_file_server", Kind::Text, OptionEffect::Value).required().takes(&["id"]),
    general("rate_limit", Kind::Integer, OptionEffect::NotYet).default("512").takes(&["max"]),
    general("ip_transparent", BOOL, OptionEffect::NotYetUnlessFalse).default("false"),
    general("tcp_reuseaddr", BOOL, OptionEffect::NotYetUnlessFalse).default("false"),
    general("tcp_reuseport", BOOL, OptionEffect::NotYetUnlessFalse).default("false"),
    general("ports_range", Kind::Text, OptionEffect::Special).takes(&["min", "max"]),
    general("ip_bind_address_no_port", BOOL, OptionEffect::Meaningless).default("false"),
    general("hibernate", Kind::IntegerOrInfinity, OptionEffect::Meaningless).default("10000"),
    general("max_ssh_startup_per_core", Kind::Integer, OptionEffect::Meaningless).default("20"),
    general("job_notify_port", Kind::Port, OptionEffect::Meaningless).required(),
    general("udp_rcv_buffer", Kind::Integer, OptionEffect::Meaningless).required(),
    general("udp_snd_buffer", Kind::Integer, OptionEffect::Meaningless).required(),
    general("global_number", Kind::Integer, OptionEffect::Value).default("100"),
    general("global_ack_timeout", Kind::Integer, OptionEffect::Value).default("3600000"),
    general("ssl_ciphers", Kind::Text, OptionEffect::Meaningless).default("negotiate"),
    general("ssl_versions", Kind::TlsVersion, OptionEffect::Meaningless),
    general("ssl_reuse_sessions", BOOL, OptionEffect::Meaningless).default("true"),
    general("ssl_disable_sni", BOOL, OptionEffect::Meaningless).default("false"),
    general("websocket_path", Kind::Text, OptionEffect::Meaningless).required(),
    general("websocket_frame", FRAMES, OptionEffect::Meaningless).required(),
    general("websocket_subprotocols", Kind::Text, OptionEffect::Meaningless).required(),
    general("websocket_origin", Kind::Text, OptionEffect::Meaningless).required(),
    general("bosh_path", Kind::Text, OptionEffect::Meaningless).required(),
    of("ts_http", "user_agent", Kind::Text).takes(&["user_agent"]).effect(OptionEffect::Special),
    of("ts_http", "http_use_server_as_proxy", Kind::Text).effect(OptionEffect::NotYet),
    of("ts_jabber", "username", Kind::Text),
    of("ts_jabber", "passwd", Kind::Text),
    of("ts_jabber", "domain", Kind::Text),
    of("ts_jabber", "vhost_file", Kind::Name).effect(OptionEffect::NamesFile),
    of("ts_jabber", "global_number", Kind::Integer),
    of("ts_jabber", "userid_max", Kind::Integer),
    of("ts_jabber", "muc_service", Kind::Text),
    of("ts_jabber", "pubsub_service", Kind::Text),
    of("ts_jabber", "random_from_fileid", Kind::Name).effect(OptionEffect::NamesFile),
    of("ts_jabber", "offline_from_fileid", Kind::Name).effect(OptionEffect::NamesFile),
    of("ts_jabber", "fileid_delimiter", Kind::Text),
    of("ts_amqp", "username", Kind::Text),
    of("ts_amqp", "password", Kind::Text),
    of("ts_amqp", "heartbeat", Kind::Integer),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_known_once_and_agree_with_their_element() {
        let element = crate::table::element("option").unwrap();
        for (index, option) in OPTIONS.iter().enumerate() {
            let same =
                |other: &OptionDef| (other.name, other.session_type) == (option.name, option.session_type);
            assert!(!OPTIONS[..index].iter().any(same), "{} twice", option.name);
            assert!(option.default.is_none_or(|value| option.kind.check(value).is_ok()), "{}", option.name);
            assert!(option.default.is_none() || !option.required, "{}", option.name);
            for part in option.takes {
                let child =
                    crate::table::element(part).is_some_and(|child| child.parents.contains(&"option"));
                assert!(child || element.attribute(part).is_some(), "{part} of {}", option.name);
            }
        }
    }
}
