//! What real Tsung does with these, but for rows of docs/compatibility.md (`json-path`, `json-text`).

use super::*;
use crate::script::Value;

fn find(document: &[u8], path: &[u8]) -> Option<Value> {
    let mut json = Json::default();
    json.parse(document).unwrap_or_else(|NotJson| panic!("{}", document.escape_ascii()));
    json.find(document, &JsonPath::new(path))
}

fn text(document: &str, path: &str) -> Option<String> {
    let value = find(document.as_bytes(), path.as_bytes())?;
    Some(String::from_utf8_lossy(&value.text().unwrap()).into_owned())
}

fn is_json(document: &[u8]) -> bool {
    Json::default().parse(document).is_ok()
}

#[test]
fn paths_lead_where_tsung_goes() {
    const DOCUMENT: &str = r#"{"a":{"b":[1,2,{"c":"d"}],"*":7,"0":"zero","-1":"m","?k=1":7},"":"e","$":"dollar",
        "$1":"no","l":[[1,2],[3,[4]]],"x y":"sp","n":null,"f":1.5,"t":true,"[":"open","b[0":"odd",
        "m":[{"k":1,"v":"x"},{"k":2,"v":"y"},{"k":2,"v":"z"}],"?k":6,"dup":1,"dup":2,"es\"c":"q"}"#;
    for (path, value) in [
        ("$.a.b[0]", Some("1")),
        ("a.b.2.c", Some("d")),
        ("$.$", Some("dollar")),
        ("$", Some("dollar")),
        ("$.$.$.f", Some("1.5")),
        ("$a", None),
        ("$[a]", None),
        ("$.[f]", Some("1.5")),
        (".f", Some("1.5")),
        ("..f.", Some("1.5")),
        ("$..f", Some("1.5")),
        ("[a][b][0]", Some("1")),
        ("a.b.[0]", Some("1")),
        ("a.b[ 0]", None),
        ("a.b[+1]", Some("2")),
        ("a.b[01]", Some("2")),
        ("a.b[9]", None),
        ("a.b[-1]", None),
        ("a.b[99999999999999999999]", None),
        ("a.b.c", None),
        ("a.0", None),
        ("a.-1", None),
        ("a[b[0]]", None),
        ("[b[0]", Some("odd")),
        ("[", Some("open")),
        ("a[", None),
        ("a.f.x", None),
        ("x y", Some("sp")),
        ("f.*", Some("1.5")),
        ("n.*", Some("null")),
        ("*.t", Some("true")),
        ("t.x", None),
        ("l[*]", Some("1234")),
        ("l[*][0]", Some("13")),
        ("l.*.*", Some("1234")),
        ("l[1][1]", Some("4")),
        ("l[*][1]", Some("24")),
        ("l[*][5]", Some("undefinedundefined")),
        ("m[?k=2].v", Some("yz")),
        ("m[?k==2].v", Some("yz")),
        ("m[?=k=2=].v", Some("yz")),
        ("m.?k=2.v", Some("yz")),
        ("m[?k=1].v", Some("x")),
        ("m[?k=1]", Some("{\"k\":1,\"v\":\"x\"}")),
        ("m[?k=3].v", None),
        ("m[?k=1=2].v", None),
        ("m[?k>1]", None),
        ("m[?k]", None),
        ("m[?k=]", None),
        ("m[? k=1]", None),
        ("m[*].k", Some("122")),
        ("m[*].zz", Some("undefinedundefinedundefined")),
        ("m[0].v.x", None),
        ("a.?k=1", Some("7")),
        ("?k", Some("6")),
        ("a['b']", None),
        ("l[0:1]", None),
        ("dup", Some("1")),
        ("es\"c", Some("q")),
        ("zz", None),
    ] {
        assert_eq!(text(DOCUMENT, path).as_deref(), value, "{path}");
    }
}

