use super::{PHASE, cases, lints};
use crate::fixture::session;

const GET: &str = "<request><http url='/'/></request>";
const THINK: &str = "<thinktime value='10'/>";

#[test]
fn sessions_that_nobody_runs() {
    let sessions = |first: &str, second: &str| {
        format!(
            "<session name='one' {first} type='ts_http'>{GET}</session><session name='two' {second} type='ts_http'>{GET}</session>"
        )
    };
    let phase = |inner: &str| PHASE.replace("</arrivalphase>", &format!("{inner}</arrivalphase>"));
    let setup = |name: &str, share: &str| format!("<session_setup name='{name}' {share}/>");
    let user = "<user session='t*' start_time='1'/>";
    let hundred = sessions("probability='100'", "probability='0'");
    let weights = sessions("weight='1'", "weight='0'");
    let half = sessions("probability='50'", "probability='50'");
    let other_way = phase(&(setup("one", "probability='0'") + &setup("two", "probability='100'")));
    for (sessions, load, expected) in [
        (&hundred, PHASE.to_owned(), 1),
        (&weights, PHASE.to_owned(), 1),
        (&half, user.to_owned(), 1),
        (&half, phase(&(setup("one", "probability='0'") + &setup("two", "probability='100'"))), 1),
        (&hundred, PHASE.to_owned() + user, 0),
        (&hundred, PHASE.to_owned() + &other_way.replace("phase=\"1\"", "phase=\"2\""), 0),
        (&half, PHASE.to_owned() + user, 0),
        (&half, PHASE.to_owned(), 0),
        (&weights, phase(&setup("*", "weight='2'")), 0),
        // What is missing may be in what was refused.
        (&hundred, PHASE.to_owned() + &user.replace("start_time", "start"), 0),
    ] {
        let found = lints(&session("").sessions(sessions).load_section(&load));
        assert_eq!(found, vec!["1006 <session"; expected], "{load} {sessions}");
    }
}

#[test]
fn phases_that_never_start() {
    let phases = |duration: &str, numbers: [u8; 3]| {
        let phases = numbers.map(|number| PHASE.replace("phase=\"1\"", &format!("phase=\"{number}\"")));
        (duration.to_owned(), phases.concat())
    };
    for ((duration, phases), expected) in [
        (phases("duration='1' unit='minute'", [1, 2, 3]), Some("1007 phase=\"2\"")),
        (phases("duration='100'", [3, 1, 2]), Some("1007 phase=\"3\"")),
        (phases("duration='121'", [1, 2, 3]), None),
        (phases("", [1, 2, 3]), None),
        (phases("duration='0'", [1, 2, 3]), None),
        // Who repeats phases and gives a duration means the duration.
        (phases("duration='3' unit='minute' loop='9'", [1, 2, 3]), None),
    ] {
        let xml = session(GET).load_section(&phases).xml().replace("<load>", &format!("<load {duration}>"));
        let found = lints_of(&xml);
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{duration}");
    }
}

#[test]
fn loops_that_outlive_the_load() {
    let times = |to: &str, steps: &str| format!("<for var='i' from='1' to='{to}'>{steps}</for>");
    let abort = format!("{THINK}<if var='i' gt='3'><abort/></if>");
    let stop = format!("{THINK}<request><match do='abort'>x</match><http url='/'/></request>");
    let last = format!("{THINK}<setdynvars sourcetype='value' value='9'><var name='i'/></setdynvars>");
    for (option, steps, expected) in [
        ("", times("7", THINK), 1),
        ("", format!("<for var='j' from='1' to='2'>{}</for>", times("4", THINK)), 1),
        ("", format!("<for var='j' from='1' to='99'>{}</for>", times("7", THINK)), 1),
        ("", times("7", "<thinktime min='10' max='20'/>"), 1),
        ("", times("1", &format!("<transaction name='t'>{}</transaction>", times("7", THINK))), 1),
        // A round by itself is too long.
        ("", times("2", "<thinktime value='100'/>"), 1),
        ("", times("6", THINK), 0),
        ("", times("1000", GET), 0),
        ("", times("7", "<thinktime value='10' random='true'/>"), 0),
        ("", times("7", "<thinktime value='%%_tsung_userid%%'/>"), 0),
        ("", times("%%_tsung_userid%%", THINK), 0),
        ("", times("7", &format!("<if var='i' eq='1'>{THINK}</if>")), 0),
        ("", times("100", &abort), 0),
        ("", times("100", &stop), 0),
        ("", times("100", &last), 0),
        // What was refused may end the user.
        ("", times("100", &format!("{THINK}<abrt/>")), 0),
        ("<option name='thinktime' value='1' override='true'/>", times("7", THINK), 0),
        ("<option name='thinktime' value='1' random='true'/>", times("7", THINK), 0),
        ("<option name='thinktime' value='1'/>", times("7", THINK), 1),
    ] {
        let xml =
            session(&steps).options(option).xml().replace("<load>", "<load duration='1' unit='minute'>");
        let found: Vec<_> = lints_of(&xml).into_iter().filter(|lint| !lint.starts_with("1005")).collect();
        assert_eq!(found, vec!["1008 <for"; expected], "{option} {steps}");
        assert!(
            !lints(&session(&steps).options(option)).contains(&"1008 <for".to_owned()),
            "no duration: {steps}"
        );
    }
}

