//! The kept schemas are those of the table, and judge configurations as `check` does.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::{compact, docs, dtd, relax_ng};
use crate::diagnostic::Severity;
use crate::fixture::{folder, session};
use crate::table::{self, Kind};
use crate::{Settings, Source, source};

/// Where the schemas are kept.
fn kept(name: &str) -> PathBuf {
    top().join("docs/schema").join(name)
}

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn kept_schemas_are_those_of_the_table() {
    for (name, made) in
        [("tsung.dtd", dtd::dtd()), ("tsung.rng", relax_ng::relax_ng()), ("tsung.rnc", compact::compact())]
    {
        if env::var_os("BLESS").is_some() {
            fs::write(kept(name), &made).unwrap();
        }
        let committed = fs::read_to_string(kept(name)).unwrap_or_default();
        let different = made.lines().zip(committed.lines()).position(|(new, old)| new != old);
        let line = different.unwrap_or_else(|| made.lines().count().min(committed.lines().count()));
        let of = |text: &str| text.lines().nth(line).unwrap_or("(the end)").to_owned();
        assert!(
            made == committed,
            "docs/schema/{name}:{} is old; BLESS=1 cargo test -p tsung-compat schema writes it anew\n- {}\n+ {}",
            line + 1,
            of(&committed),
            of(&made)
        );
    }
}

#[test]
fn every_element_is_explained_and_nothing_else() {
    for element in table::elements() {
        assert!(docs::element(element.name).is_some(), "<{}> needs a sentence in schema/docs", element.name);
    }
    let mut seen = Vec::new();
    for (name, says, attributes) in docs::all() {
        assert!(!seen.contains(name), "<{name}> is explained twice");
        seen.push(name);
        let element = table::element(name).unwrap_or_else(|| panic!("schema/docs explains <{name}>, which is not there"));
        for (attribute, _) in *attributes {
            assert!(element.attribute(attribute).is_some(), "schema/docs explains {attribute} of <{name}>, which is not there");
        }
        for sentence in attributes.iter().map(|attribute| attribute.1).chain([*says]) {
            assert!(sentence.ends_with('.') && !sentence.contains('\n'), "no sentence: {sentence}");
        }
    }
}

#[test]
fn notes_on_attributes_tell_defaults_and_what_does_not_run() {
    let note = |element: &str, attribute: &str| {
        let element = table::element(element).unwrap();
        super::attribute_doc(element, element.attribute(attribute).unwrap())
    };
    assert_eq!(note("http", "version").as_deref(), Some("The version of HTTP. Default: 1.1"));
    assert_eq!(note("http", "method").as_deref().map(|text| text.starts_with("Default: GET")), Some(true));
    assert_eq!(note("http_header", "value").as_deref(), Some("Default: empty."));
    assert_eq!(note("http_header", "name"), None);
}

