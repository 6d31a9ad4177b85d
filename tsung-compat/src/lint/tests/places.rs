//! Every element of the table in every place that it may have: whatever stands where, judging it ends without a panic. In debug
//! builds, a look for an attribute that its element cannot have is one.

use crate::table::{AttributeDef, ElementDef, Kind, OPTIONS, SET_OPTIONS, element, elements};
use crate::{Settings, Source, check};

/// A value of its type.
fn value(attribute: &AttributeDef) -> &'static str {
    match attribute.kind {
        Kind::Text | Kind::Name | Kind::Host => "x",
        Kind::Words(words) => words[0].text,
        Kind::IpRange => "10.0.1-20.0-255",
        Kind::ObjectId => "1.3",
        Kind::TlsVersion => "tlsv1",
        Kind::Integer | Kind::Number | Kind::IntegerOrVariable | Kind::Port | Kind::IntegerOrInfinity => "1",
    }
}

/// The start tags of an element: with what it must have and with all that it can have, for each kind of it that there is.
fn tags(def: &ElementDef) -> Vec<String> {
    let tag = |chosen: &[(&str, &str)], all: bool| {
        let attributes = def.attributes.iter().filter_map(|attribute| {
            let given = chosen.iter().find(|(name, _)| *name == attribute.name).map(|(_, value)| *value);
            let value = given.or_else(|| (all || attribute.required).then(|| value(attribute)))?;
            Some(format!(" {}=\"{value}\"", attribute.name))
        });
        format!("<{}{}>", def.name, attributes.collect::<String>())
    };
    let kinds: Vec<Vec<(&str, &str)>> = match def.name {
        "session" => vec![
            vec![("type", "ts_http"), ("probability", "100")],
            vec![("type", "ts_jabber"), ("probability", "100")],
        ],
        "option" => OPTIONS.iter().map(|option| vec![("name", option.name), ("value", "1")]).collect(),
        "set_option" => SET_OPTIONS.iter().map(|option| vec![("name", option.name)]).collect(),
        _ => vec![vec![]],
    };
    let kinds = kinds.iter().flat_map(|kind| [tag(kind, false), tag(kind, true)]);
    let mut tags: Vec<String> = kinds.collect();
    tags.dedup();
    tags
}

/// Puts an element around what is inside it, and around that what it stands in, up to the root.
fn wrapped(def: &ElementDef, inside: &str, depth: usize) -> Vec<String> {
    assert!(depth < 10, "<{}> stands nowhere", def.name);
    let around = tags(def).into_iter().map(|tag| format!("{tag}{inside}</{}>", def.name));
    let Some(parent) = def.parents.first() else {
        return around.collect();
    };
    let parent = element(parent).unwrap();
    around.flat_map(|text| wrapped(parent, &text, depth + 1)).collect()
}

#[test]
fn every_element_in_every_place() {
    let mut count = 0;
    for child in elements() {
        for parent in child.parents {
            let parent = element(parent).unwrap();
            for tag in tags(child) {
                for text in wrapped(parent, &format!("{tag}</{}>", child.name), 0) {
                    let checked = check(&Source::Stdin(text.clone().into_bytes()), &Settings::default());
                    assert!(!checked.diagnostics.is_empty(), "{text}");
                    count += 1;
                }
            }
        }
    }
    assert!(count > 500, "{count} configurations");
}