/// The lints of a whole text.
fn lints_of(xml: &str) -> Vec<String> {
    let checked = crate::check(&crate::Source::Stdin(xml.as_bytes().to_vec()), &crate::Settings::default());
    super::shown(&checked)
}

#[test]
fn pauses_in_transactions() {
    cases(&[
        (&format!("<transaction name='t'>{GET}{THINK}</transaction>"), &["1005 <thinktime"]),
        (
            &format!("<transaction name='t'><if var='tsung_userid' eq='1'>{THINK}</if></transaction>"),
            &["1005 <thinktime"],
        ),
        // The same again is only counted.
        (&format!("<transaction name='t'>{THINK}{GET}{THINK}</transaction>"), &["1005 <thinktime"]),
        (&format!("<transaction name='t'>{GET}</transaction>{THINK}"), &[]),
    ]);
}

#[test]
fn repeats_that_count_on() {
    let repeat = format!("<repeat name='r'>{GET}<while var='tsung_userid' eq='1'/></repeat>");
    let twice = |steps: &str| format!("<for var='i' from='1' to='2'>{steps}</for>");
    let reset = "<setdynvars sourcetype='random_number' start='1' end='1'><var name='r'/></setdynvars>";
    cases(&[
        (&twice(&repeat), &["1013 name='r'"]),
        (&twice(&format!("<transaction name='t'>{repeat}</transaction>")), &["1013 name='r'"]),
        (
            &format!("<repeat name='outer'>{repeat}<while var='tsung_userid' eq='1'/></repeat>"),
            &["1013 name='r'"],
        ),
        (&format!("{repeat}{repeat}"), &["1013 name='r'"]),
        (&repeat, &[]),
        (&format!("{repeat}{}", repeat.replace("'r'", "'q'")), &[]),
        (&twice(&format!("{reset}{repeat}")), &[]),
        (&format!("{repeat}{reset}{repeat}"), &[]),
    ]);
}

#[test]
fn tls_of_the_past() {
    for (option, expected) in [
        ("name='ssl_versions' value=\"'tlsv1.1'\"", Some("1016 value=\"'tlsv1.1'\"")),
        ("name='ssl_versions' value='sslv3'", Some("1016 value='sslv3'")),
        ("name='ssl_ciphers' value='RC4-SHA:DES-CBC3-SHA'", Some("1017 value='RC4-SHA:DES-CBC3-SHA'")),
        (
            "name='ssl_ciphers' value='EXP1024-RC4-SHA,EDH-RSA-DES-CBC3-SHA'",
            Some("1017 value='EXP1024-RC4-SHA,EDH-RSA-DES-CBC3-SHA'"),
        ),
        ("name='ssl_versions' value=\"'tlsv1.2'\"", None),
        ("name='ssl_versions' value=\"'tlsv1.3'\"", None),
        // Servers choose the one that they still take.
        ("name='ssl_ciphers' value='ECDHE-RSA-AES128-GCM-SHA256:RC4-SHA'", None),
        ("name='ssl_ciphers' value='HIGH:!RC4:!MD5:-DES'", None),
        ("name='ssl_ciphers' value='negotiate'", None),
        ("name='ssl_ciphers' value='!RC4'", None),
    ] {
        let found = lints(&session(GET).options(&format!("<option {option}/>")));
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{option}");
    }
}

#[test]
fn sessions_of_one_name() {
    let session_of =
        |name: &str| format!("<session name='{name}' probability='50' type='ts_http'>{GET}</session>");
    let two = session(GET).sessions(&format!("{}{}", session_of("a"), session_of("a")));
    assert_eq!(lints(&two), ["1019 name='a'"]);
    assert_eq!(lints(&session(GET).sessions(&format!("{}{}", session_of("a"), session_of("b")))), [""; 0]);
    // That is said of the user.
    let named = two.load_section(&format!("{PHASE}<user session='a' start_time='1' unit='second'/>"));
    assert_eq!(lints(&named), [""; 0]);
    assert!(named.warnings().iter().any(|warning| warning.contains("sessions")), "{:?}", named.warnings());
}
