//! What users do, step by step.

use parrot_core::plan::{
    AbortScope, Comparison, Condition, ForEach, InteractionAction, Number, Op, OpIndex, OpKind, Plan,
    RowOrder, Session, Slot, Think, TransactionId, VariableSource,
};

use super::bytes::{quoted, quoted_template, template_text, variable};
use super::{request, shares, time};

/// Number, name and shares of a session.
pub(super) fn title(plan: &Plan, index: usize) -> String {
    let name = plan.sessions.get(index).map_or("?", |session| &session.name);
    let all = &plan.load.popularities;
    let of = all.iter().enumerate().map(|(number, weights)| {
        let share = shares(weights).into_iter().nth(index).unwrap_or_default();
        if all.len() > 1 { format!(", {share} in shares {}", number + 1) } else { format!(", {share}") }
    });
    format!("session {} {name}{}", index + 1, of.collect::<String>())
}

/// A line for each step, and more for requests.
pub(super) fn lines(plan: &Plan, session: &Session) -> Vec<String> {
    let names = session.variables.iter().enumerate().map(|(slot, name)| format!("{slot} {name}"));
    let mut lines = vec![format!("variables {}", names.collect::<Vec<_>>().join(", "))];
    if !session.persistent {
        lines.push("ends when its connection is closed between requests".to_owned());
    }
    let width = session.ops.last().map_or(1, |op| op.action.to_string().len());
    let steps = Steps { plan, session };
    for (index, op) in session.ops.iter().enumerate() {
        let (text, details) = steps.step(index, op);
        lines.push(format!("{:>width$} {text}", op.action));
        lines.extend(details.into_iter().map(|detail| format!("{:width$}   {detail}", "")));
    }
    lines
}

struct Steps<'a> {
    plan: &'a Plan,
    session: &'a Session,
}

