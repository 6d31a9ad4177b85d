//! Sessions: from nested steps to a flat list of ops with jump targets.

use parrot_core::plan::{
    AbortScope, Condition, Content, Filter, ForEach, InteractionAction, Number, Op, OpIndex, OpKind, Place,
    Request, RequestId, Session, Slot, Template, Think,
};

use super::files::Server;
use super::http::Previous;
use super::tables::to_u32;
use super::variables::Variables;
use super::{Context, change, http, matching, place, sources, think};
use crate::ast::{self, Payload, Step};
use crate::diagnostic::{Scenario, Setup, Tested};
use crate::source::Span;
use crate::xml::{Attribute, Spanned};

/// A session being lowered.
pub(super) struct Steps<'c, 'a, 'r> {
    pub(super) context: &'c mut Context<'a, 'r>,
    pub(super) variables: Variables,
    pub(super) ops: Vec<Op>,
    /// Numbers given to steps so far, also to those that are no ops because they cannot be run yet.
    pub(super) actions: u32,
    /// There were more steps than are known.
    pub(super) steps_missing: bool,
    /// Where relative URLs lead.
    pub(super) previous: Option<Previous>,
}

/// Each step goes when it is lowered: there may be a hundred thousand.
pub(super) fn lower(session: ast::Session, context: &mut Context<'_, '_>) -> Session {
    let variables = Variables::new(context.text);
    let steps_missing = session.steps_missing;
    let mut steps = Steps { context, variables, ops: Vec::new(), actions: 0, steps_missing, previous: None };
    for step in session.steps {
        steps.step(&step);
    }
    steps.mark_pages();
    let Steps { context, variables, ops, .. } = steps;
    Session {
        variables: variables.finish(&session.name.value, context.report),
        name: session.name.value,
        persistent: session.persistent,
        ops,
    }
}

