//! Holds the parsed tree against the table.

use roxmltree::Node;

use super::element::{Attribute, Element, Spanned};
use super::request;
use crate::diagnostic::{Language, Markup, Protocol, Report, closest};
use crate::limits;
use crate::source::Span;
use crate::table::{self, AttributeDef, Content, ElementDef, Kind, Reason, Support};

/// Checks the root element and everything in it.
pub(super) fn root(node: Node<'_, '_>, report: &mut Report<'_>) -> Option<Element> {
    let name = node.tag_name().name();
    let at = Span::at(node.range().start);
    match table::element(name) {
        Some(def) if def.parents.is_empty() => element(node, def, 0, report),
        _ => {
            report.error(at, Language::NotTsung { root: name.to_owned() });
            None
        }
    }
}

/// Checks an element. `None` when it is refused as a whole; problems inside leave their parts out.
fn element(
    node: Node<'_, '_>,
    def: &'static ElementDef,
    depth: usize,
    report: &mut Report<'_>,
) -> Option<Element> {
    let at = Span::at(node.range().start);
    if def.support == Support::NotYet {
        report.not_yet(at, Language::NotYet { what: format!("<{}>", def.name) });
    }
    if depth > limits::NESTING_MAX {
        report.error(at, Markup::TooDeep);
        return None;
    }
    let (attributes, refused_attributes) = attributes(node, def, at, report);
    let mut checked = Element {
        def,
        at,
        attributes,
        refused_attributes,
        children: Vec::new(),
        refused_children: false,
        text: None,
    };
    match def.content {
        Content::Text => text(node, &mut checked, depth, report),
        // What a session of another type holds cannot be judged, and one message is enough.
        Content::Elements if def.name == "session" && checked.attribute("type").is_none() => {}
        Content::Elements => children(node, &mut checked, depth, report),
    }
    request::judge(&checked, report);
    Some(checked)
}

fn children(node: Node<'_, '_>, checked: &mut Element, depth: usize, report: &mut Report<'_>) {
    for child in node.children() {
        if child.is_element() {
            match self::child(child, checked.def, depth, report) {
                Some(child) => checked.children.push(child),
                None => checked.refused_children = true,
            }
        } else if child.is_text() && checked.def.content == Content::Elements {
            no_text(child, checked.def, report);
        }
    }
    checked.children.shrink_to_fit();
}

fn child(
    node: Node<'_, '_>,
    parent: &'static ElementDef,
    depth: usize,
    report: &mut Report<'_>,
) -> Option<Element> {
    let name = node.tag_name().name();
    let at = Span::at(node.range().start);
    match table::element(name) {
        None => {
            let here = table::elements().filter(|def| def.parents.contains(&parent.name)).map(|def| def.name);
            let allowed: Vec<_> = here.collect();
            let suggestion = report.closest(name, allowed.iter().copied());
            let (element, parent) = (name.to_owned(), parent.name);
            report.error(at, Language::UnknownElement { element, parent, suggestion, allowed });
            None
        }
        Some(def) if !def.parents.contains(&parent.name) => {
            let (element, parent, parents) = (def.name, parent.name, def.parents);
            report.error(at, Language::Misplaced { element, parent, parents });
            None
        }
        Some(def) => element(node, def, depth + 1, report),
    }
}

/// The attributes that passed, and whether others did not.
fn attributes(
    node: Node<'_, '_>,
    def: &'static ElementDef,
    at: Span,
    report: &mut Report<'_>,
) -> (Vec<Attribute>, bool) {
    let mut found = Vec::with_capacity(node.attributes().len());
    // Of values that did not pass, so that these are not called missing.
    let mut bad: Vec<&str> = Vec::new();
    let mut refused = false;
    for attribute in node.attributes() {
        let name = attribute.name();
        let name_at = Span::at(attribute.range().start);
        let Some(attribute_def) = def.attribute(name) else {
            let known = || def.attributes.iter().map(|known| known.name);
            let suggestion = report.closest(name, known());
            let (attribute, element) = (name.to_owned(), def.name);
            let allowed = known().collect();
            report.error(name_at, Language::UnknownAttribute { attribute, element, suggestion, allowed });
            refused = true;
            continue;
        };
        let value_at = Span::at(attribute.range_value().start);
        let value = attribute.value();
        if accept(attribute_def, def, value, name_at, report) {
            found.push(Attribute {
                name: attribute_def.name,
                value: value.to_owned(),
                at: name_at,
                value_at,
            });
        } else {
            bad.push(attribute_def.name);
        }
    }
    refused |= !bad.is_empty();
    let is_there = |name| bad.contains(&name) || found.iter().any(|given: &Attribute| given.name == name);
    for missing in def.attributes.iter().filter(|known| known.required && !is_there(known.name)) {
        let (attribute, element) = (missing.name, def.name);
        report.error(at, Language::MissingAttribute { attribute, element });
        refused = true;
    }
    (found, refused)
}

