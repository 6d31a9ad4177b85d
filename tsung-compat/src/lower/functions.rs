//! Names of Erlang functions: Tsung's own and those of private modules, of which nothing but the name is known.

use crate::diagnostic::{Expression, Language, Report};
use crate::erlang;
use crate::source::Span;
use crate::table::{Caller, calls, functions_of, is_module};
use crate::xml::Attribute;

/// An attribute that names a function. That it cannot be run yet is said by the table.
pub(super) fn check(attribute: &Attribute, caller: Caller, report: &mut Report<'_>) {
    let written = attribute.value.trim();
    let mut colons = written.match_indices(':').map(|(at, _)| (&written[..at], &written[at + 1..]));
    match colons.find_map(|(module, function)| Some((erlang::atom(module)?, erlang::atom(function)?))) {
        Some((module, function)) => {
            if !calls(caller, module, function) {
                unknown(module, function, caller, attribute.at, report);
            }
        }
        None => {
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
        unknown(module, function, Caller::User, at, report);
    }
}

/// A function that Tsung does not have: of a module of its own, or of a private one.
fn unknown(module: &str, function: &str, caller: Caller, at: Span, report: &mut Report<'_>) {
    let is_tsungs = is_module(module);
    let function = format!("{module}:{function}");
    let known: Vec<String> = functions_of(caller).collect();
    let suggestion = report.closest(&function, known.iter().map(String::as_str));
    if is_tsungs {
        report.error(at, Expression::NoSuchFunction { function, suggestion, known });
    } else {
        report.not_yet(at, Expression::PrivateFunction { function, suggestion });
    }
}
