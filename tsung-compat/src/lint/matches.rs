//! Matches that an earlier match of the request leaves nothing to do, and attributes that only count on the first.
//!
//! The first match that acts in a way that leads elsewhere ends the list, so a later one sees only what those before it let pass.

use std::collections::HashSet;

use crate::diagnostic::{Chance, Lint, Report};
use crate::xml::Element;

pub(super) fn judge(request: &Element, report: &mut Report<'_>) {
    // What was refused may have acted, or may have been the first.
    if request.refused_children || request.children_named("match").any(|found| found.refused_attributes) {
        return;
    }
    without_chance(request, report);
    let mut matches = request.children_named("match");
    if let Some(first) = matches.next() {
        matches.for_each(|later| first_only(first, later, report));
    }
}

/// What a match acts on.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
struct Trigger<'a> {
    pattern: &'a str,
    subst: bool,
    when_found: bool,
}

impl<'a> Trigger<'a> {
    fn of(found: &'a Element) -> Option<Self> {
        Some(Self {
            pattern: found.text.as_ref().map_or("", |text| text.value.trim_matches([' ', '\n'])),
            subst: found.is_true("subst"),
            when_found: found.value("when")?.value == "match",
        })
    }

    /// It acts on every response.
    fn is_sure(self) -> bool {
        self.when_found
            && matches!(self.pattern, "" | ".*" | ".?" | ".*?" | "(.*)" | "(.*?)" | "^" | "$" | "()")
    }
}

fn without_chance(request: &Element, report: &mut Report<'_>) {
    let mut acted_on: HashSet<Trigger<'_>> = HashSet::new();
    let mut nothing_left = false;
    for found in request.children_named("match") {
        let (Some(trigger), Some(action)) = (Trigger::of(found), found.value("do")) else {
            continue;
        };
        let chance = if nothing_left {
            Some(Chance::NeverLooked)
        } else {
            // One that only counts goes on counting misses.
            (acted_on.contains(&trigger) && action.value != "continue").then_some(Chance::NeverLeft)
        };
        if let Some(chance) = chance {
            report.lint(found.at, Lint::MatchWithoutChance { action: action.value.to_owned(), chance });
        }
        if matches!(action.value, "abort" | "abort_test" | "restart" | "loop") {
            let opposite = Trigger { when_found: !trigger.when_found, ..trigger };
            nothing_left |= trigger.is_sure() || acted_on.contains(&opposite);
            acted_on.insert(trigger);
        }
    }
}

/// What is written on a later match and differs from what counts.
fn first_only(first: &Element, later: &Element, report: &mut Report<'_>) {
    for attribute in ["skip_headers", "apply_to_content"] {
        let counts = first.value(attribute).map(|value| value.value);
        if let Some(written) = later.written(attribute)
            && Some(written.value) != counts
        {
            report.lint(written.at, Lint::FirstMatchOnly { attribute });
        }
    }
}
