//! The interpreter: walks the expressions of a linked script, within a budget.
//!
//! Variables of all functions under way lie on one stack of values, each function's from its `base` on. A call in the last place of a
//! function takes the place of its caller; other calls, and expressions inside each other, use the thread's stack, which grows on
//! demand. What uses up the budget ends the evaluation: no script can catch that.

mod binaries;
mod branches;
mod calls;
mod comprehensions;
mod failure;
#[cfg(test)]
mod fuzz_tests;
mod operators;
mod patterns;
#[cfg(test)]
mod tests;

pub use failure::Failure;
pub(super) use operators::{append, without};

use std::sync::Arc;

use super::link::{LinkedScript, Node};
use super::{Atom, Class, Fun, Host, Limit, List, Map, Raised, Runtime, Value};
use crate::limits::{
    SCRIPT_BYTES_MAX, SCRIPT_DEPTH_MAX, SCRIPT_STACK_RESERVE_BYTES, SCRIPT_STACK_SEGMENT_BYTES,
    SCRIPT_STEPS_MAX, SCRIPT_VALUE_DEPTH_MAX, SCRIPT_VALUE_WEIGHT_MAX,
};
use crate::plan::FunctionId;
use crate::plan::script::{ExprId, Local, MapField};

/// What a variable holds that nothing was put into: a sound script never reads it.
const UNSET: Value = Value::Atom(Atom::Undefined);

/// Bytes that a value itself takes.
const VALUE_BYTES: usize = size_of::<Value>();

/// Calls a function of a script.
///
/// # Errors
/// With what it raised, or the limit that it reached.
pub fn call(
    script: &LinkedScript,
    host: &mut dyn Host,
    function: FunctionId,
    arguments: Vec<Value>,
) -> Result<Value, Box<Failure>> {
    let mut evaluation = Evaluation::new(script, host);
    let result = evaluation.start(function, arguments);
    result.map_err(|raised| Box::new(evaluation.failure(raised, function)))
}

/// An evaluation under way.
struct Evaluation<'a> {
    script: &'a LinkedScript,
    host: &'a mut dyn Host,
    /// Variables, and arguments of calls that are being made.
    stack: Vec<Value>,
    /// Rooms for arguments of library functions, to be used again.
    rooms: Vec<Vec<Value>>,
    steps_left: u64,
    bytes_left: usize,
    depth: u32,
    /// The function in which the exception was raised that is under way.
    origin: Option<FunctionId>,
    /// The same of the one that was caught last.
    caught_origin: Option<FunctionId>,
}

/// What an expression in the last place comes to.
enum Outcome {
    Value(Value),
    /// A call that is still to be made.
    Call(Call),
}

/// A call whose arguments, and what the function captured, lie on top of the stack.
struct Call {
    function: FunctionId,
    /// Where they begin.
    at: usize,
    /// The function as a value, if it was called as one.
    itself: Option<Arc<Fun>>,
}

impl<'a> Evaluation<'a> {
    fn new(script: &'a LinkedScript, host: &'a mut dyn Host) -> Self {
        Self {
            script,
            host,
            stack: Vec::with_capacity(32),
            rooms: Vec::new(),
            steps_left: SCRIPT_STEPS_MAX,
            bytes_left: SCRIPT_BYTES_MAX,
            depth: 0,
            origin: None,
            caught_origin: None,
        }
    }

    fn start(&mut self, function: FunctionId, arguments: Vec<Value>) -> Result<Value, Raised> {
        let arity = self.script.functions.get(function.index()).map(|function| function.arity as usize);
        if arity != Some(arguments.len()) {
            return Err(Raised::error("undef"));
        }
        let arguments = arguments.into_iter().map(|argument| self.fit(argument));
        let arguments = arguments.collect::<Result<Vec<_>, _>>()?;
        self.stack.extend(arguments);
        self.run(Call { function, at: 0, itself: None })
    }

