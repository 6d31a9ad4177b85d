//! Pauses inside transactions.

use crate::diagnostic::{Lint, Report};
use crate::xml::Element;

/// `open` is the innermost transaction around the steps.
pub(super) fn judge(steps: &[Element], open: Option<&str>, report: &mut Report<'_>) {
    for step in steps {
        match (step.name(), open) {
            ("thinktime", Some(transaction)) => {
                report.lint(step.at, Lint::ThinkInTransaction { transaction: transaction.to_owned() });
            }
            ("transaction", _) => judge(&step.children, step.value("name").map(|name| name.value), report),
            _ => judge(&step.children, open, report),
        }
    }
}
