//! From nested steps to ops: numbers, jumps, pages, variables.

use parrot_core::plan::{Number, OpKind, Plan, RowOrder, Slot, VariableSource};

use super::{refused, said};
use crate::Settings;
use crate::fixture::{Fixture, folder, session, shown};

const GET: &str = r#"<request><http url="/"/></request>"#;
const THINK: &str = r#"<thinktime value="1"/>"#;

/// One word for each op.
fn ops(plan: &Plan) -> Vec<String> {
    let session = &plan.sessions[0];
    let name = |slot: Slot| session.variables[slot.index()].clone();
    let number = |number: &Number| match number {
        Number::Fixed(number) => number.to_string(),
        Number::Text(text) => shown(text, session),
    };
    let words = session.ops.iter().map(|op| match &op.kind {
        OpKind::Request(id) if plan.requests[id.index()].ends_page => "request.".to_owned(),
        OpKind::Request(_) => "request".to_owned(),
        OpKind::Think(_) => "think".to_owned(),
        OpKind::Barrier => "barrier".to_owned(),
        OpKind::Interaction { id, action } => format!("{action:?} {}", plan.transactions[id.index()]),
        OpKind::Abort(scope) => format!("abort {scope:?}"),
        OpKind::TransactionStart(id) => format!("start {}", plan.transactions[id.index()]),
        OpKind::TransactionStop(id) => format!("stop {}", plan.transactions[id.index()]),
        OpKind::SetVariables { .. } => "set".to_owned(),
        OpKind::ForStart { slot, from } => format!("for {}={}", name(*slot), number(from)),
        OpKind::ForEnd { slot, to, increment, body } => {
            format!("next {}+{increment}<={} >{}", name(*slot), number(to), body.0)
        }
        OpKind::RepeatEnd { counter, rounds_max, condition, jump_when, body, .. } => format!(
            "repeat {} {rounds_max} {} {:?} {} {jump_when} >{}",
            name(*counter),
            name(condition.slot),
            condition.comparison,
            shown(&condition.operand, session),
            body.0
        ),
        OpKind::ForEachStart(each) => format!(
            "each {} {} in {} {:?}",
            name(each.variable),
            name(each.counter),
            name(each.list),
            each.filter.as_ref().map(|filter| (String::from_utf8_lossy(&filter.pattern), filter.keep))
        ),
        OpKind::ForEachEnd { each, body } => format!("next {} >{}", name(each.variable), body.0),
        OpKind::If { condition, end } => format!(
            "if {}{:?} {:?} {} >{}",
            name(condition.slot),
            condition.element,
            condition.comparison,
            shown(&condition.operand, session),
            end.0
        ),
    });
    words.collect()
}

#[test]
fn actions_are_numbered_in_document_order() {
    let steps = format!(
        "{GET}\n<transaction name='t'>{GET}{THINK}</transaction>\n\
         <for var='i' from='1' to='3'>{GET}</for>\n<repeat name='r'>{GET}<while var='i' eq='1'/></repeat>\n\
         <if var='i' eq='x'>{GET}</if>\n<setdynvars sourcetype='value' value='1'><var name='v'/></setdynvars>"
    );
    let plan = session(&steps).plan();
    let ops = &plan.sessions[0].ops;
    assert_eq!(ops.len(), 13);
    assert!(ops.iter().enumerate().all(|(index, op)| op.action as usize == index + 1));
    let lines: Vec<u32> = ops.iter().map(|op| op.place.line).collect();
    assert_eq!(lines, [13, 14, 14, 14, 14, 15, 15, 15, 16, 16, 17, 17, 18]);
    assert_eq!((ops[2].place.column, ops[0].place.source), (23, 0));
}

#[test]
fn loops_and_conditions() {
    let steps = format!(
        "<for var='i' from='%%_a%%' to='10' incr='3'>{THINK}</for>\
         <repeat name='r' max_repeat='7'>{THINK}<until var='v' gte='%%_a%%'/></repeat>\
         <if var='l[2]' neq='x%%_a%%'>{THINK}{THINK}</if>"
    );
    assert_eq!(
        ops(&session(&steps).plan()),
        [
            "for i={a}",
            "think",
            "next i+3<=10 >1",
            "think",
            // The operand of a loop is never substituted.
            "repeat r 7 v Gte %%_a%% false >3",
            "if lSome(2) Neq x{a} >8",
            "think",
            "think",
        ]
    );
}

