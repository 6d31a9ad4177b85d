//! Phases, static users, shares of sessions.

use parrot_core::plan::Plan;
use parrot_core::time::Nanos;

use super::refused;
use crate::fixture::{Fixture, session};

fn with_load(load: &str) -> Fixture {
    session("").load_section(load)
}

fn phase(number: u32, duration: &str, users: &str) -> String {
    format!("<arrivalphase phase=\"{number}\" {duration}><users {users}/></arrivalphase>")
}

/// `number: milliseconds drawn/started` of each phase.
fn phases(plan: &Plan) -> Vec<String> {
    let phases = plan.load.phases.iter();
    let shown = phases.map(|phase| {
        format!("{}: {} {}/{}", phase.number, phase.duration.as_millis(), phase.drawn, phase.started)
    });
    shown.collect()
}

#[test]
fn planned_users() {
    for (duration, users, expected) in [
        (r#"duration="10" unit="second""#, r#"arrivalrate="3" unit="second""#, "1: 10000 30/30"),
        (r#"duration="1" unit="minute""#, r#"interarrival="0.5" unit="second""#, "1: 60000 120/120"),
        (r#"duration="2" unit="hour""#, r#"arrivalrate="1" unit="hour""#, "1: 7200000 2/2"),
        (r#"duration="1500" unit="millisecond""#, r#"arrivalrate="1" unit="second""#, "1: 1500 2/2"),
        (r#"duration="1499" unit="millisecond""#, r#"arrivalrate="1" unit="second""#, "1: 1499 1/1"),
        (r#"duration="3" unit="second""#, r#"arrivalrate="0.5" unit="second""#, "1: 3000 2/2"),
        (r#"duration="10" unit="second""#, r#"arrivalrate="3" unit="second" maxnumber="7""#, "1: 10000 30/7"),
        (
            r#"duration="10" unit="second""#,
            r#"arrivalrate="3" unit="second" maxnumber="70""#,
            "1: 10000 30/30",
        ),
        (r#"duration="10" unit="second""#, r#"arrivalrate="3" unit="second" maxnumber="0""#, "1: 10000 30/0"),
        (r#"duration="10" unit="minute""#, r#"arrivalrate="6" unit="minute""#, "1: 600000 60/60"),
        (r#"duration="1" unit="second""#, r#"arrivalrate="0.01" unit="second""#, "1: 1000 0/0"),
        (r#"duration="0" unit="second""#, r#"arrivalrate="10" unit="second""#, "1: 0 0/0"),
        (r#"duration="1" unit="second""#, r#"interarrival="2" unit="second""#, "1: 1000 1/1"),
    ] {
        assert_eq!(phases(&with_load(&phase(1, duration, users)).plan()), [expected], "{duration} {users}");
    }
}

#[test]
fn phases_run_in_the_order_of_their_numbers_and_again() {
    let second = r#"duration="1" unit="second""#;
    let load = [
        phase(4, second, r#"arrivalrate="4" unit="second""#),
        phase(2, second, r#"arrivalrate="2" unit="second""#),
    ];
    let fixture = with_load(&load.concat());
    assert_eq!(phases(&fixture.plan()), ["2: 1000 2/2", "4: 1000 4/4"]);
    let xml = fixture.xml().replace("<load>", "<load loop=\"2\" duration=\"3\" unit=\"minute\">");
    let plan = crate::fixture::load_text(&xml, &fixture.settings).unwrap().plan;
    let numbers: Vec<u32> = plan.load.phases.iter().map(|phase| phase.number).collect();
    assert_eq!(numbers, [2, 4, 6, 8, 10, 12]);
    assert_eq!(plan.load.duration, Some(Nanos::from_secs(180)));
}

#[test]
fn the_last_users_of_a_phase_counts() {
    let fixture = with_load(
        r#"<arrivalphase phase="1" duration="1" unit="second"><users arrivalrate="5" unit="second"/>
        <users arrivalrate="7" unit="second"/></arrivalphase>"#,
    );
    assert_eq!(phases(&fixture.plan()), ["1: 1000 7/7"]);
    assert_eq!(
        fixture.warnings(),
        ["8:52: this <users> is ignored: the last one of a phase counts | keep one <users> for each phase"]
    );
}

#[test]
fn static_users_with_wildcards_are_sorted() {
    let plan = with_load(
        r#"<user session="shop*" start_time="2.5"/><user session="admin" start_time="1" unit="minute"/>
        <user session="a?min" start_time="20" unit="millisecond"/>"#,
    )
    .sessions(
        r#"<session name="shop-a" probability="0" type="ts_http"/><session name="admin" probability="1" type="ts_http"/>
        <session name="shop-b" probability="2" type="ts_http"/>"#,
    )
    .plan();
    let users: Vec<_> =
        plan.load.static_users.iter().map(|user| (user.start.as_millis(), user.session.0)).collect();
    assert_eq!(users, [(20, 1), (2_500, 0), (2_500, 2), (60_000, 1)]);
    assert!(plan.load.phases.is_empty());
}

#[test]
fn shares_of_sessions() {
    let sessions = r#"<session name="a" probability="70" type="ts_http"/><session name="b" probability="20" type="ts_http"/>
        <session name="b2" probability="9.96" type="ts_http"/>"#;
    let one = phase(1, r#"duration="1" unit="second""#, r#"arrivalrate="1" unit="second""#);
    let setup = r#"<arrivalphase phase="2" duration="1" unit="second"><session_setup name="a" probability="20"/>
        <session_setup name="b*" probability="40"/><users arrivalrate="1" unit="second"/></arrivalphase>"#;
    let again = one.replace("phase=\"1\"", "phase=\"3\"");
    let plan = with_load(&[&one, setup, &again].concat()).sessions(sessions).plan();
    assert_eq!(plan.load.popularities, [vec![70.0, 20.0, 9.96], vec![20.0, 40.0, 40.0]]);
    let of_phases: Vec<u32> = plan.load.phases.iter().map(|phase| phase.popularity.0).collect();
    assert_eq!(of_phases, [0, 1, 0]);
}

#[test]
fn sums_are_only_checked_where_users_choose() {
    let sessions = r#"<session name="a" probability="10" type="ts_http"/>"#;
    with_load(r#"<user session="a" start_time="1"/>"#).sessions(sessions).plan();
    let weights =
        r#"<session name="a" weight="10" type="ts_http"/><session name="b" weight="0.5" type="ts_http"/>"#;
    let plan = session("").sessions(weights).plan();
    assert_eq!(plan.load.popularities, [vec![10.0, 0.5]]);
}

#[test]
fn bad_loads() {
    let second = r#"duration="1" unit="second""#;
    let rate = r#"arrivalrate="1" unit="second""#;
    refused([
        (
            with_load(&[phase(1, second, rate), phase(1, second, rate)].concat()),
            "8:119: phase 1 is already defined at 8:15 | give every phase a number of its own",
        ),
        (
            with_load(&phase(1, second, r#"arrivalrate="1" interarrival="1" unit="second""#)),
            "8:75: both arrivalrate and interarrival are given",
        ),
        (with_load(&phase(1, second, r#"unit="second""#)), "8:52: <users> has neither arrivalrate nor"),
        (
            with_load(&phase(1, second, r#"arrivalrate="0" unit="second""#)),
            "8:59: arrivalrate is not above 0",
        ),
        (with_load(r#"<arrivalphase phase="1" duration="1" unit="second"/>"#), "8:1: phase 1 has no <users>"),
        (with_load(""), "7:11: <load> has neither phases nor users"),
        (with_load(r#"<user session="t" start_time="1"/>"#), "8:7: no session is named t | known are s"),
        (with_load(r#"<user session="s"/>"#), "8:1: <user> has no start_time attribute"),
        (
            with_load(&phase(1, r#"duration="9999999999" unit="hour""#, rate)),
            "8:25: this is longer than a century",
        ),
        (
            with_load(
                &phase(1, second, rate)
                    .replace("<users", r#"<session_setup name="x" probability="1"/><users"#),
            ),
            "8:67: no session is named x",
        ),
        (
            with_load(
                &phase(1, second, rate)
                    .replace("<users", r#"<session_setup name="s" probability="80"/><users"#),
            ),
            "8:1: session probabilities add up to 80 in phase 1, not 100: s 80",
        ),
        (
            with_load(
                &phase(1, second, rate).replace("<users", r#"<session_setup name="s" weight="80"/><users"#),
            ),
            "8:76: weights cannot be mixed with probabilities",
        ),
        (
            with_load(&phase(1, second, r#"arrivalrate="1.0e300" unit="second""#)),
            "8:52: these are more than 1000000000000 users in a phase | check arrivalrate",
        ),
        (
            with_load(&phase(1, second, r#"interarrival="1.0e-300" unit="second""#)),
            "8:52: these are more than 1000000000000 users in a phase",
        ),
        (
            with_load(&phase(1, r#"duration="1" unit="seconds""#, rate)),
            "8:38: unit of <arrivalphase> cannot be `seconds` | did you mean second?",
        ),
        (
            with_load(r#"<user session="s" start_time="9999999999" unit="hour"/>"#),
            "8:19: this is longer than a century",
        ),
    ]);
}

#[test]
fn waiting_for_sessions_matters_before_another_phase() {
    let waiting = |number: u32| {
        let second = r#"duration="1" unit="second" wait_all_sessions_end="true""#;
        phase(number, second, r#"arrivalrate="1" unit="second""#)
    };
    let plain = phase(3, r#"duration="1" unit="second""#, r#"arrivalrate="1" unit="second""#);
    assert_eq!(with_load(&waiting(1)).warnings(), [""; 0]);
    assert_eq!(with_load(&format!("{}{plain}", waiting(7))).errors(), [""; 0]);
    let refused = "8:52: wait_all_sessions_end of <arrivalphase> cannot be run by this release";
    super::refused([(with_load(&format!("{}\n{plain}", waiting(2))), refused)]);
    let looped = with_load(&waiting(1)).xml().replace("<load>", "<load loop=\"1\">");
    let errors = crate::fixture::load_text(&looped, &session("").settings).map(drop).unwrap_err();
    assert!(errors.len() == 1 && errors[0].contains("wait_all_sessions_end"), "{errors:?}");
}

#[test]
fn the_load_may_last_longer_than_erlang_counts() {
    let xml = |attributes: &str| session("").xml().replace("<load>", &format!("<load {attributes}>"));
    let load = |attributes: &str| crate::fixture::load_text(&xml(attributes), &session("").settings);
    let long = load("duration=\"5000000\"").unwrap().plan.load.duration;
    assert_eq!(long, Some(Nanos::from_secs(5_000_000)));
    assert_eq!(load("duration=\"0\"").unwrap().plan.load.duration, None);
    let errors = load("duration=\"9999999\" unit=\"hour\"").map(drop).unwrap_err();
    assert!(errors.len() == 1 && errors[0].starts_with("stdin:7:17: error: this is longer"), "{errors:?}");
}

#[test]
fn sessions_of_one_name_are_found_by_the_last() {
    let fixture = with_load(r#"<user session="dup" start_time="1"/><user session="o*" start_time="2"/>"#)
        .sessions(
            r#"<session name="dup" weight="1" type="ts_http"/><session name="one" weight="1" type="ts_http"/>
            <session name="dup" weight="1" type="ts_http"/>"#,
        );
    let sessions: Vec<u32> = fixture.plan().load.static_users.iter().map(|user| user.session.0).collect();
    assert_eq!(sessions, [2, 2, 1]);
    assert_eq!(
        fixture.warnings(),
        [
            "8:7: 2 sessions are named dup: each of them starts a user, and all run the last (and at 1 more place) | \
          give every session a name of its own"
        ]
    );
}

#[test]
fn the_last_setup_of_a_session_counts() {
    let fixture = with_load(
        r#"<arrivalphase phase="1" duration="1" unit="second"><users arrivalrate="1" unit="second"/>
<session_setup name="s" probability="30"/><session_setup name="s" probability="100"/></arrivalphase>"#,
    );
    assert_eq!(
        fixture.warnings(),
        ["9:16: another <session_setup> for s follows: this one is ignored | keep one of them"]
    );
    assert_eq!(fixture.plan().load.popularities, [[100.0]]);
}

#[test]
fn too_many_phases() {
    let fixture = session("");
    let xml = fixture.xml().replace("<load>", "<load loop=\"4000000000\">");
    let errors = crate::fixture::load_text(&xml, &fixture.settings).map(|_| ()).unwrap_err();
    assert_eq!(
        errors,
        [
            "stdin:7:17: error: loop makes more than 100000 phases\n  help: loop is how often all phases are repeated"
        ]
    );
}

#[test]
fn bad_shares() {
    let sessions = |a: &str, b: &str| {
        session("").sessions(&format!(
            "<session name=\"a\" {a} type=\"ts_http\"/>\n<session name=\"b\" {b} type=\"ts_http\"/>"
        ))
    };
    refused([
        (
            sessions("probability='60'", "probability='30'"),
            "12:1: session probabilities add up to 90, not 100: a 60 + b 30 | correct the probabilities",
        ),
        (sessions("probability='60'", "weight='30'"), "13:19: weights cannot be mixed with probabilities"),
        (sessions("weight='60'", "probability='30'"), "13:19: probabilities cannot be mixed with weights"),
        (sessions("weight='0'", "weight='0.0'"), "12:1: the weights of all sessions are 0"),
        (sessions("probability='60'", ""), "13:1: <session> has neither probability nor weight"),
        (
            sessions("probability='60'", "probability='40' weight='1'"),
            "13:36: <session> has both probability and weight",
        ),
        (session("").sessions(""), "11:11: <sessions> has no <session>"),
    ]);
}

#[test]
fn comparisons_with_wildcards_have_a_limit() {
    let sessions: String = (0..2_000)
        .map(|number| format!("<session name=\"session_x_{number}\" weight=\"1\" type=\"ts_http\"/>"))
        .collect();
    let users: String =
        (0..5_000).map(|number| format!("<user session=\"session_*_{number}\" start_time=\"1\"/>")).collect();
    let errors = with_load(&users).sessions(&sessions).errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(
        errors[0].contains("there are more than 50000000 comparisons of wildcards with session names"),
        "{errors:?}"
    );
    // Names without wildcards are looked up.
    let users: String = (0..5_000)
        .map(|number| format!("<user session=\"session_x_{}\" start_time=\"1\"/>", number % 2_000))
        .collect();
    assert_eq!(with_load(&users).sessions(&sessions).plan().load.static_users.len(), 5_000);
}
