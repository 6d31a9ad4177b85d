//! Matching values with patterns.

use super::{Evaluation, Value};
use crate::plan::script::{ExprId, PatId};
use crate::script::link::LinkedPattern;
use crate::script::{Item, List, Raised};

impl Evaluation<'_> {
    /// Whether the arguments of a call, the first variables from `base` on, fit their patterns.
    pub(super) fn arguments_match(&mut self, patterns: &[PatId], base: usize) -> Result<bool, Raised> {
        for (index, pattern) in patterns.iter().enumerate() {
            if matches!(self.script.patterns[pattern.index()], LinkedPattern::Any) {
                continue;
            }
            let argument = self.stack.get(base + index).cloned().unwrap_or(super::UNSET);
            if !self.matches(*pattern, &argument, base)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the value fits; variables of the pattern get their values then, and some of them otherwise.
    pub(super) fn matches(&mut self, id: PatId, value: &Value, base: usize) -> Result<bool, Raised> {
        self.work(1)?;
        let script = self.script;
        match &script.patterns[id.index()] {
            LinkedPattern::Any => Ok(true),
            LinkedPattern::Bind(local) => {
                self.set(*local, base, value.clone());
                Ok(true)
            }
            LinkedPattern::Same(local) => {
                let known = self.variable(*local, base);
                self.same(&known, value)
            }
            LinkedPattern::Value(known) => self.same(known, value),
            LinkedPattern::Tuple(parts) => match value {
                Value::Tuple(values) if values.len() == parts.len() => {
                    for (part, value) in parts.iter().zip(values.iter()) {
                        if !self.matches(*part, value, base)? {
                            return Ok(false);
                        }
                    }
                    Ok(true)
                }
                _ => Ok(false),
            },
            LinkedPattern::List { heads, tail } => match value {
                Value::List(list) => self.list_matches(heads, *tail, list, base),
                _ => Ok(false),
            },
            LinkedPattern::Binary(segments) => match value {
                Value::Bytes(bytes) => self.binary_matches(segments, bytes, base),
                _ => Ok(false),
            },
            LinkedPattern::Map(fields) => self.map_matches(fields, value, base),
            LinkedPattern::Both(a, b) => Ok(self.matches(*a, value, base)? && self.matches(*b, value, base)?),
        }
    }

    /// `=:=`, at its price.
    pub(super) fn same(&mut self, a: &Value, b: &Value) -> Result<bool, Raised> {
        self.look_at_both(a, b)?;
        Ok(a == b)
    }

    /// The price of comparing two values: no more of them is looked at than the smaller one has.
    pub(super) fn look_at_both(&mut self, a: &Value, b: &Value) -> Result<(), Raised> {
        let weight = a.measure().weight.min(b.measure().weight);
        self.work(u64::from(weight / 8))
    }

    fn list_matches(
        &mut self,
        heads: &[PatId],
        tail: Option<PatId>,
        list: &List,
        base: usize,
    ) -> Result<bool, Raised> {
        let mut elements = list.elements();
        for head in heads {
            let fits = match elements.next() {
                None => false,
                Some(Item::Code(code)) => self.matches(*head, &Value::Int(i64::from(code)), base)?,
                Some(Item::Value(value)) => self.matches(*head, value, base)?,
            };
            if !fits {
                return Ok(false);
            }
        }
        match tail {
            None => Ok(elements.next().is_none() && elements.end().is_none()),
            Some(tail) => match list.skip(heads.len()) {
                Some(rest) => self.matches(tail, &rest, base),
                None => Ok(false),
            },
        }
    }

    fn map_matches(
        &mut self,
        fields: &[(ExprId, PatId)],
        value: &Value,
        base: usize,
    ) -> Result<bool, Raised> {
        let Value::Map(map) = value else { return Ok(false) };
        for (key, pattern) in fields {
            let Ok(key) = self.caught(|inside| inside.eval(*key, base))? else { return Ok(false) };
            let Some(value) = map.get(&key) else { return Ok(false) };
            if !self.matches(*pattern, value, base)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
