//! Scripts as no front end makes them: whatever passes the check ends within its budget, and nothing panics.

use proptest::prelude::*;

use super::super::fixture::{Build, TestHost};
use super::*;
use crate::plan::script::*;
use crate::script::library;

/// Makes choices of a list of numbers; when it is through, the first ones.
struct Choices<'a>(std::slice::Iter<'a, u32>);

impl Choices<'_> {
    fn below(&mut self, count: usize) -> usize {
        self.0.next().map_or(0, |number| *number as usize % count.max(1))
    }

    fn id(&mut self, count: usize) -> u32 {
        // The youngest ones most often: trees grow deep.
        let back = self.below(4) * self.below(3);
        count.saturating_sub(1 + back) as u32
    }

    fn ids(&mut self, count: usize, most: usize) -> Vec<ExprId> {
        (0..self.below(most + 1)).map(|_| ExprId(self.id(count))).collect()
    }
}

const OPS: [BinaryOp; 27] = [
    BinaryOp::Add,
    BinaryOp::Subtract,
    BinaryOp::Multiply,
    BinaryOp::Divide,
    BinaryOp::Div,
    BinaryOp::Rem,
    BinaryOp::BitAnd,
    BinaryOp::BitOr,
    BinaryOp::BitXor,
    BinaryOp::ShiftLeft,
    BinaryOp::ShiftRight,
    BinaryOp::And,
    BinaryOp::Or,
    BinaryOp::Xor,
    BinaryOp::Equal,
    BinaryOp::NotEqual,
    BinaryOp::Exact,
    BinaryOp::NotExact,
    BinaryOp::Less,
    BinaryOp::AtMost,
    BinaryOp::Greater,
    BinaryOp::AtLeast,
    BinaryOp::Append,
    BinaryOp::Without,
    BinaryOp::Append,
    BinaryOp::Multiply,
    BinaryOp::Add,
];

const KINDS: [SegmentKind; 6] = [
    SegmentKind::Integer,
    SegmentKind::Float,
    SegmentKind::Binary,
    SegmentKind::Utf8,
    SegmentKind::Utf16,
    SegmentKind::Utf32,
];

fn literal(choices: &mut Choices<'_>) -> Literal {
    match choices.below(9) {
        0 => Literal::Int([0, 1, -1, 8, 255, i64::MAX, i64::MIN][choices.below(7)]),
        1 => Literal::Big("-123456789012345678901234567890".into()),
        2 => Literal::Float([0.0, 1.5, -1e308][choices.below(3)]),
        3 => Literal::Atom(["true", "false", "erlang", "lists", "error"][choices.below(5)].into()),
        4 => Literal::Bytes(vec![1, 2, 0xff]),
        5 => Literal::Text("abc".into()),
        _ => Literal::Int(choices.below(5) as i64),
    }
}

fn segment<T>(choices: &mut Choices<'_>, value: T, sizes: usize) -> Segment<T> {
    let size = (choices.below(2) == 0 && sizes > 0).then(|| ExprId(choices.below(sizes) as u32));
    let (kind, little, signed) = (KINDS[choices.below(6)], choices.below(2) == 0, choices.below(2) == 0);
    Segment { value, size, unit: [1, 8, 256][choices.below(3)], kind, little, signed }
}

const PLAIN: usize = 6;

fn pattern(choices: &mut Choices<'_>, count: usize) -> Pat {
    let mut pat = || PatId(choices.id(count));
    let (a, b) = (pat(), pat());
    let local = Local(choices.below(5) as u32);
    let kind = if count == 0 { choices.below(4) } else { choices.below(9) };
    match kind {
        0 => Pat::Any,
        1 => Pat::Bind(local),
        2 => Pat::Same(local),
        3 => Pat::Literal(literal(choices)),
        4 => Pat::Tuple(vec![a, b]),
        5 => Pat::List { heads: vec![a], tail: (choices.below(2) == 0).then_some(b) },
        6 => Pat::Binary(vec![segment(choices, a, PLAIN), segment(choices, b, PLAIN)]),
        7 => Pat::Map(vec![(ExprId(choices.below(PLAIN) as u32), a)]),
        _ => Pat::Both(a, b),
    }
}

fn clause(choices: &mut Choices<'_>, patterns: usize, build: &Build) -> Clause {
    let count = build.script.expressions.len();
    let pats = build.script.patterns.len();
    let guard = match choices.below(3) {
        0 => vec![choices.ids(count, 2), choices.ids(count, 1)],
        _ => vec![],
    };
    let patterns = (0..patterns).map(|_| PatId(choices.below(pats) as u32)).collect();
    Clause { patterns, guard, body: vec![ExprId(choices.id(count)), ExprId(choices.id(count))] }
}

