//! Functions of `lists` and `erlang`, against what Erlang/OTP 25 gives.

use crate::plan::script::*;
use crate::script::fixture::{Build, TestHost};
use crate::script::{Value, call, write_term};

/// What `module:name(…)` gives for these arguments, as `~w` shows it, or what it raises.
fn outcome(module: &str, name: &str, arguments: Vec<Value>) -> String {
    let mut b = Build::default();
    let arity = arguments.len() as u32;
    let locals = (0..arity).map(|local| b.local(local)).collect();
    let body = b.remote(module, name, locals);
    let patterns = (0..arity).map(|local| b.pat(Pat::Bind(Local(local)))).collect();
    let main = b.function("f", arity, vec![b.clause(patterns, vec![body])]);
    let mut out = Vec::new();
    match call(&b.link(), &mut TestHost::default(), main, arguments) {
        Ok(value) => write_term(&value, &mut out),
        Err(failure) => out = failure.text(),
    }
    String::from_utf8(out).unwrap()
}

fn ints(numbers: &[i64]) -> Value {
    Value::list(numbers.iter().copied().map(Value::Int).collect())
}

fn pairs(pairs: &[(i64, &str)]) -> Value {
    let pair = |(key, name): &(i64, &str)| Value::tuple(vec![Value::Int(*key), Value::atom(name)]);
    Value::list(pairs.iter().map(pair).collect())
}

fn nested() -> Value {
    Value::list(vec![Value::Int(1), Value::list(vec![Value::Int(2), ints(&[3])]), ints(&[])])
}

