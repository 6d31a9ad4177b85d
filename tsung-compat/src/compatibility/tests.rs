//! The rows exist on the page, and each is touched by what it is about and by nothing near it.

use std::collections::HashSet;

use super::{Class, DOCTYPE, SINGLE_BYTES, WIDE, row, touches};
use crate::fixture::{Fixture, session};
use crate::{Checked, Source, check};

const GET: &str = "<request><http url='/'/></request>";
const PHASE: &str = r#"<arrivalphase phase="1" duration="1" unit="minute"><users arrivalrate="1" unit="second"/></arrivalphase>"#;

#[test]
fn every_topic_is_a_row_of_the_page() {
    let on_page: Vec<_> = row::all().map(|line| line.topic).collect();
    assert!(on_page.len() > 150, "{} rows", on_page.len());
    let mut known = HashSet::new();
    for topic in touches().map(|touch| touch.topic).chain([DOCTYPE, SINGLE_BYTES, WIDE]) {
        let rows = on_page.iter().filter(|row| **row == topic).count();
        assert_eq!(rows, 1, "{topic} is {rows} rows of docs/compatibility.md");
        assert!(known.insert(topic), "{topic} twice");
    }
}

fn checked(xml: &str) -> Checked {
    check(&Source::Stdin(xml.as_bytes().to_vec()), &crate::Settings { local: true, ..Default::default() })
}

/// Whether a text touches a row.
fn touched(xml: &str, topic: &str) -> bool {
    checked(xml).rows.iter().any(|row| row.line.topic == topic)
}

