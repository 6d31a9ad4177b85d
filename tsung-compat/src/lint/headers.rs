//! Headers that are given twice in a request.

use std::collections::HashMap;

use crate::diagnostic::{Lint, Report, Sent};
use crate::source::Span;
use crate::xml::Element;

/// Lists that may be sent in as many lines as one likes.
const LISTS: [&str; 8] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "forwarded",
    "link",
    "via",
    "x-forwarded-for",
];

pub(super) fn judge(request: &Element, report: &mut Report<'_>) {
    for http in request.children_named("http") {
        let mut seen: HashMap<String, (&str, Span)> = HashMap::new();
        for header in http.children_named("http_header") {
            let (Some(name), Some(value)) = (header.written("name"), header.value("value")) else {
                continue;
            };
            let lower = name.value.trim().to_ascii_lowercase();
            let earlier = seen.insert(lower.clone(), (value.value, name.at));
            let sent = match earlier {
                Some(_) if replaces(&lower) => Some(Sent::Last),
                Some((before, _)) if before == value.value || !LISTS.contains(&lower.as_str()) => {
                    Some(Sent::Both)
                }
                Some(_) => None,
                None => made_elsewhere(http, &lower),
            };
            if let Some(sent) = sent {
                report.lint(name.at, Lint::HeaderTwice { name: name.value.trim().to_owned(), sent });
            }
        }
    }
}

/// Headers that take the place of what would be sent.
fn replaces(lower: &str) -> bool {
    matches!(lower, "host" | "user-agent" | "content-type" | "content-length")
}

/// What else makes this header.
fn made_elsewhere(http: &Element, lower: &str) -> Option<Sent> {
    let element = |name| http.child(name).is_some().then_some(Sent::Beside(name));
    match lower {
        "content-type" => http.attribute("content_type").map(|_| Sent::NotAttribute("content_type")),
        "authorization" => element("www_authenticate").or_else(|| element("oauth")),
        "cookie" => element("add_cookie"),
        "soapaction" => element("soap"),
        _ => None,
    }
}