#[test]
fn plain_functions_give_what_erlangs_give() {
    let (a, one, two, n) = (Value::atom("a"), Value::Int(1), Value::Int(2), Value::Int);
    let list = ints(&[3, 1, 2]);
    let text = Value::text_list;
    for (name, arguments, expected) in [
        ("nth", vec![two.clone(), list.clone()], "1"),
        ("nth", vec![n(5), list.clone()], "f: error function_clause"),
        ("nth", vec![n(0), list.clone()], "f: error function_clause"),
        ("max", vec![list.clone()], "3"),
        ("max", vec![ints(&[])], "f: error function_clause"),
        ("min", vec![list.clone()], "1"),
        ("sum", vec![list.clone()], "6"),
        ("sum", vec![Value::list(vec![a.clone()])], "f: error badarith"),
        ("reverse", vec![text(b"ab")], "[98,97]"),
        ("reverse", vec![text(b"ab"), a.clone()], "[98,97|a]"),
        ("reverse", vec![a.clone()], "f: error function_clause"),
        ("member", vec![n(98), text(b"ab")], "true"),
        ("member", vec![Value::Float(1.0), list.clone()], "false"),
        ("member", vec![a.clone(), a.clone()], "f: error badarg"),
        ("flatten", vec![nested()], "[1,2,3]"),
        ("flatlength", vec![nested()], "3"),
        ("append", vec![Value::list(vec![ints(&[1]), a.clone()])], "[1|a]"),
        ("append", vec![text(b"a"), text(b"b")], "[97,98]"),
        ("concat", vec![Value::list(vec![text(b"a"), a.clone(), two.clone()])], "[97,97,50]"),
        ("seq", vec![n(1), n(5), two.clone()], "[1,3,5]"),
        ("seq", vec![n(5), n(1), n(-2)], "[5,3,1]"),
        ("seq", vec![n(5), n(4)], "[]"),
        ("seq", vec![n(5), n(3)], "f: error function_clause"),
        ("seq", vec![n(1), n(0), n(0)], "f: error badarg"),
        ("seq", vec![n(1), n(i64::MAX)], "f: made more or larger values than a script may"),
        ("split", vec![n(2), list.clone()], "{[3,1],[2]}"),
        ("split", vec![n(4), list.clone()], "f: error badarg"),
        ("sublist", vec![list.clone(), two.clone(), n(9)], "[1,2]"),
        ("sublist", vec![list.clone(), n(4), one.clone()], "[]"),
        ("sublist", vec![list.clone(), n(0), one.clone()], "f: error function_clause"),
        ("sublist", vec![text(b"abc"), two.clone()], "[97,98]"),
        ("nthtail", vec![two.clone(), list.clone()], "[2]"),
        ("nthtail", vec![n(4), list.clone()], "f: error function_clause"),
        ("last", vec![list.clone()], "2"),
        ("last", vec![ints(&[])], "f: error function_clause"),
        ("droplast", vec![list.clone()], "[3,1]"),
        ("duplicate", vec![two.clone(), a.clone()], "[a,a]"),
        ("duplicate", vec![n(-1), a.clone()], "f: error function_clause"),
        ("delete", vec![one.clone(), list.clone()], "[3,2]"),
        ("subtract", vec![list.clone(), ints(&[1, 9])], "[3,2]"),
        (
            "sort",
            vec![Value::list(vec![a.clone(), Value::Float(1.5), one.clone(), text(b"")])],
            "[1,1.5,a,[]]",
        ),
        ("usort", vec![Value::list(vec![one.clone(), Value::Float(1.0), two.clone(), a.clone()])], "[1,2,a]"),
        (
            "uniq",
            vec![Value::list(vec![one.clone(), two.clone(), one.clone(), Value::Float(1.0)])],
            "[1,2,1.0]",
        ),
        ("join", vec![n(44), text(b"abc")], "[97,44,98,44,99]"),
        ("enumerate", vec![text(b"ab")], "[{1,97},{2,98}]"),
        ("prefix", vec![text(b"a"), text(b"abc")], "true"),
        ("suffix", vec![text(b"a"), text(b"abc")], "false"),
        ("zip", vec![ints(&[1, 2]), text(b"ab")], "[{1,97},{2,98}]"),
        ("zip", vec![ints(&[1]), text(b"ab")], "f: error function_clause"),
        ("unzip", vec![pairs(&[(1, "a"), (2, "b")])], "{[1,2],[a,b]}"),
        ("merge", vec![ints(&[1, 3]), ints(&[2])], "[1,2,3]"),
    ] {
        let shown: Vec<_> = arguments.clone();
        assert_eq!(outcome("lists", name, arguments), expected, "{name} {shown:?}");
    }
}

#[test]
fn tuples_are_found_by_an_element() {
    let (a, one, two, n) = (Value::atom("a"), Value::Int(1), Value::Int(2), Value::Int);
    for (name, arguments, expected) in [
        ("keyfind", vec![two.clone(), one.clone(), pairs(&[(1, "a"), (2, "b")])], "{2,b}"),
        ("keyfind", vec![Value::Float(2.0), one.clone(), pairs(&[(2, "b")])], "{2,b}"),
        ("keyfind", vec![n(3), one.clone(), pairs(&[(1, "a")])], "false"),
        ("keyfind", vec![a.clone(), n(0), ints(&[])], "f: error badarg"),
        ("keydelete", vec![one.clone(), one.clone(), pairs(&[(1, "a"), (2, "b")])], "[{2,b}]"),
        ("keytake", vec![one.clone(), one.clone(), pairs(&[(1, "a"), (2, "b")])], "{value,{1,a},[{2,b}]}"),
        ("keysort", vec![one.clone(), pairs(&[(2, "a"), (1, "b")])], "[{1,b},{2,a}]"),
        (
            "keymerge",
            vec![one.clone(), pairs(&[(1, "a"), (3, "b")]), pairs(&[(2, "c"), (3, "d")])],
            "[{1,a},{2,c},{3,b},{3,d}]",
        ),
        (
            "ukeymerge",
            vec![one.clone(), pairs(&[(1, "a"), (3, "b")]), pairs(&[(2, "c"), (3, "d")])],
            "[{1,a},{2,c},{3,b}]",
        ),
        (
            "keystore",
            vec![n(9), one.clone(), pairs(&[(1, "a")]), Value::tuple(vec![n(9), a.clone()])],
            "[{1,a},{9,a}]",
        ),
    ] {
        let shown = format!("{name} {arguments:?}");
        assert_eq!(outcome("lists", name, arguments), expected, "{shown}");
    }
}

