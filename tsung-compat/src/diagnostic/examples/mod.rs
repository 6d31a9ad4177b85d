//! One configuration for each message: docs/messages.md shows what `check` says of them, and this test keeps it true.
//!
//! `BLESS=1 cargo test -p tsung-compat examples` writes the page anew; read it as a user would before you commit it.

mod arrival;
mod expression;
mod http;
mod invocation;
mod language;
mod lint;
mod markup;
mod protocol;
mod scenario;
mod setup;

use std::fmt::Write;
use std::path::PathBuf;

use super::{Arrival, Expression, Http, Invocation, Language, Lint, Markup, Protocol, Scenario, Setup};
use crate::{Settings, Source};

/// A small configuration without fault; examples change it.
const SOUND: &str = r#"<?xml version="1.0"?>
<!DOCTYPE tsung SYSTEM "tsung-1.0.dtd">
<tsung>
  <clients>
    <client host="localhost" use_controller_vm="true"/>
  </clients>
  <servers>
    <server host="shop" port="8080" type="tcp"/>
  </servers>
  <load>
    <arrivalphase phase="1" duration="10" unit="minute">
      <users arrivalrate="5" unit="second"/>
    </arrivalphase>
  </load>
  <options>
  </options>
  <sessions>
    <session name="visit" probability="100" type="ts_http">
      <request><http url="/"/></request>
    </session>
  </sessions>
</tsung>
"#;

/// The only request of [`SOUND`].
const REQUEST: &str = r#"<request><http url="/"/></request>"#;

/// The number of a message, and a configuration that gets it.
struct Example {
    code: u16,
    text: Vec<u8>,
}

impl Example {
    /// One more part replaced.
    fn with(self, part: &str, by: &str) -> Self {
        let text = String::from_utf8(self.text).unwrap();
        assert_eq!(text.matches(part).count(), 1, "{part} stands there once");
        Self { text: text.replacen(part, by, 1).into_bytes(), ..self }
    }
}

/// [`SOUND`] with one part replaced.
fn changed(code: u16, part: &str, by: &str) -> Example {
    assert_eq!(SOUND.matches(part).count(), 1, "{part} stands there once");
    Example { code, text: SOUND.replacen(part, by, 1).into_bytes() }
}

/// [`SOUND`] with these steps in its session.
fn steps(code: u16, steps: &str) -> Example {
    changed(code, REQUEST, steps)
}

/// [`steps`] with one request, and this in it before its `<http>`.
fn request(code: u16, inner: &str) -> Example {
    steps(
        code,
        &format!("<request subst=\"true\">\n        {inner}\n        <http url=\"/\"/>\n      </request>"),
    )
}

/// [`steps`] with one request that is this.
fn http(code: u16, http: &str) -> Example {
    steps(code, &format!("<request subst=\"true\">{http}</request>"))
}

/// [`SOUND`] with an option, and steps behind its request.
fn option(code: u16, option: &str) -> Example {
    changed(code, "<options>\n", &format!("<options>\n    {option}\n"))
}

/// A whole configuration.
fn whole(code: u16, text: impl Into<Vec<u8>>) -> Example {
    Example { code, text: text.into() }
}

/// What `check` says of an example, as far as it is about its message.
fn said(example: &Example) -> String {
    let settings = invocation::settings(example.code);
    let checked = crate::check(&Source::Stdin(example.text.clone()), &settings);
    let mark = format!("[TP{:04}]", example.code);
    let found =
        checked.diagnostics.iter().map(|found| found.render(false)).filter(|text| text.contains(&mark));
    found.collect::<Vec<_>>().join("\n").replace(" stdin:", " tsung.xml:").replace(" stdin\n", " tsung.xml\n")
}

fn groups() -> [(&'static str, &'static [u16], Vec<Example>); 10] {
    [
        ("The file, its characters, entities and tags", Markup::CODES, markup::examples()),
        ("Elements and attributes", Language::CODES, language::examples()),
        ("Hosts, options and files", Setup::CODES, setup::examples()),
        ("The load", Arrival::CODES, arrival::examples()),
        ("The steps of sessions", Scenario::CODES, scenario::examples()),
        ("Expressions in attributes", Expression::CODES, expression::examples()),
        ("HTTP requests", Http::CODES, http::examples()),
        ("The command line", Invocation::CODES, invocation::examples()),
        ("Other protocols", Protocol::CODES, protocol::examples()),
        ("Lints: only `check` tells of them", Lint::CODES, lint::examples()),
    ]
}

/// Messages whose configuration would be too large to show; other tests see to them.
const WITHOUT_EXAMPLE: [u16; 7] = [101, 114, 122, 127, 128, 129, 304];

#[test]
fn every_message_has_an_example_and_the_page_shows_it() {
    let mut page = "# Messages\n\nWhat `tsung-parrot` says of a configuration, each message by its code, with an example.\n".to_owned();
    for (title, codes, examples) in groups() {
        // Writing to a String cannot fail.
        let _ = write!(page, "\n## {title}\n");
        for &code in codes {
            let shown: Vec<String> =
                examples.iter().filter(|example| example.code == code).map(said).collect();
            assert!(
                shown.iter().all(|text| !text.is_empty())
                    && shown.is_empty() == WITHOUT_EXAMPLE.contains(&code),
                "TP{code:04} has no example, or one that does not show it: {shown:?}"
            );
            for text in shown {
                assert!(text.contains(" = help: "), "no word on what to do in\n{text}");
                let _ = write!(page, "\n```text\n{text}```\n");
            }
        }
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/messages.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (line, expected)) in
        page.lines().zip(committed.lines().chain(std::iter::repeat(""))).enumerate()
    {
        assert_eq!(line, expected, "docs/messages.md:{} is old; BLESS=1 writes it anew", number + 1);
    }
    assert_eq!(page.len(), committed.len(), "docs/messages.md is old; BLESS=1 writes it anew");
}

#[test]
fn the_sound_one_is_sound() {
    let checked = crate::check(&Source::Stdin(SOUND.as_bytes().to_vec()), &Settings::default());
    assert!(checked.diagnostics.is_empty() && checked.loaded.is_some(), "{:?}", checked.diagnostics);
}