#[test]
fn filters_pass_over_what_tsung_crashes_at() {
    const DOCUMENT: &str = r#"[{"k":true,"v":1},{"k":"true","v":2},{"v":3},5,{"k":1.5,"v":4},{"k":{},"v":5},
        {"k":[49],"v":6},{"k":null,"v":7},{"k":"1","v":8},{"k":1,"v":9},{"k":123456789012345678901234567890,"v":10}]"#;
    for (path, value) in [
        ("[?k=true].v", Some("12")),
        // The value ends at the dot.
        ("[?k=1.5].v", Some("undefinedundefined")),
        ("[?k=null].v", Some("7")),
        ("[?k=1].v", Some("89")),
        ("[?k=+1].v", None),
        ("[?k=123456789012345678901234567890].v", Some("10")),
        ("[?v=3].v", Some("3")),
        ("[?zz=1].v", None),
    ] {
        assert_eq!(text(DOCUMENT, path).as_deref(), value, "{path}");
    }
}

#[test]
fn values_have_types() {
    for (document, path, value) in [
        ("5", "", Value::Int(5)),
        ("-0", "", Value::Int(0)),
        ("-9223372036854775808", "", Value::Int(i64::MIN)),
        ("1e3", "", Value::Float(1000.0)),
        ("1E-999", "", Value::Float(0.0)),
        ("\"s\"", "", Value::bytes(b"s")),
        ("null", "", Value::atom("null")),
        ("[]", "", Value::list(vec![])),
        (
            "[\"x\",[1,null],{\"k\":[]}]",
            "*",
            Value::list(vec![
                Value::bytes(b"x"),
                Value::list(vec![Value::Int(1), Value::atom("null")]),
                Value::bytes(b"{\"k\":[]}"),
            ]),
        ),
        (
            "\"\\u00e9\\ud83d\\ude00é\\n\\\"\\\\\\/\\b\\f\\r\\t\"",
            "",
            Value::bytes("é😀é\n\"\\/\x08\x0c\r\t".as_bytes()),
        ),
        // Backslashes that mean nothing stay, control characters do too.
        ("\"x\\x41\\'\\q\\0\n\t\"", "", Value::bytes(b"x\\x41\\'\\q\\0\n\t")),
        ("\"a\\u0000b\"", "", Value::bytes(b"a\0b")),
    ] {
        assert_eq!(find(document.as_bytes(), path.as_bytes()), Some(value), "{document}");
    }
    let big = find(b"123456789012345678901234567890", b"").unwrap();
    assert_eq!(big.text().as_deref(), Ok(&b"123456789012345678901234567890"[..]));
}

#[test]
fn objects_are_written_as_tsung_does() {
    for (document, written) in [
        (
            "{ \"s\" : \"h\\u00e9\\ud83d\\ude00é😀\\n\\t\\r\\b\\f\\\"\\\\\\/ / \\u0001\\u007f\\u0080<>&'\" , \"k\\u00e9\" : [ 1 , [] , {} , null , true , false ] }",
            "{\"s\":\"h\\u00e9\\ud83d\\ude00\\u00e9\\ud83d\\ude00\\n\\t\\r\\b\\f\\\"\\\\/ / \\u0001\\u007f\\u0080<>&'\",\"k\\u00e9\":[1,[],{},null,true,false]}",
        ),
        ("{\"\":1,\"k\":2,\"k\":3}", "{\"\":1,\"k\":2,\"k\":3}"),
        ("{\"a\":\"x\\x41\\'\"}", "{\"a\":\"x\\\\x41\\\\'\"}"),
        (
            "{\"l\":[-0,-0.0,1e6,1e5,1e-6,1e-5,123456789.0,1.5e10,99999.5,1e300,1234567.0,12345670.0,123e-9,-1.5,-1e-7]}",
            "{\"l\":[0,0.0,1.0e+6,100000.0,0.000001,0.00001,123456789.0,1.5e+10,99999.5,1.0e+300,1234567.0,12345670.0,1.23e-7,-1.5,-1.0e-7]}",
        ),
        (
            "{\"l\":[0.1,1e22,5e-324,1.7976931348623157e308,1.10,12345.678e3,1e+2,9007199254740993.0,123456.789e-10,0.012345]}",
            "{\"l\":[0.1,1.0e+22,5.0e-324,1.7976931348623157e+308,1.1,12345678.0,100.0,9007199254740992.0,0.0000123456789,0.012345]}",
        ),
    ] {
        assert_eq!(text(document, "").as_deref(), Some(written), "{document}");
    }
    let pair_of_surrogates = find(b"{\"a\":\"\xed\xa0\xbd\xed\xb8\x80\"}", b"").unwrap();
    assert_eq!(pair_of_surrogates.text().as_deref(), Ok(&b"{\"a\":\"\\ud83d\\ude00\"}"[..]));
}

