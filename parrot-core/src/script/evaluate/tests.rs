//! What scripts come to: expressions built by hand, each with the value that Erlang gives.

use num_bigint::BigInt;

use super::super::fixture::{Build, TestHost};
use super::*;
use crate::plan::script::*;
use crate::script::write_term;

fn shown(value: &Value) -> String {
    let mut out = Vec::new();
    write_term(value, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// What the body of a function without arguments gives, as `~w` shows it.
fn result(make: impl FnOnce(&mut Build) -> Vec<ExprId>) -> String {
    let mut build = Build::default();
    let body = make(&mut build);
    let main = build.function("main/0", 0, vec![build.clause(vec![], body)]);
    outcome(&build, main, vec![])
}

fn outcome(build: &Build, function: FunctionId, arguments: Vec<Value>) -> String {
    let script = build.link();
    match call(&script, &mut TestHost::default(), function, arguments) {
        Ok(value) => shown(&value),
        Err(failure) => String::from_utf8_lossy(&failure.text()).into_owned(),
    }
}

#[test]
fn integers_grow_and_shrink() {
    use BinaryOp::*;
    let max = i64::MAX;
    for (op, a, b, expected) in [
        (Add, max, 1, "9223372036854775808"),
        (Subtract, i64::MIN, 1, "-9223372036854775809"),
        (Multiply, max, max, "85070591730234615847396907784232501249"),
        (Div, i64::MIN, -1, "9223372036854775808"),
        (Rem, i64::MIN, -1, "0"),
        (Div, -7, 2, "-3"),
        (Rem, -7, 2, "-1"),
        (Divide, 7, 2, "3.5"),
        (Divide, 4, 2, "2.0"),
        (ShiftLeft, 1, 70, "1180591620717411303424"),
        (ShiftLeft, 1, -1, "0"),
        (ShiftRight, -5, 1, "-3"),
        (ShiftRight, -1, max, "-1"),
        (BitXor, 5, 3, "6"),
        (Div, 1, 0, "main/0: error badarith"),
        (Divide, 1, 0, "main/0: error badarith"),
        (ShiftLeft, 1, max, "main/0: error system_limit"),
    ] {
        let found = result(|b_| {
            let (a, b) = (b_.int(a), b_.int(b));
            vec![b_.binop(op, a, b)]
        });
        assert_eq!(found, expected, "{a} {op:?} {b}");
    }
    // Back to the small kind, which is the only one that is equal to it.
    let found = result(|b| {
        let (one, big) = (b.int(1), b.int(max));
        let more = b.binop(Add, big, one);
        let back = b.binop(Subtract, more, one);
        vec![b.binop(Exact, back, big)]
    });
    assert_eq!(found, "true");
}

#[test]
fn a_last_call_takes_no_depth() {
    // loop(0) -> done; loop(N) -> loop(N - 1).
    let mut b = Build::default();
    let zero = b.pat(Pat::Literal(Literal::Int(0)));
    let n = b.pat(Pat::Bind(Local(0)));
    let done = b.atom("done");
    let (var, one) = (b.local(0), b.int(1));
    let less = b.binop(BinaryOp::Subtract, var, one);
    let again = b.call(FunctionId(0), vec![less]);
    let clauses = vec![b.clause(vec![zero], vec![done]), b.clause(vec![n], vec![again])];
    let main = b.function("loop/1", 1, clauses);
    assert_eq!(outcome(&b, main, vec![Value::Int(1_000_000)]), "done");
    let endless = outcome(&b, main, vec![Value::Int(-1)]);
    assert_eq!(endless, "loop/1: took too many steps: an endless loop?");
}

#[test]
fn other_calls_take_depth_and_end() {
    // sum(0) -> 0; sum(N) -> N + sum(N - 1).
    let mut b = Build::default();
    let zero = b.pat(Pat::Literal(Literal::Int(0)));
    let n = b.pat(Pat::Bind(Local(0)));
    let nothing = b.int(0);
    let (var, one) = (b.local(0), b.int(1));
    let less = b.binop(BinaryOp::Subtract, var, one);
    let rest = b.call(FunctionId(0), vec![less]);
    let sum = b.binop(BinaryOp::Add, var, rest);
    let clauses = vec![b.clause(vec![zero], vec![nothing]), b.clause(vec![n], vec![sum])];
    let main = b.function("sum/1", 1, clauses);
    assert_eq!(outcome(&b, main, vec![Value::Int(30_000)]), "450015000");
    assert_eq!(
        outcome(&b, main, vec![Value::Int(-1)]),
        "sum/1: has too many calls or values inside each other: an endless recursion?"
    );
}

#[test]
fn the_budget_of_memory_cannot_be_caught() {
    // grow(L) -> try grow(L ++ L) catch _:_ -> caught end.
    let mut b = Build::default();
    let list = b.pat(Pat::Bind(Local(0)));
    let any = b.pat(Pat::Any);
    let var = b.local(0);
    let twice = b.binop(BinaryOp::Append, var, var);
    let again = b.call(FunctionId(0), vec![twice]);
    let caught = b.atom("caught");
    let handler = b.clause(vec![any, any], vec![caught]);
    let attempt =
        b.expr(Expr::Try { body: vec![again], of: vec![], catch: vec![handler], after: vec![caught] });
    let main = b.function("grow/1", 1, vec![b.clause(vec![list], vec![attempt])]);
    assert_eq!(
        outcome(&b, main, vec![Value::text_list(&[1; 1000])]),
        "grow/1: made more or larger values than a script may"
    );
}

#[test]
fn values_share_parts_but_not_without_end() {
    // twice(T) -> twice({T, T}): small in memory, endless to walk through.
    let mut b = Build::default();
    let bind = b.pat(Pat::Bind(Local(0)));
    let var = b.local(0);
    let pair = b.expr(Expr::Tuple(vec![var, var]));
    let again = b.call(FunctionId(0), vec![pair]);
    let main = b.function("twice/1", 1, vec![b.clause(vec![bind], vec![again])]);
    assert!(outcome(&b, main, vec![Value::Int(0)]).contains("larger values"));
    // deep(T) -> deep({T}).
    let mut b = Build::default();
    let bind = b.pat(Pat::Bind(Local(0)));
    let var = b.local(0);
    let around = b.expr(Expr::Tuple(vec![var]));
    let again = b.call(FunctionId(0), vec![around]);
    let main = b.function("deep/1", 1, vec![b.clause(vec![bind], vec![again])]);
    assert!(outcome(&b, main, vec![Value::Int(0)]).contains("inside each other"));
}

#[test]
fn exceptions_look_like_erlangs() {
    let badmatch = result(|b| {
        let (pattern, value) = (b.pat(Pat::Literal(Literal::Atom("ok".into()))), b.atom("false"));
        vec![b.expr(Expr::Match { pattern, value })]
    });
    assert_eq!(badmatch, "main/0: error {badmatch,false}");
    let case_clause = result(|b| {
        let value = b.int(3);
        vec![b.expr(Expr::Case(value, vec![]))]
    });
    assert_eq!(case_clause, "main/0: error {case_clause,3}");
    assert_eq!(result(|b| vec![b.expr(Expr::If(vec![]))]), "main/0: error if_clause");
    let badfun = result(|b| {
        let function = b.atom("f");
        vec![b.expr(Expr::Apply { function, arguments: vec![] })]
    });
    assert_eq!(badfun, "main/0: error {badfun,f}");
    let undef = result(|b| {
        let (module, name) = (b.atom("no"), b.atom("such"));
        vec![b.expr(Expr::ApplyNamed { module, name, arguments: vec![] })]
    });
    assert_eq!(undef, "main/0: error undef");
    let badkey = result(|b| {
        let (key, value) = (b.atom("k"), b.int(1));
        let base = b.expr(Expr::Map { base: None, fields: vec![] });
        let fields = vec![MapField { key, value, exact: true }];
        vec![b.expr(Expr::Map { base: Some(base), fields })]
    });
    assert_eq!(badkey, "main/0: error {badkey,k}");
    let mut b = Build::default();
    let one = b.pat(Pat::Literal(Literal::Float(1.0)));
    let done = b.atom("done");
    let main = b.function("f/1", 1, vec![b.clause(vec![one], vec![done])]);
    assert_eq!(outcome(&b, main, vec![Value::Int(1)]), "f/1: error function_clause");
    assert_eq!(outcome(&b, main, vec![Value::Float(1.0)]), "done");
}

#[test]
fn exceptions_are_caught_by_class_and_reason() {
    let caught = |class: &str, after: bool| {
        result(|b| {
            let (a, zero) = (b.int(1), b.int(0));
            let bad = b.binop(BinaryOp::Div, a, zero);
            let class = b.pat(Pat::Literal(Literal::Atom(class.into())));
            let reason = b.pat(Pat::Bind(Local(1)));
            let found = b.local(1);
            let handler = b.clause(vec![class, reason], vec![found]);
            let after = if after { vec![b.atom("ignored")] } else { vec![] };
            vec![b.expr(Expr::Try { body: vec![bad], of: vec![], catch: vec![handler], after })]
        })
    };
    assert_eq!(caught("error", true), "badarith");
    assert_eq!(caught("throw", true), "main/0: error badarith");
    assert_eq!(caught("exit", false), "main/0: error badarith");
    let old_catch = result(|b| {
        let (a, zero) = (b.int(1), b.int(0));
        let bad = b.binop(BinaryOp::Div, a, zero);
        vec![b.expr(Expr::Catch(bad))]
    });
    assert_eq!(old_catch, "{'EXIT',{badarith,[]}}");
    let no_clause = result(|b| {
        let one = b.int(1);
        let pattern = b.pat(Pat::Literal(Literal::Int(2)));
        let of = vec![b.clause(vec![pattern], vec![one])];
        vec![b.expr(Expr::Try { body: vec![one], of, catch: vec![], after: vec![] })]
    });
    assert_eq!(no_clause, "main/0: error {try_clause,1}");
}

#[test]
fn what_fails_in_a_guard_does_not_hold() {
    // f(X) when X + 1 > 0; true -> …: the first alternative fails for an atom, the second holds.
    let mut b = Build::default();
    let bind = b.pat(Pat::Bind(Local(0)));
    let (var, one, zero) = (b.local(0), b.int(1), b.int(0));
    let more = b.binop(BinaryOp::Add, var, one);
    let test = b.binop(BinaryOp::Greater, more, zero);
    let (yes, other) = (b.atom("yes"), b.atom("other"));
    let guarded = Clause { patterns: vec![bind], guard: vec![vec![test]], body: vec![yes] };
    let main = b.function("f/1", 1, vec![guarded, b.clause(vec![bind], vec![other])]);
    assert_eq!(outcome(&b, main, vec![Value::Int(1)]), "yes");
    assert_eq!(outcome(&b, main, vec![Value::Int(-1)]), "other");
    assert_eq!(outcome(&b, main, vec![Value::atom("a")]), "other");
}

#[test]
fn closures_keep_what_they_captured_and_may_call_themselves() {
    // F = fun Sum(0) -> Base; Sum(N) -> N + Sum(N - 1) end, F(4).
    let mut b = Build::default();
    let zero = b.pat(Pat::Literal(Literal::Int(0)));
    let any = b.pat(Pat::Bind(Local(0)));
    let (n, base, itself, one) = (b.local(0), b.local(1), b.local(2), b.int(1));
    let less = b.binop(BinaryOp::Subtract, n, one);
    let rest = b.expr(Expr::Apply { function: itself, arguments: vec![less] });
    let sum = b.binop(BinaryOp::Add, n, rest);
    let clauses = vec![b.clause(vec![zero], vec![base]), b.clause(vec![any], vec![sum])];
    let inner = b.function("sum", 1, clauses);
    b.script.functions[inner.index()].captures = 1;
    b.script.functions[inner.index()].itself = Some(Local(2));
    let fun = b.expr(Expr::Fun { function: inner, captures: vec![Local(0)] });
    let four = b.int(4);
    let applied = b.expr(Expr::Apply { function: fun, arguments: vec![four] });
    let wrong = b.expr(Expr::Apply { function: fun, arguments: vec![] });
    let same = b.binop(BinaryOp::Exact, fun, fun);
    let bind = b.pat(Pat::Bind(Local(0)));
    let main = b.function("main/1", 1, vec![b.clause(vec![bind], vec![same, applied])]);
    assert_eq!(outcome(&b, main, vec![Value::Int(100)]), "110");
    let fails = b.function("fails/1", 1, vec![b.clause(vec![bind], vec![wrong])]);
    assert_eq!(outcome(&b, fails, vec![Value::Int(1)]), "fails/1: error {badarity,{#Fun<0/1>,[]}}");
}

#[test]
fn patterns_bind_what_they_find() {
    // [A, B | T] = "abc", #{k := V} = #{k => A}, {B, V, T}.
    let found = result(|b| {
        let pats: Vec<_> = (0..4).map(|local| b.pat(Pat::Bind(Local(local)))).collect();
        let pattern = b.pat(Pat::List { heads: vec![pats[0], pats[1]], tail: Some(pats[2]) });
        let value = b.text("abc");
        let first = b.expr(Expr::Match { pattern, value });
        let (key, a) = (b.atom("k"), b.local(0));
        let map = b.expr(Expr::Map { base: None, fields: vec![MapField { key, value: a, exact: false }] });
        let pattern = b.pat(Pat::Map(vec![(key, pats[3])]));
        let second = b.expr(Expr::Match { pattern, value: map });
        let parts = vec![b.local(1), b.local(3), b.local(2)];
        vec![first, second, b.expr(Expr::Tuple(parts))]
    });
    assert_eq!(found, "{98,97,[99]}");
    let improper = result(|b| {
        let (head, tail) = (b.int(1), b.int(2));
        let value = b.expr(Expr::List { heads: vec![head], tail: Some(tail) });
        let (any, bind) = (b.pat(Pat::Any), b.pat(Pat::Bind(Local(0))));
        let pattern = b.pat(Pat::List { heads: vec![any], tail: Some(bind) });
        vec![b.expr(Expr::Match { pattern, value }), b.local(0)]
    });
    assert_eq!(improper, "2");
}

fn segment<T>(value: T, size: Option<ExprId>, unit: u16, kind: SegmentKind) -> Segment<T> {
    Segment { value, size, unit, kind, little: false, signed: false }
}

#[test]
fn binaries_are_built_and_taken_apart() {
    // <<Size, Part:Size/binary, Rest/binary>> = <<2, "abcd">>: a size that the pattern has just found.
    let found = result(|b| {
        let pats: Vec<_> = (0..3).map(|local| b.pat(Pat::Bind(Local(local)))).collect();
        let size = b.local(0);
        let pattern = b.pat(Pat::Binary(vec![
            segment(pats[0], None, 1, SegmentKind::Integer),
            segment(pats[1], Some(size), 8, SegmentKind::Binary),
            segment(pats[2], None, 8, SegmentKind::Binary),
        ]));
        let value = b.expr(Expr::Literal(Literal::Bytes(b"\x02abcd".to_vec())));
        let matched = b.expr(Expr::Match { pattern, value });
        let parts = (0..3).map(|local| b.local(local)).collect();
        vec![matched, b.expr(Expr::Tuple(parts))]
    });
    assert_eq!(found, "{2,<<97,98>>,<<99,100>>}");
    // <<5:4, 1:4, 1.5:32/float, 233/utf8>>.
    let built = result(|b| {
        let (five, one, half, e) =
            (b.int(5), b.int(1), b.expr(Expr::Literal(Literal::Float(1.5))), b.int(233));
        let (four, thirty_two) = (b.int(4), b.int(32));
        vec![b.expr(Expr::Binary(vec![
            segment(five, Some(four), 1, SegmentKind::Integer),
            segment(one, Some(four), 1, SegmentKind::Integer),
            segment(half, Some(thirty_two), 1, SegmentKind::Float),
            segment(e, None, 1, SegmentKind::Utf8),
        ]))]
    });
    assert_eq!(built, "<<81,63,192,0,0,195,169>>");
    let half_a_byte = result(|b| {
        let (one, four) = (b.int(1), b.int(4));
        vec![b.expr(Expr::Binary(vec![segment(one, Some(four), 1, SegmentKind::Integer)]))]
    });
    assert_eq!(half_a_byte, "main/0: error badarg");
}

#[test]
fn comprehensions_filter_and_nest() {
    // [{X, Y} || X <- "ab", Y <- [1, 2], Y > 1].
    let found = result(|b| {
        let (x, y) = (b.pat(Pat::Bind(Local(0))), b.pat(Pat::Bind(Local(1))));
        let (one, two) = (b.int(1), b.int(2));
        let (left, right) = (b.text("ab"), b.expr(Expr::List { heads: vec![one, two], tail: None }));
        let (vx, vy) = (b.local(0), b.local(1));
        let test = b.binop(BinaryOp::Greater, vy, one);
        let pair = b.expr(Expr::Tuple(vec![vx, vy]));
        let qualifiers = vec![Qualifier::List(x, left), Qualifier::List(y, right), Qualifier::Filter(test)];
        vec![b.expr(Expr::Comprehension { makes: Makes::List(pair), qualifiers })]
    });
    assert_eq!(found, "[{97,2},{98,2}]");
    // << <<(X + 1)>> || <<X>> <= <<1, 2, 3>> >>.
    let found = result(|b| {
        let x = b.pat(Pat::Bind(Local(0)));
        let pattern = b.pat(Pat::Binary(vec![segment(x, None, 1, SegmentKind::Integer)]));
        let source = b.expr(Expr::Literal(Literal::Bytes(vec![1, 2, 3])));
        let (vx, one) = (b.local(0), b.int(1));
        let more = b.binop(BinaryOp::Add, vx, one);
        let byte = b.expr(Expr::Binary(vec![segment(more, None, 1, SegmentKind::Integer)]));
        let qualifiers = vec![Qualifier::Binary(pattern, source)];
        vec![b.expr(Expr::Comprehension { makes: Makes::Binary(byte), qualifiers })]
    });
    assert_eq!(found, "<<2,3,4>>");
    let bad = result(|b| {
        let (any, source, one) = (b.pat(Pat::Any), b.atom("a"), b.int(1));
        let qualifiers = vec![Qualifier::List(any, source)];
        vec![b.expr(Expr::Comprehension { makes: Makes::List(one), qualifiers })]
    });
    assert_eq!(bad, "main/0: error {bad_generator,a}");
}

#[test]
fn lists_are_joined_and_taken_from_each_other() {
    for (op, a, c, expected) in [
        (BinaryOp::Append, "ab", "c", "[97,98,99]"),
        (BinaryOp::Append, "", "c", "[99]"),
        (BinaryOp::Append, "ab", "", "[97,98]"),
        (BinaryOp::Without, "abcab", "ba", "[99,97,98]"),
        (BinaryOp::Without, "ab", "xyz", "[97,98]"),
    ] {
        let found = result(|b| {
            let (a, c) = (b.text(a), b.text(c));
            vec![b.binop(op, a, c)]
        });
        assert_eq!(found, expected);
    }
    let improper = result(|b| {
        let (a, c) = (b.text("a"), b.int(1));
        vec![b.binop(BinaryOp::Append, a, c)]
    });
    assert_eq!(improper, "[97|1]");
    let bad = result(|b| {
        let (a, c) = (b.int(1), b.text("a"));
        vec![b.binop(BinaryOp::Append, a, c)]
    });
    assert_eq!(bad, "main/0: error badarg");
}

#[test]
fn a_long_list_is_dropped_without_a_long_stack() {
    let empty = Value::List(List::empty());
    let long = (0..2_000_000).fold(empty, |tail, n| Value::List(List::cons(Value::Int(n), tail)));
    let Value::List(list) = &long else { panic!("no list") };
    assert_eq!(list.len(), 2_000_000);
    drop(long);
}

#[test]
fn large_integers_have_a_limit() {
    // square(N) -> square(N * N).
    let mut b = Build::default();
    let bind = b.pat(Pat::Bind(Local(0)));
    let var = b.local(0);
    let square = b.binop(BinaryOp::Multiply, var, var);
    let again = b.call(FunctionId(0), vec![square]);
    let main = b.function("square/1", 1, vec![b.clause(vec![bind], vec![again])]);
    let start = Value::integer(BigInt::from(3).pow(50));
    assert_eq!(outcome(&b, main, vec![start]), "square/1: error system_limit");
}
