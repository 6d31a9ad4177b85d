//! Rows about requests and what is done with their responses.

use std::collections::HashSet;

use super::{Around, Touch, texts};
use crate::lint::{has_bare_query, substituted_texts};
use crate::lower::{Token, lex};
use crate::source::Span;
use crate::xml::Element;

/// All elements that hold texts which are sent or compared.
const WITH_TEXT: &[&str] = &[
    "http",
    "http_header",
    "add_cookie",
    "www_authenticate",
    "soap",
    "match",
    "dyn_variable",
    "setdynvars",
    "if",
    "while",
    "until",
];

pub(super) const TOUCHES: &[Touch] = &[
    Touch {
        topic: "`&#13;&#10;` in attributes",
        elements: WITH_TEXT,
        look: |it| {
            it.element.attributes.iter().find(|value| value.value.contains("\r\n")).map(|value| value.at)
        },
    },
    Touch {
        topic: "`&#13;` in the text of match and user_agent",
        elements: &["match", "user_agent"],
        look: |it| it.element.text.as_ref().filter(|text| text.value.contains('\r')).map(|text| text.at),
    },
    Touch {
        topic: "dyn_variable order",
        elements: &["request"],
        look: |it| {
            let mut seen = HashSet::new();
            let mut names =
                it.element.children_named("dyn_variable").filter_map(|variable| variable.written("name"));
            names.find(|name| !seen.insert(name.value)).map(|name| name.at)
        },
    },
    Touch {
        topic: "`regexp` of dyn_variable",
        elements: &["dyn_variable"],
        look: |it| it.attribute("regexp", |_| true),
    },
    Touch {
        topic: "`dyn_variable header=\"name/param\"`",
        elements: &["dyn_variable"],
        look: |it| it.attribute("header", |header| header.contains('/')),
    },
    Touch { topic: "`%%` lexing", elements: &["request"], look: half_variable },
    Touch {
        topic: "outcomes of matches that did not act",
        elements: &["request"],
        look: |it| it.element.children_named("match").nth(1).map(|second| second.at),
    },
    Touch {
        topic: "`match do=\"abort_test\"`",
        elements: &["match"],
        look: |it| it.attribute("do", |action| action == "abort_test"),
    },
    Touch { topic: "custom headers and add_cookie", elements: &["http"], look: several_lines },
    Touch {
        topic: "contents of GET, HEAD, OPTIONS",
        elements: &["http"],
        look: |it| {
            let method = it.element.value("method").map_or("", |method| method.value);
            let bodiless = matches!(method, "GET" | "HEAD" | "OPTIONS");
            it.attribute("contents", |_| bodiless)
                .or_else(|| it.attribute("contents_from_file", |_| bodiless))
        },
    },
    Touch {
        topic: "`all_except_body` with a variable in the host of the URL",
        elements: &["http"],
        look: |it| {
            let subst = it.parent.value("subst").is_some_and(|subst| subst.value == "all_except_body");
            it.attribute("url", |url| subst && host(url).is_some_and(|host| host.contains("%%")))
        },
    },
    Touch {
        topic: "`http://host?query`",
        elements: &["http"],
        look: |it| it.attribute("url", has_bare_query),
    },
    Touch {
        topic: "`dynamic-https`: a URL that becomes `https://` at run time",
        elements: &["http"],
        look: |it| {
            let subst = it.parent.value("subst").is_some_and(|subst| subst.value == "true");
            it.attribute("url", |url| subst && url.starts_with("%%"))
        },
    },
    Touch {
        topic: "204, 304 or HEAD with a length, HEAD with chunked or `Connection: close`",
        elements: &["http"],
        look: |it| it.attribute("method", |method| method == "HEAD"),
    },
    Touch { topic: "compressed bodies", elements: &["request"], look: compressed },
];

fn half_variable(it: &Around<'_>) -> Option<Span> {
    let subst = it.element.sound()?.value("subst")?.value;
    let mut texts =
        substituted_texts(it.element).filter(|text| subst == "true" || subst != "false" && !text.is_body);
    let is_half = |text: &str| matches!(lex(text.as_bytes()).last(), Some(Token::Dropped(_)));
    texts.find(|text| is_half(text.value)).map(|text| text.at)
}

/// Two lines whose order is not that of the document.
fn several_lines(it: &Around<'_>) -> Option<Span> {
    let fixed = ["host", "user-agent", "content-type", "content-length"];
    let is_custom = |header: &&Element| {
        header
            .written("name")
            .is_some_and(|name| !fixed.contains(&name.value.trim().to_ascii_lowercase().as_str()))
    };
    let second_header = it.element.children_named("http_header").filter(is_custom).nth(1);
    second_header.or_else(|| it.element.children_named("add_cookie").nth(1)).map(|second| second.at)
}

/// The host of an absolute URL, with its port.
fn host(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"))?;
    rest.split(['/', '?']).next()
}

fn compressed(it: &Around<'_>) -> Option<Span> {
    let looked_into =
        it.element.children.iter().any(|child| matches!(child.name(), "match" | "dyn_variable"));
    let headers = it.element.descendants().filter(|element| element.name() == "http_header");
    let mut asks = headers.filter(|header| {
        header.written("name").is_some_and(|name| name.value.trim().eq_ignore_ascii_case("accept-encoding"))
            && texts(header).any(|text| ["gzip", "deflate"].iter().any(|coding| text.contains(coding)))
    });
    asks.next().filter(|_| looked_into).map(|header| header.at)
}
