//! What the requests of other protocols are made of: the elements are one for each protocol, and their types differ.

/// A type of request.
#[derive(Debug, PartialEq)]
pub(crate) struct RequestDef {
    /// Its element.
    pub(crate) element: &'static str,
    /// The attribute that tells its type: `type`, `cmd` or `req`.
    pub(crate) by: &'static str,
    /// The value of that attribute.
    pub(crate) name: &'static str,
    /// Attributes, children and text that it must have.
    pub(crate) needs: &'static [&'static str],
    /// Those that it may have beside; the others mean nothing to it.
    pub(crate) takes: Takes,
}

/// What else a request may have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Takes {
    /// Everything; what is not used is common practice.
    All,
    /// These.
    Only(&'static [&'static str]),
}

/// Attributes of one type of request that may only have some of their values.
#[derive(Debug)]
pub(crate) struct ValueDef {
    pub(crate) element: &'static str,
    /// The `type` of the request.
    pub(crate) name: &'static str,
    pub(crate) attribute: &'static str,
    pub(crate) allowed: &'static [&'static str],
}

/// The name of the text of an element in [`RequestDef::needs`] and [`RequestDef::takes`].
pub(crate) const TEXT: &str = "text";

type Names = &'static [&'static str];

const fn row(
    element: &'static str,
    by: &'static str,
    name: &'static str,
    needs: Names,
    takes: Names,
) -> RequestDef {
    RequestDef { element, by, name, needs, takes: Takes::Only(takes) }
}

const fn amqp(name: &'static str, needs: Names, takes: Names) -> RequestDef {
    row("amqp", "type", name, needs, takes)
}

const fn mqtt(name: &'static str, needs: Names, takes: Names) -> RequestDef {
    row("mqtt", "type", name, needs, takes)
}

const fn pgsql(name: &'static str, needs: Names, takes: Names) -> RequestDef {
    row("pgsql", "type", name, needs, takes)
}

const fn mysql(name: &'static str, needs: Names, takes: Names) -> RequestDef {
    row("mysql", "type", name, needs, takes)
}

const fn ldap(name: &'static str, needs: Names, takes: Names) -> RequestDef {
    row("ldap", "type", name, needs, takes)
}

const fn websocket(name: &'static str, takes: Names) -> RequestDef {
    row("websocket", "type", name, &[], takes)
}

const fn fs(name: &'static str, needs: Names, takes: Names) -> RequestDef {
    row("fs", "cmd", name, needs, takes)
}

/// Chat rooms; other types of `<jabber>` need nothing.
const fn jabber(name: &'static str, needs: Names) -> RequestDef {
    RequestDef { element: "jabber", by: "type", name, needs, takes: Takes::All }
}

const REQUESTS: &[RequestDef] = &[
    jabber("muc:join", &["room", "nick"]),
    jabber("muc:chat", &["room"]),
    jabber("muc:nick", &["room", "nick"]),
    jabber("muc:exit", &["room", "nick"]),
    websocket("connect", &["path", "origin", "subprotocols", "http_header"]),
    websocket("message", &["ack", "frame", TEXT]),
    websocket("close", &[]),
    pgsql("connect", &[], &["username", "database"]),
    pgsql("authenticate", &[], &["password", "username", "database"]),
    pgsql("sql", &[TEXT], &[]),
    pgsql("close", &[], &[]),
    pgsql("parse", &[], &["name_prepared", "parameters", "query", TEXT]),
    pgsql("bind", &[], &["name_portal", "name_prepared", "parameters", "formats", "formats_results"]),
    pgsql("describe", &[], &["name_portal", "name_prepared"]),
    pgsql("execute", &[], &["name_portal", "max_rows"]),
    pgsql("sync", &[], &[]),
    pgsql("flush", &[], &[]),
    pgsql("copy", &[], &["contents_from_file", TEXT]),
    pgsql("copydone", &[], &[]),
    pgsql("copyfail", &["equery"], &[]),
    mysql("connect", &[], &[]),
    mysql("authenticate", &[], &["username", "password", "database"]),
    mysql("sql", &[TEXT], &[]),
    mysql("close", &[], &[]),
    ldap("bind", &[], &["user", "password"]),
    ldap("unbind", &[], &[]),
    ldap("search", &["base", "scope", "filter"], &["result_var"]),
    ldap("start_tls", &["cacertfile", "keyfile", "certfile"], &[]),
    ldap("add", &["dn", "attr"], &[]),
    ldap("modify", &["dn", "modification"], &[]),
    amqp("connection.open", &[], &["vhost"]),
    amqp("connection.close", &[], &[]),
    amqp("channel.open", &[], &["channel"]),
    amqp("channel.close", &[], &["channel"]),
    amqp("confirm.select", &[], &["channel"]),
    amqp("basic.qos", &[], &["channel", "prefetch_size", "prefetch_count"]),
    amqp(
        "basic.publish",
        &[],
        &["channel", "exchange", "routing_key", "payload", "payload_size", "persistent"],
    ),
    amqp("basic.consume", &["queue"], &["channel", "ack"]),
    amqp("waitForConfirms", &[], &["timeout"]),
    amqp("waitForMessages", &[], &["timeout"]),
    mqtt(
        "connect",
        &[],
        &[
            "client_id",
            "clean_start",
            "keepalive",
            "will_topic",
            "will_qos",
            "will_msg",
            "will_retain",
            "username",
            "password",
        ],
    ),
    mqtt("disconnect", &[], &[]),
    mqtt("publish", &["topic"], &["qos", "retained", "stamped", TEXT]),
    mqtt("subscribe", &["topic"], &["qos"]),
    mqtt("unsubscribe", &["topic"], &["qos"]),
    mqtt("waitForMessages", &[], &["timeout"]),
    fs("write", &["path"], &["size"]),
    fs("read", &["path"], &[]),
    fs("open", &["path"], &["mode"]),
    fs("close", &[], &[]),
    fs("read_chunk", &[], &["size", "position"]),
    fs("write_chunk", &[], &["size", "position"]),
    fs("delete", &["path"], &[]),
    fs("stat", &["path"], &[]),
    fs("make_dir", &["path"], &[]),
    fs("del_dir", &["path"], &[]),
    fs("make_symlink", &["path", "dest"], &[]),
    row(
        "job",
        "req",
        "submit",
        &["resources", "script"],
        &["type", "walltime", "duration", "queue", "options", "user", "name", "notify_port", "notify_script"],
    ),
    row("job", "req", "wait_jobs", &[], &["type"]),
];

