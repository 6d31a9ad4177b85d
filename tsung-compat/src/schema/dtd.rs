//! The DTD.

use std::fmt::Write;

use super::{HEAD, Holds, Takes, attribute_doc, element_doc, holds, takes};
use crate::table::{self, AttributeDef, ElementDef};

/// The DTD: an ATTLIST for each attribute, so that editors find the comment that is about it.
pub(super) fn dtd() -> String {
    let mut out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- {} -->\n", HEAD.join("\n     "));
    for element in table::elements() {
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "\n{}<!ELEMENT {} {}>\n",
            comment(&element_doc(element)),
            element.name,
            content(element)
        );
        for attribute in element.attributes {
            let doc = attribute_doc(element, attribute).map(|doc| comment(&doc)).unwrap_or_default();
            let presence = if attribute.required { "#REQUIRED" } else { "#IMPLIED" };
            let values = values(element, attribute);
            let _ = writeln!(out, "{doc}<!ATTLIST {} {} {values} {presence}>", element.name, attribute.name);
        }
    }
    out
}

/// Two hyphens would end it.
fn comment(text: &str) -> String {
    format!("<!-- {} -->\n", text.replace("--", "- -"))
}

fn content(element: &ElementDef) -> String {
    match holds(element) {
        Holds::Nothing => "EMPTY".to_owned(),
        Holds::Text(children) if children.is_empty() => "(#PCDATA)".to_owned(),
        Holds::Text(children) => format!("(#PCDATA | {})*", children.join(" | ")),
        // A DTD cannot say "once" and "in any order" together.
        Holds::Sections(..) => {
            let parts = table::elements().filter(|child| child.parents.contains(&element.name));
            format!("({})+", parts.map(|child| child.name).collect::<Vec<_>>().join(" | "))
        }
        Holds::Some(children) => format!("({})+", children.join(" | ")),
        Holds::Any(children) => format!("({})*", children.join(" | ")),
    }
}

fn values(element: &ElementDef, attribute: &AttributeDef) -> String {
    match takes(element, attribute) {
        Takes::Words(words) => {
            format!("({})", words.iter().map(|word| word.text).collect::<Vec<_>>().join(" | "))
        }
        Takes::Typed(datatype) if datatype.nmtoken => "NMTOKEN".to_owned(),
        Takes::Text | Takes::Typed(_) | Takes::Names(_) => "CDATA".to_owned(),
    }
}
