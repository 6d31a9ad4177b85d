//! Scripts and their surroundings for tests.

use super::{Host, LinkedScript, Raised};
use crate::plan::script::*;
use crate::plan::{FileId, FunctionId, Place, Plan, RowOrder, Script, SourceFile};
use crate::program::Rows;
use crate::rng::{Domain, Draw, Point, draw};
use crate::time::Nanos;

/// Builds a script by hand. Every function gets room for ten variables.
#[derive(Default)]
pub(crate) struct Build {
    pub(crate) script: Script,
}

impl Build {
    pub(crate) fn expr(&mut self, expression: Expr) -> ExprId {
        self.script.expressions.push(expression);
        ExprId(self.script.expressions.len() as u32 - 1)
    }

    pub(crate) fn pat(&mut self, pattern: Pat) -> PatId {
        self.script.patterns.push(pattern);
        PatId(self.script.patterns.len() as u32 - 1)
    }

    pub(crate) fn int(&mut self, number: i64) -> ExprId {
        self.expr(Expr::Literal(Literal::Int(number)))
    }

    pub(crate) fn atom(&mut self, name: &str) -> ExprId {
        self.expr(Expr::Literal(Literal::Atom(name.into())))
    }

    pub(crate) fn text(&mut self, text: &str) -> ExprId {
        self.expr(Expr::Literal(Literal::Text(text.into())))
    }

    pub(crate) fn local(&mut self, number: u32) -> ExprId {
        self.expr(Expr::Local(Local(number)))
    }

    pub(crate) fn binop(&mut self, op: BinaryOp, a: ExprId, b: ExprId) -> ExprId {
        self.expr(Expr::Binop(op, a, b))
    }

    pub(crate) fn call(&mut self, function: FunctionId, arguments: Vec<ExprId>) -> ExprId {
        self.expr(Expr::Call { function, arguments })
    }

    pub(crate) fn remote(&mut self, module: &str, name: &str, arguments: Vec<ExprId>) -> ExprId {
        self.expr(Expr::Remote { module: module.into(), name: name.into(), arguments })
    }

    pub(crate) fn clause(&self, patterns: Vec<PatId>, body: Vec<ExprId>) -> Clause {
        Clause { patterns, guard: vec![], body }
    }

    pub(crate) fn function(&mut self, name: &str, arity: u32, clauses: Vec<Clause>) -> FunctionId {
        let place = Place::default();
        let function =
            Function { name: name.into(), place, arity, captures: 0, itself: None, locals: 10, clauses };
        self.script.functions.push(function);
        FunctionId(self.script.functions.len() as u32 - 1)
    }

    /// A Plan with this script.
    pub(crate) fn plan(&self) -> Plan {
        let sources = vec![SourceFile { name: "x.xml".into() }];
        Plan { script: self.script.clone(), sources, ..Plan::empty() }
    }

    /// The script, once it has passed the check.
    pub(crate) fn link(&self) -> LinkedScript {
        self.plan().check().expect("a sound script");
        LinkedScript::link(&self.script, &[]).expect("known functions")
    }
}

/// A user of its own: number 7, one file of two rows.
pub(crate) struct TestHost {
    pub(crate) printed: Vec<u8>,
    drawn: u64,
    rows: Rows,
}

impl Default for TestHost {
    fn default() -> Self {
        Self { printed: Vec::new(), drawn: 0, rows: Rows::new(b"a;1\nb;2\n".to_vec()) }
    }
}

impl Host for TestHost {
    fn draw(&mut self) -> Draw {
        self.drawn += 1;
        draw(1, Domain::User, Point { user: 7, step: 0, occurrence: self.drawn })
    }

    fn unix_time(&self) -> Nanos {
        Nanos::from_millis(1_700_000_000_123)
    }

    fn user(&self) -> u64 {
        7
    }

    fn print(&mut self, text: &[u8]) {
        self.printed.extend_from_slice(text);
    }

    fn file(&self, id: &str) -> Option<FileId> {
        (id == "default").then_some(FileId(0))
    }

    fn rows(&self, _: FileId) -> &Rows {
        &self.rows
    }

    fn row(&mut self, _: FileId, _: RowOrder) -> Result<u64, Raised> {
        Ok(self.draw().below(2))
    }
}
