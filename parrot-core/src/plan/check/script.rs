//! Whether a script holds together. What passes can be linked, and run without looking at indices again; what it does in the run is
//! bounded there.
//!
//! Each table is walked once, from its first row on: rows name only such that stand before them, so what is known of those (how deep
//! they are, which variables they use) is known already. Sizes and keys in patterns are expressions without patterns of their own, so
//! that the two tables make no cycle.

use num_bigint::BigInt;

use super::{PlanError, index};
use crate::limits::{SCRIPT_INTEGER_BITS_MAX, SCRIPT_LOCALS_MAX, SCRIPT_NESTING_MAX, SCRIPT_QUALIFIERS_MAX};
use crate::plan::script::{
    Clause, Expr, ExprId, Function, Literal, Local, Makes, Pat, PatId, Qualifier, Segment,
};
use crate::plan::{FunctionId, Plan, Script};

/// What is known of a row.
#[derive(Clone, Copy, Default)]
struct Known {
    /// Rows inside each other.
    depth: u32,
    /// How many variables a frame needs for it.
    locals: u32,
    /// It has no patterns, and calls nothing but the library: may be a size or a key in a pattern.
    plain: bool,
}

impl Known {
    fn add(&mut self, part: Self) {
        self.depth = self.depth.max(part.depth.saturating_add(1));
        self.locals = self.locals.max(part.locals);
        self.plain &= part.plain;
    }

    fn use_local(&mut self, local: Local) {
        self.locals = self.locals.max(local.0.saturating_add(1));
    }
}

struct Tables<'a> {
    plan: &'a Plan,
    script: &'a Script,
    /// Of expressions; before patterns are known, of plain ones only.
    expressions: Vec<Known>,
    patterns: Vec<Known>,
}

/// Checks the script of a Plan.
pub(super) fn check(plan: &Plan) -> Result<(), PlanError> {
    let script = &plan.script;
    let mut tables = Tables { plan, script, expressions: Vec::new(), patterns: Vec::new() };
    for expression in &script.expressions {
        let known = tables.expression(expression, true)?;
        tables.expressions.push(known);
    }
    for pattern in &script.patterns {
        let known = tables.pattern(pattern)?;
        tables.patterns.push(known);
    }
    let plain = std::mem::take(&mut tables.expressions);
    for (expression, plain) in script.expressions.iter().zip(plain) {
        let known = if plain.plain { plain } else { tables.expression(expression, false)? };
        tables.expressions.push(known);
    }
    script.functions.iter().try_for_each(|function| tables.function(function))?;
    for export in &script.exports {
        plan.callable(export.function, None)?;
    }
    Ok(())
}

impl Plan {
    /// A function that is called by its number: it captured nothing, and takes so many arguments.
    pub(super) fn callable(&self, id: FunctionId, arguments: Option<u32>) -> Result<(), PlanError> {
        index("functions", id.0, self.script.functions.len())?;
        let function = &self.script.functions[id.index()];
        if function.captures != 0 || arguments.is_some_and(|count| count != function.arity) {
            return Err(PlanError::Arity { function: id.0 });
        }
        Ok(())
    }
}

fn not_empty<T>(list: &[T], what: &'static str) -> Result<(), PlanError> {
    if list.is_empty() { Err(PlanError::Empty { what }) } else { Ok(()) }
}

fn within(count: usize, limit: usize, what: &'static str) -> Result<(), PlanError> {
    if count <= limit { Ok(()) } else { Err(PlanError::TooLarge { what }) }
}

