//! Lints: what is right and runs, and is probably not what was meant. Only `check` shows them.
//!
//! Each file looks for one kind of slip in the tree of checked elements, so a lint also speaks of what cannot be run yet. A lint
//! that cries wolf is worse than none: where something is not known, they are silent.

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

use crate::diagnostic::Report;
use crate::xml::Element;

/// Reports the lints of a configuration. `document` is the text that places point into.
pub(crate) fn judge(root: &Element, document: &str, report: &mut Report<'_>) {
    load::judge(root, report);
    loops::judge(root, report);
    tls::judge(root, report);
    for session in sessions(root) {
        substitution::judge(session, document, report);
        variables::judge(session, report);
        transactions::judge(&session.children, None, report);
        versions::judge(session, report);
        for request in session.descendants().filter(|step| step.name() == "request") {
            matches::judge(request, report);
            headers::judge(request, report);
            extraction::judge(request, report);
        }
    }
}

fn sessions(root: &Element) -> impl Iterator<Item = &Element> {
    root.children_named("sessions").flat_map(|sessions| sessions.children_named("session"))
}
