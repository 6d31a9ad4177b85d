//! Values that are more than text: JSON, lists and loops through them, and what of a response matches look at.

use tests::oracle::{Case, Mends};
use tests::server::{Script, Step, ok, response};

const PATHS: &str = r#"{"a":{"b":["1","2","3"],"*":7,"0":"zero","-1":"m","?k=1":7},"":"e","$":"dollar","q":{"":"qe"},
    "x y":"sp","s":["p","q"],"t":[["a","b"],["c","d"]],"f":"x","z":null,"y":true,"?k":6,"b[0":"odd","[":"open","empty":[],
    "m":[{"k":1,"v":"x"},{"k":2,"v":"y"},{"k":2,"v":"z"}],"dup":{"k":1,"k":2},"dup":2,"es\"c":"q",
    "n":[{"k":"a","v":{"w":1}},{"k":"b=c","v":[9]},{"k":123456789012345678901234567890,"v":"big"}],"u":[{"1":"z","v":"key"}]}"#;

const OBJECT: &str = "{ \"o\" : { \"s\" : \"h\\u00e9\\ud83d\\ude00é😀\\n\\t\\r\\b\\f\\\"\\\\\\/ / \\u0001\\u007f\\u0080<>&'\" , \
    \"k\\u00e9\" : [ 1 , 2 , [] , {} , null , true , false ], \"x\":[{\"y\":{\"z\":\"w\"}}], \"odd\":\"\\x41\\'\\q\", \
    \"k\":{\"a\" : {}}, \"d\" : {\"e\":1,\"e\":2} } }";

const NUMBERS: &str = r#"{"l":{"l":[-0,-0.0,1e6,1e5,1e-6,1e-5,123456789.0,1.5e10,1.5e9,99999.5,1e300,1234567.0,12345670.0,
    123e-9,-1.5,-1e-7,9007199254740993.0,4.35,0.3,1e23,2.2250738585072014e-308,123456.789e-10,1.2345e-5,1.2345e-6,0.012345,
    100.5,1e1,1E5,1e+2,0.1,1.10,5e-324,1.7976931348623157e308,12345.678e3]},"i":-7,"j":123456789012345678901234567890,
    "k":-0,"m":-123456789012345678901234567890}"#;

const STRINGS: &str = "{\"a\":\"x\ny\tz\x01\",\"b\":\"x\\x41\\'\\q\\/y\\0z\",\"c\":\"h\\u00e9\\ud83d\\ude00é😀\",\"d\":\"\\b\\f\\n\\r\\t\\\"\\\\\",\
    \"e\":\"x\\u0000y\",\"f\":\"\"}";

const REFUSED: [&[u8]; 22] = [
    b"{\"a\":\"x\xffy\"}",
    b"{\"a\":\"caf\xe9\"}",
    b"{\"a\":\"x\xc0\x80y\"}",
    b"{\"a\":\"x\\ud83dy\"}",
    b"{\"a\":\"x\\ude00y\"}",
    b"{\"a\":\"x\\ud83d\\u0041y\"}",
    b"{\"a\":1,\"b\":1e999}",
    b"{\"a\":01}",
    b"{\"a\":1.}",
    b"{\"a\":+1}",
    b"\xef\xbb\xbf{\"a\":1}",
    b"\x0c{\"a\":1}",
    b"{\"a\":1}x",
    b"{\"a\":1}{\"a\":2}",
    b"{\"a\":1}\0",
    b"<html>",
    b"{\"a\":NaN}",
    b"{'a':1}",
    b"[1 2]",
    b"{\"a\":1,,}",
    b"[,]",
    b"{\"a\":\"\\u12\"}",
];

const GRANTED: [&[u8]; 15] = [
    b" \r\n\t {\"a\" \n:\t1 \r} \r\n\t ",
    b"{\"a\":1,}",
    b"{\"a\":[\"x\",],}",
    b"{\"a\":\"x\ny\"}",
    b"{\"a\":\"\\x\"}",
    b"{\"a\":\"x\xed\xa0\x80y\"}",
    b"{\"a\":0,\"b\":0e1}",
    b"{\"a\":1,\"b\":1e-999}",
    b"5",
    b"\"text\"",
    b"null",
    b"[]",
    b"{}",
    b"{\"\":1,\"a\":2}",
    b"{\"a\":{\"c\":\"\xed\xa0\x80\"}}",
];

const VALUES: &str =
    r#"{"s":"str","n":5,"t":true,"o":{"k":1,"v":"w x"},"l":["a","b"],"one":["x"],"none":[]}"#;

fn answer(body: &[u8]) -> Vec<Step> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    vec![Step::Send([head.as_bytes(), body].concat())]
}

