//! Lints: what is right and runs, and is probably not what was meant. Only `check` shows them.
//!
//! Each file looks for one kind of slip in the tree of checked elements, so a lint also speaks of what cannot be run yet. A lint
//! that cries wolf is worse than none: where something is not known, they are silent.

mod comparisons;
mod extraction;
mod headers;
mod load;
mod loops;
mod matches;
mod substitution;
#[cfg(test)]
mod tests;
mod tls;
mod transactions;
mod variables;
mod versions;

pub(crate) use substitution::substituted_texts;
pub(crate) use versions::has_bare_query;

use std::collections::HashSet;

use crate::diagnostic::{Lint, Report};
use crate::lower::SessionNames;
use crate::xml::Element;

/// Reports the lints of a configuration. `document` is the text that places point into.
pub(crate) fn judge(root: &Element, document: &str, report: &mut Report<'_>) {
    load::judge(root, report);
    loops::judge(root, report);
    tls::judge(root, report);
    one_name(root, report);
    for session in sessions(root) {
        substitution::judge(session, document, report);
        variables::judge(session, report);
        comparisons::judge(session, report);
        transactions::judge(&session.children, None, report);
        versions::judge(session, report);
        for request in session.descendants().filter(|step| step.name() == "request") {
            matches::judge(request, report);
            headers::judge(request, report);
            extraction::judge(request, report);
        }
    }
}

/// Sessions of one name: what is looked up by it is the last of them. Where a `<user>` names them, a warning says so.
fn one_name(root: &Element, report: &mut Report<'_>) {
    let written: Vec<_> = sessions(root).filter_map(|session| session.written("name")).collect();
    let mut names = SessionNames::new(written.iter().map(|name| name.value));
    let mut told = vec![false; written.len()];
    let users = root.children_named("load").flat_map(|load| load.children_named("user"));
    for pattern in users.filter_map(|user| user.value("session")) {
        // Patterns that cannot be followed are an error of their own.
        let Ok(sessions) = names.matching(pattern.value) else { return };
        sessions.iter().for_each(|&session| told[session] = true);
    }
    let mut seen = HashSet::new();
    for (name, told) in written.into_iter().zip(told) {
        if !seen.insert(name.value.trim()) && !told {
            report.lint(name.at, Lint::SessionTwice { session: name.value.trim().to_owned() });
        }
    }
}

fn sessions(root: &Element) -> impl Iterator<Item = &Element> {
    root.children_named("sessions").flat_map(|sessions| sessions.children_named("session"))
}
