//! Scripts that do not hold together.

use super::super::{Plan, PlanError};
use crate::plan::script::*;
use crate::plan::{FileId, FunctionId, OpKind, Place, Script, Session, Slot, VariableSource};
use crate::script::fixture::Build;

/// What is wrong with a script whose only function has this body, no arguments and ten variables.
fn refused(make: impl FnOnce(&mut Build) -> ExprId) -> PlanError {
    let mut b = Build::default();
    let body = make(&mut b);
    b.function("main/0", 0, vec![b.clause(vec![], vec![body])]);
    b.plan().check().expect_err("it does not hold together")
}

#[test]
fn a_sound_script_passes() {
    let mut b = Build::default();
    let (bind, value) = (b.pat(Pat::Bind(Local(9))), b.int(1));
    let body = b.expr(Expr::Match { pattern: bind, value });
    b.function("main/0", 0, vec![b.clause(vec![], vec![body])]);
    assert_eq!(b.plan().check(), Ok(()));
}

#[test]
fn expressions_name_earlier_ones_only() {
    let error = refused(|b| b.expr(Expr::Catch(ExprId(0))));
    assert_eq!(error, PlanError::Index { table: "earlier expressions", index: 0 });
    let error = refused(|b| {
        let one = b.int(1);
        b.expr(Expr::Tuple(vec![one, ExprId(7)]))
    });
    assert_eq!(error, PlanError::Index { table: "earlier expressions", index: 7 });
    let error = refused(|b| {
        b.pat(Pat::Both(PatId(0), PatId(0)));
        b.int(1)
    });
    assert_eq!(error, PlanError::Index { table: "patterns", index: 0 });
}

#[test]
fn variables_lie_inside_the_frame_of_their_function() {
    let outside = PlanError::Index { table: "variables of a function", index: 10 };
    assert_eq!(refused(|b| b.local(10)), outside);
    let bound = refused(|b| {
        let (pattern, value) = (b.pat(Pat::Bind(Local(10))), b.int(1));
        b.expr(Expr::Match { pattern, value })
    });
    assert_eq!(bound, outside);
    let captured = refused(|b| {
        let one = b.int(1);
        let inner = b.function("inner", 0, vec![b.clause(vec![], vec![one])]);
        b.script.functions[inner.index()].captures = 1;
        b.expr(Expr::Fun { function: inner, captures: vec![Local(10)] })
    });
    assert_eq!(captured, outside);
    let mut b = Build::default();
    let one = b.int(1);
    let main = b.function("main/0", 0, vec![b.clause(vec![], vec![one])]);
    b.script.functions[main.index()].itself = Some(Local(u32::MAX));
    assert!(matches!(b.plan().check(), Err(PlanError::Index { .. })));
    b.script.functions[main.index()].itself = None;
    b.script.functions[main.index()].captures = u32::MAX;
    assert!(matches!(b.plan().check(), Err(PlanError::Index { .. })));
    b.script.functions[main.index()].captures = 0;
    b.script.functions[main.index()].locals = u32::MAX;
    assert!(matches!(b.plan().check(), Err(PlanError::TooLarge { .. })));
}

#[test]
fn calls_fit_their_functions() {
    let arity = PlanError::Arity { function: 0 };
    assert_eq!(
        refused(|b| {
            let one = b.int(1);
            b.call(FunctionId(0), vec![one])
        }),
        arity
    );
    assert_eq!(refused(|b| b.expr(Expr::Fun { function: FunctionId(0), captures: vec![Local(0)] })), arity);
    assert_eq!(refused(|b| b.call(FunctionId(3), vec![])), PlanError::Index { table: "functions", index: 3 });
    let mut b = Build::default();
    let one = b.int(1);
    b.function("main/0", 0, vec![b.clause(vec![], vec![one])]);
    let mut plan = b.plan();
    let source = VariableSource::Function(FunctionId(0));
    let kind = OpKind::SetVariables { slots: vec![Slot(0)], source };
    let ops = vec![crate::plan::Op { action: 1, place: Place::default(), kind }];
    plan.sessions = vec![Session { name: "s".into(), persistent: true, variables: vec!["v".into()], ops }];
    assert_eq!(plan.check(), Err(arity));
    let export = Export { module: "m".into(), name: "f".into(), function: FunctionId(1) };
    let plan = Plan { script: Script { exports: vec![export], ..b.script }, ..Plan::empty() };
    assert!(matches!(plan.check(), Err(PlanError::Index { .. })));
}

