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

/// A type of session: its name and the element that its requests hold.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct SessionType {
    pub(crate) name: &'static str,
    pub(crate) request: &'static str,
}

const fn speaks(name: &'static str, request: &'static str) -> SessionType {
    SessionType { name, request }
}

const REQUESTS: &[SessionType] = &[
    speaks("ts_http", "http"),
    speaks("ts_webdav", "http"),
    speaks("ts_websocket", "websocket"),
    speaks("ts_jabber", "jabber"),
    speaks("ts_raw", "raw"),
    speaks("ts_pgsql", "pgsql"),
    speaks("ts_mysql", "mysql"),
    speaks("ts_ldap", "ldap"),
    speaks("ts_amqp", "amqp"),
    speaks("ts_mqtt", "mqtt"),
    speaks("ts_fs", "fs"),
    speaks("ts_shell", "shell"),
    speaks("ts_job", "job"),
];

/// The type of session of that name.
pub(crate) fn session_type(name: &str) -> Option<&'static SessionType> {
    REQUESTS.iter().find(|known| known.name == name)
}

/// The first type of session whose requests hold that element.
pub(crate) fn session_type_of(request: &str) -> Option<&'static SessionType> {
    REQUESTS.iter().find(|known| known.request == request)
}

/// How `change_type` connects. Unlike `<server>`, it has short names for websockets too.
const SERVER_TYPES: &[Word] = &[
    yes("tcp"),
    yes("tcp6"),
    no("ssl"),
    no("ssl6"),
    other("udp"),
    other("udp6"),
    other("websocket"),
    other("websocket_ssl"),
    other("ws"),
    other("wss"),
    other("bosh"),
    other("bosh_ssl"),
    other("erlang"),
];

/// A `sourcetype` of `<setdynvars>`, and which attributes mean something to it.
#[derive(Debug)]
pub(crate) struct SourceDef {
    pub(crate) name: &'static str,
    /// Attributes that must be there.
    pub(crate) needs: &'static [&'static str],
    /// Attributes that may be there.
    pub(crate) takes: &'static [&'static str],
}

const fn source(
    name: &'static str,
    needs: &'static [&'static str],
    takes: &'static [&'static str],
) -> SourceDef {
    SourceDef { name, needs, takes }
}

const SOURCES: &[SourceDef] = &[
    source("random_string", &[], &["length"]),
    source("urandom_string", &[], &["length"]),
    source("random_number", &[], &["start", "end"]),
    source("file", &["fileid"], &["order", "delimiter"]),
    source("local_file", &["fileid"], &["delimiter"]),
    source("value", &[], &["value"]),
    source("server", &[], &[]),
    source("jsonpath", &["from", "jsonpath"], &[]),
    source("erlang", &["callback"], &[]),
    source("eval", &["code"], &[]),
];

/// The `sourcetype` of that name.
pub(crate) fn source_def(name: &str) -> Option<&'static SourceDef> {
    SOURCES.iter().find(|known| known.name == name)
}

/// A name that `<set_option>` takes.
#[derive(Debug)]
pub(crate) struct SetOptionDef {
    pub(crate) name: &'static str,
    /// What its `value` looks like, which must be there; none for those that have a child instead.
    pub(crate) value: Option<Kind>,
    /// Further attributes that mean something to it.
    pub(crate) takes: &'static [&'static str],
}

/// The names that `<set_option>` takes.
pub(crate) const SET_OPTIONS: &[SetOptionDef] = &[
    SetOptionDef { name: "rate_limit", value: Some(Kind::Integer), takes: &["max"] },
    SetOptionDef { name: "connect_timeout", value: Some(Kind::Integer), takes: &[] },
    SetOptionDef { name: "certificate", value: None, takes: &[] },
];

/// The attributes of `<if>`, `<while>` and `<until>`.
pub(crate) const TEST_ATTRIBUTES: &[&str] = &["var", "eq", "neq", "gt", "gte", "lt", "lte"];
/// Those that compare.
pub(crate) const OPERATORS: &[&str] = TEST_ATTRIBUTES.split_at(1).1;

const COMPARISONS: &[AttributeDef] = &[
    text(TEST_ATTRIBUTES[0]).required(),
    text(OPERATORS[0]),
    text(OPERATORS[1]),
    text(OPERATORS[2]),
    text(OPERATORS[3]),
    text(OPERATORS[4]),
    text(OPERATORS[5]),
];

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
            words("skip_headers", &[yes("no"), yes("http")]).default("no").labelled("skip_headers"),
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
            text("jsonpath"),
            text("pgsql_expr").of_other_protocol(),
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
    ),
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
                    yes("local_file"),
                    yes("jsonpath"),
                    no("erlang"),
                    no("eval"),
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
            words("server_type", SERVER_TYPES).required().labelled("server type"),
            words("store", BOOLEAN).default("false"),
            words("restore", BOOLEAN).default("false"),
            words("bidi", BOOLEAN).default("false").not_yet(),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn words_of(element: &str, attribute: &str) -> Vec<&'static str> {
        let def = ELEMENTS.iter().find(|def| def.name == element).unwrap();
        match def.attribute(attribute).unwrap().kind {
            Kind::Words(words) => words.iter().map(|word| word.text).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_type_of_session_has_its_request() {
        let names: Vec<_> = REQUESTS.iter().map(|known| known.name).collect();
        assert_eq!(names, words_of("session", "type"));
        for known in REQUESTS {
            let element = crate::table::element(known.request).unwrap();
            assert!(element.parents.contains(&"request"), "{known:?}");
        }
    }

    #[test]
    fn sources_are_those_of_the_attribute_and_name_its_attributes() {
        let mut names: Vec<_> = SOURCES.iter().map(|known| known.name).collect();
        let mut words = words_of("setdynvars", "sourcetype");
        names.sort_unstable();
        words.sort_unstable();
        assert_eq!(names, words);
        let element = crate::table::element("setdynvars").unwrap();
        for attribute in SOURCES.iter().flat_map(|known| known.needs.iter().chain(known.takes)) {
            assert!(element.attribute(attribute).is_some(), "{attribute}");
        }
    }
}
