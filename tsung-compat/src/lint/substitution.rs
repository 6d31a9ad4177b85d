//! Variables that are written where nothing is put in their place.

use std::ops::Range;

use crate::diagnostic::{Lint, Literal, Report};
use crate::source::Span;
use crate::table::TEST_ATTRIBUTES;
use crate::xml::{Attribute, Element};

/// `document` is the text that places point into.
pub(super) fn judge(session: &Element, document: &str, report: &mut Report<'_>) {
    for step in session.descendants() {
        if step.name() == "request" {
            request(step, document, report);
        }
        literals(step, document, report);
    }
}

/// A text of a request in which `%%…%%` is replaced if its `subst` says so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a> {
    pub(crate) value: &'a str,
    pub(crate) at: Span,
    /// Where its first character was written.
    value_at: Span,
    /// `all_except_body` leaves it alone.
    pub(crate) is_body: bool,
}

/// The texts of a request that `subst` is about, in the order of the document.
pub(crate) fn substituted_texts(request: &Element) -> impl Iterator<Item = Text<'_>> {
    let protocol = request.children.iter().filter(|child| !matches!(child.name(), "match" | "dyn_variable"));
    protocol.flat_map(|element| std::iter::once(element).chain(element.descendants())).flat_map(|element| {
        let attributes =
            element.attributes.iter().filter(|attribute| is_substituted(element, attribute.name));
        let attributes = attributes.map(|attribute| Text {
            value: &attribute.value,
            at: attribute.at,
            value_at: attribute.value_at,
            is_body: element.name() == "http" && attribute.name == "contents",
        });
        let text = element.text.iter();
        attributes.chain(text.map(|text| Text {
            value: &text.value,
            at: text.at,
            value_at: text.at,
            is_body: false,
        }))
    })
}

/// Whether `subst` is about an attribute. Other protocols than HTTP get the benefit of the doubt.
fn is_substituted(element: &Element, attribute: &str) -> bool {
    match element.name() {
        "http" => matches!(attribute, "url" | "contents" | "content_type"),
        // What becomes base64 does so at load.
        "http_header" => attribute == "value" && element.attribute("encoding").is_none(),
        "add_cookie" => attribute == "value",
        "www_authenticate" => attribute != "type",
        "soap" => false,
        _ => true,
    }
}

fn request(request: &Element, document: &str, report: &mut Report<'_>) {
    // What was refused may have been the subst.
    let Some(subst) = request.sound().and_then(|request| request.value("subst")) else {
        return;
    };
    if subst.value != "true" {
        for text in substituted_texts(request) {
            let literal = match (subst.value, text.is_body) {
                ("false", _) => Literal::Request,
                (_, true) => Literal::Body,
                _ => continue,
            };
            if let Some((variable, at)) = found(text.value, (text.at, text.value_at), document) {
                report.lint(at, Lint::SubstOff { variable, literal });
            }
        }
    }
    for pattern in request.children_named("match").filter_map(Element::sound) {
        if let Some(text) = &pattern.text
            && !pattern.is_true("subst")
            && let Some((variable, at)) = found(&text.value, (text.at, text.at), document)
        {
            report.lint(at, Lint::SubstOff { variable, literal: Literal::Match });
        }
    }
}

/// Attributes in which `%%` stands for itself, always.
const LITERAL: [(&str, &[&str]); 16] = [
    ("http", &["if_modified_since", "contents_from_file"]),
    ("http_header", &["name"]),
    ("add_cookie", &["key", "domain", "path"]),
    ("soap", &["action"]),
    ("request", &["tag"]),
    ("match", &["name"]),
    ("dyn_variable", &["name", "re", "header", "xpath"]),
    ("transaction", &["name"]),
    ("interaction", &["id"]),
    ("setdynvars", &["value", "delimiter", "from", "jsonpath"]),
    ("var", &["name"]),
    ("for", &["var"]),
    ("foreach", &["name", "in", "include", "exclude"]),
    ("if", &["var"]),
    ("while", TEST_ATTRIBUTES),
    ("until", TEST_ATTRIBUTES),
];

fn literals(element: &Element, document: &str, report: &mut Report<'_>) {
    let name = element.name();
    let Some((_, attributes)) = LITERAL.iter().find(|(literal, _)| *literal == name) else {
        return;
    };
    for Attribute { name: attribute, value, at, value_at } in &element.attributes {
        let encoded =
            name == "http_header" && *attribute == "value" && element.attribute("encoding").is_some();
        if (encoded || attributes.contains(attribute))
            && let Some((variable, at)) = found(value, (*at, *value_at), document)
        {
            report.lint(at, Lint::NeverSubstituted { variable, attribute, element: name });
        }
    }
}

/// The first variable in a text and where it was written: at the second place, or, where a reference has moved it, at the first.
fn found(value: &str, (at, value_at): (Span, Span), document: &str) -> Option<(String, Span)> {
    let variable = first_variable(value)?;
    let start = value_at.index() + variable.start;
    let is_there = document.get(start..start + variable.len()) == Some(&value[variable.clone()]);
    Some((value[variable].to_owned(), if is_there { Span::at(start) } else { at }))
}

/// The first thing in a text that nobody would write but for a variable: `%%_name%%` or `%%module:function%%`.
fn first_variable(text: &str) -> Option<Range<usize>> {
    text.match_indices("%%").find_map(|(start, _)| {
        let inner = &text[start + 2..];
        let length = inner.find("%%")?;
        let is_name = |name: &str| {
            let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']');
            !name.is_empty() && name.chars().all(part)
        };
        let named = match inner[..length].strip_prefix('_') {
            Some(name) => is_name(name),
            None => inner[..length].split_once(':').is_some_and(|(module, function)| {
                module.starts_with(|c: char| c.is_ascii_lowercase()) && is_name(module) && is_name(function)
            }),
        };
        named.then(|| start..start + length + 4)
    })
}
