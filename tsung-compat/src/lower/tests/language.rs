//! What is judged and cannot be run yet: every mistake with its place, and one message for each kind that is right.

use super::{Said, findings, list, of_type, said};
use crate::fixture::session;

const EVAL: &str = "13:13: not yet: setdynvars sourcetype eval cannot be run by this release";

const SOURCES: Said = &[
    ("'jsonpath' from='tsung_userid' jsonpath='$.a'", &[]),
    (
        "'jsonpath'",
        &[
            "13:1: error: <setdynvars sourcetype=\"jsonpath\"> has no from attribute",
            "13:1: error: <setdynvars sourcetype=\"jsonpath\"> has no jsonpath attribute",
        ],
    ),
    ("'jsonpath' from='tsung_userid' jsonpath='a[-1]'", &["13:67: warning: jsonpath: elements count from 0"]),
    (
        "'erlang' callback='ts_user_server:get_unique_id'",
        &["13:13: not yet: setdynvars sourcetype erlang cannot be run by this release"],
    ),
    (
        "'erlang' callback='ts_user_server:get_uniqe_id'",
        &[
            "13:13: not yet: setdynvars sourcetype erlang",
            "13:33: error: Tsung has no function ts_user_server:get_uniqe_id that can be called here | did you mean \
                     ts_user_server:get_unique_id?",
        ],
    ),
    (
        "'erlang' callback='ts_digest:md5hex'",
        &[
            "13:13: not yet: setdynvars sourcetype erlang",
            "13:33: error: Tsung has no function ts_digest:md5hex that can be called here | known are ts_user_server:",
        ],
    ),
    (
        "'erlang' callback='Mod:f'",
        &[
            "13:13: not yet: setdynvars sourcetype erlang",
            "13:33: error: callback is `Mod:f`, not the name of a function",
        ],
    ),
    (
        "'erlang' callback='1a:b'",
        &[
            "13:13: not yet: setdynvars sourcetype erlang",
            "13:33: error: callback is `1a:b`, not the name of a function",
        ],
    ),
    (
        "'erlang' callback='&apos;Mod&apos;:f'",
        &[
            "13:13: not yet: setdynvars sourcetype erlang",
            "13:33: not yet: Mod:f, a function of a private Erlang module, cannot be run by this release",
        ],
    ),
    (
        "'erlang' callback='&apos;ts_user_server&apos;:get_unique_id'",
        &["13:13: not yet: setdynvars sourcetype erlang"],
    ),
    (
        "'erlang' callback='mine:next'",
        &[
            "13:13: not yet: setdynvars sourcetype erlang",
            "13:33: not yet: mine:next, a function of a private Erlang module, cannot be run by this release | take the value",
        ],
    ),
    (
        "'erlang' callback='next'",
        &[
            "13:13: not yet: setdynvars sourcetype erlang",
            "13:33: error: callback is `next`, not the name of a function | write module:function",
        ],
    ),
    (
        "'erlang'",
        &[
            "13:1: error: <setdynvars sourcetype=\"erlang\"> has no callback attribute",
            "13:13: not yet: setdynvars sourcetype erlang",
        ],
    ),
    ("'eval'", &["13:1: error: <setdynvars sourcetype=\"eval\"> has no code attribute", EVAL]),
    ("'local_file'", &["13:1: error: <setdynvars sourcetype=\"local_file\"> has no fileid attribute"]),
    (
        "'local_file' fileid='user'",
        &["13:37: error: no local_file_server has the id user | add <option name=\"local_file_server\""],
    ),
    (
        "'value' length='3' start='1'",
        &[
            "13:32: warning: length of <setdynvars> is ignored: sourcetype is value",
            "13:43: warning: start of <setdynvars> is ignored: sourcetype is value",
        ],
    ),
];