/// Whether a value is of its type; tells if it does not run.
fn accept(
    attribute: &'static AttributeDef,
    element: &'static ElementDef,
    value: &str,
    at: Span,
    report: &mut Report<'_>,
) -> bool {
    if value.len() > limits::VALUE_BYTES_MAX && !matches!(attribute.name, "contents" | "value") {
        let (attribute, element, length) = (attribute.name, element.name, value.len());
        report.error(at, Markup::ValueTooLong { attribute, element, length });
        return false;
    }
    if let Err(reason) = attribute.kind.check(value) {
        let (name, value) = (attribute.name, value.to_owned());
        match reason {
            Reason::NotAWord { allowed: known } if attribute.label == table::SESSION_TYPE => {
                // All begin with the same letters: they do not make two of them alike.
                let short = |name: &'static str| name.strip_prefix("ts_").unwrap_or(name);
                let wanted = value.strip_prefix("ts_").unwrap_or(&value);
                let suggestion =
                    closest(wanted, known.iter().copied().map(short)).map(|name| format!("ts_{name}"));
                report.error(at, Protocol::UnknownSessionType { name: value, suggestion, known });
            }
            reason => {
                let problem = Language::BadValue { attribute: name, element: element.name, value, reason };
                report.error(at, problem);
            }
        }
        return false;
    }
    if attribute.support == Support::NotYet && attribute.default != Some(value) {
        let what = format!("{} of <{}>", attribute.name, element.name);
        report.not_yet(at, Language::NotYet { what });
    }
    let Kind::Words(words) = attribute.kind else {
        return true;
    };
    let what = || match attribute.label {
        "" => format!("{}=\"{value}\" of <{}>", attribute.name, element.name),
        label => format!("{label} {value}"),
    };
    match words.iter().find(|word| word.text == value).map_or(Support::Supported, |word| word.support) {
        Support::Supported => {}
        Support::NotYet => report.not_yet(at, Language::NotYet { what: what() }),
        Support::Protocol => report.error(at, Language::OtherProtocol { what: what() }),
    }
    true
}

/// The text of an element up to the first comment, as Tsung reads it, and the elements that may stand in it.
fn text(node: Node<'_, '_>, checked: &mut Element, depth: usize, report: &mut Report<'_>) {
    let parent = checked.def.name;
    if let Some(inner) = node.children().find(Node::is_element) {
        if table::elements().any(|def| def.parents.contains(&parent)) {
            children(node, checked, depth, report);
        } else {
            let element = inner.tag_name().name().to_owned();
            report.error(Span::at(inner.range().start), Language::ElementInText { element, parent });
        }
    }
    checked.text = node.children().find(Node::is_text).map(|first| {
        Spanned::new(first.text().unwrap_or_default().to_owned(), Span::at(first.range().start))
    });
}

fn no_text(node: Node<'_, '_>, parent: &'static ElementDef, report: &mut Report<'_>) {
    let text = node.text().unwrap_or_default();
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return;
    }
    let range = node.range();
    let raw = &node.document().input_text()[range.clone()];
    let lead = raw.len() - raw.trim_start().len();
    let excerpt = trimmed.lines().next().unwrap_or_default().chars().take(40).collect();
    report.error(Span::at(range.start + lead), Language::StrayText { text: excerpt, parent: parent.name });
}
