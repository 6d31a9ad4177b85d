//! Requests of the other protocols. What a request of each type needs is in [`super::requests`].

use super::{AttributeDef, BOOLEAN, ElementDef, Kind, Word, integer_attribute, name, text, words, yes};

const REQUEST: &[&str] = &["request"];
const QOS: &[Word] = &[yes("0"), yes("1"), yes("2")];

/// A number that may come from a variable: the ones that are replaced when the request is made.
const fn number_or_variable(name: &'static str) -> AttributeDef {
    AttributeDef::new(name, Kind::IntegerOrVariable)
}

const JABBER_TYPES: &[Word] = &[
    yes("connect"),
    yes("close"),
    yes("auth_get"),
    yes("auth_set_plain"),
    yes("auth_set_digest"),
    yes("auth_set_sip"),
    yes("auth_sasl"),
    yes("auth_sasl_anonymous"),
    yes("auth_sasl_external"),
    yes("auth_sasl_bind"),
    yes("auth_sasl_session"),
    yes("register"),
    yes("starttls"),
    yes("presence"),
    yes("presence:initial"),
    yes("presence:final"),
    yes("presence:broadcast"),
    yes("presence:directed"),
    yes("presence:subscribe"),
    yes("presence:roster"),
    yes("iq:roster:add"),
    yes("iq:roster:rename"),
    yes("iq:roster:remove"),
    yes("iq:roster:get"),
    yes("chat"),
    yes("raw"),
    yes("wait"),
    yes("ping"),
    yes("muc:join"),
    yes("muc:chat"),
    yes("muc:nick"),
    yes("muc:exit"),
    yes("pubsub:create"),
    yes("pubsub:delete"),
    yes("pubsub:publish"),
    yes("pubsub:subscribe"),
    yes("pubsub:unsubscribe"),
    yes("privacy:get_names"),
    yes("privacy:set_active"),
];

/// `cancel` and `call` are in Tsung's DTD and end it while it reads them.
const PGSQL_TYPES: &[Word] = &[
    yes("connect"),
    yes("authenticate"),
    yes("sql"),
    yes("close"),
    yes("parse"),
    yes("bind"),
    yes("describe"),
    yes("execute"),
    yes("sync"),
    yes("flush"),
    yes("copy"),
    yes("copydone"),
    yes("copyfail"),
];

const AMQP_TYPES: &[Word] = &[
    yes("connection.open"),
    yes("connection.close"),
    yes("channel.open"),
    yes("channel.close"),
    yes("confirm.select"),
    yes("basic.qos"),
    yes("basic.publish"),
    yes("basic.consume"),
    yes("waitForConfirms"),
    yes("waitForMessages"),
];

/// `copy` is in Tsung's DTD and ends the user.
const FS_COMMANDS: &[Word] = &[
    yes("read"),
    yes("write"),
    yes("open"),
    yes("close"),
    yes("read_chunk"),
    yes("write_chunk"),
    yes("delete"),
    yes("stat"),
    yes("make_dir"),
    yes("del_dir"),
    yes("make_symlink"),
];