impl Steps<'_> {
    /// What an operation does, and lines about it.
    fn step(&self, index: usize, op: &Op) -> (String, Vec<String>) {
        let text = match &op.kind {
            OpKind::Request(id) => {
                return self.plan.requests.get(id.index()).map_or_else(
                    || ("request ?".to_owned(), Vec::new()),
                    |request| {
                        (
                            request::title(self.plan, self.session, request),
                            request::lines(self.session, request),
                        )
                    },
                );
            }
            OpKind::Think(think) => self.think(think),
            OpKind::TransactionStart(id) => format!("transaction {}", self.transaction(*id)),
            OpKind::TransactionStop(id) => format!("end transaction {}", self.transaction(*id)),
            OpKind::SetVariables { slots, source } => self.set(slots, source),
            OpKind::ForStart { slot, from } => self.for_start(index, *slot, from),
            OpKind::ForEnd { slot, body, .. } => {
                format!("end for {} -> {}", self.name(*slot), self.target(*body))
            }
            OpKind::RepeatEnd { repeat, rounds_max, condition, jump_when, body, .. } => {
                let name = self.plan.repeats.get(*repeat as usize).map_or("?", String::as_str);
                let word = if *jump_when { "while" } else { "until" };
                let (body, test) = (self.target(*body), self.condition(condition));
                format!("repeat {name} -> {body} {word} {test}, max_repeat {rounds_max}")
            }
            OpKind::ForEachStart(each) => self.for_each(each),
            OpKind::ForEachEnd { each, body } => {
                format!("end foreach {} -> {}", self.name(each.variable), self.target(*body))
            }
            OpKind::If { condition, end } => {
                format!("if {}, else -> {}", self.condition(condition), self.target(*end))
            }
            OpKind::Barrier => "wait_global".to_owned(),
            OpKind::Interaction { id, action } => {
                let action = match action {
                    InteractionAction::Send => "send",
                    InteractionAction::Receive => "receive",
                };
                format!("interaction {action} {}", self.transaction(*id))
            }
            OpKind::Abort(AbortScope::User) => "abort".to_owned(),
            OpKind::Abort(AbortScope::Run) => "abort all".to_owned(),
        };
        (text, Vec::new())
    }

    fn name(&self, slot: Slot) -> &str {
        variable(self.session, slot.index())
    }

    fn transaction(&self, id: TransactionId) -> &str {
        self.plan.transactions.get(id.index()).map_or("?", String::as_str)
    }

    /// The number of a step that is jumped to.
    fn target(&self, index: OpIndex) -> String {
        self.session.ops.get(index.index()).map_or_else(|| "end".to_owned(), |op| op.action.to_string())
    }

    fn think(&self, think: &Think) -> String {
        match think {
            Think::Fixed(pause) => format!("thinktime {}", time(*pause)),
            Think::Exponential { mean } => format!("thinktime random, mean {}", time(*mean)),
            Think::Uniform { min_ms, max_ms } => format!("thinktime random from {min_ms} ms to {max_ms} ms"),
            Think::Text(text) => format!("thinktime {} s", template_text(text, self.session)),
        }
    }

    /// The end of a loop says where it ends; it is the step that jumps back behind this one.
    fn for_start(&self, index: usize, slot: Slot, from: &Number) -> String {
        let end = self.session.ops.iter().skip(index + 1).find_map(|op| match &op.kind {
            OpKind::ForEnd { to, increment, body, .. } if body.index() == index + 1 => Some((to, increment)),
            _ => None,
        });
        let text = format!("for {} = {}", self.name(slot), self.number(from));
        match end {
            Some((to, 1)) => format!("{text} to {}", self.number(to)),
            Some((to, increment)) => format!("{text} to {} by {increment}", self.number(to)),
            None => text,
        }
    }

    fn for_each(&self, each: &ForEach) -> String {
        let filter = each.filter.as_ref().map_or_else(String::new, |filter| {
            let word = if filter.keep { "include" } else { "exclude" };
            format!(", {word} {}", quoted(&filter.pattern))
        });
        format!("foreach {} in {}{filter}", self.name(each.variable), self.name(each.list))
    }

    fn number(&self, number: &Number) -> String {
        match number {
            Number::Fixed(number) => number.to_string(),
            Number::Text(text) => template_text(text, self.session),
        }
    }

    fn condition(&self, condition: &Condition) -> String {
        let Condition { slot, element, comparison, operand } = condition;
        let element = element.map_or_else(String::new, |n| format!("[{n}]"));
        let comparison = match comparison {
            Comparison::Eq => "eq",
            Comparison::Neq => "neq",
            Comparison::Gt => "gt",
            Comparison::Gte => "gte",
            Comparison::Lt => "lt",
            Comparison::Lte => "lte",
        };
        format!("{}{element} {comparison} {}", self.name(*slot), quoted_template(operand, self.session))
    }

    fn set(&self, slots: &[Slot], source: &VariableSource) -> String {
        let names = slots.iter().map(|slot| self.name(*slot)).collect::<Vec<_>>().join(", ");
        let value = match source {
            VariableSource::RandomNumber { start, end } => format!("random number from {start} to {end}"),
            VariableSource::RandomString { length, alphabet } => {
                format!("{length} random letters of {}", quoted(alphabet))
            }
            VariableSource::Constant(text) => quoted(text),
            VariableSource::File { file, order, delimiter } => {
                let name = self.plan.files.get(file.index()).map_or("?", |file| &file.name);
                let order = match order {
                    RowOrder::Iterate => "next",
                    RowOrder::Random => "random",
                };
                format!("{order} row of file {name}, columns divided by {}", quoted(delimiter))
            }
            VariableSource::Value(text) if slots.len() > 1 => format!("{} for the first", quoted(text)),
            VariableSource::Value(text) => quoted(text),
            VariableSource::Server => "host and port of the server".to_owned(),
            VariableSource::JsonPath { from, path } => {
                format!("jsonpath {} of {}", quoted(path), self.name(*from))
            }
            VariableSource::Function(function) => {
                let functions = &self.plan.script.functions;
                functions.get(function.index()).map_or("?", |function| &function.name).to_owned()
            }
        };
        format!("set {names} = {value}")
    }
}
