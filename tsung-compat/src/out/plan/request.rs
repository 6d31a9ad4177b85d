//! What is sent, byte for byte, and what is done with the response.

use parrot_core::plan::{
    AddedCookie, DynVariable, Exchange, Extraction, Host, HttpRequest, Match, MatchAction, Part, Pattern,
    Piece, Plan, Request, Session, Target, Template,
};

use super::bytes::{escaped, quoted, quoted_template, split_lines, template_text, variable};
use super::{endpoint, time};

/// Method and server.
pub(super) fn title(plan: &Plan, session: &Session, request: &Request) -> String {
    let Exchange::Http(http) = &request.exchange;
    let server = match http.target {
        Target::Pinned(id) => endpoint(plan, id),
        Target::Current => "the user's server".to_owned(),
        Target::Dynamic => format!("the server of {}", template_text(&http.url, session)),
    };
    let tag = request.tag.and_then(|id| plan.tags.get(id.index()));
    let tag = tag.map_or_else(String::new, |tag| format!(", tag {tag}"));
    let page = if request.ends_page { ", ends its page" } else { "" };
    format!("request {} to {server}{tag}{page}", http.method.as_str())
}

/// The message, line by line, and what is done with the response.
pub(super) fn lines(session: &Session, request: &Request) -> Vec<String> {
    let Exchange::Http(http) = &request.exchange;
    let mut lines: Vec<String> = message(http, session).into_iter().map(|line| format!("| {line}")).collect();
    lines.extend(request.variables.iter().map(|variable| extraction(variable, session)));
    if request.content.skip_headers {
        lines.push("matches look at the body alone".to_owned());
    }
    lines.extend(request.matches.iter().map(|test| match_line(test, session)));
    lines
}

fn message(http: &HttpRequest, session: &Session) -> Vec<String> {
    let mut lines = Vec::new();
    let mut text = String::new();
    for part in &http.parts {
        match part {
            Part::Text(template) => text.push_str(&template_text(template, session)),
            Part::Base64(template) => {
                text.push_str(&format!("<base64 of {}>", template_text(template, session)));
            }
            Part::Url => text.push_str(&url(http, session)),
            Part::Host => match &http.host {
                Host::Fixed(host) => text.push_str(&escaped(host)),
                Host::Current => text.push_str("<host>"),
            },
            Part::UserAgent => text.push_str("<user agent>"),
            Part::ContentLength => match http.body.as_text() {
                Some(body) => text.push_str(&body.len().to_string()),
                None => text.push_str("<length>"),
            },
            // It brings its own line end, or nothing at all.
            Part::Cookies { added } => {
                lines.extend(split_lines(&std::mem::take(&mut text)));
                let added = added.iter().map(|cookie| added_cookie(cookie, session));
                lines.push(format!("<cookies{}>", added.collect::<String>()));
            }
            Part::Body => text.push_str(&template_text(&http.body, session)),
        }
    }
    lines.extend(split_lines(&text));
    lines
}

/// The request-target, as far as it is known.
fn url(http: &HttpRequest, session: &Session) -> String {
    if http.target == Target::Dynamic {
        return "<url>".to_owned();
    }
    if !http.escape_spaces {
        return template_text(&http.url, session);
    }
    let pieces = http.url.0.iter().map(|piece| match piece {
        Piece::Text(bytes) => Piece::Text(escape_spaces(bytes)),
        hole => hole.clone(),
    });
    template_text(&Template(pieces.collect()), session)
}

fn escape_spaces(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .flat_map(|byte| if *byte == b' ' { b"%20".as_slice() } else { std::slice::from_ref(byte) })
        .copied()
        .collect()
}

fn added_cookie(cookie: &AddedCookie, session: &Session) -> String {
    let AddedCookie { key, value, domain, path } = cookie;
    let (key, value) = (escaped(key), template_text(value, session));
    format!(", {key}={value} for {}{}", escaped(domain), escaped(path))
}

fn extraction(found: &DynVariable, session: &Session) -> String {
    let how = match &found.extraction {
        Extraction::Regex(pattern) => format!("re {}", quoted(pattern)),
        Extraction::Header { name, parameter: None } => format!("header {}", escaped(name)),
        Extraction::Header { name, parameter: Some(parameter) } => {
            format!("header {}, parameter {}", escaped(name), escaped(parameter))
        }
        Extraction::JsonPath(path) => format!("jsonpath {}", quoted_template(path, session)),
    };
    let decode = if found.decode_html_entities { ", HTML entities decoded" } else { "" };
    format!("set {} = {how}{decode}", variable(session, found.slot.index()))
}

fn match_line(test: &Match, session: &Session) -> String {
    let pattern = match &test.pattern {
        Pattern::Fixed(pattern) => quoted(pattern),
        Pattern::Template(template) => quoted_template(template, session),
    };
    let name = test.name.as_ref().map_or_else(String::new, |name| format!(" {name}"));
    let when = if test.when_found { "found" } else { "not found" };
    let action = match test.action {
        MatchAction::Continue => "continue".to_owned(),
        MatchAction::Log => "log".to_owned(),
        MatchAction::Dump => "dump".to_owned(),
        MatchAction::Abort => "abort".to_owned(),
        MatchAction::AbortRun => "abort_test".to_owned(),
        MatchAction::Loop { back, rounds_max, sleep } => {
            format!("loop {back} steps back after {}, {rounds_max} times at most", time(sleep))
        }
        MatchAction::Restart { rounds_max } => format!("restart, {rounds_max} times at most"),
    };
    format!("match{name} {pattern} {when}: {action}")
}