#[test]
fn sources_of_variables() {
    let local = "<option name='local_file_server' id='users' value='/dev/null'/>";
    let make =
        |source: &str| session(&format!("<setdynvars sourcetype={source}><var name='a'/></setdynvars>"));
    said(list(make, SOURCES));
    let local_file = |attributes: &str| make(&format!("'local_file' {attributes}")).options(local);
    let empty = "13:37: error: file users has no lines";
    let unread = "10:45: warning: no session reads file users | take it out, or read it with <setdynvars sourcetype=\"local_file\">";
    for (attributes, expected) in [
        ("fileid='users' delimiter=','", [empty, ""]),
        (
            "fileid='user'",
            [unread, "13:37: error: no local_file_server has the id user | did you mean users?"],
        ),
        ("fileid='users' delimiter=''", [empty, "13:52: error: the delimiter is empty"]),
        (
            "fileid='users' order='iter'",
            [empty, "13:52: warning: order of <setdynvars> is ignored: sourcetype is local_file"],
        ),
    ] {
        let found = findings(&local_file(attributes));
        let expected: Vec<_> = expected.into_iter().filter(|expected| !expected.is_empty()).collect();
        assert_eq!(found.len(), expected.len(), "{found:?}");
        assert!(found.iter().zip(expected).all(|(found, expected)| found.starts_with(expected)), "{found:?}");
    }
}

#[test]
fn variables_of_what_cannot_be_run_are_set() {
    let steps = "<setdynvars sourcetype='eval' code='fun(_) -> 1 end.'><var name='a'/></setdynvars>
        <setdynvars sourcetype='jsonpath' from='nobody' jsonpath='x'><var name='b'/></setdynvars>
        <request><dyn_variable name='c' xpath='//a'/><dyn_variable name='d' jsonpath='a'/><http url='/'/></request>
        <foreach name='e' in='c'><request subst='true'>
        <http url='/%%_a%%%%_b%%%%_c%%%%_d%%%%_e%%%%_e_iter%%%%_f%%'/></request></foreach>";
    let warnings: Vec<_> =
        findings(&session(steps)).into_iter().filter(|found| found.contains("warning")).collect();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[0].contains("sets the variable nobody") && warnings[1].contains("sets the variable f:"));
}

const STEPS: Said = &[
    (
        "<change_type new_type='ts_http' host='%%_tsung_userid%%' port='80%%_tsung_userid%%' server_type='tcp' store='true'/>",
        &["13:1: not yet: <change_type> cannot be run by this release"],
    ),
    (
        "<change_type new_type='ts_http' host='a b' port='x' server_type='tpc'/>",
        &[
            "13:1: not yet: <change_type>",
            "13:33: error: host of <change_type> is `a b`: a host name has no white space",
            "13:44: error: port of <change_type> is `x`, not a port number",
            "13:53: error: server_type of <change_type> cannot be `tpc` | did you mean tcp?",
        ],
    ),
    (
        "<change_type new_type='ts_http' host='' port=' ' server_type='tcp'/>",
        &[
            "13:1: not yet: <change_type>",
            "13:33: error: host of <change_type> is empty",
            "13:41: error: port of <change_type> is empty",
        ],
    ),
    (
        "<change_type new_type='ts_htp' host='h' port='80' server_type='ssl' bidi='true'/>",
        &[
            "13:1: not yet: <change_type>",
            "13:14: error: unknown session type ts_htp: plugins of Tsung",
            "13:51: not yet: server type ssl",
            "13:69: not yet: bidi of <change_type>",
        ],
    ),
    (
        "<change_type new_type='ts_jabber' host='h' port='80' server_type='udp'/>",
        &[
            "13:1: not yet: <change_type>",
            "13:14: error: session type ts_jabber is not supported yet",
            "13:54: error: server type udp is not supported yet",
        ],
    ),
    ("<set_option name='rate_limit' value='100' max='200'/>", &["13:1: not yet: <set_option>"]),
    ("<set_option name='connect_timeout' value='100'/>", &["13:1: not yet: <set_option>"]),
    (
        "<set_option name='rate_limit' value='1k'/>",
        &[
            "13:1: not yet: <set_option>",
            "13:31: error: value of option rate_limit is `1k`, not a whole number",
        ],
    ),
    (
        "<set_option name='rate_limit'/>",
        &["13:1: not yet: <set_option>", "13:1: error: option rate_limit has no value | add value"],
    ),
    (
        "<set_option name='retry_timeout' value='1'/>",
        &[
            "13:1: not yet: <set_option>",
            "13:13: error: <set_option> cannot set retry_timeout | known are rate_limit,",
        ],
    ),
    (
        "<set_option name='connect_timout' value='1' type='ts_http'/>",
        &[
            "13:1: not yet: <set_option>",
            "13:13: error: <set_option> cannot set connect_timout | did you mean connect_timeout?",
            "13:45: error: <set_option> takes no type | leave type out",
        ],
    ),
    (
        "<set_option name='connect_timeout' value='1' max='3'><certificate/></set_option>",
        &[
            "13:1: not yet: <set_option>",
            "13:46: warning: max of <set_option> is ignored: its name is connect_timeout",
            "13:54: not yet: <certificate>",
            "13:54: warning: certificate of <set_option> is ignored: its name is connect_timeout",
        ],
    ),
    (
        "<set_option name='certificate'/>",
        &[
            "13:1: not yet: <set_option>",
            "13:1: error: <set_option name=\"certificate\"> has no <certificate> | put",
        ],
    ),
    (
        "<set_option name='certificate'><certificate certfile='/no/such.pem' keyfile='%%_tsung_userid%%.pem' keypass='x'/></set_option>",
        &[
            "13:1: not yet: <set_option>",
            "13:32: not yet: <certificate>",
            "13:45: error: cannot read certificate file /no/such.pem: No such file",
        ],
    ),
    (
        "<thinktime value='wait_bidi'/><request><match apply_to_content='ts_digest:md5hex' skip_headers='http'>x</match><http url='/'/></request>",
        &["13:12: not yet: thinktime wait_bidi", "13:47: not yet: apply_to_content of <match>"],
    ),
    (
        "<request><match apply_to_content='undefined'>x</match><match apply_to_content='m:f'>x</match><http url='/'/></request>",
        &[
            "13:17: not yet: apply_to_content of <match> cannot be run by this release (and at 1 more place)",
            "13:17: error: apply_to_content is `undefined`, not the name of a function",
            "13:62: not yet: m:f, a function of a private Erlang module,",
        ],
    ),
    (
        "<request subst='true'><http url='/%%ts_user_server:get_really_unique_id%%'/></request>",
        &["13:29: not yet: %%ts_user_server:get_really_unique_id%% cannot be run by this release"],
    ),
    (
        "<for var='i' from='1' to='2' incr='0'/>",
        &["13:30: warning: incr is 0: this loop never ends | write incr"],
    ),
    (
        "<repeat name='r'><thinktime value='1'/><until var='r' eqq='1'/></repeat>",
        &["13:55: error: unknown attribute eqq of <until> | did you mean eq?"],
    ),
    (
        "<repeat name='r'><thinktime value='1'/><untill var='r' eq='1'/></repeat>",
        &["13:40: error: unknown element <untill> in <repeat> | did you mean until?"],
    ),
];

