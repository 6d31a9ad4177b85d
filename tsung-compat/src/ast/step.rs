//! The steps of a session.

use parrot_core::plan::Comparison;

use super::session::Reader;
use super::{ChangeType, Name, Request, SetOption, SetVariables};
use crate::diagnostic::Scenario;
use crate::source::Span;
use crate::xml::{Attribute, Element, Spanned};

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
    ForEach(ForEach),
    Repeat(Repeat),
    If {
        at: Span,
        condition: Condition,
        steps: Vec<Self>,
    },
    ChangeType(ChangeType),
    SetOption(SetOption),
    /// A step with a mistake, which has been reported: it keeps its numbers, and what is inside it is judged too.
    Refused {
        before: u32,
        /// The variable that it would set.
        sets: Option<Name>,
        steps: Vec<Self>,
        after: u32,
    },
}

/// `<foreach>`.
#[derive(Debug)]
pub(crate) struct ForEach {
    pub(crate) at: Span,
    /// The variable that takes each element.
    pub(crate) variable: Name,
    /// The variable with the list.
    pub(crate) list: Name,
    pub(crate) include: Option<Attribute>,
    pub(crate) exclude: Option<Attribute>,
    pub(crate) steps: Vec<Step>,
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

/// `<thinktime>`.
#[derive(Debug)]
pub(crate) struct Think {
    pub(crate) at: Span,
    pub(crate) value: Option<Spanned<String>>,
    pub(crate) min: Option<Spanned<u64>>,
    pub(crate) max: Option<Spanned<u64>>,
    pub(crate) random: Option<bool>,
}

/// A test of a variable.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) variable: Name,
    pub(crate) comparison: Comparison,
    pub(crate) operand: Spanned<String>,
}

impl Reader<'_, '_> {
    fn steps(&mut self, elements: &[Element]) -> Vec<Step> {
        elements.iter().filter_map(|element| self.step(element)).collect()
    }

    pub(super) fn step(&mut self, element: &Element) -> Option<Step> {
        let (before, after) = match element.name() {
            "transaction" | "for" | "foreach" => (1, 1),
            "repeat" => (0, 1),
            "while" | "until" => return None,
            _ => (1, 0),
        };
        // What is inside comes first: it is judged whatever the element itself is like.
        let steps = match element.name() {
            "transaction" | "for" | "foreach" | "repeat" | "if" => self.steps(&element.children),
            _ => Vec::new(),
        };
        Some(match self.sound_step(element, steps) {
            Ok(step) => step,
            Err(steps) => Step::Refused { before, sets: variable_of(element), steps, after },
        })
    }

    /// Gives back the steps inside when it is not sound.
    fn sound_step(&mut self, element: &Element, steps: Vec<Step>) -> Result<Step, Vec<Step>> {
        match element.name() {
            "transaction" => match element.name_value("name") {
                Some(name) => Ok(Step::Transaction { at: element.at, name, steps }),
                None => Err(steps),
            },
            "for" => self.for_loop(element, steps),
            "foreach" => self.for_each(element, steps),
            "repeat" => self.repeat(element, steps),
            "if" => self.condition_of_if(element, steps),
            _ => self.plain_step(element).ok_or(steps),
        }
    }

    /// A step that holds no others.
    fn plain_step(&mut self, element: &Element) -> Option<Step> {
        let at = element.at;
        Some(match element.name() {
            "request" => Step::Request(Box::new(Request::read(element, self))),
            "thinktime" => {
                let think = Think::read(element.sound()?);
                let waits = think.value.as_ref().is_some_and(|value| value.value.trim() == "wait_global");
                if waits { Step::Barrier { at } } else { Step::Think(think) }
            }
            "interaction" => {
                let name = element.name_value("id")?;
                Step::Interaction { at, name, receives: element.value("action")?.value == "receive" }
            }
            "abort" => Step::Abort { at, everything: element.value("type")?.value == "all" },
            "setdynvars" => Step::SetVariables(SetVariables::read(element, self.report)),
            "change_type" => Step::ChangeType(ChangeType::read(element, self)?),
            "set_option" => Step::SetOption(SetOption::read(element, self.report)?),
            _ => return None,
        })
    }

    fn for_loop(&mut self, element: &Element, steps: Vec<Step>) -> Result<Step, Vec<Step>> {
        let read = || {
            let (variable, from) = (element.name_value("var")?, element.name_value("from")?);
            Some((variable, from, element.name_value("to")?, element.integer("incr")?))
        };
        let Some((variable, from, to, increment)) = read() else {
            return Err(steps);
        };
        if increment.value == 0 {
            self.report.warn(increment.at, Scenario::EndlessFor);
        }
        Ok(Step::For { at: element.at, variable, from, to, increment: increment.value, steps })
    }

    fn for_each(&mut self, element: &Element, steps: Vec<Step>) -> Result<Step, Vec<Step>> {
        let (Some(variable), Some(list)) = (element.name_value("name"), element.name_value("in")) else {
            return Err(steps);
        };
        let (include, exclude) = (element.attribute("include"), element.attribute("exclude"));
        if let (Some(_), Some(exclude)) = (include, exclude) {
            self.report.warn(exclude.at, Scenario::ExcludeIgnored);
        }
        let (include, exclude) = (include.cloned(), exclude.cloned());
        Ok(Step::ForEach(ForEach { at: element.at, variable, list, include, exclude, steps }))
    }

    fn repeat(&mut self, element: &Element, steps: Vec<Step>) -> Result<Step, Vec<Step>> {
        let Some(test) = self.test_of_repeat(element) else {
            return Err(steps);
        };
        match (element.name_value("name"), element.integer("max_repeat")) {
            (Some(name), Some(rounds_max)) => {
                Ok(Step::Repeat(Repeat { name, rounds_max: rounds_max.value, steps, test }))
            }
            _ => Err(steps),
        }
    }

    fn test_of_repeat(&mut self, element: &Element) -> Option<(Span, bool, Condition)> {
        let last = element.children.last().filter(is_test);
        let mut tests = element.children.iter().filter(is_test);
        if let Some(other) = tests.find(|test| !last.is_some_and(|last| std::ptr::eq(*test, last))) {
            self.report.error(other.at, Scenario::TestNotLast { element: other.name() });
            return None;
        }
        let Some(test) = last else {
            // A test that was refused may have been there.
            if !element.refused_children {
                self.report.error(element.at, Scenario::RepeatWithoutTest);
            }
            return None;
        };
        Some((test.at, test.name() == "while", self.condition(test)?))
    }

    fn condition_of_if(&mut self, element: &Element, steps: Vec<Step>) -> Result<Step, Vec<Step>> {
        for test in element.children.iter().filter(is_test) {
            self.report.warn(test.at, Scenario::TestInIf { element: test.name() });
        }
        match self.condition(element) {
            Some(condition) => Ok(Step::If { at: element.at, condition, steps }),
            None => Err(steps),
        }
    }

    fn condition(&mut self, element: &Element) -> Option<Condition> {
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
            Ok([(comparison, operand)]) => Some(Condition { variable, comparison, operand }),
            Err(written) => {
                let (element_name, count) = (element.name(), written.len());
                self.report.error(element.at, Scenario::OperatorCount { element: element_name, count });
                None
            }
        }
    }
}

/// The variable that counts a loop.
fn variable_of(element: &Element) -> Option<Name> {
    match element.name() {
        "for" => element.name_value("var"),
        "foreach" | "repeat" => element.name_value("name"),
        _ => None,
    }
}

fn is_test(element: &&Element) -> bool {
    matches!(element.name(), "while" | "until")
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