/// A topic, what touches it, and what does not.
type Case = (&'static str, String, String);

fn steps(topic: &'static str, touching: &str, other: &str) -> Case {
    (topic, session(touching).xml(), session(other).xml())
}

fn of(topic: &'static str, change: fn(Fixture, &str) -> Fixture, touching: &str, other: &str) -> Case {
    let xml = |part: &str| change(session(GET), part).xml();
    (topic, xml(touching), xml(other))
}

fn load_cases() -> Vec<Case> {
    let load =
        |topic, touching: &str, other: &str| of(topic, |it, part| it.load_section(part), touching, other);
    let clients =
        |topic, touching: &str, other: &str| of(topic, |it, part| it.clients(part), touching, other);
    let options =
        |topic, touching: &str, other: &str| of(topic, |it, part| it.options(part), touching, other);
    let two_users = PHASE.replace("<users", "<users arrivalrate='2' unit='second'/><users");
    let user = |name: &str| format!("{PHASE}<user session='{name}' start_time='1'/>");
    let own = "<client host='localhost' use_controller_vm='true'/>";
    let xml = session(GET).xml();
    vec![
        (DOCTYPE, xml.replace("<!DOCTYPE tsung SYSTEM \"tsung-1.0.dtd\">", ""), xml.clone()),
        (
            DOCTYPE,
            xml.replace("tsung-1.0.dtd", "other.dtd"),
            xml.replace("tsung-1.0.dtd", "/usr/x/tsung-1.0.dtd"),
        ),
        (
            "order of sections and children",
            xml.replace("<options>\n\n</options>", "").replace("<load>", "<options></options><load>"),
            xml.clone(),
        ),
        options(
            "`ports_range`",
            "<option name='ports_range' min='1' max='2'/>",
            "<option name='seed' value='1'/>",
        ),
        options("`seed`", "<option name='seed' value='1'/>", "<option name='max_retries' value='1'/>"),
        clients("`cpu`", &own.replace("/>", " cpu='2'/>"), &own.replace("/>", " cpu='1'/>")),
        clients("`maxusers`", &own.replace("/>", " maxusers='10'/>"), own),
        clients(
            "`use_controller_vm`",
            &(own.to_owned() + "<client host='other'/>"),
            &("<client host='other'/>".to_owned() + own),
        ),
        load("several `<users>` in a phase", &two_users, PHASE),
        load("phases without users", &PHASE.replace("unit=\"second\"", "unit='second' maxnumber='0'"), PHASE),
        load(
            "phases without users",
            &PHASE.replace("arrivalrate=\"1\"", "arrivalrate='0.001'"),
            &PHASE.replace("unit=\"second\"", "unit='second' maxnumber='1'"),
        ),
        load("wildcards in `<user>` and `<session_setup>`", &user("*s*"), &user("s*")),
        load("wildcards in `<user>` and `<session_setup>`", &user("s[a-z]*"), &user("?")),
        load("`arrivals`", PHASE, "<user session='s' start_time='1'/>"),
        load("the first phase", PHASE, "<user session='s' start_time='1'/>"),
        of(
            "`cookie-ipv6`",
            |it, part| it.servers(part),
            "<server host='::1' port='1' type='tcp'/>",
            "<server host='a' port='1' type='tcp'/>",
        ),
    ]
}

fn step_cases() -> Vec<Case> {
    let set =
        |name: &str| format!("<setdynvars sourcetype='value' value='1'><var name='{name}'/></setdynvars>");
    let test = |test: &str| format!("{}<if {test}>{GET}</if>", set("v"));
    let repeat = |test: &str| format!("{}<repeat name='r'>{GET}<while var='v' {test}/></repeat>", set("v"));
    let transaction = format!("<transaction name='t'>{GET}</transaction>");
    let source = |source: &str| format!("<setdynvars {source}><var name='v'/></setdynvars>");
    let persistent = |value: &str| {
        session(GET).xml().replace("type=\"ts_http\"", &format!("type='ts_http' persistent='{value}'"))
    };
    vec![
        (
            SINGLE_BYTES,
            session("<request><http url='/é'/></request>").xml(),
            session("<request><http url='/é€'/></request>").xml(),
        ),
        (
            WIDE,
            session("<request><http url='/€'/></request>").xml(),
            session("<request><http url='/é'/></request>").xml(),
        ),
        steps("names (variables, transactions, file ids)", &set("Name"), &set("name_1")),
        steps("names (variables, transactions, file ids)", &set("end"), &set("'Na-me'")),
        steps(
            "names (variables, transactions, file ids)",
            "<transaction name='a-b'/>",
            "<transaction name='End'/>",
        ),
        steps("transaction names", "<transaction name='a.b'/>", "<transaction name='A_b'/>"),
        steps(
            "transaction directly in a transaction",
            &format!("<transaction name='o'>{transaction}</transaction>"),
            &transaction,
        ),
        steps("last closed transaction of a user that ends by an error", &transaction, GET),
        steps("`<thinktime/>` without option", "<thinktime/>", "<thinktime value='1'/>"),
        steps("`if var=\"x[n]\"`", &test("var='v[1]' eq='1'"), &test("var='v' eq='1'")),
        steps("operand of while and until", &repeat("eq='%%_v%%'"), &repeat("eq='1'")),
        steps(
            "`while`, `until` in `<if>`",
            &test("var='v' eq='1'").replace(GET, "<while var='v' eq='1'/>"),
            &repeat("eq='1'"),
        ),
        steps("`for`, `repeat`, `while`, `until`, `if`", &repeat("eq='1'"), GET),
        steps(
            "`for`, `repeat`, `while`, `until`, `if`",
            "<for var='i' from='2' to='1'><abort/></for>",
            "<for var='i' from='1' to='2'><abort/></for>",
        ),
        steps("`gte`, `lte`, `%%…%%` in operands of `if`", &repeat("gte='1'"), &repeat("gt='1'")),
        steps(
            "`gte`, `lte`, `%%…%%` in operands of `if`",
            &test("var='v' eq='%%_v%%'"),
            &repeat("eq='%%_v%%'"),
        ),
        steps(
            "random_string, urandom_string",
            &source("sourcetype='random_string'"),
            &source("sourcetype='random_number'"),
        ),
        steps(
            "`file-order`: which user gets which row",
            &source("sourcetype='file' fileid='f'"),
            &source("sourcetype='file' fileid='f' order='random'"),
        ),
        steps("`<abort type=\"all\"/>`", "<abort type='all'/>", "<abort/>"),
        (
            "a close together with the last response, `persistent=\"false\"`",
            persistent("false"),
            persistent("true"),
        ),
    ]
}

fn request_cases() -> Vec<Case> {
    let request = |inner: &str| format!("<request subst='true'>{inner}<http url='/'/></request>");
    let http = |http: &str| format!("<request subst='true'><http {http}</request>");
    let header = |name: &str, value: &str| format!("<http_header name='{name}' value='{value}'/>");
    let taken = |attributes: &str| request(&format!("<dyn_variable name='v' {attributes}/>"));
    let zipped = format!("url='/'>{}</http>", header("Accept-Encoding", "gzip"));
    let agent = |text: &str| {
        let option = format!(
            "<option type='ts_http' name='user_agent'><user_agent probability='100'>{text}</user_agent></option>"
        );
        session(GET).options(&option).xml()
    };
    vec![
        steps(
            "order of sections and children",
            "<request><http url='/'/><match>x</match></request>",
            &request("<match>x</match>"),
        ),
        steps(
            "`&#13;&#10;` in attributes",
            &http("url='/' method='POST' contents='a&#13;&#10;b'/>"),
            &http("url='/' method='POST' contents='a\r\nb'/>"),
        ),
        ("`&#13;` in the text of match and user_agent", agent("a&#13;b"), agent("a\r\nb")),
        steps(
            "dyn_variable order",
            &request("<dyn_variable name='v'/><dyn_variable name='v' re='(.)'/>"),
            &request("<dyn_variable name='v'/><dyn_variable name='w'/>"),
        ),
        steps("`regexp` of dyn_variable", &taken("regexp='(.)'"), &taken("re='(.)'")),
        steps("`dyn_variable header=\"name/param\"`", &taken("header='a/b'"), &taken("header='a'")),
        steps("`%%` lexing", &http("url='/100%%'/>"), &http("url='/%%_tsung_userid%%'/>")),
        steps("`%%` lexing", &http("url='/%%_v'/>"), "<request><http url='/100%%'/></request>"),
        steps(
            "`%%ts_user_server:get_unique_id%%`",
            &http("url='/%%ts_user_server:get_unique_id%%'/>"),
            &http("url='/%%_tsung_userid%%'/>"),
        ),
        steps(
            "outcomes of matches that did not act",
            &request("<match>x</match><match>y</match>"),
            &request("<match>x</match>"),
        ),
        steps(
            "`match do=\"abort_test\"`",
            &request("<match do='abort_test'>x</match>"),
            &request("<match do='abort'>x</match>"),
        ),
        steps(
            "custom headers and add_cookie",
            &http(&format!("url='/'>{}{}</http>", header("A", "1"), header("B", "2"))),
            &http(&format!("url='/'>{}{}</http>", header("A", "1"), header("Host", "2"))),
        ),
        steps(
            "contents of GET, HEAD, OPTIONS",
            &http("url='/' contents='x'/>"),
            &http("url='/' contents='x' method='POST'/>"),
        ),
        steps(
            "`all_except_body` with a variable in the host of the URL",
            "<request subst='all_except_body'><http url='http://%%_h%%/'/></request>",
            "<request subst='all_except_body'><http url='http://h/%%_h%%'/></request>",
        ),
        steps("`http://host?query`", &http("url='http://h?q'/>"), &http("url='http://h/?q'/>")),
        steps(
            "`dynamic-https`: a URL that becomes `https://` at run time",
            &http("url='%%_u%%'/>"),
            &http("url='/%%_u%%'/>"),
        ),
        steps(
            "204, 304 or HEAD with a length, HEAD with chunked or `Connection: close`",
            &http("url='/' method='HEAD'/>"),
            &http("url='/'/>"),
        ),
        steps(
            "compressed bodies",
            &format!("<request><match>x</match><http {zipped}</request>"),
            &http(&zipped),
        ),
    ]
}

#[test]
fn rows_are_touched_by_what_they_are_about() {
    let cases = [load_cases(), step_cases(), request_cases()].concat();
    for (topic, touching, other) in &cases {
        assert!(touched(touching, topic), "{topic} is not touched by {touching}");
        assert!(!touched(other, topic), "{topic} is touched by {other}");
    }
    for touch in touches() {
        assert!(cases.iter().any(|(topic, ..)| *topic == touch.topic), "{} has no case", touch.topic);
    }
}

#[test]
fn a_row_says_what_the_page_says_and_where() {
    let think = "<thinktime/>";
    let rows = checked(&session(&format!("{GET}\n{think}{think}")).xml()).rows;
    let row = rows.iter().find(|row| row.line.topic == "`<thinktime/>` without option").unwrap();
    assert_eq!((row.line.tsung, row.line.ours, row.line.class), ("crash", "5 s", Class::Mend));
    assert_eq!((row.file.as_str(), row.position, row.places), ("stdin", (14, 1), 2));
    assert_eq!(row.line.class.as_str(), "mend");
    // In the order of the page.
    let order: Vec<_> = row::all().map(|line| line.topic).collect();
    let at = |topic: &str| order.iter().position(|known| *known == topic);
    assert!(rows.len() > 1 && rows.windows(2).all(|pair| at(pair[0].line.topic) < at(pair[1].line.topic)));
}

#[test]
fn files_with_errors_have_rows_too() {
    assert!(touched(&session("<thinktime/><thinktime value='0'/>").xml(), "`<thinktime/>` without option"));
    assert!(checked("<tsung").rows.is_empty());
}

#[test]
fn clients_behind_the_one_of_the_controller_are_counted() {
    let own = "<client host='localhost' use_controller_vm='true'/>";
    let clients = format!("<client host='a'/>{own}<client host='b'/><client host='c'/>");
    let rows = checked(&session(GET).clients(&clients).xml()).rows;
    let places = rows.iter().find(|row| row.line.topic == "`use_controller_vm`").map(|row| row.places);
    assert_eq!(places, Some(2));
}