#[test]
fn steps_that_are_not_known_take_numbers() {
    let back = "<request><match do='loop' loop_back='1'>x</match><http url='/'/></request>";
    let unknown = "13:1: error: unknown element <thinktme> in <session> | did you mean thinktime?";
    let fixture = session(&format!("<thinktme value='1'/>{back}"));
    assert_eq!(findings(&fixture), [unknown]);
    let inside = session(&format!(
        "<transaction name='t'><thinktme value='1'/></transaction>{}",
        back.replace("'1'", "'3'")
    ));
    assert_eq!(findings(&inside).len(), 1);
}

#[test]
fn steps_that_cannot_be_run() {
    said(list(session, STEPS));
}

#[test]
fn what_is_inside_a_broken_step_is_judged_too() {
    for (open, close, mistake) in [
        ("<transaction name=''>", "</transaction>", "13:14: error: name of <transaction> is empty"),
        ("<for var='i' from='x' to='2'>", "</for>", "13:14: error: from of <for> is `x`"),
        ("<repeat name='r'>", "</repeat>", "13:1: error: <repeat> does not end with"),
        ("<if var='tsung_userid'>", "</if>", "13:1: error: <if> compares with nothing"),
    ] {
        // The variable of a loop counts as set although the loop is refused.
        let inside = "<request subst='true'><match>(</match><http url='/%%_tsung_userid%%'/></request>";
        let inside =
            if open.contains("'x'") { inside.replace("_tsung_userid", "_i") } else { inside.to_owned() };
        let found = findings(&session(&format!("{open}\n{inside}\n{close}")));
        assert_eq!(found.len(), 2, "{open}: {found:?}");
        assert!(found[0].starts_with(mistake), "{open}: {found:?}");
        assert!(found[1].starts_with("14:31: error: bad regular expression `(`"), "{open}: {found:?}");
    }
}

