//! Requests of other protocols, as far as one attribute alone does not tell whether it is right.

use super::element::Element;
use super::filter;
use crate::diagnostic::{Protocol, Report};
use crate::table::{self, RequestDef, TEXT, Takes};

/// Judges the attributes of a request together. Other elements are left alone.
pub(super) fn judge(element: &Element, report: &mut Report<'_>) {
    let Some(by) = table::told_by(element.name()) else { return };
    let Some(name) = element.value(by).map(|value| value.value).filter(|_| !element.refused_attributes)
    else {
        return;
    };
    if let Some(request) = table::request(element.name(), name) {
        missing(element, request, report);
        ignored(element, request, report);
    }
    for limited in table::limited_values(element.name(), name) {
        let Some(value) = element.value(limited.attribute) else { continue };
        if !limited.allowed.contains(&value.value) {
            let problem = Protocol::ValueOfType {
                request: format!("<{} type=\"{name}\">", element.name()),
                attribute: limited.attribute,
                value: element.written(limited.attribute).map(|value| value.value.to_owned()),
                allowed: limited.allowed.to_vec(),
            };
            report.error(value.at, problem);
        }
    }
    match (element.name(), name) {
        ("pgsql", "describe") => {
            let portal = element.written("name_portal").is_some();
            if portal == element.written("name_prepared").is_some() {
                report.error(element.at, Protocol::PortalOrStatement { both: portal });
            }
        }
        ("pgsql", "parse") if element.written("query").is_none() && !has_text(element) => {
            report.error(element.at, Protocol::NothingToPrepare);
        }
        ("ldap", "search") => {
            if let Some(written) = element.written("filter")
                && let Err(fault) = filter::check(written.value)
            {
                let filter = written.value.trim().to_owned();
                report.error(written.at, Protocol::BadFilter { filter, fault });
            }
        }
        _ => {}
    }
}

fn missing(element: &Element, request: &'static RequestDef, report: &mut Report<'_>) {
    for &part in request.needs {
        let is_child = is_child(element, part);
        let there = if is_child {
            // One that was refused may have been the one.
            element.refused_children || element.child(part).is_some()
        } else if part == TEXT {
            has_text(element)
        } else {
            element.written(part).is_some()
        };
        if !there {
            report.error(element.at, Protocol::PartMissing { request, part, is_child });
        }
    }
}

fn ignored(element: &Element, request: &'static RequestDef, report: &mut Report<'_>) {
    let Takes::Only(takes) = request.takes else { return };
    let knows = |part: &str| part == request.by || request.needs.contains(&part) || takes.contains(&part);
    for attribute in element.attributes.iter().filter(|attribute| !knows(attribute.name)) {
        let problem = Protocol::PartIgnored { request, part: attribute.name, is_child: false };
        report.warn(attribute.at, problem);
    }
    for child in element.children.iter().filter(|child| !knows(child.name())) {
        report.warn(child.at, Protocol::PartIgnored { request, part: child.name(), is_child: true });
    }
    if let Some(text) = element.text.as_ref().filter(|_| has_text(element) && !knows(TEXT)) {
        report.warn(text.at, Protocol::PartIgnored { request, part: TEXT, is_child: false });
    }
}

fn is_child(element: &Element, part: &str) -> bool {
    table::element(part).is_some_and(|child| child.parents.contains(&element.name()))
}

fn has_text(element: &Element) -> bool {
    element.text.as_ref().is_some_and(|text| !text.value.trim().is_empty())
}
