//! `<option>` by name.

use super::{BOOLEAN, Kind};

/// An option.
#[derive(Debug)]
pub(crate) struct OptionDef {
    /// Its `name`.
    pub(crate) name: &'static str,
    /// Its `type`; options without are general ones.
    pub(crate) session_type: Option<&'static str>,
    /// What its `value` looks like.
    pub(crate) kind: Kind,
    /// What it does here.
    pub(crate) effect: OptionEffect,
}

/// What an option does in this program.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum OptionEffect {
    /// It works; `value` is required.
    Value,
    /// It works; its own reader knows what it needs.
    Special,
    /// It is about something else: memory of Erlang, protocols or features that are refused themselves where they are used.
    Meaningless,
    /// It does nothing here, as in Tsung on the controller's own machine; said in a warning.
    NoEffect,
    /// It changes what the run does: refused by name.
    NotYet,
    /// Refused unless its value is `false`, which is what happens anyway.
    NotYetUnlessFalse,
}

const fn general(name: &'static str, kind: Kind, effect: OptionEffect) -> OptionDef {
    OptionDef { name, session_type: None, kind, effect }
}

const fn of(session_type: &'static str, name: &'static str) -> OptionDef {
    OptionDef { name, session_type: Some(session_type), kind: Kind::Text, effect: OptionEffect::Meaningless }
}

const BOOL: Kind = Kind::Words(BOOLEAN);

/// All options that Tsung 1.8 knows.
pub(crate) const OPTIONS: &[OptionDef] = &[
    general("thinktime", Kind::Number, OptionEffect::Special),
    general("seed", Kind::Integer, OptionEffect::Value),
    general("max_retries", Kind::Integer, OptionEffect::Value),
    general("retry_timeout", Kind::Integer, OptionEffect::Value),
    general("connect_timeout", Kind::Integer, OptionEffect::Value),
    general("idle_timeout", Kind::Integer, OptionEffect::Value),
    general("tcp_rcv_buffer", Kind::Integer, OptionEffect::Value),
    general("tcp_snd_buffer", Kind::Integer, OptionEffect::Value),
    general("file_server", Kind::Text, OptionEffect::Value),
    general("local_file_server", Kind::Text, OptionEffect::NotYet),
    general("rate_limit", Kind::Text, OptionEffect::NotYet),
    general("ip_transparent", BOOL, OptionEffect::NotYetUnlessFalse),
    general("tcp_reuseaddr", BOOL, OptionEffect::NotYetUnlessFalse),
    general("tcp_reuseport", BOOL, OptionEffect::NotYetUnlessFalse),
    general("ports_range", Kind::Text, OptionEffect::NoEffect),
    general("ip_bind_address_no_port", BOOL, OptionEffect::Meaningless),
    general("hibernate", Kind::Text, OptionEffect::Meaningless),
    general("max_ssh_startup_per_core", Kind::Text, OptionEffect::Meaningless),
    general("job_notify_port", Kind::Text, OptionEffect::Meaningless),
    general("udp_rcv_buffer", Kind::Integer, OptionEffect::Meaningless),
    general("udp_snd_buffer", Kind::Integer, OptionEffect::Meaningless),
    general("global_number", Kind::Integer, OptionEffect::Value),
    general("global_ack_timeout", Kind::Integer, OptionEffect::Value),
    general("ssl_ciphers", Kind::Text, OptionEffect::Meaningless),
    general("ssl_versions", Kind::Text, OptionEffect::Meaningless),
    general("ssl_reuse_sessions", BOOL, OptionEffect::Meaningless),
    general("ssl_disable_sni", BOOL, OptionEffect::Meaningless),
    general("websocket_path", Kind::Text, OptionEffect::Meaningless),
    general("websocket_frame", Kind::Text, OptionEffect::Meaningless),
    general("websocket_subprotocols", Kind::Text, OptionEffect::Meaningless),
    general("websocket_origin", Kind::Text, OptionEffect::Meaningless),
    general("bosh_path", Kind::Text, OptionEffect::Meaningless),
    OptionDef {
        name: "user_agent",
        session_type: Some("ts_http"),
        kind: Kind::Text,
        effect: OptionEffect::Special,
    },
    OptionDef {
        name: "http_use_server_as_proxy",
        session_type: Some("ts_http"),
        kind: Kind::Text,
        effect: OptionEffect::NotYet,
    },
    of("ts_jabber", "username"),
    of("ts_jabber", "passwd"),
    of("ts_jabber", "domain"),
    of("ts_jabber", "vhost_file"),
    of("ts_jabber", "global_number"),
    of("ts_jabber", "userid_max"),
    of("ts_jabber", "muc_service"),
    of("ts_jabber", "pubsub_service"),
    of("ts_jabber", "random_from_fileid"),
    of("ts_jabber", "offline_from_fileid"),
    of("ts_jabber", "fileid_delimiter"),
    of("ts_amqp", "username"),
    of("ts_amqp", "password"),
    of("ts_amqp", "heartbeat"),
];