/// Each request of another protocol, in its own session and in one of ts_http.
#[test]
fn requests_belong_to_the_type_of_their_session() {
    for (session_type, request) in [
        ("ts_jabber", "<jabber type='connect' ack='no_ack'/>"),
        ("ts_raw", "<raw ack='local' data='x'/>"),
        ("ts_websocket", "<websocket type='close'/>"),
        ("ts_pgsql", "<pgsql type='close'/>"),
        ("ts_mysql", "<mysql type='close'/>"),
        ("ts_ldap", "<ldap type='unbind'/>"),
        ("ts_amqp", "<amqp type='connection.close'/>"),
        ("ts_mqtt", "<mqtt type='disconnect'/>"),
        ("ts_fs", "<fs cmd='stat' path='/tmp'/>"),
        ("ts_shell", "<shell cmd='true'/>"),
        ("ts_job", "<job req='wait_jobs'/>"),
    ] {
        let steps = format!("<request>{request}</request>");
        let own = findings(&of_type(session_type, &steps));
        assert_eq!(own.len(), 1, "{own:?}");
        assert!(
            own[0].starts_with(&format!("12:37: error: session type {session_type} is not supported yet"))
        );
        let element = request[1..].split(' ').next().unwrap();
        let foreign = findings(&session(&steps));
        assert_eq!(foreign.len(), 1, "{foreign:?}");
        let expected = format!(
            "13:10: error: <{element}> stands where the session is of type ts_http | give it a session of type {session_type}, \
             or put <change_type new_type=\"{session_type}\" …/> before it"
        );
        assert_eq!(foreign[0], expected);
    }
    let http = "<request><http url='/'/></request>";
    said([
        (
            of_type("ts_webdav", http),
            &["12:37: not yet: session type ts_webdav cannot be run by this release"] as &[_],
        ),
        (
            of_type("ts_jabber", http),
            &[
                "12:37: error: session type ts_jabber is not supported yet",
                "13:10: error: <http> stands where the session is of type ts_jabber | give it a session of type ts_http",
            ],
        ),
        (
            session("<request><http url='/'/><http url='/'/></request>"),
            &["13:25: error: a second request in a <request>: <http>"],
        ),
    ]);
}

#[test]
fn change_type_changes_what_follows() {
    let change = |to: &str| format!("<change_type new_type='{to}' host='h' port='1' server_type='tcp'/>\n");
    let (http, raw) = ("<request><http url='/'/></request>\n", "<request><raw ack='local'/></request>\n");
    let kept = |found: Vec<String>| -> Vec<String> {
        let told = found.into_iter().filter(|found| found.contains("stands where"));
        told.map(|found| found.split(" | ").next().unwrap().to_owned()).collect()
    };
    let to_raw = change("ts_raw");
    assert_eq!(kept(findings(&session(&format!("{http}{to_raw}{raw}{}{http}", change("ts_http"))))), [""; 0]);
    // Inside a loop as well: what counts is the order of the document.
    assert_eq!(
        kept(findings(&session(&format!("<for var='i' from='1' to='2'>\n{to_raw}{raw}</for>\n{http}")))),
        ["17:10: error: <http> stands where the session is of type ts_raw"]
    );
    // Where it leads is not known: nothing is said.
    assert_eq!(kept(findings(&session(&format!("{}{http}{raw}", change("ts_rwa"))))), [""; 0]);
}

#[test]
fn sessions_of_other_protocols_are_judged_as_far_as_they_are_known() {
    said([(
        of_type(
            "ts_ldap",
            "<thinktime value='x'/><request><match>(</match><dyn_variable name='v' re='['/><ldap type='search' result_var='r' base='b' scope='baseObject' filter='(a=b)'/></request>
             <if var='r'/><if var='r' eq='%%_v%%'><abort type='x'/></if>",
        ),
        &[
            "12:37: error: session type ts_ldap is not supported yet",
            "13:12: error: thinktime value `x`",
            "13:40: error: bad regular expression `(`",
            "13:76: error: bad regular expression `[`",
            "14:14: error: <if> compares with nothing",
            "14:58: error: type of <abort> cannot be `x`",
        ] as &[_],
    )]);
}
