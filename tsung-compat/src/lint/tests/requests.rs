use super::{cases, message};

fn request(inner: &str) -> String {
    format!("<request>{inner}<http url='/'/></request>")
}

#[test]
fn matches_without_a_chance() {
    let pair = |first: &str, second: &str| request(&format!("{first}{second}"));
    cases(&[
        // Looked at, and the same has acted.
        (&pair("<match do='abort'>x</match>", "<match do='restart'>x</match>"), &["1009 <match"]),
        (&pair("<match do='loop'>x</match>", "<match do='log'>  x\n</match>"), &["1009 <match"]),
        (
            &pair("<match do='abort' when='nomatch'>x</match>", "<match do='log' when='nomatch'>x</match>"),
            &["1009 <match"],
        ),
        // Never looked at.
        (&pair("<match do='abort'>.*</match>", "<match do='continue'>x</match>"), &["1009 <match"]),
        (&pair("<match do='restart'/>", "<match do='log'>x</match>"), &["1009 <match"]),
        (
            &pair(
                "<match do='abort'>x</match><match do='loop' when='nomatch'>x</match>",
                "<match do='log'>y</match>",
            ),
            &["1009 <match"],
        ),
        (&pair("<match do='abort'>x</match>", "<match do='restart'>y</match>"), &[]),
        (&pair("<match do='abort' when='nomatch'>x</match>", "<match do='log'>x</match>"), &[]),
        (&pair("<match do='log'>x</match>", "<match do='abort'>x</match>"), &[]),
        (&pair("<match do='abort'>x</match>", "<match do='continue'>x</match>"), &[]),
        (&pair("<match do='abort' when='nomatch'>.*</match>", "<match do='log'>x</match>"), &[]),
        (&pair("<match do='abort'>x.*</match>", "<match do='log'>x</match>"), &[]),
        // What the first one does is not known.
        (&pair("<match do='stop'>.*</match>", "<match do='log'>.*</match>"), &[]),
    ]);
    let never_looked = pair("<match do='restart'>.*</match>", "<match do='log'>x</match>");
    assert_eq!(
        message(&never_looked, "TP1009"),
        "this <match do=\"log\"> is never looked at: those before it act on every response"
    );
}

#[test]
fn attributes_that_count_on_the_first_match() {
    let pair = |first: &str, second: &str| {
        request(&format!("<match do='log' {first}>x</match><match do='log' {second}>y</match>"))
    };
    cases(&[
        (&pair("", "skip_headers='http'"), &["1010 skip_headers='http'"]),
        (&pair("skip_headers='http'", "skip_headers='no'"), &["1010 skip_headers='no'"]),
        (&pair("", "apply_to_content='ts_digest:md5hex'"), &["1010 apply_to_content='ts_digest:md5hex'"]),
        (&pair("apply_to_content='a:b'", "apply_to_content='c:d'"), &["1010 apply_to_content='c:d'"]),
        (&pair("skip_headers='http'", "skip_headers='http'"), &[]),
        (&pair("skip_headers='http'", ""), &[]),
        (&pair("", "skip_headers='no'"), &[]),
    ]);
}

#[test]
fn headers_given_twice() {
    let http = |attributes: &str, inner: &str| {
        format!("<request><http url='/' {attributes}>{inner}</http></request>")
    };
    let header = |name: &str, value: &str| format!("<http_header name='{name}' value='{value}'/>");
    let user = "<www_authenticate userid='u' passwd='p'/>";
    let two = |a: &str, b: &str| http("", &(header(a, "1") + &header(b, "2")));
    cases(&[
        (&two("X-A", "x-a"), &["1011 name='x-a'"]),
        (&two("Host", "Host"), &["1011 name='Host'"]),
        (&http("", &header("Accept", "a").repeat(2)), &["1011 name='Accept'"]),
        (
            &http(
                "method='POST' contents='a' content_type='text/xml'",
                &header("Content-Type", "text/plain"),
            ),
            &["1011 name='Content-Type'"],
        ),
        (&http("", &(user.to_owned() + &header("Authorization", "x"))), &["1011 name='Authorization'"]),
        (&http("", &(header("Cookie", "a=b") + "<add_cookie key='c' value='d'/>")), &["1011 name='Cookie'"]),
        (&two("X-A", "X-B"), &[]),
        // Lists may come in parts.
        (&two("Accept", "Accept"), &[]),
        (&http("method='POST' contents='a'", &header("Content-Type", "text/plain")), &[]),
        (&http("", user), &[]),
    ]);
    assert_eq!(
        message(&two("Host", "host"), "TP1011"),
        "header host is given twice: only the last one is sent"
    );
}