pub(super) const ELEMENTS: &[ElementDef] = &[
    ElementDef::new(
        "jabber",
        REQUEST,
        &[
            words("ack", &[yes("global"), yes("local"), yes("no_ack"), yes("parse"), yes("bidi_ack")])
                .required(),
            words("type", JABBER_TYPES).required(),
            words(
                "destination",
                &[yes("online"), yes("offline"), yes("random"), yes("unique"), yes("previous")],
            )
            .default("random"),
            text("id"),
            integer_attribute("size").default("0"),
            text("data"),
            words("stamped", BOOLEAN).default("false"),
            words("show", &[yes("away"), yes("chat"), yes("dnd"), yes("xa")]).default("chat"),
            text("status").default("Available"),
            text("nick"),
            text("room"),
            text("group").default("Tsung Group"),
            text("node"),
            words("send_version", BOOLEAN).default("false"),
            text("regexp"),
            text("resource").default("tsung"),
            text("node_type"),
            text("version").default("1.0"),
            text("cacertfile"),
            text("keyfile"),
            text("keypass"),
            text("certfile"),
            text("subid"),
        ],
    ),
    ElementDef::new(
        "xmpp_authenticate",
        &["jabber"],
        &[text("username").required(), text("passwd").required()],
    ),
    ElementDef::new(
        "raw",
        REQUEST,
        &[
            words("ack", &[yes("global"), yes("local"), yes("no_ack")]).required(),
            number_or_variable("datasize"),
            text("data"),
        ],
    ),
    ElementDef::new(
        "websocket",
        REQUEST,
        &[
            words("type", &[yes("connect"), yes("message"), yes("close")]).required(),
            words("ack", &[yes("no_ack"), yes("parse")]).default("parse"),
            words("frame", &[yes("binary"), yes("text")]).default("binary"),
            text("origin").default(""),
            text("subprotocols").default(""),
            text("path").default("/"),
        ],
    )
    .text(),
    ElementDef::new(
        "pgsql",
        REQUEST,
        &[
            words("type", PGSQL_TYPES).required(),
            text("username").default(""),
            text("password").default(""),
            text("database").default(""),
            text("name_portal").default(""),
            text("name_prepared").default(""),
            text("query"),
            // Tsung's code reads it, and its DTD does not let it through.
            text("equery"),
            text("parameters").default(""),
            integer_attribute("max_rows").default("0"),
            words("formats", &[yes("none"), yes("text"), yes("binary"), yes("auto")]).default("none"),
            text("formats_results").default(""),
            text("contents_from_file"),
        ],
    )
    .text(),
    ElementDef::new(
        "mysql",
        REQUEST,
        &[
            words("type", &[yes("connect"), yes("authenticate"), yes("sql"), yes("close")]).required(),
            text("username").default(""),
            text("password").default(""),
            text("database").default(""),
        ],
    )
    .text(),
    ElementDef::new(
        "ldap",
        REQUEST,
        &[
            words(
                "type",
                &[yes("bind"), yes("unbind"), yes("search"), yes("start_tls"), yes("add"), yes("modify")],
            )
            .required(),
            text("user"),
            text("password"),
            name("result_var"),
            text("filter"),
            text("base"),
            words("scope", &[yes("singleLevel"), yes("baseObject"), yes("wholeSubtree")]),
            text("dn"),
            text("cacertfile"),
            text("keyfile"),
            text("certfile"),
        ],
    ),
    ElementDef::new(
        "modification",
        &["ldap"],
        &[words("type", &[yes("add"), yes("delete"), yes("replace")]).required()],
    ),
    ElementDef::new("attr", &["ldap", "modification"], &[name("type").required()]),
    ElementDef::new("value", &["attr"], &[]).text(),
    ElementDef::new(
        "amqp",
        REQUEST,
        &[
            words("type", AMQP_TYPES).required(),
            text("vhost").default("/"),
            // channel.open takes 0 for a free one, which is its default; that of the others is 1.
            number_or_variable("channel"),
            text("exchange").default(""),
            text("routing_key").default("/"),
            text("payload").default(""),
            integer_attribute("payload_size").default("100"),
            integer_attribute("prefetch_size").default("0"),
            integer_attribute("prefetch_count").default("0"),
            words("persistent", BOOLEAN).default("false"),
            text("queue").default(""),
            // Seconds: 1 for waitForConfirms, 60 for waitForMessages.
            integer_attribute("timeout"),
            words("ack", BOOLEAN).default("false"),
        ],
    )
    .text(),
    ElementDef::new(
        "mqtt",
        REQUEST,
        &[
            words(
                "type",
                &[
                    yes("connect"),
                    yes("disconnect"),
                    yes("publish"),
                    yes("subscribe"),
                    yes("unsubscribe"),
                    yes("waitForMessages"),
                ],
            )
            .required(),
            text("client_id"),
            words("clean_start", BOOLEAN).default("true"),
            integer_attribute("keepalive").default("10"),
            text("will_topic").default(""),
            words("will_qos", QOS).default("0"),
            text("will_msg").default(""),
            words("will_retain", BOOLEAN).default("false"),
            text("topic").default(""),
            words("qos", QOS).default("0"),
            words("retained", BOOLEAN).default("false"),
            words("stamped", BOOLEAN).default("false"),
            integer_attribute("timeout").default("1"),
            text("username"),
            text("password"),
        ],
    )
    .text(),
    ElementDef::new(
        "fs",
        REQUEST,
        &[
            words("cmd", FS_COMMANDS).default("write"),
            text("path"),
            number_or_variable("size").default("1024"),
            number_or_variable("position"),
            // `append` is in Tsung's DTD and ends the user.
            words("mode", &[yes("read"), yes("write")]).default("write"),
            text("dest"),
        ],
    ),
    ElementDef::new("shell", REQUEST, &[text("cmd").required(), text("args").default("")]),
    ElementDef::new(
        "job",
        REQUEST,
        &[
            // delete, stat, suspend, resume and torque are in Tsung's DTD and end the user.
            words("req", &[yes("submit"), yes("wait_jobs")]).required(),
            words("type", &[yes("oar")]).default("oar"),
            text("script"),
            text("walltime").default("1:00:00"),
            integer_attribute("duration").default("3600"),
            text("jobid"),
            text("resources"),
            text("nodes"),
            text("queue"),
            text("options"),
            text("user"),
            text("name").default("tsung"),
            AttributeDef::new("notify_port", Kind::Port),
            text("notify_script"),
        ],
    ),
];
