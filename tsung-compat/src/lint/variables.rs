//! Variables that are used where no step has set them yet.
//!
//! One walk through a session in the order of the document. What a loop sets further down may be set on its later rounds, so
//! inside the loop it counts as known perhaps; so does, after an `<if>`, what its steps set. Only what no way through the session
//! can have set is called used too early.

use std::collections::{HashMap, HashSet};

use super::substitution::substituted_texts;
use crate::diagnostic::{Lint, Report};
use crate::lower::{Token, lex};
use crate::source::Span;
use crate::table::OPERATORS;
use crate::xml::{Element, Spanned};

/// What is known of a variable at a step; nothing, if no step that can come before sets it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Known {
    Perhaps,
    Always,
}

pub(super) fn judge(session: &Element, report: &mut Report<'_>) {
    // What was refused may have set anything.
    if std::iter::once(session).chain(session.descendants()).any(Element::is_incomplete) {
        return;
    }
    let mut walk = Walk {
        session: session.value("name").map_or("", |name| name.value),
        ever: sets(session).collect(),
        known: HashMap::from([("tsung_userid", Known::Always)]),
        before: Vec::new(),
        conditions: 0,
        report,
    };
    if session.descendants().any(goes_back) {
        walk.enter_loop(session);
    }
    walk.steps(&session.children);
}

/// Whether the second of two neighbours runs where the first one does not.
fn is_otherwise(first: &Element, second: &Element) -> bool {
    const OPPOSITES: [(&str, &str); 3] = [("eq", "neq"), ("gt", "lte"), ("lt", "gte")];
    let variable = first.written("var").map(|name| name.value);
    let same = |a: &'static str, b: &'static str| match (first.written(a), second.written(b)) {
        (Some(a), Some(b)) => a.value == b.value,
        _ => false,
    };
    variable == second.written("var").map(|name| name.value)
        && OPPOSITES.into_iter().any(|(a, b)| same(a, b) || same(b, a))
        && !sets(first).any(|name| Some(name) == variable)
}

/// Whether a `<match>` repeats steps before its request.
fn goes_back(element: &Element) -> bool {
    element.name() == "match"
        && element.value("do").is_some_and(|action| action.value == "loop")
        && element.integer("loop_back").is_none_or(|back| back.value > 0)
}

/// The names that the steps in an element set, as written.
fn sets(element: &Element) -> impl Iterator<Item = &str> {
    std::iter::once(element).chain(element.descendants()).filter_map(|step| {
        let name = match step.name() {
            "var" | "dyn_variable" | "repeat" | "foreach" => step.value("name"),
            "for" => step.value("var"),
            "ldap" => step.value("result_var"),
            _ => None,
        };
        name.map(|name| name.value.trim())
    })
}

struct Walk<'a, 'm, 'r> {
    session: &'a str,
    /// What the session sets anywhere.
    ever: HashSet<&'a str>,
    known: HashMap<&'a str, Known>,
    /// What each step inside an `<if>` found, to be looked at when it ends.
    before: Vec<(&'a str, Option<Known>)>,
    /// How many `<if>` are open.
    conditions: usize,
    report: &'m mut Report<'r>,
}

