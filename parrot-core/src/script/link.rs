//! A script made ready to run: literals are values, names of the library are its functions.

use std::collections::HashMap;
use std::sync::Arc;

use num_bigint::BigInt;

use super::library::{self, Entry};
use super::{Atom, Fun, List, Slice, Value};
use crate::limits::{SCRIPT_VALUE_DEPTH_MAX, SCRIPT_VALUE_WEIGHT_MAX};
use crate::plan::script::{
    BinaryOp, Clause, Expr, ExprId, Literal, Local, Makes, MapField, Pat, PatId, Qualifier, Segment, UnaryOp,
};
use crate::plan::{FunctionId, Script};
use crate::program::Rows;

/// A script made ready to run.
#[derive(Debug, Default)]
pub struct LinkedScript {
    pub(super) functions: Vec<LinkedFunction>,
    /// By [`ExprId`].
    pub(super) nodes: Vec<Node>,
    /// By [`PatId`].
    pub(super) patterns: Vec<LinkedPattern>,
    exports: HashMap<(String, String, u32), FunctionId>,
}

/// A function.
#[derive(Debug)]
pub(super) struct LinkedFunction {
    pub name: String,
    pub arity: u32,
    pub itself: Option<Local>,
    pub locals: u32,
    pub clauses: Vec<Clause>,
}

/// An expression.
#[derive(Debug)]
pub(super) enum Node {
    Value(Value),
    Local(Local),
    Tuple(Vec<ExprId>),
    List { heads: Vec<ExprId>, tail: Option<ExprId> },
    Binary(Vec<Segment<ExprId>>),
    Map { base: Option<ExprId>, fields: Vec<MapField> },
    Match { pattern: PatId, value: ExprId },
    Unary(UnaryOp, ExprId),
    Binop(BinaryOp, ExprId, ExprId),
    AndAlso(ExprId, ExprId),
    OrElse(ExprId, ExprId),
    Block(Vec<ExprId>),
    If(Vec<Clause>),
    Case(ExprId, Vec<Clause>),
    Try(Box<Attempt>),
    Catch(ExprId),
    Fun { function: FunctionId, captures: Vec<Local> },
    Call { function: FunctionId, arguments: Vec<ExprId> },
    Library { entry: &'static Entry, arguments: Vec<ExprId> },
    Apply { function: ExprId, arguments: Vec<ExprId> },
    ApplyNamed { module: ExprId, name: ExprId, arguments: Vec<ExprId> },
    Comprehension { makes: Makes, qualifiers: Vec<Qualifier> },
}

/// A `try`.
#[derive(Debug)]
pub(super) struct Attempt {
    pub body: Vec<ExprId>,
    pub of: Vec<Clause>,
    pub catch: Vec<Clause>,
    pub after: Vec<ExprId>,
}

/// A pattern.
#[derive(Debug)]
pub(super) enum LinkedPattern {
    Any,
    Bind(Local),
    Same(Local),
    Value(Value),
    Tuple(Vec<PatId>),
    List { heads: Vec<PatId>, tail: Option<PatId> },
    Binary(Vec<Segment<PatId>>),
    Map(Vec<(ExprId, PatId)>),
    Both(PatId, PatId),
}

/// A function that a script calls and nobody has.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownFunction {
    /// `module:name/1`.
    pub name: String,
}

impl LinkedScript {
    /// Makes a script ready; it must have passed the Plan's check.
    ///
    /// # Errors
    /// With the first function that neither the script nor the library has.
    pub fn link(script: &Script, files: &[Rows]) -> Result<Self, UnknownFunction> {
        let exports = script.exports.iter().map(|export| {
            let arity = script.functions.get(export.function.index()).map_or(0, |function| function.arity);
            ((export.module.clone(), export.name.clone(), arity), export.function)
        });
        let mut linked = Self { exports: exports.collect(), ..Self::default() };
        linked.functions = script.functions.iter().map(LinkedFunction::new).collect();
        linked.patterns = script.patterns.iter().map(link_pattern).collect();
        linked.nodes.reserve_exact(script.expressions.len());
        for expression in &script.expressions {
            let node = linked.node(expression, files)?;
            linked.nodes.push(node);
        }
        Ok(linked)
    }

    /// The exported function of this name.
    pub(super) fn export(&self, module: &str, name: &str, arity: u32) -> Option<FunctionId> {
        // Only a call by a name that is made in the run comes here.
        self.exports.get(&(module.to_owned(), name.to_owned(), arity)).copied()
    }

    /// The name of a function.
    pub(super) fn name(&self, function: FunctionId) -> &str {
        self.functions.get(function.index()).map_or("", |function| &function.name)
    }

