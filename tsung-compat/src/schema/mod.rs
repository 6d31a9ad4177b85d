//! The language for editors: a DTD and RELAX NG in both of its syntaxes, made from the table. They are kept in docs/schema, and
//! `BLESS=1 cargo test -p tsung-compat schema` writes them anew.
//!
//! They know elements, attributes, what may stand where and what values look like, as `check` does; what depends on several
//! places at once is `check`'s alone. Defaults are told, never declared: readers of a DTD would put them into the
//! document, and Tsung tells an attribute that is absent from one that holds its default.

mod compact;
mod datatype;
mod docs;
mod dtd;
mod relax_ng;
mod tests;

use crate::table::{self, AttributeDef, Content, ElementDef, Kind, Support, Word};
use datatype::Datatype;

/// Elements that must hold a child of another name, and which.
const NEEDED: [(&str, &[&str]); 4] = [
    ("tsung", &["clients", "servers", "load", "sessions"]),
    ("clients", &["client"]),
    ("servers", &["server"]),
    ("sessions", &["session"]),
];

/// Said at the head of each schema.
const HEAD: [&str; 2] = [
    "Tsung's configuration language, as tsung-parrot reads it. Generated from its table of elements:",
    "BLESS=1 cargo test -p tsung-compat schema",
];

/// What an element holds.
enum Holds {
    /// Nothing.
    Nothing,
    /// Text, and perhaps elements between it.
    Text(Vec<&'static str>),
    /// Each of these once, and any number of those, in any order.
    Sections(&'static [&'static str], Vec<&'static str>),
    /// At least one of these, in any order.
    Some(Vec<&'static str>),
    /// Any number of these, in any order.
    Any(Vec<&'static str>),
}

fn holds(element: &ElementDef) -> Holds {
    let inside = table::elements().filter(|child| child.parents.contains(&element.name));
    let mut children: Vec<_> = inside.map(|child| child.name).collect();
    let needed = NEEDED.iter().find(|(name, _)| *name == element.name).map(|(_, needed)| *needed);
    match (element.content, needed) {
        (Content::Text, _) => Holds::Text(children),
        (Content::Elements, _) if children.is_empty() => Holds::Nothing,
        (Content::Elements, None) => Holds::Any(children),
        (Content::Elements, Some(needed)) if needed.len() == children.len() => Holds::Some(children),
        (Content::Elements, Some(needed)) => {
            children.retain(|child| !needed.contains(child));
            Holds::Sections(needed, children)
        }
    }
}

/// What an attribute takes.
enum Takes {
    /// Anything.
    Text,
    /// One of these words.
    Words(&'static [Word]),
    /// A value of a type.
    Typed(&'static Datatype),
    /// These, and other names too.
    Names(Vec<&'static str>),
}

fn takes(element: &ElementDef, attribute: &AttributeDef) -> Takes {
    if (element.name, attribute.name) == ("option", "name") {
        let mut names: Vec<_> = table::OPTIONS.iter().map(|option| option.name).collect();
        names.sort_unstable();
        names.dedup();
        return Takes::Names(names);
    }
    match attribute.kind {
        Kind::Words(words) => Takes::Words(words),
        kind => datatype::of(kind).map_or(Takes::Text, Takes::Typed),
    }
}

/// What there is to say of an element.
fn element_doc(element: &ElementDef) -> String {
    let mut doc = docs::element(element.name).unwrap_or_default().to_owned();
    if element.support != Support::Supported {
        doc.push_str(" Not run by this release yet.");
    }
    doc
}

/// What there is to say of an attribute; nothing where its name says it all.
fn attribute_doc(element: &ElementDef, attribute: &AttributeDef) -> Option<String> {
    let mut parts: Vec<String> =
        docs::attribute(element.name, attribute.name).map(str::to_owned).into_iter().collect();
    match attribute.default {
        Some("") => parts.push("Default: empty.".to_owned()),
        Some(value) => parts.push(format!("Default: \"{value}\".")),
        None => {}
    }
    let words = if let Takes::Words(words) = takes(element, attribute) { words } else { &[] };
    let later: Vec<_> =
        words.iter().filter(|word| word.support != Support::Supported).map(|word| word.text).collect();
    if attribute.support != Support::Supported {
        parts.push("Not run by this release yet.".to_owned());
    } else if !later.is_empty() {
        parts.push(format!("Not run by this release yet: {}.", later.join(", ")));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// A text inside XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