fn expression(choices: &mut Choices<'_>, build: &Build, arities: &[u32]) -> Expr {
    let (count, pats) = (build.script.expressions.len(), build.script.patterns.len());
    let kind = if count < PLAIN { choices.below(2) } else { choices.below(22) };
    let mut expr = || ExprId(choices.id(count));
    let (a, b) = (expr(), expr());
    let pat = PatId(choices.below(pats) as u32);
    match kind {
        0 => Expr::Literal(literal(choices)),
        1 => Expr::Local(Local(choices.below(5) as u32)),
        2 => Expr::Tuple(choices.ids(count, 3)),
        3 => Expr::List { heads: choices.ids(count, 3), tail: (choices.below(2) == 0).then_some(a) },
        4 => Expr::Binary(vec![segment(choices, a, count), segment(choices, b, count)]),
        5 => {
            let base = (choices.below(2) == 0).then_some(a);
            Expr::Map { base, fields: vec![MapField { key: a, value: b, exact: choices.below(2) == 0 }] }
        }
        6 => Expr::Match { pattern: pat, value: a },
        7 => Expr::Unary([UnaryOp::Not, UnaryOp::Minus, UnaryOp::BitNot][choices.below(3)], a),
        8..=10 => Expr::Binop(OPS[choices.below(OPS.len())], a, b),
        11 => Expr::AndAlso(a, b),
        12 => Expr::Block(vec![a, b]),
        13 => Expr::If(vec![clause(choices, 0, build)]),
        14 => Expr::Case(a, vec![clause(choices, 1, build), clause(choices, 1, build)]),
        15 => {
            let (of, after) = (choices.below(2) == 0, choices.below(2) == 0);
            Expr::Try {
                body: vec![a],
                of: if of { vec![clause(choices, 1, build)] } else { vec![] },
                catch: vec![clause(choices, 2, build)],
                after: if after { vec![b] } else { vec![] },
            }
        }
        16 => Expr::Catch(a),
        17 => {
            let function = choices.below(arities.len());
            Expr::Fun { function: FunctionId(function as u32), captures: vec![] }
        }
        18 => {
            let function = choices.below(arities.len());
            let arguments = (0..arities[function]).map(|_| ExprId(choices.id(count))).collect();
            Expr::Call { function: FunctionId(function as u32), arguments }
        }
        19 => Expr::Apply { function: a, arguments: choices.ids(count, 2) },
        20 => {
            let entries = library::entries().count();
            let entry = library::entries().nth(choices.below(entries)).unwrap();
            let arguments = (0..entry.arity).map(|_| ExprId(choices.id(count))).collect();
            Expr::Remote { module: entry.module.into(), name: entry.name.into(), arguments }
        }
        _ => {
            let makes = [Makes::List(a), Makes::Binary(a), Makes::Map(a, b)][choices.below(3)];
            let qualifiers = vec![
                match choices.below(3) {
                    0 => Qualifier::List(pat, b),
                    1 => Qualifier::Binary(pat, b),
                    _ => Qualifier::Map(pat, pat, b),
                },
                Qualifier::Filter(a),
            ];
            Expr::Comprehension { makes, qualifiers }
        }
    }
}

/// A script of three functions.
fn script(numbers: &[u32]) -> Build {
    let mut choices = Choices(numbers.iter());
    let mut build = Build::default();
    let arities = [1, 2, 1];
    for count in 0..8 {
        let pattern = pattern(&mut choices, count);
        build.pat(pattern);
    }
    for _ in 0..PLAIN + 20 {
        let expression = expression(&mut choices, &build, &arities);
        build.expr(expression);
    }
    for arity in arities {
        let clauses =
            vec![clause(&mut choices, arity as usize, &build), clause(&mut choices, arity as usize, &build)];
        build.function("f", arity, clauses);
    }
    build
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn whatever_passes_the_check_ends_within_its_budget(
        numbers in proptest::collection::vec(any::<u32>(), 50..600),
    ) {
        let build = script(&numbers);
        // Some name what may not stand in a pattern.
        if build.plan().check().is_ok() {
            let script = build.link();
            let mut host = TestHost::default();
            let mut evaluation = Evaluation::new(&script, &mut host);
            evaluation.steps_left = 50_000;
            evaluation.bytes_left = 4_000_000;
            let argument = Value::tuple(vec![Value::atom("session"), Value::text_list(b"ab")]);
            if let Ok(value) = evaluation.start(FunctionId(0), vec![argument]) {
                let measure = value.measure();
                prop_assert!(measure.depth <= SCRIPT_VALUE_DEPTH_MAX && measure.weight <= SCRIPT_VALUE_WEIGHT_MAX);
                prop_assert_eq!(value.order(&value), std::cmp::Ordering::Equal);
            }
            prop_assert_eq!(evaluation.depth, 0);
        }
    }

    /// Not a single index is believed.
    #[test]
    fn a_damaged_script_is_refused_or_runs(
        numbers in proptest::collection::vec(any::<u32>(), 50..300),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let plan = script(&numbers).plan();
        let mut bytes = postcard::to_allocvec(&plan.script).unwrap();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok(script) = postcard::from_bytes::<Script>(&bytes) {
            let plan = crate::plan::Plan { script, ..plan };
            if plan.check().is_ok() && let Ok(linked) = LinkedScript::link(&plan.script, &[]) {
                let mut host = TestHost::default();
                let mut evaluation = Evaluation::new(&linked, &mut host);
                evaluation.steps_left = 20_000;
                evaluation.bytes_left = 1_000_000;
                let _ = evaluation.start(FunctionId(0), vec![Value::Int(1)]);
            }
        }
    }
}

/// The properties above would say nothing of scripts that are all refused, or all fail at once.
#[test]
fn many_such_scripts_are_sound_and_some_give_values() {
    let (mut sound, mut given) = (0, 0);
    let mut state = 1_u32;
    for _ in 0..1_000 {
        let numbers: Vec<u32> = (0..300)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state >> 8
            })
            .collect();
        let build = script(&numbers);
        if build.plan().check().is_ok() {
            sound += 1;
            let linked = build.link();
            let mut host = TestHost::default();
            let mut evaluation = Evaluation::new(&linked, &mut host);
            evaluation.steps_left = 20_000;
            given += u32::from(evaluation.start(FunctionId(0), vec![Value::Int(1)]).is_ok());
        }
    }
    assert!(sound > 300 && given > 50, "{sound} sound, {given} gave a value");
}
