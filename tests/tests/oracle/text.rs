//! What becomes of text: URLs and servers, substitution, encodings and entities.

use tests::oracle::{Case, Mends};
use tests::server::{Request, Script, Step, ok, response};

/// `302` with a Location that the request's query names.
fn redirect() -> Vec<Step> {
    vec![Step::Reply(std::sync::Arc::new(|request: &Request| {
        let path = request.path();
        let to = path.split_once("?to=").map_or("/", |(_, to)| to);
        format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n").into_bytes()
    }))]
}

fn urls() -> Script {
    ["dynamic", "dynamic2", "relative"]
        .iter()
        .fold(Script::new(), |script, name| script.prefix(&format!("/{name}/redirect"), redirect()))
}

#[test]
fn urls_with_one_server() {
    let named = urls().path("/named/set", response("200 OK", &["Set-Cookie: n=1"], "ok"));
    let pair = Case::new("http-urls").server(named).server(urls()).run();
    pair.assert_same(&Mends::none());
}

#[test]
fn urls_with_two_servers() {
    let pair = Case::new("http-servers").server(urls()).server(urls()).run();
    pair.assert_same(&Mends::none());
}

#[test]
fn substitution() {
    let pair = Case::new("substitution")
        .server(Script::new())
        .file("template.txt", b"file: %%_v%% \xe9 %%_v%%\n")
        .argument("-x")
        .argument("skip,none")
        .run();
    pair.assert_same(&Mends::none());
}

const PART: &[u8] = b"<request><http url=\"/entities/first\"/></request>\n<request><http url=\"/entities/second\"/></request>\n";

fn encoded() -> Script {
    Script::new().path(
        "/bytes/answer",
        vec![Step::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nw=\xe0\xe9\xc3\xa9".to_vec())],
    )
}

#[test]
fn latin1_and_entities() {
    let pair = Case::new("latin1").server(encoded()).file("part.xml", PART).run();
    pair.assert_same(&Mends::none());
    // The copy in the run folder stands alone: bytes as they were, the file of the entity in its place.
    let copy = std::fs::read(pair.ours.run.folder().join("latin1.xml")).unwrap_or_default();
    let has = |part: &[u8]| copy.windows(part.len()).any(|window| window == part);
    assert!(has(b"caf\xe9") && has(PART) && !has(b"&part;"), "{}", copy.escape_ascii());
}

#[test]
fn utf8_and_entities() {
    let pair = Case::new("utf8").server(encoded()).file("part.xml", PART).run();
    pair.assert_same(&Mends::none());
}

#[test]
fn extraction() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let script = Script::new()
        .path(
            "/re/page",
            response("200 OK", &["X-Id: head-1"], "id=12 id=13 ab\nfirst line\nsecond line ID=5"),
        )
        .path("/re/empty", ok("nothing"))
        .path("/order/page", ok("id=1 other=2"))
        .path("/decode/page", ok("<a href=\"/x?a=1&amp;b=&lt;2&gt;&quot;&apos;&#38;&amp;amp;\">"))
        .path(
            "/header/page",
            response(
                "200 OK",
                &[
                    "X-ID: one",
                    "X-Many: a=1",
                    "X-Many: b=2",
                    "Content-Type: text/html; charset=utf-8",
                    "Content-Disposition: attachment; filename=\"a b.txt\"",
                ],
                "ok",
            ),
        )
        .path(
            "/form/page",
            ok("<input type=\"hidden\" name=\"token\" value=\"t0k3n\"/>\
                <input name='single' value='s1'>\
                <input value=\"r\" name=\"reversed\">\
                <input name=\"newline\"\n value=\"n\">\
                <input name=\"escaped\" id=\"e\" value=\"a&amp;b\">"),
        )
        .path(
            "/parts/chunked",
            vec![Step::Send(format!("{chunked}3\r\nc=a\r\n2\r\nbc\r\n0\r\n\r\n").into_bytes())],
        )
        .path(
            "/parts/split",
            tests::server::split(&["HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ns=a", "bcd"], 20),
        )
        .path("/parts/closed", tests::server::delimited("e=end"))
        .path(
            "/parts/bytes",
            vec![Step::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nb=\xff\xe9".to_vec())],
        );
    let pair = Case::new("extract").server(script).run();
    // All bytes received are counted, those of chunk sizes and heads too.
    let mends = Mends::none().text("dump parts 1", "size 16", "size 67").counter("size_rcv", 1116, 1167);
    pair.assert_same(&mends);
}
