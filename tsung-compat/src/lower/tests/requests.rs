//! HTTP requests that cannot be run yet, and the numbers that steps keep around them.

use super::{Case, findings, list, of_type, said};
use crate::fixture::{Fixture, session};
use crate::{Source, check};

fn http(attributes: &str, inside: &str) -> Fixture {
    session(&format!("<request><http {attributes}>{inside}</http></request>"))
}

#[test]
fn methods() {
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        assert_eq!(findings(&http(&format!("url='/' method='{method}'"), "")), [""; 0], "{method}");
    }
    for method in [
        "PURGE",
        "PROPFIND",
        "PROPPATCH",
        "COPY",
        "MOVE",
        "LOCK",
        "UNLOCK",
        "MKCOL",
        "MKACTIVITY",
        "REPORT",
        "VERSION-CONTROL",
        "MERGE",
        "CHECKOUT",
    ] {
        let found = findings(&http(&format!("url='/' method='{method}' contents='x'"), ""));
        let not_yet = format!("13:24: not yet: HTTP method {method} cannot be run by this release");
        assert!(found[0].starts_with(&not_yet), "{found:?}");
        // What has a body is known all the same.
        let ignored = found.iter().any(|found| found.contains("requests have no body"));
        assert_eq!(ignored, method == "MKCOL", "{found:?}");
    }
}

#[test]
fn dates_are_for_requests_without_body() {
    said([
        (http("url='/' if_modified_since='D'", ""), &[] as &[_]),
        (
            http("url='/' method='POST' if_modified_since='D'", ""),
            &["13:38: warning: POST requests send no if_modified_since | write <http_header"],
        ),
    ]);
}

#[test]
fn urls() {
    const HTTPS: &str = "13:16: not yet: an https URL cannot be run by this release";
    said(list(
        |url: &str| http(&format!("url=\"{url}\""), ""),
        &[
            ("https://h/", &[HTTPS]),
            ("https://h:8443/p?q", &[HTTPS]),
            ("https://[::1]:8443", &[HTTPS]),
            (
                "https://h:443host/",
                &[
                    "13:16: error: url `https://h:443host/`: `443host` is not a port number | a path starts with a slash: write :443/host",
                ],
            ),
            ("https://h:99999/", &["13:16: error: url `https://h:99999/`: `99999` is not a port number"]),
            ("http://h:/", &["13:16: error: url `http://h:/`: there is no port behind the colon"]),
            ("https:///x", &["13:16: error: url `https:///x`: there is no host name"]),
            ("https://a b/", &["13:16: error: url `https://a b/`: a host name has no ` `"]),
            (
                "http://u:p@h/",
                &[
                    "13:16: error: url `http://u:p@h/`: there is a user name before the host | write the host only, and <www_authenticate",
                ],
            ),
            (
                "http://%%_tsung_userid%%/",
                &[
                    "13:16: error: url `http://%%_tsung_userid%%/`: a host name has no `%` | variables are only replaced in <request subst",
                ],
            ),
            (
                "https:/h/",
                &[
                    "13:16: error: url `https:/h/`: starts with `http` but not with `http://` or `https://` | write http://host/",
                ],
            ),
            (
                "/&#x61; b",
                &[
                    "13:28: warning: the blank in this url is sent as it is, which most servers refuse | write %20",
                ],
            ),
            ("/é b", &["13:23: warning: the blank in this url"]),
            (
                "/a&#10;",
                &[
                    "13:23: warning: the control character 10 in this url is sent as it is, which most servers refuse | write %0A",
                ],
            ),
            (
                "https://é.example/",
                &[
                    "13:16: not yet: an https URL",
                    "13:16: warning: host é.example is looked up as it is written | write the name as DNS has it, starting with xn--",
                ],
            ),
        ],
    ));
    let subst = "<request subst='true'><http url='https://h/%%_tsung_userid%% x'/></request>";
    said([(session(subst), &["13:29: not yet: an https URL cannot be run by this release"] as &[_])]);
}

#[test]
fn mistakes_behind_a_url_that_means_nothing_are_told_too() {
    said([(
        http("url='x'", "<http_header name='a b' value='1'/>"),
        &[
            "13:16: error: url `x`: the path of the server does not start with `/`",
            "13:37: error: `a b` cannot be the name of a header",
        ] as &[_],
    )]);
}

const DIGEST: &str = "13:64: not yet: authentication type digest cannot be run by this release";
const OAUTH: &str = "13:24: not yet: <oauth> cannot be run by this release";

