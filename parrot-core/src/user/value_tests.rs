//! What users take out of responses and variables: texts, JSON, lists; and loops through these.

use super::tests::{World, get, http, matching, plan, request, set};
use crate::plan::script::{self, Expr, Literal, Pat};
use crate::plan::*;
use crate::program::{LinkError, Program};
use crate::script::Value;
use crate::script::fixture::Build;
use crate::sink::Record;
use crate::stats::Counter;

/// `/` and the variable `a`, `b` and `c` between bars.
fn show() -> Request {
    let bar = || Piece::Text(b"|".to_vec());
    let slots = [1, 2, 3].map(Slot);
    let pieces = slots.into_iter().flat_map(|slot| [bar(), Piece::Variable(slot)]);
    let url = Template([Piece::Text(b"/".to_vec())].into_iter().chain(pieces).collect());
    Request { exchange: Exchange::Http(HttpRequest { url, ..http("") }), ..request("") }
}

fn path(slot: u32, path: Template) -> DynVariable {
    let extraction = Extraction::JsonPath(path);
    DynVariable { slot: Slot(slot), extraction, decode_html_entities: false, place: Place::default() }
}

fn planned(requests: Vec<Request>, ops: Vec<OpKind>) -> Plan {
    Plan { lists: vec!["l".into()], ..plan(requests, ops) }
}

/// A user that has been answered with `body`, from which it took `a`, `b` and `c`.
fn taken(body: &str, variables: Vec<DynVariable>) -> World {
    let first = Request { variables, ..request("/0") };
    let mut world = World::new(planned(vec![first, show()], vec![get(0), get(1)]));
    world.serve(body);
    world
}

#[test]
fn variables_come_from_the_response_and_go_into_the_next_request() {
    let mut requests = vec![request("/0"), request("")];
    requests[0].variables = vec![DynVariable {
        slot: Slot(1),
        extraction: Extraction::Regex(b"id=(\\d+)".to_vec()),
        decode_html_entities: false,
        place: Place::default(),
    }];
    let Exchange::Http(second) = &mut requests[1].exchange;
    second.url = Template(vec![
        Piece::Text(b"/".to_vec()),
        Piece::Variable(Slot(1)),
        Piece::UserId,
        Piece::Variable(Slot(3)),
    ]);
    let mut world = World::new(plan(requests, vec![get(0), get(1)]));
    world.serve("id=42;");
    assert_eq!(world.urls(), ["/0", "/421undefined"]);
    assert_eq!(world.count(Counter::UndefinedSubstituted), 1);
}

#[test]
fn variables_come_from_json() {
    let fixed = |slot, text: &str| path(slot, Template::text(text));
    let world =
        taken("{\"k\":[1,\"x\",null],\"t\":\"v\"}", vec![fixed(1, "k"), fixed(2, "t"), fixed(3, "zz")]);
    assert_eq!(world.urls(), ["/0", "/|1xnull|v|"]);
    assert_eq!(world.count(Counter::JsonUnparsable), 0);
}

#[test]
fn a_path_may_use_variables_of_the_same_response() {
    let hole = Template(vec![Piece::Text(b"m.".to_vec()), Piece::Variable(Slot(1))]);
    let world = taken("{\"k\":\"x\",\"m\":{\"x\":5}}", vec![path(1, Template::text("k")), path(2, hole)]);
    assert_eq!(world.urls(), ["/0", "/|x|5|undefined"]);
}

#[test]
fn a_body_that_is_no_json_is_counted_and_changes_nothing() {
    for body in ["{", "", "{} x"] {
        let first = Request {
            variables: vec![path(1, Template::text("")), path(2, Template::text("a"))],
            ..request("/0")
        };
        let ops = vec![set(1, "old"), get(0), get(1)];
        let mut world = World::new(planned(vec![first, show()], ops));
        world.serve(body);
        assert_eq!(world.urls(), ["/0", "/|old|undefined|undefined"], "{body:?}");
        assert_eq!(world.count(Counter::JsonUnparsable), 1);
        assert_eq!(world.count(Counter::JsonNotParsed), 2);
    }
}

/// Sets `a` to a text, takes a path of it into variables, shows them.
fn from_text(text: Option<&str>, path: &str, slots: &[u32]) -> World {
    let source = VariableSource::JsonPath { from: Slot(1), path: path.into() };
    let slots = slots.iter().map(|slot| Slot(*slot)).collect();
    let mut ops: Vec<OpKind> = text.map(|text| set(1, text)).into_iter().collect();
    ops.extend([OpKind::SetVariables { slots, source }, get(0)]);
    let mut world = World::new(planned(vec![show()], ops));
    world.serve("{}");
    world
}

