//! Rows about hosts, load, options and steps.

use super::{Around, Touch, texts};
use crate::ast::Unit;
use crate::source::Span;
use crate::table::OPERATORS;
use crate::xml::Element;

pub(super) const TOUCHES: &[Touch] = &[
    Touch { topic: "order of sections and children", elements: &["tsung", "request", "http"], look: order },
    Touch {
        topic: "names (variables, transactions, file ids)",
        elements: &["var", "for", "foreach", "while", "until", "setdynvars", "transaction", "option"],
        look: name,
    },
    Touch {
        topic: "`ports_range`",
        elements: &["option"],
        look: |it| it.attribute("name", |name| name == "ports_range"),
    },
    Touch { topic: "`cpu`", elements: &["client"], look: |it| it.attribute("cpu", |cpu| cpu.trim() != "1") },
    Touch { topic: "`maxusers`", elements: &["client"], look: |it| it.attribute("maxusers", |_| true) },
    Touch { topic: "`use_controller_vm`", elements: &["client"], look: other_client },
    Touch {
        topic: "transaction directly in a transaction",
        elements: &["transaction"],
        look: |it| it.here(it.parent.name() == "transaction"),
    },
    Touch {
        topic: "several `<users>` in a phase",
        elements: &["arrivalphase"],
        look: |it| it.element.children_named("users").nth(1).map(|second| second.at),
    },
    Touch { topic: "phases without users", elements: &["arrivalphase"], look: empty_phase },
    Touch {
        topic: "wildcards in `<user>` and `<session_setup>`",
        elements: &["user", "session_setup"],
        look: |it| {
            let name = if it.element.name() == "user" { "session" } else { "name" };
            it.attribute(name, is_other_wildcard)
        },
    },
    Touch { topic: "`arrivals`", elements: &["arrivalphase"], look: |it| it.here(true) },
    Touch {
        topic: "the first phase",
        elements: &["load"],
        look: |it| {
            let phases = it.element.children_named("arrivalphase");
            let numbered = phases.filter_map(|phase| Some((phase.integer("phase")?.value, phase.at)));
            numbered.min().map(|(_, at)| at)
        },
    },
    Touch { topic: "`seed`", elements: &["option"], look: |it| it.attribute("name", |name| name == "seed") },
    Touch { topic: "`<thinktime/>` without option", elements: &["thinktime"], look: bare_think },
    Touch {
        topic: "`if var=\"x[n]\"`",
        elements: &["if", "while", "until"],
        look: |it| it.attribute("var", |name| name.ends_with(']') && name.contains('[')),
    },
    Touch {
        topic: "operand of while and until",
        elements: &["while", "until"],
        look: |it| OPERATORS.iter().find_map(|name| it.attribute(name, |operand| operand.contains("%%"))),
    },
    Touch {
        topic: "`while`, `until` in `<if>`",
        elements: &["while", "until"],
        look: |it| it.here(it.parent.name() == "if"),
    },
    Touch {
        topic: "`for`, `repeat`, `while`, `until`, `if`",
        elements: &["repeat", "for"],
        look: |it| {
            let (from, to) = match it.element.name() {
                "for" => (it.element.integer("from")?.value, it.element.integer("to")?.value),
                _ => return it.here(true),
            };
            it.here(from > to)
        },
    },
    Touch {
        topic: "`gte`, `lte`, `%%…%%` in operands of `if`",
        elements: &["if", "while", "until"],
        look: |it| {
            let strict = ["gte", "lte"].iter().find_map(|name| it.attribute(name, |_| true));
            let replaced = |name: &&str| it.attribute(name, |operand| operand.contains("%%"));
            strict.or_else(|| {
                (it.element.name() == "if").then(|| OPERATORS.iter().find_map(replaced)).flatten()
            })
        },
    },
    Touch {
        topic: "random_string, urandom_string",
        elements: &["setdynvars"],
        look: |it| it.attribute("sourcetype", |source| source.ends_with("random_string")),
    },
    Touch {
        topic: "`%%ts_user_server:get_unique_id%%`",
        elements: &["http", "http_header", "add_cookie", "match", "setdynvars", "thinktime", "if", "for"],
        look: |it| it.here(texts(it.element).any(|text| text.contains("ts_user_server:get_unique_id"))),
    },
    Touch {
        topic: "`file-order`: which user gets which row",
        elements: &["setdynvars"],
        look: |it| {
            let in_order = it.element.value("order").is_some_and(|order| order.value == "iter");
            it.attribute("sourcetype", |source| source == "file" && in_order)
        },
    },
    Touch {
        topic: "last closed transaction of a user that ends by an error",
        elements: &["transaction"],
        look: |it| it.here(true),
    },
    Touch {
        topic: "transaction names",
        elements: &["transaction"],
        look: |it| it.attribute("name", |name| !name.trim().chars().all(is_atom_character)),
    },
    Touch {
        topic: "`<abort type=\"all\"/>`",
        elements: &["abort"],
        look: |it| it.attribute("type", |scope| scope == "all"),
    },
    Touch {
        topic: "`cookie-ipv6`",
        elements: &["server"],
        look: |it| it.attribute("host", |host| host.contains(':')),
    },
    Touch {
        topic: "a close together with the last response, `persistent=\"false\"`",
        elements: &["session"],
        look: |it| it.attribute("persistent", |persistent| persistent == "false"),
    },
];