#[test]
fn what_no_response_has() {
    let head = |inner: &str| format!("<request>{inner}<http url='/' method='HEAD'/></request>");
    let differs = "1015 method='HEAD'";
    cases(&[
        (&request("<dyn_variable name='user[name]'/>"), &["1012 name='user[name]'"]),
        (&request("<dyn_variable name='ctl00$x'/>"), &["1012 name='ctl00$x'"]),
        (&head("<dyn_variable name='v'/>"), &["1012 <dyn_variable", differs]),
        (&head("<dyn_variable name='v' xpath='//a'/>"), &["1012 xpath='//a'", differs]),
        (&head("<match do='log' skip_headers='http'>x</match>"), &["1012 skip_headers='http'", differs]),
        (&head("<dyn_variable name='v' re='Location: (.*)'/>"), &[differs]),
        (&head("<dyn_variable name='v' header='location'/>"), &[differs]),
        (&head("<match do='log'>x</match>"), &[differs]),
        (&request("<dyn_variable name='user_name-1.x'/>"), &[]),
        // Somebody knows that it is a pattern.
        (&request(r"<dyn_variable name='user\[name\]'/>"), &[]),
        (&request("<dyn_variable name='user[name]' re='(.)'/>"), &[]),
    ]);
    assert_eq!(
        message(&request("<dyn_variable name='user[name]'/>"), "TP1012"),
        "the form field user[name] is never found: the name is read as a pattern, where `[` has another meaning"
    );
}

#[test]
fn what_17_and_18_do_differently() {
    let get = request("");
    let http = |attributes: &str| format!("<request subst='true'><http {attributes}/></request>");
    cases(&[
        (&format!("<if var='tsung_userid' gte='2'>{get}</if>"), &["1014 gte='2'"]),
        (&format!("<repeat name='r'>{get}<while var='tsung_userid' lte='2'/></repeat>"), &["1014 lte='2'"]),
        (
            &format!("<if var='tsung_userid' eq='%%_tsung_userid%%'>{get}</if>"),
            &["1015 eq='%%_tsung_userid%%'"],
        ),
        (&http("url='/' method='PURGE'"), &["1015 method='PURGE'"]),
        (&http("url='/' method='HEAD'"), &["1015 method='HEAD'"]),
        (&http("url='http://shop?a=/b'"), &["1015 url='http://shop?a=/b'"]),
        (
            &request("<dyn_variable name='v' header='www-authenticate/nonce'/>"),
            &["1015 header='www-authenticate/nonce'"],
        ),
        (
            "<request subst='true'><dyn_variable name='v' jsonpath='$.%%_tsung_userid%%'/><http url='/'/></request>",
            &["1015 jsonpath='$.%%_tsung_userid%%'"],
        ),
        (
            "<setdynvars sourcetype='local_file' fileid='f'><var name='v'/></setdynvars>",
            &["1015 sourcetype='local_file'"],
        ),
        (&format!("<if var='tsung_userid' gt='2'>{get}</if>"), &[]),
        (&http("url='http://shop/?a=b'"), &[]),
        (&http("url='/?u=http://a?b'"), &[]),
        // That ends every version.
        (&http("url='http://shop:81?a=b'"), &[]),
        (&http("url='http://[::1]:81?a=b'"), &[]),
        (&http("url='http://[::1]?a=b'"), &["1015 url='http://[::1]?a=b'"]),
        (&http("url='/' method='OPTIONS'"), &[]),
        (&request("<dyn_variable name='v' header='location'/>"), &[]),
        (&request("<dyn_variable name='v' jsonpath='$.a'/>"), &[]),
    ]);
}

#[test]
fn patterns_without_a_group() {
    cases(&[
        (&request("<dyn_variable name='v' re='id=[0-9]+'/>"), &["1012 re='id=[0-9]+'"]),
        (&request("<dyn_variable name='v' re='(?:a|b)'/>"), &["1012 re='(?:a|b)'"]),
        (&request("<dyn_variable name='v' re='id=([0-9]+)'/>"), &[]),
        (&request("<match>id=[0-9]+</match>"), &[]),
    ]);
}
