//! Everything above the sessions: hosts, load, options.

use super::{
    AttributeDef, BOOLEAN, ElementDef, Kind, integer_attribute, name, no, number_attribute, other, text,
    words, yes,
};

const TSUNG: &[&str] = &["tsung"];
const INFORMATION: &[&str] = &["information"];

/// Batch systems whose machines can be clients, or be monitored.
pub(crate) const BATCH_SYSTEMS: &[super::Word] = &[yes("torque"), yes("pbs"), yes("lsf"), yes("oar")];

const UNIT_SECONDS: &[super::Word] = &[yes("hour"), yes("minute"), yes("second")];
const UNIT_MILLISECONDS: &[super::Word] = &[yes("hour"), yes("minute"), yes("second"), yes("millisecond")];

pub(super) const ELEMENTS: &[ElementDef] = &[
    ElementDef::new(
        "tsung",
        &[],
        &[
            words(
                "loglevel",
                &[
                    yes("emergency"),
                    yes("critical"),
                    yes("error"),
                    yes("warning"),
                    yes("notice"),
                    yes("info"),
                    yes("debug"),
                ],
            )
            .default("notice"),
            words(
                "dumptraffic",
                &[yes("false"), yes("protocol"), yes("protocol_local"), yes("true"), yes("light")],
            )
            .default("false")
            .labelled("dumptraffic"),
            words("backend", &[yes("text"), yes("json"), yes("fullstats"), yes("rrdtool")])
                .default("text")
                .labelled("backend"),
            text("version"),
        ],
    ),
    ElementDef::new("information", TSUNG, &[]),
    ElementDef::new("name", INFORMATION, &[]).text(),
    ElementDef::new("description", INFORMATION, &[]).text(),
    ElementDef::new("username", INFORMATION, &[]).text(),
    ElementDef::new("organisation", INFORMATION, &[]).text(),
    ElementDef::new("clients", TSUNG, &[]),
    ElementDef::new(
        "client",
        &["clients"],
        &[
            AttributeDef::new("host", Kind::Host).default(""),
            integer_attribute("weight").default("1"),
            integer_attribute("cpu").default("1"),
            integer_attribute("maxusers").default("800"),
            words("use_controller_vm", BOOLEAN).default("false"),
            words("type", &[yes("machine"), yes("batch")]).default("machine"),
            words("batch", BATCH_SYSTEMS),
            text("scan_intf"),
        ],
    ),
    ElementDef::new("ip", &["client"], &[text("value").required(), words("scan", BOOLEAN).default("false")])
        .not_yet(),
    ElementDef::new(
        "iprange",
        &["client"],
        &[AttributeDef::new("value", Kind::IpRange).required(), text("version").default("v4")],
    )
    .not_yet(),
    ElementDef::new("servers", TSUNG, &[]),
    ElementDef::new(
        "server",
        &["servers"],
        &[
            AttributeDef::new("host", Kind::Host).required(),
            AttributeDef::new("port", Kind::Port).required(),
            number_attribute("weight").default("1"),
            words(
                "type",
                &[
                    yes("tcp"),
                    yes("tcp6"),
                    other("udp"),
                    other("udp6"),
                    no("ssl"),
                    no("ssl6"),
                    other("websocket"),
                    other("websocket_ssl"),
                    other("bosh"),
                    other("bosh_ssl"),
                    other("erlang"),
                ],
            )
            .required()
            .labelled("server type"),
        ],
    ),
    ElementDef::new("monitoring", TSUNG, &[]),
    ElementDef::new(
        "monitor",
        &["monitoring"],
        &[
            AttributeDef::new("host", Kind::Host).required(),
            words("batch", BOOLEAN).default("false"),
            words("type", &[yes("snmp"), yes("erlang"), yes("munin")]).default("erlang"),
        ],
    ),
    ElementDef::new(
        "snmp",
        &["monitor"],
        &[
            words("version", &[yes("v1"), yes("v2")]).default("v2"),
            text("community").default("public"),
            AttributeDef::new("port", Kind::Port).default("161"),
        ],
    ),
    ElementDef::new(
        "oid",
        &["snmp"],
        &[
            AttributeDef::new("value", Kind::ObjectId).required(),
            name("name").required(),
            words("type", &[yes("sample"), yes("counter"), yes("sum")]).default("sample"),
            text("eval"),
        ],
    ),
    ElementDef::new("munin", &["monitor"], &[AttributeDef::new("port", Kind::Port).default("4949")]),
    ElementDef::new(
        "mysqladmin",
        &["monitor"],
        &[
            AttributeDef::new("port", Kind::Port).default("3306"),
            text("username").default("root"),
            text("password"),
        ],
    ),
    ElementDef::new(
        "load",
        TSUNG,
        &[
            integer_attribute("duration").default("0"),
            words("unit", UNIT_SECONDS).default("second"),
            integer_attribute("loop").default("0"),
        ],
    ),
    ElementDef::new(
        "arrivalphase",
        &["load"],
        &[
            integer_attribute("phase").required(),
            integer_attribute("duration").required(),
            words("unit", UNIT_MILLISECONDS).required(),
            // Where it has an effect, it does not run yet; it has none in the last phase.
            words("wait_all_sessions_end", BOOLEAN).default("false"),
        ],
    ),
    ElementDef::new(
        "users",
        &["arrivalphase"],
        &[
            number_attribute("arrivalrate"),
            number_attribute("interarrival"),
            words("unit", UNIT_SECONDS).required(),
            integer_attribute("maxnumber"),
        ],
    ),
    ElementDef::new(
        "user",
        &["load"],
        &[
            text("session").required(),
            number_attribute("start_time").required(),
            words("unit", UNIT_MILLISECONDS).default("second"),
        ],
    ),
    ElementDef::new(
        "session_setup",
        &["arrivalphase"],
        &[text("name").required(), number_attribute("probability"), number_attribute("weight")],
    ),
    ElementDef::new("options", TSUNG, &[]),
    ElementDef::new(
        "option",
        &["options"],
        &[
            name("name").required(),
            text("value"),
            words("type", &[yes("ts_http"), yes("ts_jabber"), yes("ts_pgsql"), yes("ts_amqp")]),
            words("random", BOOLEAN),
            words("override", BOOLEAN),
            text("id"),
            integer_attribute("min"),
            integer_attribute("max"),
        ],
    ),
    ElementDef::new("user_agent", &["option", "set_option"], &[integer_attribute("probability").required()])
        .text(),
    ElementDef::new("sessions", TSUNG, &[]),
];
