//! Comparisons of numbers with what is none.

use parrot_core::user::erlang_number;

use crate::diagnostic::{Lint, Report};
use crate::xml::Element;

pub(super) fn judge(session: &Element, report: &mut Report<'_>) {
    for test in session.descendants().filter(|step| matches!(step.name(), "if" | "while" | "until")) {
        for operator in ["gt", "gte", "lt", "lte"] {
            let Some(operand) = test.attribute(operator) else { continue };
            // What a variable holds is not known; that loops put none in is a lint of its own.
            if !operand.value.contains("%%") && erlang_number(operand.value.as_bytes()).is_none() {
                let (element, operand_text) = (test.name(), operand.value.clone());
                report.lint(operand.at, Lint::NotANumber { element, operator, operand: operand_text });
            }
        }
    }
}
