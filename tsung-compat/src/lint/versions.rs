//! What Tsung 1.7 and 1.8 do differently: here it is done as in 1.8, and users may come from 1.7.

use crate::diagnostic::{Difference, Lint, Report};
use crate::source::Span;
use crate::table::OPERATORS;
use crate::xml::{Attribute, Element};

pub(super) fn judge(session: &Element, report: &mut Report<'_>) {
    for element in session.descendants() {
        match element.name() {
            "if" => {
                operators(element, report);
                let mut operands = OPERATORS.iter();
                if let Some(operand) =
                    operands.find_map(|name| element.attribute(name).filter(|it| has_variable(it)))
                {
                    differs(operand.at, Difference::IfOperand, report);
                }
            }
            "while" | "until" => operators(element, report),
            "http" => http(element, report),
            "request" => variables(element, report),
            "setdynvars" => {
                if let Some(source) =
                    element.written("sourcetype").filter(|source| source.value == "local_file")
                {
                    differs(source.at, Difference::LocalFile, report);
                }
            }
            _ => {}
        }
    }
}

fn differs(at: Span, difference: Difference, report: &mut Report<'_>) {
    report.lint(at, Lint::VersionsDiffer { difference });
}

fn operators(element: &Element, report: &mut Report<'_>) {
    for (operator, as_operator) in [("gte", "gt"), ("lte", "lt")] {
        if let Some(written) = element.attribute(operator) {
            report.lint(written.at, Lint::GteLte { operator, as_operator });
        }
    }
}

fn has_variable(attribute: &Attribute) -> bool {
    attribute.value.contains("%%_")
}

fn http(element: &Element, report: &mut Report<'_>) {
    if let Some(method) = element.written("method") {
        match method.value {
            "PURGE" => differs(method.at, Difference::Purge, report),
            "HEAD" => differs(method.at, Difference::Head, report),
            _ => {}
        }
    }
    if let Some(url) = element.attribute("url").filter(|url| has_bare_query(&url.value)) {
        differs(url.at, Difference::HostQuery, report);
    }
}

/// `http://host?query`: there is no path. No version of Tsung takes that with a port.
pub(crate) fn has_bare_query(url: &str) -> bool {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    rest.and_then(|rest| Some((rest, rest.find(['/', '?'])?))).is_some_and(|(rest, end)| {
        let (host, after) = rest.split_at(end);
        let port = host.rsplit(']').next().is_some_and(|after_address| after_address.contains(':'));
        after.starts_with('?') && !port
    })
}

fn variables(request: &Element, report: &mut Report<'_>) {
    let all = request.value("subst").is_some_and(|subst| subst.value == "true");
    for variable in request.children_named("dyn_variable") {
        if let Some(path) = variable.attribute("jsonpath").filter(|path| all && has_variable(path)) {
            differs(path.at, Difference::JsonPath, report);
        }
        if let Some(header) = variable.attribute("header").filter(|header| header.value.contains('/')) {
            differs(header.at, Difference::Parameter, report);
        }
    }
}
