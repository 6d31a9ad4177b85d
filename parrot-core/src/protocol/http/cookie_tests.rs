use super::*;

const HOST: &[u8] = b"127.0.0.1";
const HOST_VALUE: &[u8] = b"127.0.0.1:21015";

fn respond(store: &mut CookieStore, headers: &[&str]) {
    store.take(headers.iter().map(|header| header.as_bytes()), HOST);
}

/// What is sent after responses with these `Set-Cookie` values.
fn sent(responses: &[&[&str]], url: &str) -> String {
    let mut store = CookieStore::default();
    for headers in responses {
        respond(&mut store, headers);
    }
    line(&store, HOST_VALUE, url)
}

fn line(store: &CookieStore, host_value: &[u8], url: &str) -> String {
    let mut out = Vec::new();
    store.line(&mut out, host_value, url.as_bytes()).finish();
    let text = String::from_utf8(out).expect("text");
    match text.strip_prefix("Cookie: ") {
        Some(rest) => rest.strip_suffix("\r\n").expect("line end").to_owned(),
        None => {
            assert_eq!(text, "");
            "-".to_owned()
        }
    }
}

#[test]
fn order_follows_tsungs_lists() {
    let cases: [(&[&[&str]], &str); 8] = [
        (&[&["o1=1", "o2=2", "o3=3"]], "o3=3; o2=2; o1=1"),
        (&[&["o1=1", "o2=2", "o3=3"], &["o4=4", "o2=22"]], "o4=4; o3=3; o2=22; o1=1"),
        (&[&["a=1", "b=1", "a=2", "c=1"]], "c=1; b=1; a=2"),
        (&[&["a=1", "b=1", "a=2", "c=1"], &["c=2", "d=1", "d=2", "e=1", "a=9"]], "d=2; e=1; c=2; b=1; a=9"),
        (&[&["x=1"], &["m=1", "x=2", "n=1"]], "m=1; n=1; x=2"),
        (&[&["k=1; domain=127.0.0.1", "k=2; domain=7.0", "k=3; domain=.127.0.0.1"]], "k=3; k=2; k=1"),
        (
            &[
                &["k=1; domain=127.0.0.1", "k=2; domain=7.0", "k=3; domain=.127.0.0.1"],
                &["k=4; domain=127.0.0.1"],
                &["k=5; domain=7.0"],
                &["k=6; domain=7.0"],
                &["k=7"],
            ],
            "k=7; k=6; k=4; k=3; k=2; k=1",
        ),
        (&[&["k=4; path=/deep"], &["k=5; path=/"]], "k=5"),
    ];
    for (responses, line) in cases {
        assert_eq!(sent(responses, "/deep/r"), line, "{responses:?}");
    }
}

#[test]
fn values_are_kept_as_they_are() {
    for (header, line) in [
        ("a=1; path=/; expires=Fri, 31-Dec-2010 23:59:59 GMT", "a=1"),
        ("a=; expires=Thu, 01-Jan-1970 00:00:00 GMT", "a="),
        ("c=3; Max-Age=0", "c=3"),
        ("d=\"q v\"; SameSite=Lax; path=/", "d=\"q v\""),
        (" g=7", " g=7"),
        ("noeq", "noeq="),
        ("i=9=10==; path=/;", "i=9=10=="),
        ("=emptyname", "=emptyname"),
        ("sp = v1 ; path=/ ", "sp = v1 "),
        ("y=1 ", "y=1 "),
        ("path=/; v=1 ", "v=1"),
        ("path=/; z=1 ; secure", "z=1 "),
        ("t=v \t", "t=v \t"),
        ("first=1; second=2; path=/", "first=1"),
        ("version=1; k=v; comment=hi; port=80; path=/", "k=v"),
        ("s=1; domain=7.0 ; path=/", "-"),
        ("r=1; domain=7.0 ", "r=1"),
        ("w=1; path=/ ; secure", "-"),
        ("p3=1;  path=/nope", "-"),
        ("p4=1;\tpath=/nope", "p4=1"),
        ("path=/x; path=/; z=1", "-"),
        ("b=1; Path=/; Path=/nope", "b=1"),
        ("c=1; Domain=evil; Domain=7.0", "-"),
    ] {
        assert_eq!(sent(&[&[header]], "/r"), line, "{header:?}");
    }
}

#[test]
fn attributes_are_known_in_any_case() {
    for (header, line) in [
        ("h=8; DOMAIN=other.org", "-"),
        ("h=8; PATH=/zz", "-"),
        ("p5=1; pAth=/nope", "-"),
        ("max-age=7; y=1", "y=1"),
        ("MAX-AGE=7; z=1", "z=1"),
        ("SECURE; s=1", "s=1"),
        ("commentURL=1; w=1", "w=1"),
    ] {
        assert_eq!(sent(&[&[header]], "/r"), line, "{header:?}");
    }
}

#[test]
fn cookies_without_a_name_are_dropped() {
    for header in ["", ";", "Path=/", "; ; a=1", "="] {
        assert_eq!(sent(&[&[header]], "/"), "-", "{header:?}");
    }
}

