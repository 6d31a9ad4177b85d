//! What is done with responses: `<match>` and `<dyn_variable>`.

use parrot_core::plan::{DynVariable, Extraction, Match, MatchAction, Pattern, Template};
use parrot_core::time::Nanos;

use super::session::Steps;
use super::{expressions, functions, place};
use crate::ast::{self, Expression, Subst};
use crate::diagnostic::{Language, Scenario};
use crate::limits;
use crate::table::Caller;
use crate::xml::{Attribute, Spanned};

/// A `<match>` of the request that becomes the next op.
pub(super) fn lower_match(written: &ast::Match, steps: &mut Steps<'_, '_, '_>) -> Option<Match> {
    let text = written.text.value.trim_matches([' ', '\n']);
    let bytes = steps.context.text.bytes(text);
    let at = written.text.at;
    let pattern = if written.subst {
        let template = steps.template_of_bytes(&bytes, at);
        match template.as_text() {
            Some(text) => Pattern::Fixed(text.to_vec()),
            None => Pattern::Template(template),
        }
    } else {
        Pattern::Fixed(bytes)
    };
    if let Pattern::Fixed(pattern) = &pattern {
        let (document, bytes_of) = (steps.context.document, steps.context.text);
        let place = |offset| {
            let blank = written.text.value.find(text).unwrap_or_default();
            let blank = bytes_of.bytes(&written.text.value[..blank]).len();
            place::of_byte(document, at, &written.text.value, bytes_of, blank + offset)
        };
        steps.context.patterns.check(pattern, text, place, steps.context.report);
    }
    let action = action(written, steps)?;
    if let Some(function) = &written.apply_to_content {
        functions::check(function, Caller::Content, steps.context.report);
    }
    let name = (written.name != "-").then(|| written.name.clone());
    Some(Match { pattern, when_found: written.when_found, action, name, place: steps.place(written.at) })
}

fn action(written: &ast::Match, steps: &mut Steps<'_, '_, '_>) -> Option<MatchAction> {
    Some(match written.action.as_str() {
        "log" => MatchAction::Log,
        "dump" => MatchAction::Dump,
        "abort" => MatchAction::Abort,
        "abort_test" => MatchAction::AbortRun,
        "restart" => MatchAction::Restart { rounds_max: small(written.restarts_max, steps)? },
        "loop" => {
            let back = small(written.loop_back, steps)?;
            let before = steps.actions;
            if back > before && !steps.steps_missing {
                let problem = Scenario::LoopBackTooFar { back, before };
                steps.context.report.error(written.loop_back.at, problem);
                return None;
            }
            if written.sleep_secs.value > limits::SECONDS_MAX {
                steps.context.report.error(written.sleep_secs.at, Language::TooLong);
                return None;
            }
            let sleep = Nanos::from_secs(written.sleep_secs.value);
            MatchAction::Loop { back, rounds_max: small(written.loops_max, steps)?, sleep }
        }
        _ => MatchAction::Continue,
    })
}

fn small(number: Spanned<u64>, steps: &mut Steps<'_, '_, '_>) -> Option<u32> {
    let small = u32::try_from(number.value).ok();
    if small.is_none() {
        steps.context.report.error(number.at, Language::NumberTooLarge { number: number.value });
    }
    small
}

/// A `<dyn_variable>` of a request with this `subst`.
pub(super) fn lower_variable(
    written: &ast::DynVariable,
    subst: Subst,
    steps: &mut Steps<'_, '_, '_>,
) -> Option<DynVariable> {
    let slot = steps.variables.set(&written.name.value);
    let text = steps.context.text;
    let (extraction, decodable) = match &written.expression {
        Expression::Field => {
            let pattern = form_field(&text.bytes(&written.name.value));
            steps.context.patterns.check(
                &pattern,
                &written.name.value,
                |_| written.name.at,
                steps.context.report,
            );
            (Extraction::Regex(pattern), true)
        }
        Expression::Regex(attribute) => {
            steps.check_pattern(attribute);
            (Extraction::Regex(text.bytes(&attribute.value)), true)
        }
        Expression::Header(header) => (lower_header(header, steps)?, false),
        Expression::Xpath(path) => {
            expressions::xpath(path, steps);
            return None;
        }
        Expression::JsonPath(path) => {
            expressions::json_path(path, steps);
            (Extraction::JsonPath(lower_json_path(path, subst, steps)), false)
        }
        Expression::Pgsql => return None,
    };
    Some(DynVariable {
        slot,
        extraction,
        decode_html_entities: written.decode_html && decodable,
        place: steps.place(written.at),
    })
}

/// Tsung's rule for a variable without expression: the value of the form field of that name. The name goes in as it is.
fn form_field(name: &[u8]) -> Vec<u8> {
    let quote: &[u8] = b"[\"']";
    let between: &[u8] = b" (?:[^>]* )?";
    let value: &[u8] = b"([^\"']*)";
    [b"name=", quote, name, quote, between, b"value=", quote, value, quote].concat()
}

/// Variables in a path are replaced only where all of the request's are, and only if something stands between two `%%`.
fn lower_json_path(path: &Attribute, subst: Subst, steps: &mut Steps<'_, '_, '_>) -> Template {
    let bytes = steps.context.text.bytes(&path.value);
    let (first, last) = (path.value.find("%%"), path.value.rfind("%%"));
    let has_variable = matches!((first, last), (Some(first), Some(last)) if last > first + 2);
    if subst == Subst::All && has_variable {
        steps.template_of_bytes(&bytes, path.at)
    } else {
        Template::text(bytes)
    }
}

fn lower_header(header: &Spanned<String>, steps: &mut Steps<'_, '_, '_>) -> Option<Extraction> {
    let text = steps.context.text;
    let mut parts = header.value.splitn(3, '/');
    let (name, parameter, more) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    if more.is_some() || name.trim().is_empty() {
        let problem = Scenario::HeaderExpression { header: header.value.clone() };
        steps.context.report.error(header.at, problem);
        return None;
    }
    let parameter = parameter.map(|parameter| text.bytes(&parameter.trim().to_ascii_lowercase()));
    Some(Extraction::Header { name: text.bytes(name.trim()), parameter })
}