impl Tables<'_> {
    fn function(&self, function: &Function) -> Result<(), PlanError> {
        self.plan.place(function.place)?;
        within(
            function.locals as usize,
            SCRIPT_LOCALS_MAX as usize,
            "the number of variables of a function",
        )?;
        let mut known = Known::default();
        if let Some(local) = function.itself {
            known.use_local(local);
        }
        known.locals = known.locals.max(function.arity.saturating_add(function.captures));
        not_empty(&function.clauses, "a function")?;
        for clause in &function.clauses {
            self.clause(clause, function.arity as usize, &mut known)?;
        }
        if known.locals > function.locals {
            return Err(PlanError::Index { table: "variables of a function", index: known.locals - 1 });
        }
        Ok(())
    }

    fn clause(&self, clause: &Clause, patterns: usize, known: &mut Known) -> Result<(), PlanError> {
        if clause.patterns.len() != patterns {
            return Err(PlanError::Patterns { wanted: patterns, found: clause.patterns.len() });
        }
        not_empty(&clause.body, "the body of a clause")?;
        self.pats(&clause.patterns, known)?;
        clause.guard.iter().try_for_each(|tests| self.exprs(tests, known))?;
        self.exprs(&clause.body, known)
    }

    fn clauses(&self, clauses: &[Clause], patterns: usize, known: &mut Known) -> Result<(), PlanError> {
        known.plain = false;
        clauses.iter().try_for_each(|clause| self.clause(clause, patterns, known))
    }

    fn expr(&self, id: ExprId, known: &mut Known) -> Result<(), PlanError> {
        index("earlier expressions", id.0, self.expressions.len())?;
        known.add(self.expressions[id.index()]);
        Ok(())
    }

    fn exprs(&self, ids: &[ExprId], known: &mut Known) -> Result<(), PlanError> {
        ids.iter().try_for_each(|id| self.expr(*id, known))
    }

    fn pats(&self, ids: &[PatId], known: &mut Known) -> Result<(), PlanError> {
        ids.iter().try_for_each(|id| self.pat(*id, known))
    }

    fn pat(&self, id: PatId, known: &mut Known) -> Result<(), PlanError> {
        index("patterns", id.0, self.patterns.len())?;
        known.add(self.patterns[id.index()]);
        known.plain = false;
        Ok(())
    }

    fn arguments(&self, arguments: &[ExprId], known: &mut Known) -> Result<(), PlanError> {
        within(arguments.len(), SCRIPT_LOCALS_MAX as usize, "the number of arguments of a call")?;
        self.exprs(arguments, known)
    }

    /// What is known of an expression; in the first round only whether it is plain, and then all.
    fn expression(&self, expression: &Expr, plain_only: bool) -> Result<Known, PlanError> {
        let mut known = Known { plain: true, ..Known::default() };
        if plain_only && has_patterns(expression) {
            return Ok(Known::default());
        }
        match expression {
            Expr::Literal(literal) => check_literal(literal)?,
            Expr::Local(local) => known.use_local(*local),
            Expr::Tuple(parts) => self.exprs(parts, &mut known)?,
            Expr::List { heads, tail } => {
                self.exprs(heads, &mut known)?;
                tail.iter().try_for_each(|tail| self.expr(*tail, &mut known))?;
            }
            Expr::Binary(segments) => {
                for segment in segments {
                    check_unit(segment)?;
                    self.expr(segment.value, &mut known)?;
                    segment.size.iter().try_for_each(|size| self.expr(*size, &mut known))?;
                }
            }
            Expr::Map { base, fields } => {
                base.iter().try_for_each(|base| self.expr(*base, &mut known))?;
                for field in fields {
                    self.exprs(&[field.key, field.value], &mut known)?;
                }
            }
            Expr::Unary(_, value) | Expr::Catch(value) => self.expr(*value, &mut known)?,
            Expr::Binop(_, a, b) | Expr::AndAlso(a, b) | Expr::OrElse(a, b) => {
                self.exprs(&[*a, *b], &mut known)?;
            }
            Expr::Remote { arguments, .. } => self.arguments(arguments, &mut known)?,
            Expr::RemoteFun { arity, .. } => {
                within(*arity as usize, SCRIPT_LOCALS_MAX as usize, "the number of arguments of a call")?;
            }
            Expr::Block(body) => {
                not_empty(body, "a block")?;
                self.exprs(body, &mut known)?;
            }
            Expr::File(file) => self.plan.file(*file)?,
            Expr::Match { pattern, value } => {
                self.pat(*pattern, &mut known)?;
                self.expr(*value, &mut known)?;
            }
            Expr::If(clauses) => self.clauses(clauses, 0, &mut known)?,
            Expr::Case(value, clauses) => {
                self.expr(*value, &mut known)?;
                self.clauses(clauses, 1, &mut known)?;
            }
            Expr::Try { body, of, catch, after } => {
                not_empty(body, "a try")?;
                self.exprs(body, &mut known)?;
                self.clauses(of, 1, &mut known)?;
                self.clauses(catch, 2, &mut known)?;
                self.exprs(after, &mut known)?;
            }
            Expr::Fun { .. } | Expr::Call { .. } | Expr::Apply { .. } | Expr::ApplyNamed { .. } => {
                self.call(expression, &mut known)?;
            }
            Expr::Comprehension { makes, qualifiers } => {
                self.comprehension(*makes, qualifiers, &mut known)?;
            }
        }
        if known.depth > SCRIPT_NESTING_MAX {
            return Err(PlanError::TooLarge { what: "the depth of an expression" });
        }
        Ok(known)
    }

    fn call(&self, expression: &Expr, known: &mut Known) -> Result<(), PlanError> {
        known.plain = false;
        match expression {
            Expr::Fun { function, captures } => {
                captures.iter().for_each(|local| known.use_local(*local));
                self.plan.function(*function)?;
                let planned = self.script.functions[function.index()].captures;
                if planned as usize == captures.len() {
                    Ok(())
                } else {
                    Err(PlanError::Arity { function: function.0 })
                }
            }
            Expr::Call { function, arguments } => {
                self.plan.callable(*function, Some(u32::try_from(arguments.len()).unwrap_or(u32::MAX)))?;
                self.arguments(arguments, known)
            }
            Expr::Apply { function, arguments } => {
                self.expr(*function, known)?;
                self.arguments(arguments, known)
            }
            Expr::ApplyNamed { module, name, arguments } => {
                self.exprs(&[*module, *name], known)?;
                self.arguments(arguments, known)
            }
            _ => Ok(()),
        }
    }

    fn comprehension(
        &self,
        makes: Makes,
        qualifiers: &[Qualifier],
        known: &mut Known,
    ) -> Result<(), PlanError> {
        known.plain = false;
        not_empty(qualifiers, "a comprehension")?;
        within(qualifiers.len(), SCRIPT_QUALIFIERS_MAX, "the number of generators of a comprehension")?;
        match makes {
            Makes::List(value) | Makes::Binary(value) => self.expr(value, known)?,
            Makes::Map(key, value) => self.exprs(&[key, value], known)?,
        }
        qualifiers.iter().try_for_each(|qualifier| match qualifier {
            Qualifier::Filter(test) => self.expr(*test, known),
            Qualifier::List(pattern, source) | Qualifier::Binary(pattern, source) => {
                self.pat(*pattern, known)?;
                self.expr(*source, known)
            }
            Qualifier::Map(key, value, source) => {
                self.pats(&[*key, *value], known)?;
                self.expr(*source, known)
            }
        })
    }

    fn pattern(&self, pattern: &Pat) -> Result<Known, PlanError> {
        let mut known = Known::default();
        match pattern {
            Pat::Any => {}
            Pat::Bind(local) | Pat::Same(local) => known.use_local(*local),
            Pat::Literal(literal) => check_literal(literal)?,
            Pat::Tuple(parts) => self.pats(parts, &mut known)?,
            Pat::List { heads, tail } => {
                self.pats(heads, &mut known)?;
                tail.iter().try_for_each(|tail| self.pat(*tail, &mut known))?;
            }
            Pat::Binary(segments) => {
                for segment in segments {
                    check_unit(segment)?;
                    self.pat(segment.value, &mut known)?;
                    segment.size.iter().try_for_each(|size| self.plain(*size, &mut known))?;
                }
            }
            Pat::Map(fields) => {
                for (key, value) in fields {
                    self.plain(*key, &mut known)?;
                    self.pat(*value, &mut known)?;
                }
            }
            Pat::Both(a, b) => self.pats(&[*a, *b], &mut known)?,
        }
        if known.depth > SCRIPT_NESTING_MAX {
            return Err(PlanError::TooLarge { what: "the depth of a pattern" });
        }
        Ok(known)
    }

    fn plain(&self, id: ExprId, known: &mut Known) -> Result<(), PlanError> {
        self.expr(id, known)?;
        if self.expressions[id.index()].plain {
            Ok(())
        } else {
            Err(PlanError::Index { table: "expressions that may stand in patterns", index: id.0 })
        }
    }
}

