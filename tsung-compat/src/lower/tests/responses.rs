//! `<dyn_variable>` and `<match>`.

use parrot_core::plan::{Extraction, Match, MatchAction, Pattern, Plan};
use parrot_core::time::Nanos;

use super::refused;
use crate::fixture::{Fixture, session, shown};

fn with(inside: &str) -> Fixture {
    session(&format!("<request>{inside}<http url=\"/\"/></request>"))
}

fn extractions(inside: &str) -> Vec<String> {
    let plan = with(inside).plan();
    let variables = plan.requests[0].variables.iter().map(|variable| {
        let name = &plan.sessions[0].variables[variable.slot.index()];
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let how = match &variable.extraction {
            Extraction::Regex(pattern) => format!("re {}", text(pattern)),
            Extraction::Header { name, parameter } => {
                format!("header {} {:?}", text(name), parameter.as_deref().map(text))
            }
            Extraction::JsonPath(path) => format!("jsonpath {}", shown(path, &plan.sessions[0])),
        };
        let decode = if variable.decode_html_entities { " decode" } else { "" };
        format!("{name}: {how}{decode}")
    });
    variables.collect()
}

#[test]
fn variables_are_evaluated_in_reverse_order() {
    assert_eq!(
        extractions(
            r#"<dyn_variable name=" a " re="x=(\d+)&amp;"/><dyn_variable name="b" header="Location"/>
            <dyn_variable name="c" header="Set-Cookie/SID" decode="html_entities"/>
            <dyn_variable name="tok[en]" decode="html_entities"/><dyn_variable name="d" regexp="ignored"/>"#
        ),
        [
            r#"d: re name=["']d["'] (?:[^>]* )?value=["']([^"']*)["']"#,
            r#"tok[en]: re name=["']tok[en]["'] (?:[^>]* )?value=["']([^"']*)["'] decode"#,
            "c: header Set-Cookie Some(\"sid\")",
            "b: header Location None",
            r"a: re x=(\d+)&",
        ]
    );
}

/// The matches of the only request of a session.
fn matches(inside: &str) -> (Vec<Match>, Plan) {
    let plan = with(inside).plan();
    (plan.requests[0].matches.clone(), plan)
}

#[test]
fn match_actions() {
    let (found, _) = matches(
        "<match>\n  200 OK \n</match><match do='log' when='nomatch' name='n'>a<!-- c -->b</match><match do='abort'>x</match>\
         <match do='restart' max_restart='7'>x</match><match do='loop' sleep_loop='0' max_loop='2'>x</match>\
         <match do='restart'> \t</match><match do='dump'>x</match><match do='abort_test'>x</match>",
    );
    let pattern = |at: usize| match &found[at].pattern {
        Pattern::Fixed(pattern) => String::from_utf8_lossy(pattern).into_owned(),
        Pattern::Template(_) => panic!("{at}"),
    };
    assert_eq!((pattern(0), pattern(1), pattern(5)), ("200 OK".to_owned(), "a".to_owned(), "\t".to_owned()));
    let actions: Vec<MatchAction> = found.iter().map(|found| found.action).collect();
    assert_eq!(
        actions,
        [
            MatchAction::Continue,
            MatchAction::Log,
            MatchAction::Abort,
            MatchAction::Restart { rounds_max: 7 },
            MatchAction::Loop { back: 0, rounds_max: 2, sleep: Nanos::ZERO },
            MatchAction::Restart { rounds_max: 3 },
            MatchAction::Dump,
            MatchAction::AbortRun,
        ]
    );
    assert_eq!(
        found.iter().map(|found| found.when_found).collect::<Vec<_>>(),
        [true, false, true, true, true, true, true, true]
    );
    assert_eq!((found[0].name.as_deref(), found[1].name.as_deref()), (None, Some("n")));
    assert_eq!((found[1].place.line, found[1].place.column), (15, 9));
}

#[test]
fn patterns_with_variables_are_compiled_later() {
    let (found, plan) = matches("<dyn_variable name='v' re='(x)'/>");
    assert!(found.is_empty() && plan.requests[0].needs_body());
    let (found, plan) =
        matches("<match subst='true'>id=%%_tsung_userid%%(</match><match subst='true'>plain</match>");
    match &found[0].pattern {
        Pattern::Template(template) => assert_eq!(shown(template, &plan.sessions[0]), "id={tsung_userid}("),
        Pattern::Fixed(_) => panic!(),
    }
    assert_eq!(found[1].pattern, Pattern::Fixed(b"plain".to_vec()));
}