#[test]
fn functions_of_module_erlang_give_what_erlangs_give() {
    let (a, n, text, bytes) = (Value::atom("a"), Value::Int, Value::text_list, Value::bytes);
    let deep = Value::list(vec![n(1), text(b"bc"), Value::list(vec![bytes(b"d")])]);
    let pair = Value::tuple(vec![n(1), a.clone()]);
    for (name, arguments, expected) in [
        ("integer_to_list", vec![n(-12)], "[45,49,50]"),
        ("integer_to_list", vec![n(255), n(16)], "[70,70]"),
        ("list_to_integer", vec![text(b"+12")], "12"),
        ("list_to_integer", vec![text(b"12 ")], "f: error badarg"),
        ("list_to_integer", vec![text(b"99999999999999999999")], "99999999999999999999"),
        ("binary_to_integer", vec![bytes(b"ff"), n(16)], "255"),
        ("list_to_float", vec![text(b"1.5")], "1.5"),
        ("list_to_float", vec![text(b"1")], "f: error badarg"),
        (
            "float_to_list",
            vec![Value::Float(4.75), Value::list(vec![Value::tuple(vec![Value::atom("decimals"), n(2)])])],
            "[52,46,55,53]",
        ),
        ("iolist_to_binary", vec![deep.clone()], "<<1,98,99,100>>"),
        ("list_to_binary", vec![bytes(b"a")], "f: error badarg"),
        ("list_to_binary", vec![Value::list(vec![n(256)])], "f: error badarg"),
        ("iolist_size", vec![deep], "4"),
        ("binary_to_list", vec![bytes(b"ab")], "[97,98]"),
        ("binary_to_list", vec![bytes(b"abc"), n(2), n(3)], "[98,99]"),
        ("atom_to_list", vec![a.clone()], "[97]"),
        ("list_to_atom", vec![text(b"x y")], "'x y'"),
        ("binary_part", vec![bytes(b"abcd"), n(3), n(-2)], "<<98,99>>"),
        ("element", vec![n(2), pair.clone()], "a"),
        ("element", vec![n(3), pair.clone()], "f: error badarg"),
        ("setelement", vec![n(1), pair.clone(), n(9)], "{9,a}"),
        ("tuple_to_list", vec![pair.clone()], "[1,a]"),
        ("length", vec![text(b"abc")], "3"),
        ("length", vec![a.clone()], "f: error badarg"),
        ("hd", vec![ints(&[])], "f: error badarg"),
        ("tl", vec![text(b"abc")], "[98,99]"),
        ("abs", vec![n(i64::MIN)], "9223372036854775808"),
        ("round", vec![Value::Float(2.5)], "3"),
        ("round", vec![Value::Float(-2.5)], "-3"),
        ("trunc", vec![Value::Float(1e20)], "100000000000000000000"),
        ("max", vec![n(1), Value::Float(1.0)], "1"),
        ("is_record", vec![Value::tuple(vec![a.clone()]), a.clone()], "true"),
        ("is_integer", vec![Value::Float(1.0)], "false"),
        ("apply", vec![Value::atom("erlang"), Value::atom("abs"), ints(&[-3])], "3"),
        ("apply", vec![Value::atom("no"), Value::atom("such"), ints(&[])], "f: error undef"),
        ("now", vec![], "{1700,0,123000}"),
        ("system_time", vec![Value::atom("second")], "1700000000"),
        ("throw", vec![n(1)], "f: throw 1"),
        ("exit", vec![a.clone()], "f: exit a"),
        ("error", vec![a], "f: error a"),
    ] {
        let shown = format!("{name} {arguments:?}");
        assert_eq!(outcome("erlang", name, arguments), expected, "{shown}");
    }
}