/// Whether it may have patterns of its own, or call functions of the script.
fn has_patterns(expression: &Expr) -> bool {
    match expression {
        Expr::Literal(_)
        | Expr::Local(_)
        | Expr::Tuple(_)
        | Expr::List { .. }
        | Expr::Binary(_)
        | Expr::Map { .. }
        | Expr::Unary(..)
        | Expr::Binop(..)
        | Expr::AndAlso(..)
        | Expr::OrElse(..)
        | Expr::Block(_)
        | Expr::Remote { .. }
        | Expr::RemoteFun { .. }
        | Expr::File(_) => false,
        Expr::Match { .. }
        | Expr::If(_)
        | Expr::Case(..)
        | Expr::Try { .. }
        | Expr::Catch(_)
        | Expr::Fun { .. }
        | Expr::Call { .. }
        | Expr::Apply { .. }
        | Expr::ApplyNamed { .. }
        | Expr::Comprehension { .. } => true,
    }
}

fn check_unit<T>(segment: &Segment<T>) -> Result<(), PlanError> {
    match segment.unit {
        1..=256 => Ok(()),
        0 => Err(PlanError::Empty { what: "a unit" }),
        _ => Err(PlanError::TooLarge { what: "a unit" }),
    }
}

fn check_literal(literal: &Literal) -> Result<(), PlanError> {
    match literal {
        // Reading digits takes longer than their number says: look at that first. A digit has more than three bits.
        Literal::Big(digits) if digits.len() as u64 * 3 > SCRIPT_INTEGER_BITS_MAX => {
            Err(PlanError::TooLarge { what: "an integer" })
        }
        Literal::Big(digits) if digits.parse::<BigInt>().is_err() => {
            Err(PlanError::Number { what: "an integer" })
        }
        Literal::Float(number) if !number.is_finite() => Err(PlanError::Number { what: "a float" }),
        Literal::Int(_)
        | Literal::Big(_)
        | Literal::Float(_)
        | Literal::Atom(_)
        | Literal::Bytes(_)
        | Literal::Text(_) => Ok(()),
    }
}