#[test]
fn authentication() {
    said(list(
        |inside: &str| http("url='/'", inside),
        &[
            ("<www_authenticate userid='u' passwd='p' type='digest' realm='r' nonce='n'/>", &[DIGEST]),
            (
                "<www_authenticate userid='u' passwd='p' type='digest' realm='r' nonce='n' nc='2' cnonce='c' qop='auth' opaque='o'/>",
                &[DIGEST],
            ),
            (
                "<www_authenticate userid='u' passwd='p' type='digest'/>",
                &[
                    "13:24: error: <www_authenticate type=\"digest\"> has no realm attribute | nothing is learnt from a 401",
                    "13:24: error: <www_authenticate type=\"digest\"> has no nonce attribute",
                    DIGEST,
                ],
            ),
            ("<www_authenticate userid='u' passwd='p' realm='r'/>", &[]),
            (
                "<www_authenticate userid='u' passwd='p' nonce='n' qop='auth'/>",
                &[
                    "13:64: warning: nonce of <www_authenticate> is ignored: its type is basic | write type=\"digest\"",
                    "13:74: warning: qop of <www_authenticate> is ignored",
                ],
            ),
            ("<www_authenticate userid='u'/>", &["13:24: error: <www_authenticate> has no passwd attribute"]),
            (
                "<www_authenticate userid='u' passwd='p'/><www_authenticate userid='u' passwd='p'/>",
                &["13:65: error: a second <www_authenticate>"],
            ),
            ("<soap action='a'/><soap action='b'/>", &["13:42: error: a second <soap>"]),
            ("<oauth consumer_key='k' consumer_secret='s'/>", &[OAUTH]),
            (
                "<oauth consumer_key='k' consumer_secret='s' access_token='a' access_token_secret='b' method='PLAINTEXT'/>",
                &[OAUTH],
            ),
            (
                "<oauth consumer_key='k' consumer_secret='s' encoding='HMAC-SHA1' method='HMAC-SHA1'/>",
                &[OAUTH],
            ),
            (
                "<oauth consumer_key='k' consumer_secret='s' encoding='HMAC-SHA1' method='PLAINTEXT'/>",
                &[
                    OAUTH,
                    "13:68: error: method and encoding of <oauth> name different signatures | keep method",
                ],
            ),
            (
                "<oauth consumer_key='k' consumer_secret='/no/such.pem' method='RSA-SHA1'/>",
                &[
                    OAUTH,
                    "13:79: warning: method=\"RSA-SHA1\" of <oauth> means nothing to Tsung, which signs with HMAC",
                ],
            ),
            (
                "<oauth consumer_key='k' consumer_secret='/no/such.pem' encoding='RSA-SHA1'/>",
                &[OAUTH, "13:48: error: cannot read key file /no/such.pem: No such file"],
            ),
            (
                "<oauth method='MD5'/>",
                &[
                    OAUTH,
                    "13:24: error: <oauth> has no consumer_key attribute",
                    "13:24: error: <oauth> has no consumer_secret attribute",
                    "13:31: error: method of <oauth> cannot be `MD5` | known are HMAC-SHA1",
                ],
            ),
        ],
    ));
}

#[test]
fn variables_in_credentials_are_looked_at() {
    let inside = "<www_authenticate userid='u' passwd='p' type='digest' realm='%%_a%%' nonce='%%_b%%' nc='%%_c%%' cnonce='%%_d%%'
        opaque='%%_e%%' qop='%%_f%%'/><oauth consumer_key='%%_k%%' consumer_secret='s' access_token='%%_g%%' access_token_secret='%%_h%%'/>";
    let steps = format!("<request subst='true'><http url='/'>{inside}</http></request>");
    let found = findings(&session(&steps));
    let named: Vec<_> =
        found.iter().filter_map(|found| found.split("the variable ").nth(1)?.chars().next()).collect();
    assert_eq!(named, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], "{found:?}");
}

/// Numbers of the steps that are in the Plan, with those that are not left out.
fn numbers(steps: &str) -> Vec<u32> {
    let source = Source::Stdin(session(steps).xml().into_bytes());
    let checked = check(&source, &session(steps).settings);
    checked.loaded.unwrap().plan.sessions[0].ops.iter().map(|op| op.action).collect()
}

#[test]
fn numbers_are_tsungs_whatever_cannot_be_run() {
    let think = "<thinktime value='1'/>";
    for (skipped, taken) in [
        ("<thinktime value='wait_bidi'/>", 1),
        ("<change_type new_type='ts_http' host='h' port='1' server_type='tcp'/>", 1),
        ("<set_option name='connect_timeout' value='1'/>", 1),
        ("<setdynvars sourcetype='eval' code='fun(_) -> 1 end.'/>", 1),
        ("<request><http url='https://h/'/></request>", 1),
        ("<request><http url='/' method='PURGE'/></request>", 1),
    ] {
        assert_eq!(numbers(&format!("{think}{skipped}{think}")), [1, 2 + taken], "{skipped}");
    }
    let inside = format!("<foreach name='a' in='tsung_userid'>{think}</foreach>{think}");
    assert_eq!(numbers(&inside), [1, 2, 3, 4]);
}

