//! Expressions in attributes that are judged here and cannot be run yet, which the table says.

use super::session::Steps;
use crate::diagnostic::Expression;
use crate::xml::Attribute;
use crate::{erlang, jsonpath, xpath};

pub(super) fn xpath(attribute: &Attribute, steps: &mut Steps<'_, '_, '_>) {
    if let Err((offset, mistake)) = xpath::check(&attribute.value) {
        let at = steps.place_in(attribute, offset);
        steps.context.report.error(at, Expression::Xpath { mistake });
    }
}

pub(super) fn json_path(attribute: &Attribute, steps: &mut Steps<'_, '_, '_>) {
    for (offset, doubt) in jsonpath::doubts(&attribute.value) {
        let at = steps.place_in(attribute, offset);
        steps.context.report.warn(at, Expression::JsonPath { doubt });
    }
}

/// The code of an eval.
pub(super) fn fun(attribute: &Attribute, steps: &mut Steps<'_, '_, '_>) {
    if let Err((offset, mistake)) = erlang::check_fun(&attribute.value) {
        let at = steps.place_in(attribute, offset);
        steps.context.report.error(at, Expression::Fun { mistake });
    }
}