    /// Takes steps from the budget.
    fn work(&mut self, steps: u64) -> Result<(), Raised> {
        match self.steps_left.checked_sub(steps) {
            Some(left) => {
                self.steps_left = left;
                Ok(())
            }
            None => Err(Raised::Limit(Limit::Steps)),
        }
    }

    /// The value, if everything may walk through it.
    fn fit(&self, value: Value) -> Result<Value, Raised> {
        let measure = value.measure();
        if measure.depth > SCRIPT_VALUE_DEPTH_MAX {
            return Err(Raised::Limit(Limit::Depth));
        }
        if measure.weight > SCRIPT_VALUE_WEIGHT_MAX {
            return Err(Raised::Limit(Limit::Memory));
        }
        Ok(value)
    }

    fn variable(&self, local: Local, base: usize) -> Value {
        self.stack.get(base + local.index()).cloned().unwrap_or(UNSET)
    }

    fn set(&mut self, local: Local, base: usize, value: Value) {
        if let Some(variable) = self.stack.get_mut(base + local.index()) {
            *variable = value;
        }
    }

    /// The value of an expression.
    fn eval(&mut self, id: ExprId, base: usize) -> Result<Value, Raised> {
        let script = self.script;
        match &script.nodes[id.index()] {
            Node::Value(value) => Ok(value.clone()),
            Node::Local(local) => Ok(self.variable(*local, base)),
            node => self.deeper(|inside| inside.compound(id, node, base)),
        }
    }

    /// Takes a step, one level further in.
    fn deeper<T>(&mut self, act: impl FnOnce(&mut Self) -> Result<T, Raised>) -> Result<T, Raised> {
        self.work(1)?;
        if self.depth >= SCRIPT_DEPTH_MAX {
            return Err(Raised::Limit(Limit::Depth));
        }
        self.depth += 1;
        let result =
            stacker::maybe_grow(SCRIPT_STACK_RESERVE_BYTES, SCRIPT_STACK_SEGMENT_BYTES, || act(self));
        self.depth -= 1;
        result
    }

    fn compound(&mut self, id: ExprId, node: &'a Node, base: usize) -> Result<Value, Raised> {
        match node {
            Node::Value(value) => Ok(value.clone()),
            Node::Local(local) => Ok(self.variable(*local, base)),
            Node::Tuple(parts) => self.tuple(parts, base),
            Node::List { heads, tail } => self.list(heads, *tail, base),
            Node::Binary(segments) => self.binary(segments, base),
            Node::Map { base: map, fields } => self.map(*map, fields, base),
            Node::Match { pattern, value } => {
                let value = self.eval(*value, base)?;
                if self.matches(*pattern, &value, base)? {
                    Ok(value)
                } else {
                    Err(Raised::error_about("badmatch", value))
                }
            }
            Node::Unary(op, value) => self.unary(*op, *value, base),
            Node::Binop(op, a, b) => self.binop(*op, *a, *b, base),
            Node::Try(attempt) => self.attempt(attempt, base),
            Node::Catch(value) => self.catch(*value, base),
            Node::Fun { function, captures } => self.fun(*function, captures, base),
            Node::Library { entry, arguments } => {
                let at = self.push(arguments, base)?;
                self.call_library(entry, at)
            }
            Node::Comprehension { makes, qualifiers } => self.comprehension(*makes, qualifiers, base),
            Node::AndAlso(..)
            | Node::OrElse(..)
            | Node::Block(_)
            | Node::If(_)
            | Node::Case(..)
            | Node::Call { .. }
            | Node::Apply { .. }
            | Node::ApplyNamed { .. } => {
                let outcome = self.last(id, base)?;
                self.finish(outcome)
            }
        }
    }

    /// All of these; the value is the last one's.
    fn sequence(&mut self, body: &[ExprId], base: usize) -> Result<Value, Raised> {
        let (last, before) = body.split_last().ok_or_else(Raised::bad_argument)?;
        for expression in before {
            self.eval(*expression, base)?;
        }
        self.eval(*last, base)
    }