impl Steps<'_, '_, '_> {
    fn all(&mut self, steps: &[Step]) {
        for step in steps {
            self.step(step);
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Request(request) => self.request(request),
            Step::Think(written) => {
                let global = self.context.chosen.think;
                let kind = match think::variable_text(written) {
                    Some(text) => Some(Think::Text(self.template(text))),
                    None => think::lower(written, global, self.context.report),
                };
                match kind {
                    Some(kind) => self.push(written.at, OpKind::Think(kind)),
                    None => self.skip(1),
                }
            }
            Step::Barrier { at } => {
                if !self.context.chosen.has_barrier {
                    self.context.report.error(*at, Setup::BarrierWithoutNumber);
                }
                self.push(*at, OpKind::Barrier);
            }
            Step::Interaction { at, name, receives } => {
                let id = self.context.tables.transaction(&name.value);
                let action = if *receives { InteractionAction::Receive } else { InteractionAction::Send };
                self.push(*at, OpKind::Interaction { id, action });
            }
            Step::Abort { at, everything } => {
                let scope = if *everything { AbortScope::Run } else { AbortScope::User };
                self.push(*at, OpKind::Abort(scope));
            }
            Step::Transaction { at, name, steps } => {
                let id = self.context.tables.transaction(&name.value);
                self.push(*at, OpKind::TransactionStart(id));
                self.all(steps);
                self.push(*at, OpKind::TransactionStop(id));
            }
            Step::SetVariables(set) => self.set_variables(set),
            Step::For { at, variable, from, to, increment, steps } => {
                let slot = self.variables.set(&variable.value);
                let from = self.number(from);
                let to = self.number(to);
                self.push(*at, OpKind::ForStart { slot, from });
                let body = self.next();
                self.all(steps);
                self.push(*at, OpKind::ForEnd { slot, to, increment: *increment, body });
            }
            Step::ForEach(foreach) => self.for_each(foreach),
            Step::Repeat(repeat) => self.repeat(repeat),
            Step::If { at, condition, steps } => {
                let operand = self.template(&condition.operand);
                let condition = self.condition(condition, operand, Tested::If);
                let start = self.ops.len();
                self.push(*at, OpKind::If { condition: condition.clone(), end: OpIndex(0) });
                self.all(steps);
                let end = self.next();
                self.ops[start].kind = OpKind::If { condition, end };
            }
            Step::ChangeType(change) => {
                change::change_type(change, self);
                self.skip(1);
            }
            Step::SetOption(option) => {
                change::set_option(option, self);
                self.skip(1);
            }
            Step::Refused { before, sets, steps, after } => {
                if let Some(variable) = sets {
                    self.variables.set(&variable.value);
                }
                self.skip(*before);
                self.all(steps);
                self.skip(*after);
            }
        }
    }

    fn request(&mut self, request: &ast::Request) {
        let tag = request.tag.as_str();
        if !self.context.settings.excluded_tags.is_empty() && !self.context.tags_met.contains(tag) {
            self.context.tags_met.insert(tag.to_owned());
        }
        if !tag.is_empty() && self.context.settings.excluded_tags.iter().any(|excluded| excluded == tag) {
            return;
        }
        // Tsung's order of evaluation.
        let variables = request.variables.iter().rev();
        let variables = variables
            .filter_map(|variable| matching::lower_variable(variable, request.subst, self))
            .collect();
        // Tsung looks at these attributes of the first one only.
        let skip_headers = request.matches.first().is_some_and(|first| first.skip_headers);
        let content = Content { skip_headers, apply: None };
        let matches =
            request.matches.iter().filter_map(|written| matching::lower_match(written, self)).collect();
        let (exchange, actions) = match &request.payload {
            Payload::Http(written) => (http::lower(request, written, self), 1),
            Payload::Unread { actions, sets } => {
                if let Some(variable) = sets {
                    self.variables.set(&variable.value);
                }
                (None, *actions)
            }
        };
        let Some(exchange) = exchange else {
            self.skip(actions);
            return;
        };
        let tag = (!tag.is_empty()).then(|| self.context.tables.tag(tag));
        let request_of_plan = Request { exchange, tag, ends_page: false, variables, content, matches };
        let id = self.context.tables.request(request_of_plan);
        self.push(request.at, OpKind::Request(id));
    }

    fn for_each(&mut self, foreach: &ast::ForEach) {
        let list = self.variables.read(&foreach.list.value, foreach.list.at);
        let variable = self.variables.set(&foreach.variable.value);
        // Tsung counts the elements in a variable that scenarios can see.
        let counter = self.variables.set(&format!("{}_iter", foreach.variable.value));
        for pattern in foreach.include.iter().chain(&foreach.exclude) {
            self.check_pattern(pattern);
        }
        let filter = foreach.include.as_ref().or(foreach.exclude.as_ref()).map(|attribute| Filter {
            pattern: self.context.text.bytes(&attribute.value),
            keep: foreach.include.is_some(),
        });
        let name = self.context.tables.lists.number(foreach.list.value.clone());
        let each = ForEach { variable, counter, list, name, filter };
        self.push(foreach.at, OpKind::ForEachStart(each.clone()));
        let body = self.next();
        self.all(&foreach.steps);
        self.push(foreach.at, OpKind::ForEachEnd { each, body });
    }

    /// Checks the regular expression in an attribute.
    pub(super) fn check_pattern(&mut self, attribute: &Attribute) {
        let (text, document) = (self.context.text, self.context.document);
        let pattern = text.bytes(&attribute.value);
        let place = |offset| place::of_byte(document, attribute.value_at, &attribute.value, text, offset);
        self.context.patterns.check(&pattern, &attribute.value, place, self.context.report);
    }

    /// Where the byte at `offset` of an attribute's value was written.
    pub(super) fn place_in(&self, attribute: &Attribute, offset: usize) -> Span {
        place::of_offset(self.context.document, attribute.value_at, &attribute.value, offset)
    }

    fn repeat(&mut self, repeat: &ast::Repeat) {
        let counter = self.variables.set(&repeat.name.value);
        let number = self.context.tables.repeats.number(repeat.name.value.clone());
        let body = self.next();
        self.all(&repeat.steps);
        let (at, jump_when, condition) = &repeat.test;
        // The operand of a loop is never substituted.
        let operand = Template::text(self.context.text.bytes(&condition.operand.value));
        let condition = self.condition(condition, operand, Tested::Loop);
        let rounds_max = repeat.rounds_max;
        let kind =
            OpKind::RepeatEnd { counter, repeat: number, rounds_max, condition, jump_when: *jump_when, body };
        self.push(*at, kind);
    }

    /// A test; `name[n]` is the n-th element of a list.
    fn condition(&mut self, written: &ast::Condition, operand: Template, tested: Tested) -> Condition {
        let name = written.variable.value.as_str();
        let indexed = name.strip_suffix(']').and_then(|name| name.split_once('['));
        let indexed = indexed.and_then(|(name, index)| Some((name, index.trim().parse::<u32>().ok()?)));
        let (name, element) = match indexed {
            Some((name, 0)) => {
                let problem = Scenario::ElementZero { name: name.to_owned() };
                self.context.report.error(written.variable.at, problem);
                (name, None)
            }
            Some((name, index)) => (name, Some(index)),
            None => (name, None),
        };
        let slot = self.variables.test(name, written.variable.at, tested);
        Condition { slot, element, comparison: written.comparison, operand }
    }

    fn set_variables(&mut self, set: &ast::SetVariables) {
        if let Some(file) = &set.file {
            // Its kind is not known.
            self.context.files.find(Server::Shared, &file.value);
            self.context.files.find(Server::Local, &file.value);
        }
        let source = set.source.as_ref().and_then(|source| sources::lower(source, set.at, self));
        let slots: Vec<Slot> = set.names.iter().map(|name| self.variables.set(&name.value)).collect();
        match source {
            Some(source) => self.push(set.at, OpKind::SetVariables { slots, source }),
            None => self.skip(1),
        }
    }

    fn number(&mut self, written: &Spanned<String>) -> Number {
        match written.value.parse() {
            Ok(number) => Number::Fixed(number),
            Err(_) => Number::Text(self.template(written)),
        }
    }

    /// Text in which `%%` is replaced.
    pub(super) fn template(&mut self, written: &Spanned<String>) -> Template {
        let bytes = self.context.text.bytes(&written.value);
        self.template_of_bytes(&bytes, written.at)
    }

    /// Bytes in which `%%` is replaced.
    pub(super) fn template_of_bytes(&mut self, bytes: &[u8], at: Span) -> Template {
        self.variables.template(bytes, at, self.context.report)
    }

    /// Where something was written.
    pub(super) fn place(&self, at: Span) -> Place {
        self.context.report.map().place(at)
    }

    fn next(&self) -> OpIndex {
        OpIndex(to_u32(self.ops.len()))
    }

    fn push(&mut self, at: Span, kind: OpKind) {
        let place = self.place(at);
        self.skip(1);
        self.ops.push(Op { action: self.actions, place, kind });
    }

    /// Gives numbers to steps that are no ops.
    fn skip(&mut self, actions: u32) {
        self.actions = self.actions.saturating_add(actions);
    }

    /// A request ends its page unless the next step, transaction marks aside, is a request too. Jumps play no role.
    fn mark_pages(&mut self) {
        let mut request_follows = false;
        for op in self.ops.iter().rev() {
            match op.kind {
                OpKind::Request(RequestId(id)) => {
                    self.context.tables.requests[id as usize].ends_page = !request_follows;
                    request_follows = true;
                }
                OpKind::TransactionStart(_) | OpKind::TransactionStop(_) => {}
                _ => request_follows = false,
            }
        }
    }
}