#[test]
fn setdynvars_takes_values_out_of_a_variable() {
    for (text, path, slots, url) in [
        ("{\"s\":\"x\"}", "s", &[2][..], "|x|undefined"),
        ("{\"s\":\"x\"}", "zz", &[2], "||undefined"),
        ("{\"l\":[1,2]}", "l", &[2], "|12|undefined"),
        ("{\"l\":[\"x\"]}", "l", &[2], "|x|undefined"),
        ("{\"l\":[]}", "l", &[2], "||undefined"),
        ("{\"l\":[1,2,3]}", "l", &[2, 3], "|1|2"),
        ("{\"l\":[1]}", "l", &[2, 3], "|1|"),
        ("[[1],{\"k\":2}]", "", &[2, 3], "|1|{\"k\":2}"),
        ("{\"s\":\"x\"}", "s", &[], "|undefined|undefined"),
    ] {
        let world = from_text(Some(text), path, slots);
        assert_eq!(world.urls(), [format!("/|{text}{url}")], "{text} {path}");
    }
    // A list of one is its element, with its type.
    assert_eq!(from_text(Some("[7]"), "", &[2]).user.get(Slot(2)), Some(&Value::Int(7)));
    for (text, path, slots) in [
        (None, "s", &[2][..]),
        (Some("{bad"), "s", &[2]),
        (Some("{\"s\":1}"), "s", &[2, 3]),
        (Some("{}"), "s", &[2, 3]),
    ] {
        let world = from_text(text, path, slots);
        assert_eq!(world.urls(), [""; 0], "{text:?} {path}");
        assert_eq!(world.count(Counter::UserFailed), 1);
    }
}

#[test]
fn matches_may_look_at_the_body_alone() {
    let first = Request {
        content: Content { skip_headers: true, apply: None },
        matches: vec![
            matching("^body$", true, MatchAction::Continue),
            matching("HTTP", false, MatchAction::Dump),
        ],
        ..request("/0")
    };
    let mut world = World::new(planned(vec![first], vec![get(0)]));
    world.serve("body");
    assert_eq!((world.count(Counter::Match), world.count(Counter::NoMatch)), (1, 1));
    let dumped = world.records.as_slice().iter().find_map(|record| match record {
        Record::Response(response) => Some(response.text.as_slice()),
        _ => None,
    });
    assert_eq!(dumped, Some(&b"body"[..]));
}

/// A request whose matches look at what a function gives for the body, and what a dump shows then.
fn applied(body: Expr) -> (World, Option<Vec<u8>>) {
    let mut build = Build::default();
    let pattern = build.pat(Pat::Bind(script::Local(0)));
    let body = build.expr(body);
    let clauses = vec![build.clause(vec![pattern], vec![body])];
    let function = build.function("apply", 1, clauses);
    let first = Request {
        content: Content { skip_headers: true, apply: Some(function) },
        matches: vec![matching("^(body|text)$", true, MatchAction::Dump)],
        ..request("/0")
    };
    let planned = Plan { script: build.script, ..planned(vec![first], vec![get(0)]) };
    let mut world = World::new(planned);
    world.serve("body");
    let dumped = world.records.as_slice().iter().find_map(|record| match record {
        Record::Response(response) => Some(response.text.clone()),
        _ => None,
    });
    (world, dumped)
}

#[test]
fn matches_may_look_at_what_a_function_gives() {
    for (body, seen) in [
        (Expr::Local(script::Local(0)), "body"),
        (Expr::Literal(Literal::Text("text".into())), "text"),
        (Expr::Literal(Literal::Bytes(b"text".to_vec())), "text"),
    ] {
        let (world, dumped) = applied(body);
        assert_eq!(dumped.as_deref(), Some(seen.as_bytes()));
        assert_eq!(world.count(Counter::Match), 1);
    }
    for body in [Literal::Int(5), Literal::Atom("text".into())] {
        let (world, dumped) = applied(Expr::Literal(body));
        assert_eq!((dumped, world.count(Counter::UserFailed)), (None, 1));
    }
}

#[test]
fn a_function_that_nobody_has_is_found_missing_before_the_run() {
    let mut build = Build::default();
    let pattern = build.pat(Pat::Any);
    let body = build.remote("no_such_module", "f", Vec::new());
    let clauses = vec![build.clause(vec![pattern], vec![body])];
    let function = build.function("apply", 1, clauses);
    let content = Content { skip_headers: false, apply: Some(function) };
    let first = Request { content, matches: vec![matching("x", true, MatchAction::Log)], ..request("/0") };
    let plan = Plan { script: build.script, ..planned(vec![first], vec![get(0)]) };
    assert!(matches!(Program::link(plan, Vec::new()), Err(LinkError::Function { .. })));
}

