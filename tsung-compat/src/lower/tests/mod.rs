//! What configurations lower to, rule by rule.

mod load;
mod machines;
mod options;
mod responses;
mod setup;
mod steps;
mod think;

use crate::fixture::Fixture;

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