#[test]
fn line_ends_never_reach_a_request() {
    assert_eq!(sent(&[&["a=1\r\n x; path=/"]], "/"), "a=1 x");
    assert_eq!(sent(&[&["a=1;\r\n path=/nope"]], "/"), "-");
}

#[test]
fn domains_match_anywhere_in_the_host_value() {
    let headers = ["x1=1; domain=.0.0.1", "x2=2; domain=0.0.1", "x3=3; domain=evil.org"];
    assert_eq!(sent(&[&headers], "/r"), "x2=2; x1=1");
    let headers = ["x4=4; domain=.127.0.0.1", "x5=5; domain=27.0.0.1", "x6=6; domain=7.0"];
    assert_eq!(sent(&[&headers], "/r"), "x6=6; x5=5; x4=4");
    let headers =
        ["d1=1; domain=.127.0.0.1:21015", "d2=1; domain=:21015", "d3=1; domain=.", "d4=1; domain=.127"];
    assert_eq!(sent(&[&headers], "/r"), "d4=1; d3=1; d2=1; d1=1");
    assert_eq!(
        sent(&[&["d5=1; domain=..127", "d6=1; domain=LOCALHOST", "p7=1; Domain=; path=/"]], "/r"),
        "-"
    );
}

#[test]
fn paths_are_plain_prefixes() {
    let headers = ["nopath=1", "pp=1; path=/sub/", "pe=1; path=", "pq=1; path=sub", "pw=1; path=/sub"];
    assert_eq!(sent(&[&headers], "/r"), "nopath=1");
    assert_eq!(sent(&[&headers], "/sub/r12"), "pw=1; pp=1; nopath=1");
    assert_eq!(sent(&[&headers], "/subway"), "pw=1; nopath=1");
    assert_eq!(sent(&[&headers], "/x?/sub"), "nopath=1");
}

#[test]
fn names_differ_by_case() {
    assert_eq!(sent(&[&["UP=1", "up=2"]], "/"), "up=2; UP=1");
}

#[test]
fn hosts_without_a_domain_attribute_get_theirs_back_only() {
    let mut store = CookieStore::default();
    respond(&mut store, &["a=1"]);
    assert_eq!(line(&store, b"127.0.0.1", "/"), "a=1");
    assert_eq!(line(&store, b"other.org", "/"), "-");
}

#[test]
fn ipv6_hosts_get_their_cookies_back() {
    let mut store = CookieStore::default();
    store.take([b"a=1".as_slice()].into_iter(), b"::1");
    assert_eq!(line(&store, b"[::1]:21047", "/"), "a=1");
    assert_eq!(line(&store, b"[::1]", "/"), "a=1");
    assert_eq!(line(&store, b"[::12]", "/"), "-");
}

#[test]
fn a_proxy_is_sent_cookies_by_path_alone() {
    let headers = ["a=1", "b=2; domain=evil.org; path=/p", "c=3; path=/none"];
    assert_eq!(sent(&[&headers], "http://www.example.org/p?x=1"), "b=2; a=1");
}

#[test]
fn added_cookies_follow_the_stored_ones() {
    let mut store = CookieStore::default();
    respond(&mut store, &["o1=1", "o2=2", "o3=3"]);
    let mut out = Vec::new();
    let mut line = store.line(&mut out, HOST_VALUE, b"/add");
    for (key, value, domain, path) in [
        ("m6", "", ".", "/"),
        ("m5", "5", "127.0.0.1", "/"),
        ("m4", "4", "evil.org", "/"),
        ("m3", "3", ".", "/nope"),
        ("o2", "mine", ".", "/"),
    ] {
        line.add(key.as_bytes(), value.as_bytes(), domain.as_bytes(), path.as_bytes());
    }
    line.finish();
    assert_eq!(out, b"Cookie: o3=3; o2=2; o1=1; m6=; m5=5; o2=mine\r\n");
}

#[test]
fn the_oldest_cookie_makes_room() {
    let mut store = CookieStore::default();
    respond(&mut store, &["first=1"]);
    for number in 0..COOKIES_PER_USER_MAX {
        respond(&mut store, &[&format!("c{number}=1")]);
    }
    let line = line(&store, HOST_VALUE, "/");
    assert_eq!(line.split("; ").count(), COOKIES_PER_USER_MAX);
    assert!(line.starts_with(&format!("c{}=1; ", COOKIES_PER_USER_MAX - 1)));
    assert!(line.ends_with("c0=1"));
}

proptest::proptest! {
    /// Whatever servers set: one line, and its end nowhere else.
    #[test]
    fn any_cookies_make_one_line(
        responses in proptest::collection::vec(proptest::collection::vec("[a-c=; \r\n/.\\PC]{0,12}", 0..4), 0..4),
    ) {
        let mut store = CookieStore::default();
        for headers in &responses {
            store.take(headers.iter().map(|header| header.as_bytes()), HOST);
        }
        let mut out = Vec::new();
        store.line(&mut out, HOST_VALUE, b"/a").finish();
        let ends = out.iter().filter(|byte| is_line_end(**byte)).count();
        proptest::prop_assert!(out.is_empty() || (out.ends_with(b"\r\n") && ends == 2), "{}", out.escape_ascii());
    }
}
