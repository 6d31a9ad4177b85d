//! Comparisons of numbers with what is none.

use crate::diagnostic::{Lint, Report};
use crate::xml::Element;

pub(super) fn judge(session: &Element, report: &mut Report<'_>) {
    for test in session.descendants().filter(|step| matches!(step.name(), "if" | "while" | "until")) {
        for operator in ["gt", "gte", "lt", "lte"] {
            let Some(operand) = test.attribute(operator) else { continue };
            // What a variable holds is not known; that loops put none in is a lint of its own.
            if !operand.value.contains("%%") && !is_number(&operand.value) {
                let (element, operand_text) = (test.name(), operand.value.clone());
                report.lint(operand.at, Lint::NotANumber { element, operator, operand: operand_text });
            }
        }
    }
}

/// Whether Erlang reads a text as a number: an integer, or digits on both sides of the point, an exponent only after that.
fn is_number(text: &str) -> bool {
    let unsigned = |text| str::strip_prefix(text, ['+', '-']).unwrap_or(text);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match unsigned(text).split_once('.') {
        None => digits(unsigned(text)),
        Some((whole, fraction)) => {
            let (fraction, exponent) = fraction.split_once(['e', 'E']).unwrap_or((fraction, "0"));
            digits(whole) && digits(fraction) && digits(unsigned(exponent))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_erlang() {
        for text in ["0", "10", "-3", "+3", "1.5", "-1.0e3", "1.0E-3"] {
            assert!(is_number(text), "{text:?}");
        }
        for text in ["", " 1", "1 ", "abc", "1e3", ".5", "5.", "0x1", "1.0e", "--1"] {
            assert!(!is_number(text), "{text:?}");
        }
    }
}