#[test]
fn names_need_not_be_atoms() {
    let steps = "<transaction name='My-tr.a:b'><for var='If' from='1' to='1'></for></transaction>";
    let plan = session(steps).plan();
    assert_eq!(ops(&plan).join(" "), "start My-tr.a:b for If=1 next If+1<=1 >2 stop My-tr.a:b");
}

#[test]
fn nested_bodies() {
    let steps = "<if var='x' eq='1'><for var='i' from='1' to='2'><if var='x' lt='5'></if></for></if>";
    assert_eq!(
        ops(&session(steps).plan()),
        ["if xNone Eq 1 >4", "for i=1", "if xNone Lt 5 >3", "next i+1<=2 >2"]
    );
    assert!(ops(&session("").plan()).is_empty());
}

#[test]
fn pages() {
    for (steps, expected) in [
        (format!("{GET}{GET}"), "request request."),
        (format!("{GET}{THINK}{GET}"), "request. think request."),
        // s70 of the lab: marks of transactions are transparent.
        (
            format!("{GET}<transaction name='t'>{GET}</transaction>{GET}{THINK}"),
            "request start t request stop t request. think",
        ),
        (
            format!(
                "<transaction name='a'>{GET}</transaction><transaction name='b'>{THINK}{GET}</transaction>"
            ),
            "start a request. stop a start b think request. stop b",
        ),
        (
            format!("<for var='i' from='1' to='2'>{GET}</for>{GET}"),
            "for i=1 request. next i+1<=2 >1 request.",
        ),
        // A repeat has no mark at its start, an if none at its end.
        (
            format!("{GET}<repeat name='r'>{GET}<while var='r' lt='2'/></repeat>"),
            "request request. repeat r 20 r Lt 2 true >1",
        ),
        (format!("{GET}<if var='x' eq='1'>{GET}</if>{GET}"), "request. if xNone Eq 1 >3 request request."),
        (
            format!("{GET}<setdynvars sourcetype='server'><var name='h'/></setdynvars>{GET}"),
            "request. set request.",
        ),
    ] {
        assert_eq!(ops(&session(&steps).plan()).join(" "), expected, "{steps}");
    }
}

#[test]
fn excluded_tags_leave_no_trace() {
    let mut fixture = session(&format!(
        "{GET}<request tag='img'><dyn_variable name='gone' re='x'/><http url='http://other/i'/></request>{THINK}\
         <request tag='page'><http url='/2'/></request>"
    ));
    fixture.settings.excluded_tags = vec!["css".to_owned(), "img".to_owned()];
    let plan = fixture.plan();
    assert_eq!(ops(&plan).join(" "), "request. think request.");
    assert_eq!(plan.sessions[0].variables, ["tsung_userid"]);
    assert_eq!(plan.tags, ["page"]);
    assert_eq!(plan.requests[1].tag.map(|tag| tag.0), Some(0));
    assert_eq!(plan.endpoints.len(), 1);
    assert_eq!(fixture.warnings(), [" -x css: no request has that tag | write the tag of a <request>"]);
    fixture.settings.excluded_tags = vec!["pages".to_owned(), "img".to_owned()];
    assert_eq!(fixture.warnings(), [" -x pages: no request has that tag | did you mean page?"]);
    fixture.settings.excluded_tags = vec!["page".to_owned(), "img".to_owned()];
    assert_eq!(fixture.warnings(), [""; 0]);
}

