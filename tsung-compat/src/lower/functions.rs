//! Names of Erlang functions: Tsung's own and those of private modules, of which nothing but the name is known.

use crate::diagnostic::{Expression, Language, Report};
use crate::source::Span;
use crate::table::{Caller, calls, functions_of};
use crate::xml::Attribute;

/// An attribute that names a function. That it cannot be run yet is said by the table.
pub(super) fn check(attribute: &Attribute, caller: Caller, report: &mut Report<'_>) {
    let written = attribute.value.trim();
    match written.split_once(':') {
        Some((module, function)) if is_name(module) && is_name(function) => {
            if !calls(caller, module, function) {
                private(module, function, caller, attribute.at, report);
            }
        }
        _ => {
            let value = attribute.value.clone();
            report.error(attribute.at, Expression::NotAFunction { attribute: attribute.name, value });
        }
    }
}

/// A `%%module:function%%` that this release does not run.
pub(super) fn not_yet(module: &str, function: &str, at: Span, report: &mut Report<'_>) {
    if calls(Caller::User, module, function) {
        report.not_yet(at, Language::NotYet { what: format!("%%{module}:{function}%%") });
    } else {
        private(module, function, Caller::User, at, report);
    }
}

fn private(module: &str, function: &str, caller: Caller, at: Span, report: &mut Report<'_>) {
    let function = format!("{module}:{function}");
    let known: Vec<String> = functions_of(caller).collect();
    let suggestion = report.closest(&function, known.iter().map(String::as_str));
    report.not_yet(at, Expression::PrivateFunction { function, suggestion });
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '@' | '.'))
}
