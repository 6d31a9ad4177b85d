//! What is evaluated only sometimes: clauses and guards, `try`, `catch`.

use super::{Evaluation, Outcome, Value};
use crate::plan::FunctionId;
use crate::plan::script::{Clause, ExprId, PatId};
use crate::script::link::{Attempt, Node};
use crate::script::{Class, Raised};

impl Evaluation<'_> {
    /// An expression in the last place of a function: a call there is left to whoever called the function.
    pub(super) fn last(&mut self, id: ExprId, base: usize) -> Result<Outcome, Raised> {
        let script = self.script;
        match &script.nodes[id.index()] {
            Node::AndAlso(a, b) => match self.condition(*a, base)? {
                true => self.last(*b, base),
                false => Ok(Outcome::Value(false.into())),
            },
            Node::OrElse(a, b) => match self.condition(*a, base)? {
                true => Ok(Outcome::Value(true.into())),
                false => self.last(*b, base),
            },
            Node::Block(body) => self.body(body, base),
            Node::If(clauses) => {
                for clause in clauses {
                    if self.guard(&clause.guard, base)? {
                        return self.body(&clause.body, base);
                    }
                }
                Err(Raised::error("if_clause"))
            }
            Node::Case(value, clauses) => {
                let value = self.eval(*value, base)?;
                match self.choose(clauses, std::slice::from_ref(&value), base)? {
                    Some(clause) => self.body(&clause.body, base),
                    None => Err(Raised::error_about("case_clause", value)),
                }
            }
            Node::Call { function, arguments } => {
                let at = self.push(arguments, base)?;
                Ok(Outcome::Call(super::Call { function: *function, at, itself: None }))
            }
            Node::Apply { function, arguments } => {
                let function = self.eval(*function, base)?;
                let at = self.push(arguments, base)?;
                self.call_value(&function, at)
            }
            Node::ApplyNamed { module, name, arguments } => {
                let (module, name) = (self.eval(*module, base)?, self.eval(*name, base)?);
                let at = self.push(arguments, base)?;
                match (&module, &name) {
                    (Value::Atom(module), Value::Atom(name)) => {
                        self.call_name(module.name(), name.name(), at)
                    }
                    _ => Err(Raised::bad_argument()),
                }
            }
            _ => self.eval(id, base).map(Outcome::Value),
        }
    }

    /// A body in the last place of a function.
    pub(super) fn body(&mut self, body: &[ExprId], base: usize) -> Result<Outcome, Raised> {
        let (last, before) = body.split_last().ok_or_else(Raised::bad_argument)?;
        for expression in before {
            self.eval(*expression, base)?;
        }
        self.last(*last, base)
    }

    /// The left side of `andalso` and `orelse`.
    fn condition(&mut self, id: ExprId, base: usize) -> Result<bool, Raised> {
        let value = self.eval(id, base)?;
        value.truth().ok_or_else(|| Raised::error_about("badarg", value))
    }

    /// Whether the guard holds.
    pub(super) fn guard(&mut self, guard: &[Vec<ExprId>], base: usize) -> Result<bool, Raised> {
        if guard.is_empty() {
            return Ok(true);
        }
        for alternative in guard {
            if self.all_hold(alternative, base)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn all_hold(&mut self, tests: &[ExprId], base: usize) -> Result<bool, Raised> {
        for test in tests {
            match self.caught(|inside| inside.eval(*test, base))? {
                Ok(value) if value.truth() == Some(true) => {}
                Ok(_) | Err(_) => return Ok(false),
            }
        }
        Ok(true)
    }

    /// The first clause whose patterns fit the values and whose guard holds.
    pub(super) fn choose<'c>(
        &mut self,
        clauses: &'c [Clause],
        values: &[Value],
        base: usize,
    ) -> Result<Option<&'c Clause>, Raised> {
        for clause in clauses {
            if self.all_match(&clause.patterns, values, base)? && self.guard(&clause.guard, base)? {
                return Ok(Some(clause));
            }
        }
        Ok(None)
    }

    fn all_match(&mut self, patterns: &[PatId], values: &[Value], base: usize) -> Result<bool, Raised> {
        for (pattern, value) in patterns.iter().zip(values) {
            if !self.matches(*pattern, value, base)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What `act` gives or raises, if it may be caught.
    pub(super) fn caught<T>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<T, Raised>,
    ) -> Result<Result<T, (Class, Value)>, Raised> {
        let top = self.stack.len();
        match act(self) {
            Ok(value) => Ok(Ok(value)),
            Err(raised) => {
                let exception = raised.exception()?;
                self.caught_origin = self.origin.take();
                // Arguments of calls that were never made.
                self.stack.truncate(top);
                Ok(Err(exception))
            }
        }
    }

    pub(super) fn attempt(&mut self, attempt: &Attempt, base: usize) -> Result<Value, Raised> {
        if attempt.after.is_empty() {
            return self.tried(attempt, base);
        }
        let result = self.caught(|inside| inside.tried(attempt, base))?;
        let origin = self.caught_origin;
        self.sequence(&attempt.after, base)?;
        result.map_err(|(class, reason)| self.again(class, reason, origin))
    }

    fn tried(&mut self, attempt: &Attempt, base: usize) -> Result<Value, Raised> {
        match self.caught(|inside| inside.sequence(&attempt.body, base))? {
            Ok(value) if attempt.of.is_empty() => Ok(value),
            Ok(value) => match self.choose(&attempt.of, std::slice::from_ref(&value), base)? {
                Some(clause) => self.sequence(&clause.body, base),
                None => Err(Raised::error_about("try_clause", value)),
            },
            Err((class, reason)) => {
                let origin = self.caught_origin;
                let values = [Value::atom(class.name()), reason];
                match self.choose(&attempt.catch, &values, base)? {
                    Some(clause) => self.sequence(&clause.body, base),
                    None => {
                        let [_, reason] = values;
                        Err(self.again(class, reason, origin))
                    }
                }
            }
        }
    }

    /// Raises once more what was caught.
    fn again(&mut self, class: Class, reason: Value, origin: Option<FunctionId>) -> Raised {
        self.origin = origin;
        Raised::Exception(class, reason)
    }

    /// `catch`: what was thrown is the value; errors and exits are told as a process would that ends with them.
    pub(super) fn catch(&mut self, id: ExprId, base: usize) -> Result<Value, Raised> {
        let reason = match self.caught(|inside| inside.eval(id, base))? {
            Ok(value) | Err((Class::Throw, value)) => return Ok(value),
            Err((Class::Exit, reason)) => reason,
            // There is no stack to show.
            Err((Class::Error, reason)) => Value::tuple(vec![reason, Value::list(Vec::new())]),
        };
        self.fit(Value::tuple(vec![Value::atom("EXIT"), reason]))
    }
}
