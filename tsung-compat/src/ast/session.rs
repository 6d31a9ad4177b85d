//! Sessions and their steps.

use parrot_core::plan::Comparison;

use super::{Http, Name};
use crate::diagnostic::{Arrival, Language, Report, Scenario};
use crate::source::Span;
use crate::xml::{Attribute, Element, Spanned};

/// `<session>`.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) at: Span,
    pub(crate) name: Spanned<String>,
    /// `None` when it is broken.
    pub(crate) popularity: Option<Popularity>,
    pub(crate) persistent: bool,
    pub(crate) steps: Vec<Step>,
}

/// How often a session is chosen.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Popularity {
    Probability(Spanned<f64>),
    Weight(Spanned<f64>),
}

/// One step.
#[derive(Debug)]
pub(crate) enum Step {
    Request(Box<Request>),
    Think(Think),
    /// `<thinktime value="wait_global"/>`.
    Barrier {
        at: Span,
    },
    /// `<interaction>`.
    Interaction {
        at: Span,
        name: Name,
        receives: bool,
    },
    /// `<abort>`.
    Abort {
        at: Span,
        everything: bool,
    },
    Transaction {
        at: Span,
        name: Name,
        steps: Vec<Self>,
    },
    SetVariables(SetVariables),
    For {
        at: Span,
        variable: Name,
        from: Spanned<String>,
        to: Spanned<String>,
        increment: u64,
        steps: Vec<Self>,
    },
    Repeat(Repeat),
    If {
        at: Span,
        condition: Condition,
        steps: Vec<Self>,
    },
}

/// `<repeat>`.
#[derive(Debug)]
pub(crate) struct Repeat {
    pub(crate) name: Name,
    pub(crate) rounds_max: u64,
    pub(crate) steps: Vec<Step>,
    /// The place and test of its `while` (true) or `until` (false).
    pub(crate) test: (Span, bool, Condition),
}

/// Whether `%%` is replaced.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Subst {
    Off,
    All,
    AllExceptBody,
}

/// `<request>`.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) at: Span,
    pub(crate) subst: Subst,
    /// Empty is none.
    pub(crate) tag: String,
    pub(crate) http: Http,
    pub(crate) variables: Vec<DynVariable>,
    pub(crate) matches: Vec<Match>,
}

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
}

/// `<thinktime>`.
#[derive(Debug)]
pub(crate) struct Think {
    pub(crate) at: Span,
    pub(crate) value: Option<Spanned<String>>,
    pub(crate) min: Option<Spanned<u64>>,
    pub(crate) max: Option<Spanned<u64>>,
    pub(crate) random: Option<bool>,
}

/// `<setdynvars>`.
#[derive(Debug)]
pub(crate) struct SetVariables {
    pub(crate) at: Span,
    pub(crate) names: Vec<Name>,
    pub(crate) source: Variables,
}

/// Where `<setdynvars>` takes its values from.
#[derive(Debug)]
pub(crate) enum Variables {
    RandomString { length: Spanned<u64> },
    ConstantString { length: Spanned<u64> },
    RandomNumber { start: Spanned<u64>, end: Spanned<u64> },
    File { id: Name, random: bool, delimiter: Spanned<String> },
    Value(String),
    Server,
}

/// A test of a variable.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) variable: Name,
    pub(crate) comparison: Comparison,
    pub(crate) operand: Spanned<String>,
}

impl Session {
    pub(super) fn read(mut element: Element, report: &mut Report<'_>) -> Option<Self> {
        let children = std::mem::take(&mut element.children);
        Some(Self {
            at: element.at,
            name: element.string("name")?,
            popularity: Popularity::read(&element, report),
            persistent: element.is_true("persistent"),
            steps: children.into_iter().filter_map(|step| Step::read(&step, report)).collect(),
        })
    }
}

impl Popularity {
    pub(super) fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        element.sound()?;
        match (element.number("probability"), element.number("weight")) {
            (Some(probability), None) => Some(Self::Probability(probability)),
            (None, Some(weight)) => Some(Self::Weight(weight)),
            (Some(_), Some(weight)) => {
                report.error(weight.at, Arrival::ProbabilityAndWeight { element: element.name() });
                None
            }
            (None, None) => {
                report.error(element.at, Arrival::NoPopularity { element: element.name() });
                None
            }
        }
    }
}

impl Step {
    fn read_all(elements: &[Element], report: &mut Report<'_>) -> Vec<Self> {
        elements.iter().filter_map(|element| Self::read(element, report)).collect()
    }

    fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        let at = element.at;
        match element.name() {
            "request" => Request::read(element, report).map(|request| Self::Request(Box::new(request))),
            "thinktime" => {
                let think = Think::read(element.sound()?);
                let waits = think.value.as_ref().is_some_and(|value| value.value.trim() == "wait_global");
                Some(if waits { Self::Barrier { at } } else { Self::Think(think) })
            }
            "interaction" => Some(Self::Interaction {
                at,
                name: element.name_value("id")?,
                receives: element.value("action")?.value == "receive",
            }),
            "abort" => Some(Self::Abort { at, everything: element.value("type")?.value == "all" }),
            "transaction" => {
                let steps = Self::read_all(&element.children, report);
                Some(Self::Transaction { at, name: element.name_value("name")?, steps })
            }
            "setdynvars" => SetVariables::read(element, report).map(Self::SetVariables),
            "for" => {
                let steps = Self::read_all(&element.children, report);
                Some(Self::For {
                    at,
                    variable: element.name_value("var")?,
                    from: element.name_value("from")?,
                    to: element.name_value("to")?,
                    increment: element.integer("incr")?.value,
                    steps,
                })
            }
            "repeat" => Repeat::read(element, report).map(Self::Repeat),
            "if" => {
                let (tests, steps) = element.children.iter().partition::<Vec<&Element>, _>(is_test);
                for test in tests {
                    report.warn(test.at, Scenario::TestInIf { element: test.name() });
                }
                let steps = steps.into_iter().filter_map(|step| Self::read(step, report)).collect();
                Some(Self::If { at, condition: Condition::read(element, report)?, steps })
            }
            _ => None,
        }
    }
}

