//! Sessions: from nested steps to a flat list of ops with jump targets.

use parrot_core::limits::RANDOM_STRING_LENGTH_MAX;
use parrot_core::plan::{
    AbortScope, Condition, FileId, InteractionAction, Number, Op, OpIndex, OpKind, Place, Request, RequestId,
    RowOrder, Session, Slot, Template, Think, VariableSource,
};

use super::http::Previous;
use super::tables::to_u32;
use super::variables::Variables;
use super::{Context, http, matching, think};
use crate::ast::{self, Step};
use crate::diagnostic::{Language, Scenario, Setup, closest};
use crate::source::Span;
use crate::xml::Spanned;

/// Letters of `random_string`: there is no `a` in Tsung's.
const RANDOM_LETTERS: &[u8] = b"bcdefghijklmnopqrstuvwxyz";
/// Names that a message can show, and one more to tell that there are others.
const NAMES_SHOWN: usize = 25;
/// `urandom_string` is this, repeated and cut.
const CONSTANT_LETTERS: &[u8] = b"qxvmvtglimieyhemzlxc";

/// A session being lowered.
pub(super) struct Steps<'c, 'a, 'r> {
    pub(super) context: &'c mut Context<'a, 'r>,
    pub(super) variables: Variables,
    pub(super) ops: Vec<Op>,
    /// Where relative URLs lead.
    pub(super) previous: Option<Previous>,
}

/// Each step goes when it is lowered: there may be a hundred thousand.
pub(super) fn lower(session: ast::Session, context: &mut Context<'_, '_>) -> Session {
    let variables = Variables::new(context.text);
    let mut steps = Steps { context, variables, ops: Vec::new(), previous: None };
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
                if let Some(kind) = kind {
                    self.push(written.at, OpKind::Think(kind));
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
            Step::Repeat(repeat) => self.repeat(repeat),
            Step::If { at, condition, steps } => {
                let operand = self.template(&condition.operand);
                let condition = self.condition(condition, operand);
                let start = self.ops.len();
                self.push(*at, OpKind::If { condition: condition.clone(), end: OpIndex(0) });
                self.all(steps);
                let end = self.next();
                self.ops[start].kind = OpKind::If { condition, end };
            }
        }
    }

    fn request(&mut self, request: &ast::Request) {
        let tag = request.tag.as_str();
        if !tag.is_empty() && self.context.settings.excluded_tags.iter().any(|excluded| excluded == tag) {
            return;
        }
        // Tsung's order of evaluation.
        let variables = request.variables.iter().rev();
        let variables = variables.filter_map(|variable| matching::lower_variable(variable, self)).collect();
        let matches =
            request.matches.iter().filter_map(|written| matching::lower_match(written, self)).collect();
        let Some(exchange) = http::lower(request, self) else {
            return;
        };
        let tag = (!tag.is_empty()).then(|| self.context.tables.tag(tag));
        let id = self.context.tables.request(Request { exchange, tag, ends_page: false, variables, matches });
        self.push(request.at, OpKind::Request(id));
    }

    fn repeat(&mut self, repeat: &ast::Repeat) {
        let counter = self.variables.set(&repeat.name.value);
        let number = self.context.tables.repeats.number(repeat.name.value.clone());
        let body = self.next();
        self.all(&repeat.steps);
        let (at, jump_when, condition) = &repeat.test;
        // The operand of a loop is never substituted.
        let operand = Template::text(self.context.text.bytes(&condition.operand.value));
        let condition = self.condition(condition, operand);
        let rounds_max = repeat.rounds_max;
        let kind =
            OpKind::RepeatEnd { counter, repeat: number, rounds_max, condition, jump_when: *jump_when, body };
        self.push(*at, kind);
    }

    /// A test; `name[n]` is the n-th element of a list.
    fn condition(&mut self, written: &ast::Condition, operand: Template) -> Condition {
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
        let slot = self.variables.read(name, written.variable.at);
        Condition { slot, element, comparison: written.comparison, operand }
    }

    fn set_variables(&mut self, set: &ast::SetVariables) {
        let source = self.source(set);
        let slots: Vec<Slot> = set.names.iter().map(|name| self.variables.set(&name.value)).collect();
        if let Some(source) = source {
            self.push(set.at, OpKind::SetVariables { slots, source });
        }
    }

    fn source(&mut self, set: &ast::SetVariables) -> Option<VariableSource> {
        let text = self.context.text;
        Some(match &set.source {
            ast::Variables::RandomString { length } => VariableSource::RandomString {
                length: self.length(*length)?,
                alphabet: RANDOM_LETTERS.to_vec(),
            },
            ast::Variables::ConstantString { length } => {
                let length = self.length(*length)? as usize;
                VariableSource::Constant(CONSTANT_LETTERS.iter().copied().cycle().take(length).collect())
            }
            ast::Variables::RandomNumber { start, end } => {
                let (Ok(first), Ok(last)) = (i64::try_from(start.value), i64::try_from(end.value)) else {
                    let number = start.value.max(end.value);
                    self.context.report.error(set.at, Language::NumberTooLarge { number });
                    return None;
                };
                if first > last {
                    self.context.report.error(set.at, Scenario::EmptyRange { start: first, end: last });
                    return None;
                }
                VariableSource::RandomNumber { start: first, end: last }
            }
            ast::Variables::File { id, random, delimiter } => {
                if delimiter.value.is_empty() {
                    self.context.report.error(delimiter.at, Scenario::EmptyDelimiter);
                    return None;
                }
                let file = self.file(id)?;
                let order = if *random { RowOrder::Random } else { RowOrder::Iterate };
                VariableSource::File { file, order, delimiter: text.bytes(&delimiter.value) }
            }
            ast::Variables::Value(value) => VariableSource::Value(text.bytes(value)),
            ast::Variables::Server => VariableSource::Server,
        })
    }

    fn length(&mut self, length: Spanned<u64>) -> Option<u32> {
        match u32::try_from(length.value) {
            Ok(small) if small <= RANDOM_STRING_LENGTH_MAX => Some(small),
            _ => {
                self.context.report.error(length.at, Language::NumberTooLarge { number: length.value });
                None
            }
        }
    }

    fn file(&mut self, id: &Spanned<String>) -> Option<FileId> {
        let Some(file) = self.context.files.find(&id.value) else {
            let has_room = self.context.report.has_room();
            let suggestion = has_room.then(|| closest(&id.value, self.context.files.ids())).flatten();
            let known = self.context.files.ids().map(str::to_owned).take(NAMES_SHOWN).collect();
            let problem = Setup::UnknownFileId { id: id.value.clone(), suggestion, known };
            self.context.report.error(id.at, problem);
            return None;
        };
        if self.context.files.is_empty(file) {
            self.context.report.error(id.at, Setup::EmptyFile { id: id.value.clone() });
        }
        Some(file)
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
        self.ops.push(Op { action: to_u32(self.ops.len() + 1), place, kind });
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
