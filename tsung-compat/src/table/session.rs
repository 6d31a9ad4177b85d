//! The steps of a session.

use super::{
    AttributeDef, BOOLEAN, ElementDef, Kind, Word, integer_attribute, name, no, number_attribute, other,
    text, words, yes,
};

/// Where steps may stand. Tsung's DTD allows less here and there; nothing is lost by allowing all.
pub(super) const STEPS: &[&str] = &["session", "transaction", "for", "foreach", "repeat", "if"];

/// What a value of the attributes that take a type of session is called.
pub(crate) const SESSION_TYPE: &str = "session type";

/// Types of session, also those that `change_type` may change to.
const SESSION_TYPES: &[Word] = &[
    yes("ts_http"),
    no("ts_webdav"),
    other("ts_websocket"),
    other("ts_jabber"),
    other("ts_raw"),
    other("ts_pgsql"),
    other("ts_mysql"),
    other("ts_ldap"),
    other("ts_amqp"),
    other("ts_mqtt"),
    other("ts_fs"),
    other("ts_shell"),
    other("ts_job"),
];

const COMPARISONS: &[AttributeDef] =
    &[text("var").required(), text("eq"), text("neq"), text("gt"), text("gte"), text("lt"), text("lte")];

pub(super) const ELEMENTS: &[ElementDef] = &[
    ElementDef::new(
        "session",
        &["sessions"],
        &[
            text("name").required(),
            words("type", SESSION_TYPES).required().labelled(SESSION_TYPE),
            number_attribute("probability"),
            number_attribute("weight"),
            words("persistent", BOOLEAN).default("true"),
            words("bidi", BOOLEAN).default("false").not_yet(),
        ],
    ),
    ElementDef::new(
        "request",
        STEPS,
        &[
            words("subst", &[yes("false"), yes("true"), yes("all_except_body")]).default("false"),
            text("tag").default(""),
        ],
    ),
    ElementDef::new(
        "match",
        &["request"],
        &[
            words(
                "do",
                &[
                    yes("continue"),
                    yes("log"),
                    yes("abort"),
                    yes("loop"),
                    yes("restart"),
                    yes("dump"),
                    yes("abort_test"),
                ],
            )
            .default("continue")
            .labelled("match do"),
            words("when", &[yes("match"), yes("nomatch")]).default("match"),
            words("subst", BOOLEAN).default("false"),
            name("name").default("-"),
            integer_attribute("loop_back").default("0"),
            integer_attribute("max_loop").default("20"),
            integer_attribute("sleep_loop").default("5"),
            integer_attribute("max_restart").default("3"),
            words("skip_headers", &[yes("no"), no("http")]).default("no").labelled("skip_headers"),
            text("apply_to_content").not_yet(),
        ],
    )
    .text(),
    ElementDef::new(
        "dyn_variable",
        &["request"],
        &[
            text("name").required(),
            text("re"),
            text("header"),
            text("xpath").not_yet(),
            text("jsonpath").not_yet(),
            text("pgsql_expr").not_yet(),
            text("regexp"),
            words("decode", &[yes("false"), yes("html_entities")]).default("false"),
        ],
    ),
    ElementDef::new(
        "thinktime",
        STEPS,
        &[text("value"), integer_attribute("min"), integer_attribute("max"), words("random", BOOLEAN)],
    ),
    ElementDef::new("transaction", STEPS, &[name("name").required()]),
    ElementDef::new(
        "for",
        STEPS,
        &[
            name("var").required(),
            AttributeDef::new("from", Kind::IntegerOrVariable).required(),
            AttributeDef::new("to", Kind::IntegerOrVariable).required(),
            integer_attribute("incr").default("1"),
        ],
    ),
    ElementDef::new(
        "foreach",
        STEPS,
        &[name("name").required(), name("in").required(), text("include"), text("exclude")],
    )
    .not_yet(),
    ElementDef::new(
        "repeat",
        STEPS,
        &[name("name").required(), integer_attribute("max_repeat").default("20")],
    ),
    ElementDef::new("while", &["repeat", "if"], COMPARISONS),
    ElementDef::new("until", &["repeat", "if"], COMPARISONS),
    ElementDef::new("if", STEPS, COMPARISONS),
    ElementDef::new(
        "setdynvars",
        STEPS,
        &[
            words(
                "sourcetype",
                &[
                    yes("random_string"),
                    yes("urandom_string"),
                    yes("random_number"),
                    yes("file"),
                    yes("value"),
                    yes("server"),
                    no("local_file"),
                    other("erlang"),
                    no("eval"),
                    no("jsonpath"),
                ],
            )
            .required()
            .labelled("setdynvars sourcetype"),
            integer_attribute("length").default("20"),
            integer_attribute("start").default("1"),
            integer_attribute("end").default("10"),
            name("fileid"),
            words("order", &[yes("iter"), yes("random")]).default("iter"),
            text("delimiter").default(";"),
            text("value").default(""),
            text("callback"),
            text("code"),
            name("from"),
            text("jsonpath"),
        ],
    ),
    ElementDef::new("var", &["setdynvars"], &[name("name").required()]),
    ElementDef::new(
        "change_type",
        STEPS,
        &[
            words("new_type", SESSION_TYPES).required().labelled(SESSION_TYPE),
            text("host").required(),
            text("port").required(),
            text("server_type").required(),
            words("store", BOOLEAN).default("false"),
            words("restore", BOOLEAN).default("false"),
            words("bidi", BOOLEAN).default("false"),
        ],
    )
    .not_yet(),
    ElementDef::new(
        "set_option",
        STEPS,
        &[
            name("name").required(),
            text("value"),
            text("id"),
            integer_attribute("min"),
            integer_attribute("max"),
            text("type"),
        ],
    )
    .not_yet(),
    ElementDef::new(
        "certificate",
        &["set_option"],
        &[text("cacertfile"), text("keyfile"), text("keypass"), text("certfile")],
    )
    .not_yet(),
    ElementDef::new(
        "interaction",
        STEPS,
        &[words("action", &[yes("send"), yes("receive")]).required(), name("id").required()],
    ),
    ElementDef::new("abort", STEPS, &[words("type", &[yes("session"), yes("all")]).default("session")]),
];
