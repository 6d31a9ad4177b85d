//! RELAX NG in its compact syntax, which Emacs reads. No name here needs the backslash that keywords of the syntax would.

use std::fmt::Write;

use super::datatype::DATATYPES;
use super::{HEAD, Holds, Takes, attribute_doc, element_doc, holds, takes};
use crate::table::{self, AttributeDef, ElementDef};

/// The schema.
pub(super) fn compact() -> String {
    let mut out = String::new();
    HEAD.iter().for_each(|line| {
        let _ = writeln!(out, "# {line}");
    });
    out.push_str("\nstart = tsung\n");
    for element in table::elements() {
        let mut parts: Vec<String> =
            element.attributes.iter().map(|attribute| self::attribute(element, attribute)).collect();
        parts.push(format!("  {}", content(element)));
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "\n## {}\n{} = element {} {{\n{}\n}}\n",
            element_doc(element),
            element.name,
            element.name,
            parts.join(",\n")
        );
    }
    out.push('\n');
    for datatype in DATATYPES {
        let forms = datatype.forms.iter().map(|form| {
            let limits = form.limits.iter().map(|(name, value)| format!("{name} = {}", quoted(value)));
            format!("xsd:{} {{ {} }}", form.base, limits.collect::<Vec<_>>().join(" "))
        });
        let _ = writeln!(out, "type.{} = {}", datatype.name, forms.collect::<Vec<_>>().join(" | "));
    }
    out
}

fn attribute(element: &ElementDef, attribute: &AttributeDef) -> String {
    let doc = attribute_doc(element, attribute).map(|doc| format!("  ## {doc}\n")).unwrap_or_default();
    let values = match takes(element, attribute) {
        Takes::Text => "text".to_owned(),
        Takes::Typed(datatype) => format!("type.{}", datatype.name),
        Takes::Words(words) => joined(words.iter().map(|word| quoted(word.text))),
        Takes::Names(names) => format!("{} | type.name", joined(names.into_iter().map(quoted))),
    };
    let presence = if attribute.required { "" } else { "?" };
    format!("{doc}  attribute {} {{ {values} }}{presence}", attribute.name)
}

fn content(element: &ElementDef) -> String {
    match holds(element) {
        Holds::Nothing => "empty".to_owned(),
        Holds::Text(children) if children.is_empty() => "text".to_owned(),
        Holds::Text(children) => format!("mixed {{ ({})* }}", children.join(" | ")),
        Holds::Sections(once, others) => {
            let others: Vec<_> = others.iter().map(|other| format!("{other}*")).collect();
            format!("({} & {})", once.join(" & "), others.join(" & "))
        }
        Holds::Some(children) => format!("({})+", children.join(" | ")),
        Holds::Any(children) => format!("({})*", children.join(" | ")),
    }
}

fn joined(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join(" | ")
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}
