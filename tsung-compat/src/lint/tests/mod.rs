//! Each lint: what it speaks of, and what it leaves alone. A case is a piece of a configuration and its lints, each as its number
//! and the text that it marks.

mod load;
mod places;
mod requests;
mod variables;

use crate::fixture::{Fixture, session};
use crate::{Checked, Source, check};

/// A phase that the cases about the load start from.
const PHASE: &str = r#"<arrivalphase phase="1" duration="1" unit="minute"><users arrivalrate="1" unit="second"/></arrivalphase>"#;

/// The lints of a configuration, in the order of the document.
fn lints(fixture: &Fixture) -> Vec<String> {
    shown(&check(&Source::Stdin(fixture.xml().into_bytes()), &fixture.settings))
}

fn shown(checked: &Checked) -> Vec<String> {
    let lints = checked.diagnostics.iter().filter(|found| found.is_lint());
    let shown = lints.map(|found| {
        let excerpt = found.excerpt.as_ref().unwrap();
        let marked: String = excerpt.line.chars().skip(excerpt.before).take(excerpt.marked).collect();
        format!("{} {marked}", found.code().to_string().trim_start_matches("TP"))
    });
    shown.collect()
}

/// Steps of a session with the lints that they get.
fn cases(cases: &[(&str, &[&str])]) {
    for (steps, expected) in cases {
        assert_eq!(lints(&session(steps)), *expected, "{steps}");
    }
}

/// What a piece of a configuration gets as message, without place.
fn message(steps: &str, code: &str) -> String {
    let checked = check(&Source::Stdin(session(steps).xml().into_bytes()), &session(steps).settings);
    let found = checked.diagnostics.iter().find(|found| found.code().to_string() == code);
    found.map_or_else(String::new, crate::Diagnostic::message)
}

#[test]
fn only_check_tells_of_lints() {
    let fixture = session("<request><http url=\"/%%_x%%\"/></request>");
    assert_eq!(lints(&fixture).len(), 1);
    assert!(fixture.warnings().is_empty());
    let checked = check(&Source::Stdin(fixture.xml().into_bytes()), &fixture.settings);
    assert!(checked.loaded.is_some_and(|loaded| loaded.warnings.is_empty()));
}

#[test]
fn lints_stand_beside_errors() {
    let fixture = session("<request><http url=\"/%%_x%%\"/></request><thinktime value=\"0\"/>");
    assert_eq!(fixture.errors().len(), 1);
    assert_eq!(lints(&fixture), ["1001 %%_x%%"]);
}

#[test]
fn many_lints_leave_errors_their_room() {
    let many: String = (0..2 * crate::limits::LINTS_MAX)
        .map(|number| format!("<request><http url=\"/%%_x{number}%%\"/></request>\n"))
        .collect();
    let fixture = session(&(many + "<thinktime value=\"0\"/>"));
    let checked = check(&Source::Stdin(fixture.xml().into_bytes()), &fixture.settings);
    let (lints, others): (Vec<_>, Vec<_>) = checked.diagnostics.iter().partition(|found| found.is_lint());
    assert_eq!((lints.len(), others.len()), (crate::limits::LINTS_MAX, 1));
    assert!(checked.loaded.is_none());
}