    fn node(&self, expression: &Expr, files: &[Rows]) -> Result<Node, UnknownFunction> {
        Ok(match expression {
            Expr::Literal(literal) => Node::Value(link_literal(literal)),
            Expr::Local(local) => Node::Local(*local),
            Expr::Tuple(parts) => match self.known(parts) {
                Some(values) => Node::Value(Value::tuple(values)),
                None => Node::Tuple(parts.clone()),
            },
            Expr::List { heads, tail: None } if self.known(heads).is_some() => {
                Node::Value(Value::list(self.known(heads).unwrap_or_default()))
            }
            Expr::List { heads, tail } => Node::List { heads: heads.clone(), tail: *tail },
            Expr::Binary(segments) => Node::Binary(segments.clone()),
            Expr::Map { base, fields } => Node::Map { base: *base, fields: fields.clone() },
            Expr::Match { pattern, value } => Node::Match { pattern: *pattern, value: *value },
            Expr::Unary(op, value) => Node::Unary(*op, *value),
            Expr::Binop(op, a, b) => Node::Binop(*op, *a, *b),
            Expr::AndAlso(a, b) => Node::AndAlso(*a, *b),
            Expr::OrElse(a, b) => Node::OrElse(*a, *b),
            Expr::Block(body) => Node::Block(body.clone()),
            Expr::If(clauses) => Node::If(clauses.clone()),
            Expr::Case(value, clauses) => Node::Case(*value, clauses.clone()),
            Expr::Try { body, of, catch, after } => Node::Try(Box::new(Attempt {
                body: body.clone(),
                of: of.clone(),
                catch: catch.clone(),
                after: after.clone(),
            })),
            Expr::Catch(value) => Node::Catch(*value),
            Expr::Fun { function, captures } if captures.is_empty() => Node::Value(self.function(*function)),
            Expr::Fun { function, captures } => Node::Fun { function: *function, captures: captures.clone() },
            Expr::RemoteFun { module, name, arity } => {
                Node::Value(match self.resolve(module, name, *arity)? {
                    Target::Script(function) => self.function(function),
                    Target::Library(entry) => Value::Fun(Arc::new(Fun::Library(entry))),
                })
            }
            Expr::Call { function, arguments } => {
                Node::Call { function: *function, arguments: arguments.clone() }
            }
            Expr::Remote { module, name, arguments } => {
                let arity = u32::try_from(arguments.len()).unwrap_or(u32::MAX);
                let arguments = arguments.clone();
                match self.resolve(module, name, arity)? {
                    Target::Script(function) => Node::Call { function, arguments },
                    Target::Library(entry) => Node::Library { entry, arguments },
                }
            }
            Expr::Apply { function, arguments } => {
                Node::Apply { function: *function, arguments: arguments.clone() }
            }
            Expr::ApplyNamed { module, name, arguments } => {
                Node::ApplyNamed { module: *module, name: *name, arguments: arguments.clone() }
            }
            Expr::Comprehension { makes, qualifiers } => {
                Node::Comprehension { makes: *makes, qualifiers: qualifiers.clone() }
            }
            Expr::File(file) => Node::Value(
                files.get(file.index()).map_or_else(|| Value::bytes(b""), |rows| Value::bytes(&rows.bytes())),
            ),
        })
    }

    /// The values of these, if all of them are known: texts like `[{return, list}]` are then made once.
    fn known(&self, parts: &[ExprId]) -> Option<Vec<Value>> {
        let values = parts.iter().map(|part| match self.nodes.get(part.index()) {
            Some(Node::Value(value)) => Some(value.clone()),
            _ => None,
        });
        let values: Vec<Value> = values.collect::<Option<_>>()?;
        let fits = |value: &Value| {
            let measure = value.measure();
            measure.depth < SCRIPT_VALUE_DEPTH_MAX && measure.weight < SCRIPT_VALUE_WEIGHT_MAX
        };
        values.iter().all(fits).then_some(values)
    }

    fn function(&self, function: FunctionId) -> Value {
        let arity = self.functions.get(function.index()).map_or(0, |function| function.arity);
        Value::Fun(Arc::new(Fun::Script { function, arity, captures: Slice::default() }))
    }

    /// Functions of the script come first: a module of its own may have the name of one of the library.
    fn resolve(&self, module: &str, name: &str, arity: u32) -> Result<Target, UnknownFunction> {
        if let Some(function) = self.export(module, name, arity) {
            return Ok(Target::Script(function));
        }
        let unknown = || UnknownFunction { name: format!("{module}:{name}/{arity}") };
        library::find(module, name, arity).map(Target::Library).ok_or_else(unknown)
    }
}

enum Target {
    Script(FunctionId),
    Library(&'static Entry),
}

impl LinkedFunction {
    fn new(function: &crate::plan::script::Function) -> Self {
        Self {
            name: function.name.clone(),
            arity: function.arity,
            itself: function.itself,
            locals: function.locals,
            clauses: function.clauses.clone(),
        }
    }
}

fn link_literal(literal: &Literal) -> Value {
    match literal {
        Literal::Int(number) => Value::Int(*number),
        // Checked: it is one.
        Literal::Big(digits) => Value::integer(digits.parse().unwrap_or(BigInt::ZERO)),
        Literal::Float(number) => Value::Float(*number),
        Literal::Atom(name) => Value::Atom(Atom::named(name)),
        Literal::Bytes(bytes) => Value::bytes(bytes),
        Literal::Text(text) => Value::List(codes(text)),
    }
}

/// The list of a text's characters.
fn codes(text: &str) -> List {
    match text.chars().map(|c| u8::try_from(c).ok()).collect::<Option<Vec<u8>>>() {
        Some(bytes) => List::Text(bytes.into()),
        None => text.chars().map(|c| Value::Int(i64::from(u32::from(c)))).collect(),
    }
}

fn link_pattern(pattern: &Pat) -> LinkedPattern {
    match pattern {
        Pat::Any => LinkedPattern::Any,
        Pat::Bind(local) => LinkedPattern::Bind(*local),
        Pat::Same(local) => LinkedPattern::Same(*local),
        Pat::Literal(literal) => LinkedPattern::Value(link_literal(literal)),
        Pat::Tuple(parts) => LinkedPattern::Tuple(parts.clone()),
        Pat::List { heads, tail } => LinkedPattern::List { heads: heads.clone(), tail: *tail },
        Pat::Binary(segments) => LinkedPattern::Binary(segments.clone()),
        Pat::Map(fields) => LinkedPattern::Map(fields.clone()),
        Pat::Both(a, b) => LinkedPattern::Both(*a, *b),
    }
}