fn is_test(element: &&Element) -> bool {
    matches!(element.name(), "while" | "until")
}

impl Repeat {
    fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        let steps = element.children.iter().filter(|child| !is_test(child));
        let steps = steps.filter_map(|step| Step::read(step, report)).collect();
        let last = element.children.last().filter(is_test);
        let mut tests = element.children.iter().filter(is_test);
        if let Some(other) = tests.find(|test| !last.is_some_and(|last| std::ptr::eq(*test, last))) {
            report.error(other.at, Scenario::TestNotLast { element: other.name() });
            return None;
        }
        let Some(test) = last else {
            report.error(element.at, Scenario::RepeatWithoutTest);
            return None;
        };
        Some(Self {
            name: element.name_value("name")?,
            rounds_max: element.integer("max_repeat")?.value,
            steps,
            test: (test.at, test.name() == "while", Condition::read(test, report)?),
        })
    }
}

impl Condition {
    fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        const OPERATORS: [(&str, Comparison); 6] = [
            ("eq", Comparison::Eq),
            ("neq", Comparison::Neq),
            ("gt", Comparison::Gt),
            ("gte", Comparison::Gte),
            ("lt", Comparison::Lt),
            ("lte", Comparison::Lte),
        ];
        element.sound()?;
        let written: Vec<_> = OPERATORS
            .into_iter()
            .filter_map(|(name, comparison)| Some((comparison, element.string(name)?)))
            .collect();
        let variable = element.name_value("var")?;
        match <[_; 1]>::try_from(written) {
            Ok([(comparison, operand)]) => Some(Self { variable, comparison, operand }),
            Err(written) => {
                let (element_name, count) = (element.name(), written.len());
                report.error(element.at, Scenario::OperatorCount { element: element_name, count });
                None
            }
        }
    }
}

impl Request {
    fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        let subst = match element.value("subst")?.value {
            "true" => Subst::All,
            "all_except_body" => Subst::AllExceptBody,
            _ => Subst::Off,
        };
        let variables =
            element.children_named("dyn_variable").filter_map(|variable| DynVariable::read(variable, report));
        let variables = variables.collect();
        let mut requests = element.children_named("http");
        let first = requests.next();
        if let Some(second) = requests.next() {
            report.error(second.at, Scenario::SecondInRequest);
        }
        let Some(http) = first else {
            let foreign =
                element.children.iter().find(|child| !matches!(child.name(), "match" | "dyn_variable"));
            if let Some(foreign) = foreign {
                let what = format!("<{}>", foreign.name());
                report.error(foreign.at, Language::OtherProtocol { what });
            } else if !element.refused_children {
                // A refused protocol element has been reported; a request that never had one has not.
                report.error(element.at, Scenario::EmptyRequest);
            }
            return None;
        };
        Some(Self {
            at: element.at,
            subst,
            tag: element.value("tag")?.value.trim().to_owned(),
            http: Http::read(http, report)?,
            variables,
            matches: element.children_named("match").filter_map(Match::read).collect(),
        })
    }
}

impl DynVariable {
    fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        element.sound()?;
        let name = element.name_value("name")?;
        if name.value.is_empty() || name.value.contains('\'') {
            report.error(name.at, Scenario::VariableName { name: name.value });
            return None;
        }
        if let Some(ignored) = element.written("regexp") {
            report.warn(ignored.at, Scenario::RegexpAttribute);
        }
        let expression = match (element.attribute("re"), element.string("header")) {
            (Some(_), Some(header)) => {
                report.error(header.at, Scenario::TwoExpressions);
                return None;
            }
            (Some(re), None) => Expression::Regex(re.clone()),
            (None, Some(header)) => Expression::Header(header),
            (None, None) => Expression::Field,
        };
        let decode_html = element.value("decode")?.value == "html_entities";
        Some(Self { at: element.at, name, expression, decode_html })
    }
}

impl Match {
    fn read(element: &Element) -> Option<Self> {
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
        })
    }
}

impl Think {
    fn read(element: &Element) -> Self {
        Self {
            at: element.at,
            value: element.string("value"),
            min: element.integer("min"),
            max: element.integer("max"),
            random: element.value("random").map(|value| value.value == "true"),
        }
    }
}

impl SetVariables {
    fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        let names =
            element.children_named("var").filter_map(|variable| variable.name_value("name")).collect();
        element.sound()?;
        let source = match element.value("sourcetype")?.value {
            "random_string" => Variables::RandomString { length: element.integer("length")? },
            "urandom_string" => Variables::ConstantString { length: element.integer("length")? },
            "random_number" => {
                Variables::RandomNumber { start: element.integer("start")?, end: element.integer("end")? }
            }
            "file" => {
                let Some(id) = element.name_value("fileid") else {
                    report.error(element.at, Scenario::NoFileId);
                    return None;
                };
                let random = element.value("order")?.value == "random";
                Variables::File { id, random, delimiter: element.string("delimiter")? }
            }
            "value" => Variables::Value(element.value("value")?.value.to_owned()),
            _ => Variables::Server,
        };
        Some(Self { at: element.at, names, source })
    }
}
