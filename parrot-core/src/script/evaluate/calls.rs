//! Calls: frames on the stack, last calls, functions that are values.

use std::sync::Arc;

use super::{Call, Evaluation, Outcome, UNSET};
use crate::limits::SCRIPT_VARIABLES_MAX;
use crate::plan::script::ExprId;
use crate::script::library::{self, Entry};
use crate::script::{Fun, Limit, Raised, Value};

impl Evaluation<'_> {
    /// Puts the values of arguments on the stack; gives where they begin.
    pub(super) fn push(&mut self, arguments: &[ExprId], base: usize) -> Result<usize, Raised> {
        let at = self.stack.len();
        for argument in arguments {
            let value = self.eval(*argument, base)?;
            self.stack.push(value);
        }
        Ok(at)
    }

    /// Makes the call that is left, if one is.
    pub(super) fn finish(&mut self, outcome: Outcome) -> Result<Value, Raised> {
        match outcome {
            Outcome::Value(value) => Ok(value),
            Outcome::Call(call) => self.run(call),
        }
    }

    /// Makes a call, and those in the last place of it, until there is a value.
    pub(super) fn run(&mut self, mut call: Call) -> Result<Value, Raised> {
        let base = call.at;
        let result = loop {
            match self.enter(&mut call) {
                Ok(Outcome::Value(value)) => break Ok(value),
                Ok(Outcome::Call(next)) => {
                    // Its arguments lie above the variables of the function that is through.
                    self.stack.drain(base..next.at.max(base));
                    call = Call { at: base, ..next };
                }
                Err(raised) => {
                    self.origin.get_or_insert(call.function);
                    break Err(raised);
                }
            }
        };
        self.stack.truncate(base);
        result
    }

    fn enter(&mut self, call: &mut Call) -> Result<Outcome, Raised> {
        self.work(1)?;
        let script = self.script;
        let function = script.functions.get(call.function.index()).ok_or_else(|| Raised::error("undef"))?;
        let base = call.at;
        let top = base + function.locals as usize;
        if top > SCRIPT_VARIABLES_MAX {
            return Err(Raised::Limit(Limit::Depth));
        }
        // A step for each variable would be too much, but clearing many of them takes time.
        self.work(u64::from(function.locals / 16))?;
        self.stack.resize(top, UNSET);
        if let (Some(local), Some(fun)) = (function.itself, call.itself.take()) {
            self.set(local, base, Value::Fun(fun));
        }
        for clause in &function.clauses {
            if self.arguments_match(&clause.patterns, base)? && self.guard(&clause.guard, base)? {
                return self.body(&clause.body, base);
            }
        }
        Err(Raised::error("function_clause"))
    }

    /// Calls a value with the arguments that lie on the stack from `at` on.
    pub(super) fn call_value(&mut self, function: &Value, at: usize) -> Result<Outcome, Raised> {
        let Value::Fun(fun) = function else { return Err(Raised::error_about("badfun", function.clone())) };
        let given = self.stack.len() - at;
        if fun.arity() as usize != given {
            let arguments = Value::list(self.stack.split_off(at));
            return Err(Raised::error_about("badarity", Value::tuple(vec![function.clone(), arguments])));
        }
        match &**fun {
            Fun::Library(entry) => self.call_library(entry, at).map(Outcome::Value),
            Fun::Script { function, captures, .. } => {
                self.stack.extend_from_slice(captures);
                Ok(Outcome::Call(Call { function: *function, at, itself: Some(Arc::clone(fun)) }))
            }
        }
    }

    /// Calls `module:name` with the arguments that lie on the stack from `at` on.
    pub(super) fn call_name(&mut self, module: &str, name: &str, at: usize) -> Result<Outcome, Raised> {
        let arity = u32::try_from(self.stack.len() - at).unwrap_or(u32::MAX);
        // Looking for a name takes a while.
        self.work(8)?;
        if let Some(function) = self.script.export(module, name, arity) {
            return Ok(Outcome::Call(Call { function, at, itself: None }));
        }
        match library::find(module, name, arity) {
            Some(entry) => self.call_library(entry, at).map(Outcome::Value),
            None => Err(Raised::error("undef")),
        }
    }

    /// Calls a function of the library with the arguments that lie on the stack from `at` on.
    pub(super) fn call_library(&mut self, entry: &Entry, at: usize) -> Result<Value, Raised> {
        let mut arguments = self.rooms.pop().unwrap_or_default();
        arguments.extend(self.stack.drain(at..));
        let result = (entry.function)(self, &arguments);
        arguments.clear();
        self.rooms.push(arguments);
        result.and_then(|value| self.fit(value))
    }
}