/// The first child that Tsung's DTD wants further up.
fn order(it: &Around<'_>) -> Option<Span> {
    let rank = |child: &Element| match (it.element.name(), child.name()) {
        ("tsung", "information") | ("request", "match") | ("http", "oauth") => 0,
        ("tsung", "clients") | ("request", "dyn_variable") | ("http", "www_authenticate") => 1,
        ("tsung", "servers") | ("http", "soap") => 2,
        ("tsung", "monitoring") | ("http", "http_header") => 3,
        ("tsung", "load") => 4,
        ("tsung", "options") => 5,
        _ => 6,
    };
    let pairs = it.element.children.iter().zip(it.element.children.iter().skip(1));
    pairs.into_iter().find(|(first, second)| rank(first) > rank(second)).map(|(_, second)| second.at)
}

fn is_atom_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '@'
}

/// Whether Erlang reads a name as an atom; its reserved words are none.
fn is_atom(name: &str) -> bool {
    const RESERVED: [&str; 27] = [
        "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case", "catch",
        "cond", "div", "end", "fun", "if", "let", "not", "of", "or", "orelse", "receive", "rem", "try",
        "when", "xor",
    ];
    let quoted = name.len() > 2 && name.starts_with('\'') && name.ends_with('\'');
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(is_atom_character);
    quoted || plain && !RESERVED.contains(&name)
}

fn name(it: &Around<'_>) -> Option<Span> {
    let attributes: &[&str] = match it.element.name() {
        "var" => &["name"],
        "foreach" => &["name", "in"],
        "setdynvars" => &["fileid", "from"],
        "option" => &["id"],
        // What is before the name makes an atom of any letters.
        "transaction" => return it.attribute("name", |name| !name.trim().chars().all(is_atom_character)),
        _ => &["var"],
    };
    attributes.iter().find_map(|name| it.attribute(name, |name| !is_atom(name.trim())))
}

fn other_client(it: &Around<'_>) -> Option<Span> {
    let sticky = it.controller.is_some_and(|first| first <= it.element.at);
    it.attribute("host", |host| sticky && host.trim() != "localhost")
}

/// More than Tsung's one `*` and one `?`, or something that a regular expression reads otherwise.
fn is_other_wildcard(pattern: &str) -> bool {
    pattern.matches('*').count() > 1
        || pattern.matches('?').count() > 1
        || pattern.contains(['+', '(', ')', '[', '{', '|', '^', '$', '\\'])
}

fn empty_phase(it: &Around<'_>) -> Option<Span> {
    let users = it.element.children_named("users").last()?.sound()?;
    let millis = |element: &Element| Some(Unit::read(element)?.millis() as f64);
    let unit = millis(users)?;
    let per_millisecond = match (users.number("arrivalrate"), users.number("interarrival")) {
        (Some(rate), _) => rate.value / unit,
        (None, Some(gap)) => 1.0 / (gap.value * unit),
        (None, None) => return None,
    };
    let planned =
        (it.element.integer("duration")?.value as f64 * millis(it.element)? * per_millisecond).round();
    let none_allowed = users.integer("maxnumber").is_some_and(|max| max.value == 0);
    it.here(none_allowed || planned == 0.0)
}

fn bare_think(it: &Around<'_>) -> Option<Span> {
    let bare = ["value", "min", "max"].iter().all(|name| it.element.attribute(name).is_none());
    let given = it
        .options("thinktime")
        .any(|option| ["value", "min"].iter().any(|name| option.attribute(name).is_some()));
    it.here(bare && !it.element.refused_attributes && !given)
}
