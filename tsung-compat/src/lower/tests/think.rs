//! Every form of a pause, with and without the global option.

use parrot_core::plan::{OpKind, Think};

use super::refused;
use crate::fixture::{session, shown};

/// A pause as text, in milliseconds: `fixed`, `exp mean`, `uniform a..b`, `text`.
fn think(element: &str, option: &str) -> String {
    let plan = session(&format!("<thinktime {element}/>")).options(option).plan();
    match &plan.sessions[0].ops[0].kind {
        OpKind::Think(Think::Fixed(time)) => format!("fixed {}", time.0 as f64 / 1e6),
        OpKind::Think(Think::Exponential { mean }) => format!("exp {}", mean.0 as f64 / 1e6),
        OpKind::Think(Think::Uniform { min_ms, max_ms }) => format!("uniform {min_ms}..{max_ms}"),
        OpKind::Think(Think::Text(text)) => format!("text {}", shown(text, &plan.sessions[0])),
        other => panic!("{other:?}"),
    }
}

const RANDOM: &str = r#"<option name="thinktime" value="3" random="true"/>"#;
const RANGE: &str = r#"<option name="thinktime" min="1" max="4"/>"#;
const PLAIN: &str = r#"<option name="thinktime" value="2.5"/>"#;
const ZERO: &str = r#"<option name="thinktime" value="0" override="true"/>"#;
const OVERRIDE: &str = r#"<option name="thinktime" value="9" random="true" override="true"/>"#;
const SAME: &str = r#"<option name="thinktime" value="1" min="0" max="2" override="true"/>"#;

#[test]
fn forms() {
    for (element, option, expected) in [
        (r#"value="1.5""#, "", "fixed 1500"),
        (r#"value="0.0004""#, "", "fixed 0"),
        (r#"value="1.0e1""#, "", "fixed 10000"),
        (r#"value="20" random="true""#, "", "exp 20000"),
        (r#"value="20" random="false""#, "", "fixed 20000"),
        (r#"min="2" max="10""#, "", "uniform 2000..10000"),
        (r#"min="2" max="10" random="true""#, "", "uniform 2000..10000"),
        ("", "", "fixed 5000"),
        ("", PLAIN, "fixed 2500"),
        ("", RANDOM, "exp 3000"),
        ("", RANGE, "uniform 1000..4000"),
        (r#"random="true""#, PLAIN, "exp 2500"),
        (r#"random="false""#, RANDOM, "fixed 3000"),
        (r#"value="7""#, PLAIN, "fixed 7000"),
        (r#"value="7""#, RANDOM, "exp 7000"),
        (r#"value="7" random="false""#, RANDOM, "fixed 7000"),
        (r#"value="7""#, RANGE, "uniform 1000..4000"),
        (r#"value="7" random="false""#, RANGE, "fixed 7000"),
        (r#"value="7" random="true""#, RANGE, "exp 7000"),
        (r#"min="2" max="10""#, RANGE, "uniform 2000..10000"),
        (r#"value="7""#, ZERO, "fixed 0"),
        (r#"min="2" max="10""#, ZERO, "fixed 0"),
        (r#"value="7" random="false""#, OVERRIDE, "exp 9000"),
        (r#"value="7""#, SAME, "uniform 0..2000"),
        (r#"value="%%_x%%""#, "", "text {x}"),
        (r#"value="%%_x%%.5" random="true""#, OVERRIDE, "text {x}.5"),
    ] {
        assert_eq!(think(element, option), expected, "<thinktime {element}/> {option}");
    }
}

#[test]
fn bad_forms() {
    let with = |element: &str| session(&format!("<thinktime {element}/>"));
    refused([
        (with(r#"value="0""#), "13:12: thinktime value is 0 | leave the <thinktime> out"),
        (with(r#"value="0.0""#), "13:12: thinktime value is 0"),
        (with(r#"value="""#), "13:12: thinktime value is 0"),
        (with(r#"value="-1""#), "13:12: thinktime value `-1` is not a number of seconds"),
        (with(r#"value="abc""#), "13:12: thinktime value `abc`"),
        (with(r#"value=".5""#), "13:12: thinktime value `.5`"),
        (with(r#"value="x%%_x%%""#), "13:12: thinktime value `x%%_x%%`"),
        (with(r#"value="1" min="1" max="2""#), "13:12: <thinktime> has both a value and min or max"),
        (with(r#"min="1""#), "13:1: min and max of <thinktime> are not a range"),
        (with(r#"min="0" max="2""#), "13:1: min and max of <thinktime> are not a range"),
        (with(r#"min="2" max="2""#), "13:1: min and max of <thinktime> are not a range"),
        (with(r#"min="1.5" max="2""#), "13:12: min of <thinktime> is `1.5`, not a whole number"),
        (with(r#"value="wait_bidi""#), "13:12: thinktime wait_bidi cannot be run by this release"),
        (
            with(r#"value="wait_global""#),
            "13:1: wait_global waits for a number of users that no option gives | add <option name=\"global_number\"",
        ),
        (with(r#"value="99999999999""#), "13:12: this is longer than a century"),
        (
            session("").options(r#"<option name="thinktime" min="1"/>"#),
            "10:1: min and max of option thinktime are not a range",
        ),
        (
            session("").options(r#"<option name="thinktime" value="x"/>"#),
            "10:26: value of option thinktime is `x`, not a number",
        ),
    ]);
}