/// With other values the user ends, or waits for ever.
const VALUES: &[ValueDef] = &[
    ValueDef {
        element: "jabber",
        name: "iq:roster:add",
        attribute: "destination",
        allowed: &["online", "offline"],
    },
    ValueDef { element: "jabber", name: "presence:roster", attribute: "destination", allowed: &["previous"] },
    ValueDef { element: "jabber", name: "starttls", attribute: "ack", allowed: &["bidi_ack"] },
];

/// Elements whose types differ, and the attribute that tells the type. Every element of a file is looked up here.
const TOLD_BY: &[(&str, &str)] = &[
    ("websocket", "type"),
    ("jabber", "type"),
    ("pgsql", "type"),
    ("mysql", "type"),
    ("ldap", "type"),
    ("amqp", "type"),
    ("mqtt", "type"),
    ("fs", "cmd"),
    ("job", "req"),
];

/// The attribute that tells the type of a request of that element, where types differ.
pub(crate) fn told_by(element: &str) -> Option<&'static str> {
    TOLD_BY.iter().find(|(known, _)| *known == element).map(|(_, by)| *by)
}

/// The request of that element and type. None for those that need nothing.
pub(crate) fn request(element: &str, name: &str) -> Option<&'static RequestDef> {
    REQUESTS.iter().find(|request| request.element == element && request.name == name)
}

/// Attributes of such a request that are limited further than the element's.
pub(crate) fn limited_values(element: &str, name: &str) -> impl Iterator<Item = &'static ValueDef> {
    VALUES.iter().filter(move |limited| limited.element == element && limited.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{self, Content, ElementDef, Kind};

    fn words_of(element: &ElementDef, attribute: &str) -> Vec<&'static str> {
        match element.attribute(attribute).map(|attribute| attribute.kind) {
            Some(Kind::Words(words)) => words.iter().map(|word| word.text).collect(),
            other => panic!("{attribute} of <{}>: {other:?}", element.name),
        }
    }

    #[test]
    fn requests_agree_with_their_elements() {
        for request in REQUESTS {
            let element = table::element(request.element).unwrap();
            assert!(words_of(element, request.by).contains(&request.name), "{request:?}");
            assert_eq!(told_by(request.element), Some(request.by), "{request:?}");
            assert_eq!(super::request(request.element, request.name), Some(request), "twice");
            let takes = match request.takes {
                Takes::All => &[],
                Takes::Only(takes) => takes,
            };
            for part in request.needs.iter().chain(takes) {
                let child = table::element(part).is_some_and(|child| child.parents.contains(&element.name));
                let is_text = *part == TEXT && element.content != Content::Elements;
                assert!(child || is_text || element.attribute(part).is_some(), "{part} of {request:?}");
            }
        }
    }

    #[test]
    fn every_type_of_a_protocol_has_its_row() {
        for (element, by) in TOLD_BY.iter().filter(|(element, _)| *element != "jabber") {
            for name in words_of(table::element(element).unwrap(), by) {
                assert!(request(element, name).is_some(), "<{element} {by}=\"{name}\">");
            }
        }
    }

    #[test]
    fn limited_values_are_values() {
        for limited in VALUES {
            let element = table::element(limited.element).unwrap();
            assert!(words_of(element, "type").contains(&limited.name), "{limited:?}");
            let words = words_of(element, limited.attribute);
            assert!(limited.allowed.iter().all(|allowed| words.contains(allowed)), "{limited:?}");
        }
    }
}
