//! What configurations lower to, rule by rule.

mod expressions;
mod language;
mod load;
mod machines;
mod options;
mod requests;
mod responses;
mod setup;
mod steps;
mod think;

use crate::fixture::{Fixture, plain, session};
use crate::{Source, check};

/// Checks that each configuration is refused with exactly one message, which starts as given.
fn refused(cases: impl IntoIterator<Item = (Fixture, &'static str)>) {
    let mut wrong = Vec::new();
    for (fixture, expected) in cases {
        let errors = fixture.errors();
        if errors.len() != 1 || !errors[0].starts_with(expected) {
            wrong.push(format!(
                "expected {expected}\n     got {}\n{}",
                errors.join("\n         "),
                fixture.xml()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// All there is to say about a configuration, as `line:column: severity: message | help`; but for lints, and for the characters
/// that are sent as one byte.
fn findings(fixture: &Fixture) -> Vec<String> {
    let checked = check(&Source::Stdin(fixture.xml().into_bytes()), &fixture.settings);
    let told = checked.diagnostics.iter().filter(|found| !found.code().to_string().starts_with("TP1"));
    let shown = told.map(plain).filter(|found| !found.contains("are sent as one byte"));
    shown.map(|found| found.replacen("stdin:", "", 1).replace("\n  help: ", " | ")).collect()
}

/// A configuration and all that is said about it.
type Case = (Fixture, &'static [&'static str]);

/// Texts and all that is said about each.
type Said = &'static [(&'static str, &'static [&'static str])];

/// Checks that exactly these things are said, each up to the length of what is expected; the advice to take something out is
/// the same everywhere.
fn said(cases: impl IntoIterator<Item = Case>) {
    let mut wrong = Vec::new();
    for (fixture, expected) in cases {
        let found = findings(&fixture);
        let same = found.len() == expected.len()
            && found.iter().zip(expected).all(|(found, expected)| found.starts_with(expected));
        if !same {
            let (found, expected) = (found.join("\n      "), expected.join("\n      "));
            wrong.push(format!("{}\n  found\n      {found}\n  expected\n      {expected}", fixture.sessions));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Cases that differ in one text.
fn list(make: impl Fn(&str) -> Fixture, cases: Said) -> Vec<Case> {
    cases.iter().map(|(text, expected)| (make(text), *expected)).collect()
}

/// A request with something in it besides its `<http>`.
fn with(inside: &str) -> Fixture {
    session(&format!("<request>{inside}<http url=\"/\"/></request>"))
}

/// A session of another type.
fn of_type(session_type: &str, steps: &str) -> Fixture {
    let mut fixture = session(steps);
    fixture.sessions = fixture.sessions.replacen("ts_http", session_type, 1);
    fixture
}