#[test]
fn clauses_have_a_pattern_for_each_value_and_a_body() {
    let patterns = |wanted, found| PlanError::Patterns { wanted, found };
    assert_eq!(
        refused(|b| {
            let (any, one) = (b.pat(Pat::Any), b.int(1));
            let clause = b.clause(vec![any], vec![one]);
            b.expr(Expr::If(vec![clause]))
        }),
        patterns(0, 1)
    );
    assert_eq!(
        refused(|b| {
            let one = b.int(1);
            let clause = b.clause(vec![], vec![one]);
            b.expr(Expr::Case(one, vec![clause]))
        }),
        patterns(1, 0)
    );
    assert_eq!(
        refused(|b| {
            let (any, one) = (b.pat(Pat::Any), b.int(1));
            let clause = b.clause(vec![any], vec![one]);
            b.expr(Expr::Try { body: vec![one], of: vec![], catch: vec![clause], after: vec![] })
        }),
        patterns(2, 1)
    );
    let empty = |what| PlanError::Empty { what };
    assert_eq!(
        refused(|b| {
            let clause = b.clause(vec![], vec![]);
            b.expr(Expr::If(vec![clause]))
        }),
        empty("the body of a clause")
    );
    assert_eq!(refused(|b| b.expr(Expr::Block(vec![]))), empty("a block"));
    assert_eq!(
        refused(|b| { b.expr(Expr::Try { body: vec![], of: vec![], catch: vec![], after: vec![] }) }),
        empty("a try")
    );
    assert_eq!(
        refused(|b| {
            let one = b.int(1);
            b.expr(Expr::Comprehension { makes: Makes::List(one), qualifiers: vec![] })
        }),
        empty("a comprehension")
    );
    let mut b = Build::default();
    b.function("main/0", 0, vec![]);
    assert_eq!(b.plan().check(), Err(empty("a function")));
}

#[test]
fn sizes_and_keys_in_patterns_have_no_patterns_of_their_own() {
    // The size names the match that the pattern stands in.
    let error = refused(|b| {
        let value = b.expr(Expr::Literal(Literal::Bytes(vec![1])));
        let any = b.pat(Pat::Any);
        let size = Some(ExprId(1));
        let kind = SegmentKind::Integer;
        let segment = Segment { value: any, size, unit: 1, kind, little: false, signed: false };
        let pattern = b.pat(Pat::Binary(vec![segment]));
        b.expr(Expr::Match { pattern, value })
    });
    assert_eq!(error, PlanError::Index { table: "expressions that may stand in patterns", index: 1 });
}

#[test]
fn sizes_are_bounded() {
    let deep = refused(|b| {
        let one = b.int(1);
        (0..1_000).fold(one, |inner, _| b.expr(Expr::Catch(inner)))
    });
    assert_eq!(deep, PlanError::TooLarge { what: "the depth of an expression" });
    let pattern = refused(|b| {
        let any = b.pat(Pat::Any);
        (0..1_000).fold(any, |inner, _| b.pat(Pat::Tuple(vec![inner])));
        b.int(1)
    });
    assert_eq!(pattern, PlanError::TooLarge { what: "the depth of a pattern" });
    let digits = |digits: String| refused(|b| b.expr(Expr::Literal(Literal::Big(digits))));
    assert_eq!(digits("9".repeat(100_000)), PlanError::TooLarge { what: "an integer" });
    assert_eq!(digits("12x".into()), PlanError::Number { what: "an integer" });
    let float = refused(|b| b.expr(Expr::Literal(Literal::Float(f64::NAN))));
    assert_eq!(float, PlanError::Number { what: "a float" });
    let unit = |unit| {
        refused(|b| {
            let value = b.int(1);
            let kind = SegmentKind::Integer;
            b.expr(Expr::Binary(vec![Segment {
                value,
                size: None,
                unit,
                kind,
                little: false,
                signed: false,
            }]))
        })
    };
    assert_eq!(unit(0), PlanError::Empty { what: "a unit" });
    assert_eq!(unit(257), PlanError::TooLarge { what: "a unit" });
    assert_eq!(refused(|b| b.expr(Expr::File(FileId(0)))), PlanError::Index { table: "files", index: 0 });
}