#[test]
fn opening_an_amqp_connection_is_four_steps() {
    let case = |back: u32| {
        let steps = format!(
            "<request><amqp type='connection.open'/></request>\n\
             <request><match do='loop' loop_back='{back}'>x</match><amqp type='channel.open'/></request>"
        );
        of_type("ts_amqp", &steps)
    };
    const SESSION_TYPE: &str = "12:37: error: session type ts_amqp is not supported yet";
    let cases: [Case; 2] = [
        (case(4), &[SESSION_TYPE]),
        (
            case(5),
            &[
                SESSION_TYPE,
                "14:27: error: loop_back 5 leads before the start of the session: 4 steps come before",
            ],
        ),
    ];
    let one = session(
        "<thinktime value='1'/><request><match do='loop' loop_back='2'>x</match><http url='/'/></request>",
    );
    said([(
        one,
        &["13:49: error: loop_back 2 leads before the start of the session: 1 step comes before"] as &[_],
    )]);
    said(cases);
}

#[test]
fn urls_without_a_first_slash() {
    let get = |url: &str| {
        session(&format!("<request><http url=\"/\"/></request>\n<request><http url=\"{url}\"/></request>"))
    };
    for (url, expected) in [
        ("/a", None),
        ("*", None),
        ("%%_url%%", None),
        ("http://h/x", None),
        (
            "cart",
            Some(
                "url `cart` is sent as it is, without a first `/`, which most servers refuse | write /cart, or http://host/…",
            ),
        ),
        ("", Some("the empty url is sent as it is, which most servers refuse | write /, or http://host/…")),
        (
            "HTTP://h/x",
            Some(
                "url `HTTP://h/x` is sent as a path: only http:// and https:// in small letters name a server | did you mean http://h/x?",
            ),
        ),
    ] {
        let warnings = get(url).warnings();
        let warning = warnings.first().map(|text| text.split_once(": ").unwrap().1);
        assert_eq!(warning, expected, "{url}");
    }
    // The only server's name and such a path make no URL, and nothing has been said to that server before.
    let errors = session(r#"<request><http url="Https://h/x"/></request>"#).errors();
    assert!(errors[0].ends_with(" | did you mean https://h/x?"), "{errors:?}");
    let several = r#"<server host="a" port="80" type="tcp"/><server host="b" port="80" type="tcp"/>"#;
    assert_eq!(session(r#"<request><http url="cart"/></request>"#).servers(several).warnings().len(), 1);
}

#[test]
fn marks_of_templates() {
    let server = |attributes: &str| session("").servers(&format!("<server {attributes} type='tcp'/>"));
    let get = |url: &str| session(&format!("<request><http url='{url}'/></request>"));
    let post = |contents: &str| {
        session(&format!("<request><http url='/' method='POST' contents='{contents}'/></request>"))
    };
    let two = "<server host='a' port='80' type='tcp'/><server host='b' port='80' type='tcp'/>";
    said([
        (
            server("host='{{host}}' port='80'"),
            &["6:9: error: host of <server> is `{{host}}`, a mark of a template | fill in the template first"]
                as &[_],
        ),
        (
            server("host='www.${h}' port='@PORT@'"),
            &[
                "6:9: error: host of <server> is `www.${h}`: `${h}` is a mark of a template | start with --set h=…",
                "6:25: error: port of <server> is `@PORT@`, a mark of a template | fill in the template first",
            ],
        ),
        (
            get("{{ url }}"),
            &[
                "13:16: error: url `{{ url }}`: `{{ url }}` is a mark of a template | fill in the template first",
            ],
        ),
        (
            get("{{ url }}").servers(two),
            &[
                "13:16: warning: url of <http> is `{{ url }}`, a mark of a template | fill in the template first",
            ],
        ),
        (
            get("http://${host}/x"),
            &[
                "13:16: error: url `http://${host}/x`: `${host}` is a mark of a template | start with --set host=…",
            ],
        ),
        (
            post("<%= body %>".replace('<', "&lt;").as_str()),
            &["13:38: warning: contents of <http> is `<%= body %>`, a mark of a template | fill in"],
        ),
        (post("{&quot;a&quot;:{&quot;b&quot;:{}}}"), &[]),
        (post("Dear {{name}}"), &[]),
        (get("/a/{{name}}"), &[]),
    ]);
}