#[test]
fn what_is_json() {
    for document in [
        &b"{}"[..],
        b" [ ] ",
        b"\r\n\t 1 \r\n\t",
        b"[1,2,]",
        b"{\"a\":1,}",
        b"[1 , ]",
        b"0e1",
        b"-1.5E+2",
        b"\"\xed\xa0\x80\"",
    ] {
        assert!(is_json(document), "{}", document.escape_ascii());
    }
    for document in [
        &b""[..],
        b" ",
        b"<html>",
        b"{",
        b"[",
        b"[1",
        b"{\"a\"",
        b"{\"a\":",
        b"{\"a\":1",
        b"\"",
        b"\"\\",
        b"\"\\\"",
        b"{}x",
        b"{}{}",
        b"{}\0",
        b"\x0c{}",
        b"[,]",
        b"{,}",
        b"[1,,]",
        b"[1 2]",
        b"[,1]",
        b"{\"a\" 1}",
        b"{\"a\"::1}",
        b"{1:2}",
        b"{'a':1}",
        b"{a:1}",
        b"[1}",
        b"01",
        b"-01",
        b"1.",
        b".5",
        b"+1",
        b"-",
        b"1e",
        b"1.5e+",
        b"1e999",
        b"-1e999",
        b"NaN",
        b"TRUE",
        b"tru",
        b"truex",
        b"\"\\u12\"",
        b"\"\\u12g4\"",
        b"\"\\ud83d\"",
        b"\"\\ude00\"",
        b"\"\\ud83d\\u0041\"",
        b"\"\xff\"",
        b"\"\xe9\"",
        b"\"\xc0\x80\"",
        b"\xef\xbb\xbf{}",
        b"/**/1",
    ] {
        assert!(!is_json(document), "{}", document.escape_ascii());
    }
}

#[test]
fn depth_and_size_have_limits() {
    use crate::limits::{JSON_DEPTH_MAX, JSON_NODES_MAX};
    let nested = |depth: usize| [b"[".repeat(depth), b"]".repeat(depth)].concat();
    let deep = nested(JSON_DEPTH_MAX);
    assert_eq!(find(&deep, b"0").unwrap().text().as_deref(), Ok(&b""[..]));
    assert_eq!(find(&deep, &b".*".repeat(100_000)).unwrap().text().as_deref(), Ok(&b""[..]));
    assert!(!is_json(&nested(JSON_DEPTH_MAX + 1)));
    assert!(!is_json(&b"[".repeat(1_000_000)));
    let list = [b"[".to_vec(), b"1,".repeat(JSON_NODES_MAX), b"]".to_vec()].concat();
    assert!(!is_json(&list));
    // An error leaves nothing of the last document behind.
    let mut json = Json::default();
    assert_eq!(json.parse(b"{\"a\":1}"), Ok(()));
    assert_eq!(json.parse(b"{\"a\":1"), Err(NotJson));
    assert_eq!(json.find(b"{\"a\":1", &JsonPath::new(b"a")), None);
    assert_eq!(size_of::<tape::Node>(), 16);
}
