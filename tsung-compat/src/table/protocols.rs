//! Requests of the other protocols: known by name so that messages can tell a protocol from a typing error.

use super::{BOOLEAN, ElementDef, name, text, words, yes};

const REQUEST: &[&str] = &["request"];

pub(super) const ELEMENTS: &[ElementDef] = &[
    ElementDef::new(
        "jabber",
        REQUEST,
        &[
            text("ack").required(),
            name("type").required(),
            text("destination").default("random"),
            text("id"),
            text("size").default("0"),
            text("data"),
            words("stamped", BOOLEAN).default("false"),
            text("show").default("chat"),
            text("status").default("Available"),
            text("nick"),
            text("room"),
            text("group"),
            text("node"),
            words("send_version", BOOLEAN).default("false"),
            text("regexp"),
            text("resource").default("tsung"),
            text("node_type"),
            text("version"),
            text("cacertfile"),
            text("keyfile"),
            text("keypass"),
            text("certfile"),
            text("subid"),
        ],
    )
    .not_yet(),
    ElementDef::new(
        "xmpp_authenticate",
        &["jabber"],
        &[text("username").required(), text("passwd").required()],
    )
    .not_yet(),
    ElementDef::new(
        "raw",
        REQUEST,
        &[
            words("ack", &[yes("global"), yes("local"), yes("no_ack")]).required(),
            text("datasize"),
            text("data"),
        ],
    )
    .not_yet(),
    ElementDef::new(
        "websocket",
        REQUEST,
        &[
            words("type", &[yes("connect"), yes("message"), yes("close")]).required(),
            words("ack", &[yes("no_ack"), yes("parse")]),
            words("frame", &[yes("binary"), yes("text")]),
            text("origin").default(""),
            text("subprotocols").default(""),
            text("path").default("/"),
        ],
    )
    .text()
    .not_yet(),
    ElementDef::new(
        "pgsql",
        REQUEST,
        &[
            text("type").required(),
            text("username"),
            text("password"),
            text("database"),
            text("name_portal"),
            text("name_prepared"),
            text("query"),
            text("parameters"),
            text("max_rows").default("0"),
            text("formats"),
            text("formats_results"),
            text("contents_from_file"),
        ],
    )
    .text()
    .not_yet(),
    ElementDef::new(
        "mysql",
        REQUEST,
        &[text("type").required(), text("username"), text("password"), text("database")],
    )
    .text()
    .not_yet(),
    ElementDef::new(
        "ldap",
        REQUEST,
        &[
            text("type").required(),
            text("user"),
            text("password"),
            text("result_var"),
            text("filter"),
            text("base"),
            text("scope"),
            text("dn"),
            text("cacertfile"),
            text("keyfile"),
            text("certfile"),
        ],
    )
    .not_yet(),
    ElementDef::new("modification", &["ldap"], &[text("type").required()]).not_yet(),
    ElementDef::new("attr", &["ldap", "modification"], &[text("type").required()]).not_yet(),
    ElementDef::new("value", &["attr"], &[]).text().not_yet(),
    ElementDef::new(
        "amqp",
        REQUEST,
        &[
            text("type").required(),
            text("vhost").default("/"),
            text("channel").default("-1"),
            text("exchange").default(""),
            text("routing_key").default(""),
            text("payload").default(""),
            text("payload_size").default("100"),
            text("prefetch_size").default("0"),
            text("prefetch_count").default("0"),
            text("persistent").default("false"),
            text("queue").default(""),
            text("timeout").default("1"),
            text("ack").default("false"),
        ],
    )
    .text()
    .not_yet(),
    ElementDef::new(
        "mqtt",
        REQUEST,
        &[
            text("type").required(),
            text("client_id"),
            text("clean_start").default("false"),
            text("keepalive").default("10"),
            text("will_topic").default(""),
            text("will_qos").default("0"),
            text("will_msg").default(""),
            text("will_retain").default("false"),
            text("topic").default(""),
            text("qos").default("0"),
            text("retained").default("false"),
            text("stamped").default("false"),
            text("timeout").default("1"),
            text("username").default(""),
            text("password").default(""),
        ],
    )
    .text()
    .not_yet(),
    ElementDef::new(
        "fs",
        REQUEST,
        &[
            text("cmd").default("write"),
            text("path"),
            text("size").default("1024"),
            text("position"),
            text("mode"),
            text("dest"),
        ],
    )
    .not_yet(),
    ElementDef::new("shell", REQUEST, &[text("cmd").required(), text("args").default("")]).not_yet(),
    ElementDef::new(
        "job",
        REQUEST,
        &[
            text("req").required(),
            text("type").default("oar"),
            text("script"),
            text("walltime"),
            text("duration"),
            text("jobid"),
            text("resources"),
            text("nodes"),
            text("queue"),
            text("options"),
            text("user"),
            text("name").default("tsung"),
            text("notify_port"),
            text("notify_script"),
        ],
    )
    .not_yet(),
];
