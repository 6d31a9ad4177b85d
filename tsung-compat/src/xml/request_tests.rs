//! Requests of other protocols, type by type.

use super::tests::errors;

/// What is said about a request of that content on line 2, besides that its protocol does not run.
fn said(request: &str) -> Vec<String> {
    let text = format!(
        "<tsung><sessions><session name='a' type='ts_http' weight='1'><request>\n{request}</request></session></sessions></tsung>"
    );
    errors(&text)
}

/// Checks that each request gets exactly the given messages.
fn check(cases: &[(&str, &[&str])]) {
    let mut wrong = String::new();
    for (request, expected) in cases {
        let messages = said(request);
        if messages != *expected {
            wrong.push_str(&format!("{request}\n  expected {expected:#?}\n  got {messages:#?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn requests_that_are_right() {
    for request in [
        "<jabber type='connect' ack='local'/>",
        "<jabber type='iq:roster:add' ack='no_ack' destination='offline'/>",
        "<jabber type='presence:roster' ack='no_ack' destination='previous'/>",
        "<jabber type='starttls' ack='bidi_ack' cacertfile='/x'/>",
        "<jabber type='muc:join' ack='local' room='r' nick='%%_n%%'/>",
        "<jabber type='auth_sasl' ack='local'><xmpp_authenticate username='u' passwd='p'/></jabber>",
        "<raw ack='local' datasize='%%_n%%'/>",
        "<raw ack='no_ack' data='BYE'/>",
        "<websocket type='connect' path='/chat' subprotocols='x' origin='y'><http_header name='a' value='b'/>\n</websocket>",
        "<websocket type='message' ack='no_ack' frame='text'> hello </websocket>",
        "<websocket type='message'/>",
        "<websocket type='close'></websocket>",
        "<pgsql type='connect' database='d' username='u'/>",
        "<pgsql type='connect'/>",
        "<pgsql type='sql'> SELECT 1; </pgsql>",
        "<pgsql type='parse' name_prepared='p' parameters='23,25'>SELECT $1</pgsql>",
        "<pgsql type='bind' name_portal='x' parameters='1,null' formats='auto' formats_results='text,binary'/>",
        "<pgsql type='describe' name_portal='x'/>",
        "<pgsql type='execute' max_rows='5'/>",
        "<pgsql type='copyfail' equery='no'/>",
        "<mysql type='authenticate' username='u' password='p' database='d'/>",
        "<mysql type='sql'>SELECT 1</mysql>",
        "<ldap type='bind' user='u' password='p'/>",
        "<ldap type='search' base='dc=x' scope='wholeSubtree' filter='(&amp;(cn=a*%%cn:f%%*n)(dc=x))' result_var='r'/>",
        "<ldap type='add' dn='cn=x'><attr type='cn'><value>a</value><value>b</value></attr></ldap>",
        "<ldap type='modify' dn='cn=x'><modification type='replace'><attr type='cn'><value>a</value></attr></modification></ldap>",
        "<amqp type='channel.open'/>",
        "<amqp type='basic.publish' channel='%%_c%%' exchange='e' routing_key='k' persistent='true' payload_size='9'></amqp>",
        "<amqp type='waitForMessages' timeout='180'/>",
        "<mqtt type='connect' client_id='c' clean_start='false' keepalive='10' will_topic='t' will_qos='2' will_msg='m' will_retain='true' username='u' password='p'/>",
        "<mqtt type='publish' topic='t' qos='1' retained='true' stamped='true'>hello</mqtt>",
        "<fs path='/x' size='%%_n%%'/>",
        "<fs cmd='make_symlink' path='/x' dest='/y'/>",
        "<shell cmd='ls' args='-l'/>",
        "<job type='oar' req='submit' resources='nodes=1' script='/s' notify_port='9000' notify_script='/n' user='u'/>",
        "<job req='wait_jobs'/>",
        "<http url='/' method='GET'/>",
    ] {
        assert_eq!(said(request), [""; 0], "{request}");
    }
}

#[test]
fn words_and_numbers_of_other_protocols() {
    check(&[
        (
            "<mqtt type='subscibe' topic='t'/>",
            &["2:7: error: type of <mqtt> cannot be `subscibe` | did you mean subscribe?"],
        ),
        (
            "<jabber type='presence:inital' ack='locale'/>",
            &[
                "2:9: error: type of <jabber> cannot be `presence:inital` | did you mean presence:initial?",
                "2:32: error: ack of <jabber> cannot be `locale` | did you mean local?",
            ],
        ),
        (
            "<amqp type='basic_publish'/>",
            &["2:7: error: type of <amqp> cannot be `basic_publish` | did you mean basic.publish?"],
        ),
        (
            "<mqtt type='publish' topic='t' qos='3'/>",
            &["2:32: error: qos of <mqtt> cannot be `3` | known are 0, 1, 2"],
        ),
        (
            "<mqtt type='connect' keepalive='10s' clean_start='yes'/>",
            &[
                "2:22: error: keepalive of <mqtt> is `10s`, not a whole number | write digits only, such as 3",
                "2:38: error: clean_start of <mqtt> cannot be `yes` | known are true, false",
            ],
        ),
        (
            "<raw ack='parse' datasize='big'/>",
            &[
                "2:6: error: ack of <raw> cannot be `parse` | known are global, local, no_ack",
                "2:18: error: datasize of <raw> is `big`, neither a whole number nor a variable | write 3 or %%_variable%%",
            ],
        ),
        (
            "<raw data='x'/>",
            &[
                "2:1: error: <raw> has no ack attribute | add ack=\"global\" or ack=\"local\" or ack=\"no_ack\"",
            ],
        ),
        (
            "<fs cmd='copy' path='/x'/>",
            &[
                "2:5: error: cmd of <fs> cannot be `copy` | known are read, write, open, close, read_chunk, write_chunk, \
                 delete, stat, make_dir, del_dir, make_symlink",
            ],
        ),
        (
            "<job req='submit' type='torque'/>",
            &["2:19: error: type of <job> cannot be `torque` | known are oar"],
        ),
        (
            "<websocket type='message' ack='local'/>",
            &["2:27: error: ack of <websocket> cannot be `local` | known are no_ack, parse"],
        ),
        (
            "<websocket type='connect'><header name='a'/></websocket>",
            &["2:27: error: unknown element <header> in <websocket> | known are http_header"],
        ),
        (
            "<mysql type='sql'>SELECT <b/></mysql>",
            &["2:26: error: <mysql> holds only text, not <b> | write &lt; for a plain <"],
        ),
    ]);
}

#[test]
fn types_that_take_some_values_only() {
    check(&[
        (
            "<jabber type='iq:roster:add' ack='local'/>",
            &[
                "2:1: error: <jabber type=\"iq:roster:add\"> needs destination=\"online\" or destination=\"offline\" | \
                 add destination=\"online\" or destination=\"offline\"",
            ],
        ),
        (
            "<jabber type='presence:roster' ack='no_ack'/>",
            &["2:1: error: <jabber type=\"presence:roster\"> needs destination=\"previous\" | \
                 add destination=\"previous\""],
        ),
        (
            "<jabber type='presence:roster' ack='no_ack' destination='random'/>",
            &["2:45: error: destination of <jabber type=\"presence:roster\"> cannot be `random` | \
                 write destination=\"previous\""],
        ),
        (
            "<jabber type='starttls' ack='local'/>",
            &["2:25: error: ack of <jabber type=\"starttls\"> cannot be `local` | write ack=\"bidi_ack\""],
        ),
    ]);
}

#[test]
fn types_need_their_attributes() {
    check(&[
        (
            "<mqtt type='publish'>x</mqtt>",
            &["2:1: error: <mqtt type=\"publish\"> has no topic | add topic=\"…\""],
        ),
        (
            "<mqtt type='publish' topc='t'/>",
            &["2:22: error: unknown attribute topc of <mqtt> | did you mean topic?"],
        ),
        (
            "<jabber type='muc:join' ack='local' room='r'/>",
            &["2:1: error: <jabber type=\"muc:join\"> has no nick | add nick=\"…\""],
        ),
        (
            "<mysql type='sql'> </mysql>",
            &[
                "2:1: error: <mysql type=\"sql\"> has no text | write it between <mysql type=\"sql\"> and </mysql>",
            ],
        ),
        (
            "<pgsql type='parse' name_prepared='p'/>",
            &["2:1: error: <pgsql type=\"parse\"> has no SQL | \
                 write the statement between <pgsql type=\"parse\"> and </pgsql>"],
        ),
        (
            "<pgsql type='describe'/>",
            &["2:1: error: <pgsql type=\"describe\"> has neither name_portal nor name_prepared | \
                 give the one that it is to describe"],
        ),
        (
            "<pgsql type='describe' name_portal='a' name_prepared='b'/>",
            &["2:1: error: <pgsql type=\"describe\"> has both name_portal and name_prepared | \
                 give the one that it is to describe"],
        ),
        (
            "<ldap type='search' base='b' filter='(a=1)'/>",
            &["2:1: error: <ldap type=\"search\"> has no scope | add scope=\"…\""],
        ),
        (
            "<ldap type='search' base='b' scope='baseObject' filter='cn=a'/>",
            &[
                "2:49: error: filter `cn=a`: a filter begins with ( | write it as (cn=user2) or (&(cn=a*)(sn=b)); \
                 ( ) * \\ in a value as \\28 \\29 \\2a \\5c",
            ],
        ),
        (
            "<ldap type='add' dn='d'/>",
            &[
                "2:1: error: <ldap type=\"add\"> has no <attr> | write it between <ldap type=\"add\"> and </ldap>",
            ],
        ),
        (
            "<ldap type='add' dn='d'><atr type='a'/></ldap>",
            &["2:25: error: unknown element <atr> in <ldap> | did you mean attr?"],
        ),
        (
            "<amqp type='basic.consume'/>",
            &["2:1: error: <amqp type=\"basic.consume\"> has no queue | add queue=\"…\""],
        ),
        ("<fs size='10'/>", &["2:1: error: <fs cmd=\"write\"> has no path | add path=\"…\""]),
        (
            "<job req='submit' script='/s'/>",
            &["2:1: error: <job req=\"submit\"> has no resources | add resources=\"…\""],
        ),
        ("<shell args='x'/>", &["2:1: error: <shell> has no cmd attribute | add cmd=\"…\""]),
    ]);
}

#[test]
fn what_means_nothing_to_a_type_is_told() {
    check(&[
        (
            "<mqtt type='connect' topic='t'>x</mqtt>",
            &[
                "2:22: warning: topic has no effect in <mqtt type=\"connect\"> | take it out",
                "2:32: warning: text has no effect in <mqtt type=\"connect\"> | take it out",
            ],
        ),
        (
            "<websocket type='message' path='/'><http_header name='a'/>x</websocket>",
            &[
                "2:27: warning: path has no effect in <websocket type=\"message\"> | take it out",
                "2:36: warning: <http_header> has no effect in <websocket type=\"message\"> | take it out",
            ],
        ),
        (
            "<amqp type='connection.open' channel='1'/>",
            &["2:30: warning: channel has no effect in <amqp type=\"connection.open\"> | take it out"],
        ),
    ]);
}

#[test]
fn plugins_are_told_apart_from_slips() {
    let session = |kind: &str| {
        errors(&format!(
            "<tsung><sessions><session name='a' weight='1' type='{kind}'><request><myclient/></request></session></sessions></tsung>"
        ))
    };
    assert_eq!(
        session("ts_myclient"),
        [
            "1:47: error: unknown session type ts_myclient: plugins of Tsung, which are written in Erlang, cannot be loaded | \
          known are ts_http, ts_webdav, ts_websocket, ts_jabber, ts_raw, ts_pgsql, ts_mysql, ts_ldap, ts_amqp, ts_mqtt, \
          ts_fs, ts_shell, ts_job"
        ]
    );
    let slip = session("ts_htpp");
    assert!(slip.len() == 1 && slip[0].ends_with("| did you mean ts_http?"), "{slip:?}");
    let change = errors(
        "<tsung><sessions><session name='a' weight='1' type='ts_http'>\n<change_type new_type='ts_dns' host='h' port='1' server_type='tcp'/></session></sessions></tsung>",
    );
    assert!(change.iter().any(|message| message.contains("unknown session type ts_dns")), "{change:?}");
}