#[test]
fn json() {
    let numbered = |script: Script, name: &str, bodies: &[&[u8]]| {
        let bodies = bodies.iter().enumerate();
        bodies.fold(script, |script, (n, body)| script.path(&format!("/{name}/{n}"), answer(body)))
    };
    let script = Script::new()
        .path("/paths/page", ok(PATHS))
        .path("/object/page", ok(OBJECT))
        .path("/numbers/page", ok(NUMBERS))
        .path("/strings/page", ok(STRINGS))
        .path("/shared/page", ok(r#"{"a":"x","b":"y","c":[{"d":"1"},{"d":"2"}]}"#))
        .path("/empty/page", ok(""))
        .path("/text/page", ok(r#"{"f":1.5,"i":[{"n":7},{"n":8}],"e":1e3}"#))
        .path("/from/page", ok(VALUES))
        .path("/broken/page", ok("{bad"))
        .path("/scalar/page", ok(VALUES));
    let script = numbered(script, "refused", &REFUSED);
    let script = numbered(script, "granted", &GRANTED);
    let pair = Case::new("json").server(script).run();
    // Floats and lists of integers as text.
    let tsung = "60\\r\\n\\r\\n[1.50000000000000000000e+00][\\x07\\x08][1.00000000000000000000e+03]";
    let mends = Mends::none().text("request text 1.2 ", tsung, "17\\r\\n\\r\\n[1.5][78][1000.0]");
    pair.assert_same(&mends.counter("size_sent", 7053, 7010));
}

const LISTS: &str = r#"{"l":["a","b","c"],"i":[1,2,3],"one":["x"],"e":[],"s":"str","n":5,"m":["ax","by","az"],"mix":[1,"a",null,"b",true]}"#;

/// The lists for each `/…/page`.
fn lists(sessions: &[&str]) -> Script {
    sessions.iter().fold(Script::new(), |script, name| script.path(&format!("/{name}/page"), ok(LISTS)))
}

#[test]
fn foreach() {
    let pair = Case::new("foreach")
        .server(lists(&[
            "list",
            "typed",
            "integers",
            "none",
            "one",
            "include",
            "exclude",
            "both",
            "nothing",
            "bytes",
            "otherbytes",
            "emptybytes",
            "twice",
            "scalar",
            "shorter",
            "undefined",
            "change",
            "nested",
            "spoiled",
            "zero",
            "same",
            "transaction",
        ]))
        .run();
    pair.assert_same(&Mends::none());
}

#[test]
fn foreach_without_list() {
    let pair = Case::new("foreach-mends").server(lists(&["string", "number", "numbers"])).run();
    // Tsung's users crash at the end of the first body, or at once over a filter; ours leave the loop.
    let post = |path: &str, body: &str| {
        let session = path.split('/').nth(1).unwrap_or_default();
        let head = format!("POST {path} HTTP/1.1\\r\\nHost: 127.0.0.1:@PORT@\\r\\nUser-Agent: tsung\\r\\n");
        let kind = "Content-Type: application/x-www-form-urlencoded";
        (session.to_owned(), format!("{head}{kind}\\r\\nContent-Length: {}\\r\\n\\r\\n{body}", body.len()))
    };
    let mut mends = Mends::none()
        .counter("200", 6, 15)
        .counter("error_foreach_absentundef", 1, 2)
        .counter("error_unknown", 6, 0)
        .counter("size_rcv", 585, 945)
        .counter("size_sent", 686, 2072)
        .sample("connect", 4, 6)
        .sample("page", 6, 15)
        .sample("request", 6, 15);
    for (n, path, body) in [
        (3, "/string/after", "[str|undefined]"),
        (3, "/number/after", "[5|undefined]"),
        (2, "/absent/after", "[undefined|undefined]"),
        (1, "/filtered/body", "[undefined|undefined]"),
        (2, "/filtered/after", "[undefined|undefined]"),
        (2, "/numbers/body", "[1|2]"),
        (3, "/numbers/after", "[1|2]"),
        (1, "/text/body", "[AB|2]"),
        (2, "/text/after", "[AB|2]"),
    ] {
        let (session, text) = post(path, body);
        mends = mends.with(&format!("request {session} 1.{n} @PORT@ {text}"));
    }
    pair.assert_same(&mends);
}

#[test]
fn content_of_matches() {
    let page = "hello body\r\n\r\nsecond";
    let script = Script::new()
        .path("/first/page", ok(page))
        .path("/later/page", ok(page))
        .path("/bodyless/page", response("200 OK", &[], ""))
        .path("/missed/page", ok(page));
    let pair = Case::new("match-content").server(script).run();
    // An outcome that did not act is counted once, not again with each later one that did.
    pair.assert_same(&Mends::none().counter("match", 7, 6).counter("nomatch", 9, 5));
}