fn source(attributes: &str) -> VariableSource {
    let steps = format!("<setdynvars {attributes}><var name=\"a\"/><var name=\"b\"/></setdynvars>");
    let plan = session(&steps).plan();
    match &plan.sessions[0].ops[0].kind {
        OpKind::SetVariables { slots, source } => {
            assert_eq!(slots, &[Slot(1), Slot(2)]);
            source.clone()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn sources_of_variables() {
    let letters = b"bcdefghijklmnopqrstuvwxyz".to_vec();
    assert_eq!(
        source("sourcetype='random_string'"),
        VariableSource::RandomString { length: 20, alphabet: letters.clone() }
    );
    assert_eq!(
        source("sourcetype='random_string' length='3'"),
        VariableSource::RandomString { length: 3, alphabet: letters }
    );
    assert_eq!(
        source("sourcetype='urandom_string' length='23'"),
        VariableSource::Constant(b"qxvmvtglimieyhemzlxcqxv".to_vec())
    );
    assert_eq!(source("sourcetype='random_number'"), VariableSource::RandomNumber { start: 1, end: 10 });
    assert_eq!(
        source("sourcetype='random_number' start='0' end='0'"),
        VariableSource::RandomNumber { start: 0, end: 0 }
    );
    assert_eq!(source("sourcetype='value' value='%%_x%%é'"), VariableSource::Value(b"%%_x%%\xE9".to_vec()));
    assert_eq!(source("sourcetype='server'"), VariableSource::Server);
}

fn file_fixture(option: &str, attributes: &str) -> Fixture {
    session(&format!("<setdynvars sourcetype='file' {attributes}><var name='a'/></setdynvars>"))
        .options(option)
}

#[test]
fn data_files() {
    let folder = folder("data");
    let path = folder.join("users.csv");
    std::fs::write(&path, "u1;p1\nu2;p2\n").unwrap();
    let option = format!("<option name='file_server' value='{}'/>", path.display());
    let named = option.replace("<option", "<option id='users'");
    let fixture = file_fixture(&format!("{option}{named}"), "fileid='users' order='random' delimiter='--'");
    let loaded = fixture.load().unwrap();
    assert_eq!(loaded.files, [b"u1;p1\nu2;p2\n".to_vec()]);
    let names: Vec<_> = loaded.plan.files.iter().map(|file| (file.name.as_str(), file.length)).collect();
    assert_eq!(names, [("users", 12)]);
    match &loaded.plan.sessions[0].ops[0].kind {
        OpKind::SetVariables { source: VariableSource::File { file, order, delimiter }, .. } => {
            assert_eq!((file.index(), *order, delimiter.as_slice()), (0, RowOrder::Random, b"--".as_slice()));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(
        fixture.warnings(),
        [
            "10:28: no session reads file default | take it out, or read it with <setdynvars sourcetype=\"file\">"
        ]
    );
    let empty = folder.join("empty.csv");
    std::fs::write(&empty, "\n\n").unwrap();
    let empty_option = format!("<option name='file_server' value='{}'/>", empty.display());
    refused([
        (
            file_fixture(&named, "fileid='user'"),
            "13:31: no file_server has the id user | did you mean users?",
        ),
        (file_fixture("", "fileid='user'"), "13:31: no file_server has the id user | add <option"),
        (file_fixture(&option, ""), "13:1: <setdynvars sourcetype=\"file\"> has no fileid attribute"),
        (file_fixture(&option, "fileid='default' delimiter=''"), "13:48: the delimiter is empty"),
        (file_fixture(&empty_option, "fileid='default'"), "13:31: file default has no lines"),
    ]);
    let missing = file_fixture("<option name='file_server' value='/no/such.csv'/>", "fileid='default'");
    assert!(missing.errors()[0].starts_with("10:28: cannot read data file /no/such.csv: No such file"));
    std::fs::remove_dir_all(folder).unwrap();
}

/// Whether a session reads a file is not said of files that cannot be read, and of those that a step names which has another
/// mistake.
#[test]
fn files_that_have_a_mistake_of_their_own() {
    let folder = folder("mistakes");
    let path = folder.join("users.csv");
    std::fs::write(&path, "u1;p1\n").unwrap();
    let option = format!("<option name='file_server' value='{}'/>", path.display());
    let named = option.replace("<option", "<option id='users'");
    let local = named.replace("file_server", "local_file_server");
    let elsewhere = Fixture { settings: Settings { confined: true, ..Settings::default() }, ..session("") };
    said([
        (
            file_fixture(&option, "fileid='default' delimiter=''"),
            &["13:48: error: the delimiter is empty"] as &[_],
        ),
        (
            file_fixture(&option, "fileid='default' order='rnd'"),
            &["13:48: error: order of <setdynvars> cannot be `rnd`"],
        ),
        (
            session("").options("<option name='file_server' value='/no/such.csv'/>"),
            &["10:28: error: cannot read data file /no/such.csv"],
        ),
        (session("").options(&option.replace("users.csv", "")), &["10:28: error: cannot read data file"]),
        (
            elsewhere.options("<option name='file_server' value='/etc/hostname'/>"),
            &["10:28: error: data file /etc/hostname"],
        ),
        (
            file_fixture(&local, "fileid='users'"),
            &[
                "13:31: error: no file_server has the id users | it is the id of a local_file_server: write sourcetype=",
            ],
        ),
    ]);
    let directory = session("").options(&option.replace("users.csv", "")).errors().remove(0);
    assert!(
        directory.ends_with(" it is a directory | name a file with the data, not a folder or device"),
        "{directory}"
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn variables_that_nothing_sets() {
    let steps = r#"<setdynvars sourcetype="value" value="1"><var name="token"/></setdynvars>
        <request subst="true"><http url="/%%_tokn%%/%%_token%%/%%_tsung_userid%%"/></request>
        <request subst="true"><http url="/%%_zzz"/></request>"#;
    assert_eq!(
        session(steps).warnings(),
        [
            "14:37: nothing in session s sets the variable tokn: it will be `undefined` | did you mean token?",
            "15:37: `%%` without end: `%%_zzz` and all after it is dropped | \
             a variable is written %%_name%%; a plain %% cannot be written",
        ]
    );
}

#[test]
fn tests_of_variables_that_nothing_sets() {
    let steps = format!(
        "<if var='a' eq='1'>{GET}</if>\n<repeat name='r'>{GET}<until var='b[1]' eq='1'/></repeat>\n\
         <if var='tsung_userid' eq='%%_c%%'>{GET}</if>"
    );
    let help = " | set it in a step before, with <setdynvars> or <dyn_variable>";
    assert_eq!(
        session(&steps).warnings(),
        [
            format!(
                "13:5: nothing in session s sets the variable a: the steps of this <if> always run{help}"
            ),
            format!("14:59: nothing in session s sets the variable b: this loop ends after one round{help}"),
            format!("15:24: nothing in session s sets the variable c: it will be `undefined`{help}"),
        ]
    );
}

#[test]
fn tests_in_if_have_no_effect() {
    let fixture = session("<if var='tsung_userid' eq='1'><while var='x' eq='1'/><thinktime value='1'/></if>");
    assert_eq!(ops(&fixture.plan()).join(" "), "if tsung_useridNone Eq 1 >2 think");
    assert_eq!(
        fixture.warnings(),
        ["13:31: <while> has no effect in <if> | move it to the end of a <repeat>, or take it out"]
    );
}

#[test]
fn bad_steps() {
    refused(
        [
            (
                "<repeat name='r'><thinktime value='1'/></repeat>",
                "13:1: <repeat> does not end with <while> or <until>",
            ),
            (
                "<repeat name='r'><while var='r' eq='1'/><thinktime value='1'/></repeat>",
                "13:18: <while> is not the last step of its <repeat>",
            ),
            ("<if var='x'/>", "13:1: <if> compares with nothing"),
            ("<if var='x' eq='1' lt='2'/>", "13:1: <if> has 2 comparisons"),
            ("<if var='x[0]' eq='1'/>", "13:5: x[0]: elements count from 1"),
            (
                "<for var='i' from='1' to='x'/>",
                "13:23: to of <for> is `x`, neither a whole number nor a variable",
            ),
            (
                "<for var='i' from='1' to='%%ts:f%%'/>",
                "13:23: to of <for> is `%%ts:f%%`, neither a whole number nor a variable",
            ),
            (
                "<setdynvars sourcetype='random_number' start='5' end='4'/>",
                "13:1: no number is between start 5 and end 4",
            ),
            (
                "<setdynvars sourcetype='random_string' length='99999999999'/>",
                "13:40: 99999999999 is too large",
            ),
            ("<transaction name='a b'/>", "13:14: name of <transaction> is `a b`: a name has no white space"),
            ("<transaction name=''/>", "13:14: name of <transaction> is empty"),
            (
                r#"<request subst="true"><http url="/%%mod:fun%%"/></request>"#,
                "13:29: mod:fun, a function of a private Erlang module, cannot be run by this release",
            ),
            (
                "<setdynvars sourcetype='eval' code='fun(_) -> ok end.'/>",
                "13:13: setdynvars sourcetype eval cannot be run by this release",
            ),
        ]
        .map(|(steps, expected)| (session(steps), expected)),
    );
}

#[test]
fn what_users_share() {
    let steps = r#"<thinktime value="wait_global"/><interaction action="send" id="a"/><transaction name="a"/>
        <interaction action="receive" id="b"/><abort/><abort type="session"/><if var="x" eq="1"><abort type="all"/></if>"#;
    let option = "<option name='global_number' value='2'/>";
    assert_eq!(
        ops(&session(steps).options(option).plan()),
        [
            "barrier",
            "Send a",
            "start a",
            "stop a",
            "Receive b",
            "abort User",
            "abort User",
            "if xNone Eq 1 >9",
            "abort Run"
        ]
    );
    // All of them end a page.
    let each = ["<thinktime value='wait_global'/>", "<interaction action='send' id='a'/>", "<abort/>"];
    for step in each {
        let ops = ops(&session(&format!("{GET}{step}{GET}")).options(option).plan());
        assert_eq!((ops[0].as_str(), ops[2].as_str()), ("request.", "request."), "{step}");
    }
    refused([
        (session("<interaction action='both' id='a'/>"), "13:14: action of <interaction> cannot be `both`"),
        (session("<interaction action='send'/>"), "13:1: <interaction> has no id"),
        (session("<abort type='everything'/>"), "13:8: type of <abort> cannot be `everything`"),
    ]);
}

#[test]
fn foreach_is_a_loop_of_its_own() {
    let source = "<setdynvars sourcetype='jsonpath' from='tsung_userid' jsonpath='a.%%_x%%'><var name='l'/></setdynvars>";
    let loops = format!(
        "{source}<foreach name='e' in='l'>{GET}<foreach name='f' in='e' exclude='^\u{e9}'>{THINK}</foreach></foreach>\
         <foreach name='e' in='l' include='a' exclude='b'>{THINK}</foreach>"
    );
    let plan = session(&loops).plan();
    assert_eq!(
        ops(&plan),
        [
            "set",
            "each e e_iter in l None",
            "request.",
            "each f f_iter in e Some((\"^\u{fffd}\", false))",
            "think",
            "next f >4",
            "next e >2",
            "each e e_iter in l Some((\"a\", true))",
            "think",
            "next e >8",
        ]
    );
    assert_eq!(plan.lists, ["l", "e"]);
    let OpKind::SetVariables { source, .. } = &plan.sessions[0].ops[0].kind else { panic!() };
    assert_eq!(*source, VariableSource::JsonPath { from: Slot::USER_ID, path: b"a.%%_x%%".to_vec() });
}

#[test]
fn files_of_one_id_and_two_servers() {
    let folder = folder("local");
    let (shared, local) = (folder.join("shared.csv"), folder.join("local.csv"));
    std::fs::write(&shared, "s\n").unwrap();
    std::fs::write(&local, "l\n").unwrap();
    let options = format!(
        "<option name='file_server' id='users' value='{}'/><option name='local_file_server' id='users' value='{}'/>",
        shared.display(),
        local.display()
    );
    let steps = "<setdynvars sourcetype='local_file' fileid='users'><var name='a'/></setdynvars>\
                 <setdynvars sourcetype='file' fileid='users'><var name='b'/></setdynvars>";
    let loaded = session(steps).options(&options).load().unwrap();
    let names: Vec<_> = loaded.plan.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!((names, loaded.files), (vec!["local users", "users"], vec![b"l\n".to_vec(), b"s\n".to_vec()]));
    let orders = loaded.plan.sessions[0].ops.iter().map(|op| match &op.kind {
        OpKind::SetVariables { source: VariableSource::File { file, order, delimiter }, .. } => {
            (file.index(), *order, delimiter.clone())
        }
        other => panic!("{other:?}"),
    });
    assert_eq!(
        orders.collect::<Vec<_>>(),
        [(0, RowOrder::Random, b";".to_vec()), (1, RowOrder::Iterate, b";".to_vec())]
    );
    std::fs::remove_dir_all(folder).unwrap();
}