/// Goes through `a` with `b` as element and `c` as counter, after `before`; shows them in the body and behind it.
fn loop_through(before: Vec<OpKind>, filter: Option<(&str, bool)>) -> World {
    let filter = filter.map(|(pattern, keep)| Filter { pattern: pattern.into(), keep });
    let each = ForEach { variable: Slot(2), counter: Slot(3), list: Slot(1), name: 0, filter };
    let body = OpIndex(before.len() as u32 + 1);
    let mut ops = before;
    ops.extend([OpKind::ForEachStart(each.clone()), get(0), OpKind::ForEachEnd { each, body }, get(1)]);
    let mut world = World::new(planned(vec![show(), show()], ops));
    world.serve("{}");
    world
}

/// A list in `a`.
fn json(text: &str) -> Vec<OpKind> {
    let source = VariableSource::JsonPath { from: Slot(1), path: b"v".to_vec() };
    vec![set(1, text), OpKind::SetVariables { slots: vec![Slot(1)], source }]
}

/// Elements and counters of the bodies, and behind the loop.
fn rounds(world: &World) -> Vec<String> {
    let shown = world.urls().into_iter().map(|url| url.splitn(3, '|').nth(2).unwrap_or_default().to_owned());
    shown.collect()
}

#[test]
fn foreach_as_in_tsung() {
    for (list, filter, expected) in [
        ("[\"x\",2,null]", None, &["x|2", "2|3", "null|4", "null|4"][..]),
        ("[]", None, &["undefined|1", "undefined|1"]),
        ("[[1,2],[3]]", None, &["12|2", "3|3", "3|3"]),
        ("[\"ax\",\"by\",\"az\"]", Some(("^a", true)), &["ax|2", "az|3", "az|3"]),
        ("[\"ax\",\"by\",\"az\"]", Some(("^a", false)), &["by|2", "by|2"]),
        ("[\"ax\",\"by\"]", Some(("q", true)), &["undefined|1", "undefined|1"]),
        ("\"str\"", Some(("t", true)), &["str|2", "str|2"]),
        ("\"str\"", Some(("q", true)), &["undefined|1", "undefined|1"]),
        // From here on Tsung's user crashes, after one body or at once.
        ("\"str\"", None, &["str|undefined", "str|undefined"]),
        ("1.5", None, &["1.5|undefined", "1.5|undefined"]),
        ("5", Some(("5", true)), &["5|2", "5|2"]),
        ("[1,12,3]", Some(("1", true)), &["1|2", "12|3", "12|3"]),
    ] {
        let world = loop_through(json(&format!("{{\"v\":{list}}}")), filter);
        assert_eq!(rounds(&world), expected, "{list} {filter:?}");
        assert_eq!((world.count(Counter::UserFailed), world.count(Counter::ForEachUndefined(0))), (0, 0));
    }
}

#[test]
fn foreach_through_texts_goes_by_their_codes() {
    assert_eq!(rounds(&loop_through(vec![set(1, "AB")], None)), ["65|2", "66|3", "66|3"]);
    // With a filter it is one text.
    assert_eq!(rounds(&loop_through(vec![set(1, "AB")], Some(("^AB$", true)))), ["AB|2", "AB|2"]);
}

#[test]
fn foreach_without_a_list_counts_that() {
    for filter in [None, Some(("x", true))] {
        let world = loop_through(Vec::new(), filter);
        assert_eq!(rounds(&world), ["undefined|undefined"; 2]);
        assert_eq!(world.count(Counter::ForEachUndefined(0)), 1);
    }
    // With the counter of an earlier loop its end counts it too.
    let number = VariableSource::RandomNumber { start: 4, end: 4 };
    let earlier = OpKind::SetVariables { slots: vec![Slot(3)], source: number };
    let world = loop_through(vec![earlier], None);
    assert_eq!(rounds(&world), ["undefined|4"; 2]);
    assert_eq!(world.count(Counter::ForEachUndefined(0)), 2);
    // What a scenario does to the counter takes it to another place, or out of the loop.
    let number = |n| VariableSource::RandomNumber { start: n, end: n };
    let text = VariableSource::Value(b"9".to_vec());
    for (spoil, rounds_shown) in [
        (number(0), &["65|2", "65|0"][..]),
        (number(-5), &["65|2", "65|-5"]),
        (number(i64::MAX), &["65|2", "65|9223372036854775807"]),
        (text, &["65|2", "65|9"]),
    ] {
        let each = ForEach { variable: Slot(2), counter: Slot(3), list: Slot(1), name: 0, filter: None };
        let spoil = OpKind::SetVariables { slots: vec![Slot(3)], source: spoil };
        let end = OpKind::ForEachEnd { each: each.clone(), body: OpIndex(2) };
        let ops = vec![set(1, "AB"), OpKind::ForEachStart(each), get(0), spoil, end, get(1)];
        let mut world = World::new(planned(vec![show(), show()], ops));
        world.serve("{}");
        assert_eq!(rounds(&world), rounds_shown);
        assert_eq!(world.count(Counter::UserFailed), 0);
    }
}