/// What `lists:name(Fun, …)` gives, where the function is `fun(X) -> X > 1 end`.
fn with_test(name: &str, list: &[i64]) -> String {
    let mut b = Build::default();
    let bind = b.pat(Pat::Bind(Local(0)));
    let (var, one) = (b.local(0), b.int(1));
    let test = b.binop(BinaryOp::Greater, var, one);
    let inner = b.function("test", 1, vec![b.clause(vec![bind], vec![test])]);
    let fun = b.expr(Expr::Fun { function: inner, captures: vec![] });
    let body = b.remote("lists", name, vec![fun, var]);
    let main = b.function("f", 1, vec![b.clause(vec![bind], vec![body])]);
    let mut out = Vec::new();
    match call(&b.link(), &mut TestHost::default(), main, vec![ints(list)]) {
        Ok(value) => write_term(&value, &mut out),
        Err(failure) => out = failure.text(),
    }
    String::from_utf8(out).unwrap()
}

#[test]
fn functions_that_call_functions() {
    for (name, list, expected) in [
        ("map", vec![1, 2], "[false,true]"),
        ("filter", vec![1, 2, 3], "[2,3]"),
        ("partition", vec![1, 2, 3], "{[2,3],[1]}"),
        ("any", vec![1], "false"),
        ("all", vec![2, 3], "true"),
        ("all", vec![], "true"),
        ("takewhile", vec![3, 2, 1, 5], "[3,2]"),
        ("dropwhile", vec![3, 2, 1, 5], "[1,5]"),
        ("splitwith", vec![3, 1], "{[3],[1]}"),
        ("search", vec![1, 2], "{value,2}"),
        ("filtermap", vec![1, 2], "[2]"),
        ("foreach", vec![1], "ok"),
        ("sort", vec![2, 1], "f: error {badarity,{#Fun<0/1>,[2,1]}}"),
    ] {
        assert_eq!(with_test(name, &list), expected, "{name} {list:?}");
    }
}

#[test]
fn a_list_is_sorted_by_a_function_and_folded() {
    // lists:sort(fun erlang:'>='…): by a function of two arguments; lists:foldl(fun(X, S) -> [X | S] end, [], L).
    let mut b = Build::default();
    let (x, y) = (b.pat(Pat::Bind(Local(0))), b.pat(Pat::Bind(Local(1))));
    let (vx, vy) = (b.local(0), b.local(1));
    let test = b.binop(BinaryOp::AtLeast, vx, vy);
    let descending = b.function("descending", 2, vec![b.clause(vec![x, y], vec![test])]);
    let cell = b.expr(Expr::List { heads: vec![vx], tail: Some(vy) });
    let push = b.function("push", 2, vec![b.clause(vec![x, y], vec![cell])]);
    let by = b.expr(Expr::Fun { function: descending, captures: vec![] });
    let with = b.expr(Expr::Fun { function: push, captures: vec![] });
    let sorted = b.remote("lists", "usort", vec![by, vx]);
    let empty = b.expr(Expr::List { heads: vec![], tail: None });
    let folded = b.remote("lists", "foldl", vec![with, empty, vx]);
    let both = b.expr(Expr::Tuple(vec![sorted, folded]));
    let main = b.function("f", 1, vec![b.clause(vec![x], vec![both])]);
    let mut out = Vec::new();
    let list = ints(&[1, 3, 2, 3, 1]);
    write_term(&call(&b.link(), &mut TestHost::default(), main, vec![list]).unwrap(), &mut out);
    assert_eq!(String::from_utf8(out).unwrap(), "{[3,2,1],[1,3,2,3,1]}");
}