    fn values(&mut self, parts: &[ExprId], base: usize) -> Result<Vec<Value>, Raised> {
        self.charge(parts.len() * VALUE_BYTES)?;
        parts.iter().map(|part| self.eval(*part, base)).collect()
    }

    fn tuple(&mut self, parts: &[ExprId], base: usize) -> Result<Value, Raised> {
        let values = self.values(parts, base)?;
        self.fit(Value::tuple(values))
    }

    fn list(&mut self, heads: &[ExprId], tail: Option<ExprId>, base: usize) -> Result<Value, Raised> {
        let values = self.values(heads, base)?;
        let list = match tail {
            None => Value::list(values),
            Some(tail) => {
                self.charge(values.len() * 2 * VALUE_BYTES)?;
                let tail = self.eval(tail, base)?;
                values.into_iter().rev().fold(tail, |tail, head| Value::List(List::cons(head, tail)))
            }
        };
        self.fit(list)
    }

    fn map(&mut self, map: Option<ExprId>, fields: &[MapField], base: usize) -> Result<Value, Raised> {
        let old = map.map(|map| self.eval(map, base)).transpose()?;
        let mut pairs = Vec::with_capacity(fields.len().min(64));
        for field in fields {
            pairs.push((self.eval(field.key, base)?, self.eval(field.value, base)?));
        }
        let mut entries: Vec<(Value, Value)> = match &old {
            None => Vec::new(),
            Some(Value::Map(map)) => {
                let missing =
                    fields.iter().zip(&pairs).find(|(field, (key, _))| field.exact && map.get(key).is_none());
                if let Some((_, (key, _))) = missing {
                    return Err(Raised::error_about("badkey", key.clone()));
                }
                self.charge(map.len() * 2 * VALUE_BYTES)?;
                if let [(key, value)] = pairs.as_slice() {
                    return self.fit(Value::Map(Arc::new(map.with(key.clone(), value.clone()))));
                }
                map.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
            }
            Some(other) => return Err(Raised::error_about("badmap", other.clone())),
        };
        self.charge(pairs.len() * 2 * VALUE_BYTES)?;
        entries.append(&mut pairs);
        self.fit(Value::Map(Arc::new(Map::new(entries))))
    }

    fn fun(&mut self, function: FunctionId, captures: &[Local], base: usize) -> Result<Value, Raised> {
        self.charge((captures.len() + 3) * VALUE_BYTES)?;
        let arity = self.script.functions.get(function.index()).map_or(0, |function| function.arity);
        let captures = captures.iter().map(|local| self.variable(*local, base)).collect();
        self.fit(Value::Fun(Arc::new(Fun::Script { function, arity, captures })))
    }
}

impl Runtime for Evaluation<'_> {
    fn host(&mut self) -> &mut dyn Host {
        self.host
    }

    fn charge(&mut self, bytes: usize) -> Result<(), Raised> {
        match self.bytes_left.checked_sub(bytes) {
            Some(left) => self.bytes_left = left,
            None => return Err(Raised::Limit(Limit::Memory)),
        }
        self.work((bytes / 32) as u64)
    }

    fn apply(&mut self, function: &Value, arguments: &[Value]) -> Result<Value, Raised> {
        self.deeper(|inside| {
            let at = inside.stack.len();
            inside.stack.extend_from_slice(arguments);
            let outcome = inside.call_value(function, at)?;
            inside.finish(outcome)
        })
    }

    fn apply_named(&mut self, module: &str, name: &str, arguments: &[Value]) -> Result<Value, Raised> {
        self.deeper(|inside| {
            let at = inside.stack.len();
            inside.stack.extend_from_slice(arguments);
            let outcome = inside.call_name(module, name, at)?;
            inside.finish(outcome)
        })
    }
}

impl Raised {
    /// Class and reason, if a script may catch it.
    fn exception(self) -> Result<(Class, Value), Self> {
        match self {
            Self::Exception(class, reason) => Ok((class, reason)),
            raised => Err(raised),
        }
    }
}
