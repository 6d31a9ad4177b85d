//! What is done with responses: `<dyn_variable>` and `<match>`.

use super::Name;
use super::session::Reader;
use crate::diagnostic::Scenario;
use crate::source::Span;
use crate::xml::{Attribute, Element, Spanned};

/// `<dyn_variable>`.
#[derive(Debug)]
pub(crate) struct DynVariable {
    pub(crate) at: Span,
    pub(crate) name: Name,
    pub(crate) expression: Expression,
    pub(crate) decode_html: bool,
}

/// How a `<dyn_variable>` finds its value.
#[derive(Debug)]
pub(crate) enum Expression {
    /// The form field of that name.
    Field,
    Regex(Attribute),
    Header(Spanned<String>),
    Xpath(Attribute),
    JsonPath(Attribute),
    /// A place in the rows of a PostgreSQL response.
    Pgsql,
}

/// `<match>`.
#[derive(Debug)]
pub(crate) struct Match {
    pub(crate) at: Span,
    pub(crate) text: Spanned<String>,
    pub(crate) action: String,
    pub(crate) when_found: bool,
    pub(crate) subst: bool,
    pub(crate) name: String,
    pub(crate) loop_back: Spanned<u64>,
    pub(crate) loops_max: Spanned<u64>,
    pub(crate) sleep_secs: Spanned<u64>,
    pub(crate) restarts_max: Spanned<u64>,
    /// The text is looked for behind the header lines.
    pub(crate) skip_headers: bool,
    /// `module:function` that the response goes through first.
    pub(crate) apply_to_content: Option<Attribute>,
}

/// Attributes that say how a value is found.
const EXPRESSIONS: [&str; 5] = ["re", "header", "xpath", "jsonpath", "pgsql_expr"];

impl DynVariable {
    pub(super) fn read(element: &Element, reader: &mut Reader<'_, '_>) -> Option<Self> {
        element.sound()?;
        let name = element.name_value("name")?;
        if name.value.is_empty() || name.value.contains('\'') {
            reader.report.error(name.at, Scenario::VariableName { name: name.value });
            return None;
        }
        if let Some(ignored) = element.written("regexp") {
            reader.report.warn(ignored.at, Scenario::RegexpAttribute);
        }
        let mut written: Vec<&Attribute> =
            EXPRESSIONS.iter().filter_map(|name| element.attribute(name)).collect();
        written.sort_by_key(|attribute| attribute.at);
        if let Some(second) = written.get(1) {
            reader.report.error(second.at, Scenario::TwoExpressions);
        }
        let expression = written.first().map_or(Expression::Field, |attribute| Expression::of(attribute));
        if let (Expression::Pgsql, Some(speaks)) = (&expression, reader.speaks)
            && speaks.request != "pgsql"
        {
            let at = written.first().map_or(element.at, |attribute| attribute.at);
            reader.report.error(at, Scenario::PgsqlExpression { session_type: speaks.name });
        }
        let decode_html = element.value("decode")?.value == "html_entities";
        Some(Self { at: element.at, name, expression, decode_html })
    }
}

impl Expression {
    fn of(attribute: &Attribute) -> Self {
        match attribute.name {
            "re" => Self::Regex(attribute.clone()),
            "header" => Self::Header(Spanned::new(attribute.value.clone(), attribute.at)),
            "xpath" => Self::Xpath(attribute.clone()),
            "jsonpath" => Self::JsonPath(attribute.clone()),
            _ => Self::Pgsql,
        }
    }
}

impl Match {
    pub(super) fn read(element: &Element) -> Option<Self> {
        let text = element.text.as_ref();
        let text = text.cloned().unwrap_or_else(|| Spanned::new(String::new(), element.at));
        Some(Self {
            at: element.at,
            text,
            action: element.value("do")?.value.to_owned(),
            when_found: element.value("when")?.value == "match",
            subst: element.is_true("subst"),
            name: element.name_value("name")?.value,
            loop_back: element.integer("loop_back")?,
            loops_max: element.integer("max_loop")?,
            sleep_secs: element.integer("sleep_loop")?,
            restarts_max: element.integer("max_restart")?,
            skip_headers: element.value("skip_headers")?.value == "http",
            apply_to_content: element.attribute("apply_to_content").cloned(),
        })
    }
}