#[test]
fn loops_go_back_over_steps() {
    let steps = "<thinktime value='1'/><thinktime value='1'/>\
                 <request><match do='loop' loop_back='2'>x</match><http url='/'/></request>";
    let plan = session(steps).plan();
    assert_eq!(
        plan.requests[0].matches[0].action,
        MatchAction::Loop { back: 2, rounds_max: 20, sleep: Nanos::from_secs(5) }
    );
    refused([(
        session(&steps.replace("='2'", "='3'")),
        "13:71: loop_back 3 leads before the start of the session: 2 steps",
    )]);
}

#[test]
fn bad_responses() {
    refused(
        [
            (r#"<dyn_variable name="a" re="x(y"/>"#, "13:40: bad regular expression `x(y`: "),
            // The place inside the value counts characters as written, references included.
            (r#"<dyn_variable name="a" re="&amp;é&#40;[["/>"#, "13:50: bad regular expression `&é([[`: "),
            ("<match>a(</match>", "13:19: bad regular expression `a(`: "),
            (r#"<dyn_variable name="a(" />"#, "13:24: bad regular expression `a(`: "),
            (
                r#"<dyn_variable name="a" re="((a{1,9999}){1,9999}){1,9999}"/>"#,
                "13:66: bad regular expression `((a{1,9999}){1,9999}){1,9999}`: regular expression is too large",
            ),
            (
                r#"<dyn_variable name="a" header="a/b/c"/>"#,
                "13:33: `a/b/c` is neither a header nor a header/parameter",
            ),
            (r#"<dyn_variable name="a" header="a" re="b"/>"#, "13:44: <dyn_variable> has two expressions"),
            (r#"<dyn_variable name="a'b" re="b"/>"#, "13:24: `a'b` cannot be the name of a variable"),
            (
                r#"<dyn_variable name="a" xpath="//a"/>"#,
                "13:33: xpath of <dyn_variable> cannot be run by this release",
            ),
            ("<match do='dumps'>x</match>", "13:17: do of <match> cannot be `dumps` | did you mean dump?"),
            (
                "<match do='loop' sleep_loop='0.5'>x</match>",
                "13:27: sleep_loop of <match> is `0.5`, not a whole number",
            ),
            ("<match do='loop' max_loop='4294967296'>x</match>", "13:27: 4294967296 is too large"),
        ]
        .map(|(inside, expected)| (with(inside), expected)),
    );
}

#[test]
fn variables_in_json_paths_are_replaced_where_all_of_the_request_is() {
    for (subst, path, expected) in [
        ("true", "a.%%_tsung_userid%%", "jsonpath a.{tsung_userid}"),
        ("true", "a.%%%%", "jsonpath a.%%%%"),
        ("true", "a.%%b", "jsonpath a.%%b"),
        ("all_except_body", "a.%%_tsung_userid%%", "jsonpath a.%%_tsung_userid%%"),
        ("false", "$.a[0]", "jsonpath $.a[0]"),
    ] {
        let variable = format!("<dyn_variable name='v' jsonpath='{path}' decode='html_entities'/>");
        let plan = session(&format!("<request subst='{subst}'>{variable}<http url='/'/></request>")).plan();
        let session = &plan.sessions[0];
        match &plan.requests[0].variables[0].extraction {
            Extraction::JsonPath(path) => assert_eq!(format!("jsonpath {}", shown(path, session)), expected),
            other => panic!("{other:?}"),
        }
        assert!(!plan.requests[0].variables[0].decode_html_entities);
    }
}

#[test]
fn only_the_first_match_says_what_is_looked_at() {
    for (matches, skips) in [
        ("<match skip_headers='http'>a</match><match>b</match>", true),
        ("<match>a</match><match skip_headers='http'>b</match>", false),
        ("", false),
    ] {
        assert_eq!(with(matches).plan().requests[0].content.skip_headers, skips, "{matches}");
    }
}