impl<'a> Walk<'a, '_, '_> {
    fn steps(&mut self, steps: &'a [Element]) {
        // The `<if>` just before, and what is certain where its steps have run.
        let mut just_before: Option<(&Element, HashSet<&'a str>)> = None;
        for step in steps {
            if step.name() != "if" {
                self.step(step);
                just_before = None;
                continue;
            }
            let certain = self.condition(step);
            if let Some((_, other)) = just_before.filter(|(first, _)| is_otherwise(first, step)) {
                for name in other.into_iter().filter(|name| certain.contains(name)) {
                    self.set(name, Known::Always);
                }
            }
            just_before = Some((step, certain));
        }
    }

    fn step(&mut self, step: &'a Element) {
        match step.name() {
            "request" => self.request(step),
            "thinktime" => {
                if let Some(value) = step.written("value").filter(|value| value.value.starts_with("%%")) {
                    self.text(value);
                }
            }
            "setdynvars" => {
                self.name(step.written("from"));
                self.set_all(step);
            }
            "for" => {
                self.texts(step, &["from"]);
                self.set_name(step.written("var"));
                self.enter_loop(step);
                self.steps(&step.children);
                self.texts(step, &["to"]);
            }
            "foreach" => {
                self.name(step.written("in"));
                // Nobody walks a list that is always empty.
                self.set_name(step.written("name"));
                self.enter_loop(step);
                self.steps(&step.children);
            }
            "repeat" => {
                self.enter_loop(step);
                self.steps(&step.children);
                if let Some(test) =
                    step.children.last().filter(|last| matches!(last.name(), "while" | "until"))
                {
                    self.test(test);
                }
                self.set_name(step.written("name"));
            }
            "while" | "until" => {}
            "change_type" => self.texts(step, &["host", "port"]),
            "set_option" => {
                for part in step.children_named("certificate") {
                    self.texts(part, &["cacertfile", "keyfile", "keypass", "certfile"]);
                }
            }
            _ => self.steps(&step.children),
        }
    }

    fn request(&mut self, request: &'a Element) {
        let subst =
            request.sound().and_then(|request| request.value("subst")).map_or("false", |subst| subst.value);
        if request
            .children_named("match")
            .any(|found| found.value("do").is_some_and(|action| action.value == "loop"))
        {
            self.enter_loop(request);
        }
        if subst != "false" {
            for text in substituted_texts(request).filter(|text| subst == "true" || !text.is_body) {
                self.text(Spanned::new(text.value, text.at));
            }
        }
        self.set_all(request);
        for found in request.children_named("match").filter(|found| found.is_true("subst")) {
            if let Some(text) = &found.text {
                self.text(Spanned::new(text.value.as_str(), text.at));
            }
        }
    }

    /// Gives what is certain at its end where its steps have run.
    fn condition(&mut self, condition: &'a Element) -> HashSet<&'a str> {
        self.test(condition);
        self.texts(condition, OPERATORS);
        let mark = self.before.len();
        self.conditions += 1;
        self.steps(&condition.children);
        self.conditions -= 1;
        let mut certain = HashSet::new();
        for (name, before) in &self.before[mark..] {
            if self.known.get(name) == Some(&Known::Always) {
                certain.insert(*name);
            }
            if *before != Some(Known::Always) {
                self.known.insert(name, Known::Perhaps);
            }
        }
        if self.conditions == 0 {
            self.before.clear();
        }
        certain
    }

    /// What the body sets may be set when a later round begins.
    fn enter_loop(&mut self, body: &'a Element) {
        for name in sets(body) {
            if !self.known.contains_key(name) {
                self.set(name, Known::Perhaps);
            }
        }
    }

    fn set_all(&mut self, step: &'a Element) {
        for name in sets(step) {
            self.set(name, Known::Always);
        }
    }

    fn set_name(&mut self, name: Option<Spanned<&'a str>>) {
        if let Some(name) = name {
            self.set(name.value.trim(), Known::Always);
        }
    }

    fn set(&mut self, name: &'a str, known: Known) {
        let before = self.known.insert(name, known);
        if self.conditions > 0 {
            self.before.push((name, before));
        }
    }

    fn texts(&mut self, step: &Element, attributes: &[&'static str]) {
        for text in attributes.iter().filter_map(|attribute| step.written(attribute)) {
            self.text(text);
        }
    }

    /// A text whose variables are put in.
    fn text(&mut self, text: Spanned<&str>) {
        for token in lex(text.value.as_bytes()) {
            if let Token::Variable(name) = token
                && let Ok(name) = std::str::from_utf8(name)
            {
                self.used(name, text.at);
            }
        }
    }

    /// An attribute that names a variable.
    fn name(&mut self, name: Option<Spanned<&str>>) {
        if let Some(name) = name {
            self.used(name.value.trim(), name.at);
        }
    }

    fn used(&mut self, name: &str, at: Span) {
        // What no step sets at all has a warning of its own.
        if !self.known.contains_key(name) && self.ever.contains(name) {
            let (name, session) = (name.to_owned(), self.session.to_owned());
            self.report.lint(at, Lint::UsedBeforeSet { name, session });
        }
    }

    /// A test: what becomes of the user hangs on whether the variable is there at all.
    fn test(&mut self, step: &Element) {
        let Some(variable) = step.written("var") else {
            return;
        };
        let name = variable.value.trim();
        let name = name.split_once('[').filter(|_| name.ends_with(']')).map_or(name, |(list, _)| list);
        // What no step sets at all has a warning of its own; with `%%` it names no variable, which is a lint of its own.
        if self.known.get(name) != Some(&Known::Always) && self.ever.contains(name) && !name.contains("%%") {
            let never_set = !self.known.contains_key(name);
            let (name, element) = (name.to_owned(), step.name());
            self.report.lint(variable.at, Lint::TestedUndefined { name, element, never_set });
        }
    }
}
