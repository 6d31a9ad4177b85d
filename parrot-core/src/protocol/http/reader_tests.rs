use super::ResponseEvent::{Failed, Status};
use super::*;

const OK: &str = "HTTP/1.1 200 OK\r\n";

/// What a user sees of a response.
#[derive(Debug, Eq, PartialEq)]
struct Outcome {
    events: Vec<ResponseEvent>,
    text: Vec<u8>,
}

impl Outcome {
    fn split(&self) -> (&[u8], &[u8]) {
        match memchr::memmem::find(&self.text, b"\r\n\r\n") {
            Some(at) => (&self.text[..at], &self.text[at + 4..]),
            None => (&self.text, b""),
        }
    }

    fn head(&self) -> &[u8] {
        self.split().0
    }

    fn body(&self) -> &[u8] {
        self.split().1
    }
}

/// A reader, what it is fed, and what it tells.
struct Feed {
    reader: ResponseReader,
    cookies: CookieStore,
    events: Vec<ResponseEvent>,
    /// The exchange is over.
    over: bool,
    /// Bytes that came afterwards.
    unexpected: usize,
}

impl Feed {
    fn new(method: Method, keep: Keep) -> Self {
        let mut reader = ResponseReader::default();
        reader.start(method, keep);
        Self { reader, cookies: CookieStore::default(), events: Vec::new(), over: false, unexpected: 0 }
    }

    fn push(&mut self, mut bytes: &[u8]) {
        if self.over {
            self.unexpected += bytes.len();
            return;
        }
        while let Some(event) = self.reader.handle_bytes(&mut bytes, &mut self.cookies, b"127.0.0.1") {
            self.events.push(event);
            if !matches!(event, Status(_)) {
                self.over = true;
                break;
            }
        }
        assert!(bytes.is_empty(), "all input is taken");
    }

    fn close(&mut self) {
        if !self.over {
            self.events.push(self.reader.handle_closed());
            self.over = true;
        }
    }

    fn outcome(mut self) -> Outcome {
        Outcome { events: self.events, text: self.reader.take_text() }
    }
}

fn ended(status: Option<u16>, close: bool, truncated: bool, error: Option<BodyError>) -> ResponseEvent {
    ResponseEvent::Done(Done { status, close, truncated, error })
}

fn get(bytes: &str) -> Outcome {
    let mut feed = Feed::new(Method::Get, Keep::Everything);
    feed.push(bytes.as_bytes());
    feed.outcome()
}

fn get_closed(bytes: &str) -> Outcome {
    let mut feed = Feed::new(Method::Get, Keep::Everything);
    feed.push(bytes.as_bytes());
    feed.close();
    feed.outcome()
}

fn done(status: u16) -> ResponseEvent {
    ended(Some(status), false, false, None)
}

fn closing(status: u16) -> ResponseEvent {
    ended(Some(status), true, false, None)
}

fn cut(status: Option<u16>) -> ResponseEvent {
    ended(status, true, true, None)
}

fn faulty(status: u16, error: BodyError) -> ResponseEvent {
    ended(Some(status), false, false, Some(error))
}

#[track_caller]
fn check(outcome: &Outcome, events: &[ResponseEvent], body: &str) {
    assert_eq!(outcome.events, events);
    assert_eq!(outcome.body().escape_ascii().to_string(), body.as_bytes().escape_ascii().to_string());
}

#[test]
fn content_length_ends_the_body() {
    check(&get(&format!("{OK}Content-Length: 5\r\n\r\nhello")), &[Status(200), done(200)], "hello");
    check(&get(&format!("{OK}Content-Length: 0\r\n\r\n")), &[Status(200), done(200)], "");
    check(&get(&format!("{OK}content-LENGTH:5\r\n\r\nhello")), &[Status(200), done(200)], "hello");
    check(&get(&format!("{OK}Content-Length:   5 \t\r\n\r\nhello")), &[Status(200), done(200)], "hello");
    check(&get(&format!("{OK}Content-Length: 5\r\n\r\nhe")), &[Status(200)], "he");
}

#[test]
fn the_last_of_two_lengths_counts() {
    let two = format!("{OK}Content-Length: 5\r\nContent-Length: 7\r\n\r\nhello");
    check(&get(&two), &[Status(200)], "hello");
    check(&get(&format!("{two}!!")), &[Status(200), done(200)], "hello!!");
}

#[test]
fn bytes_beyond_the_length_are_dropped_with_an_error() {
    for surplus in ["lo", OK] {
        let outcome = get(&format!("{OK}Content-Length: 3\r\n\r\nhel{surplus}"));
        check(&outcome, &[Status(200), faulty(200, BodyError::TooLong)], "hel");
    }
    let mut feed = Feed::new(Method::Get, Keep::Everything);
    feed.push(format!("{OK}Content-Length: 4\r\n\r\nhel").as_bytes());
    feed.push(b"lo");
    check(&feed.outcome(), &[Status(200), faulty(200, BodyError::TooLong)], "hell");
}

#[test]
fn without_length_and_close_there_is_no_body() {
    check(&get(&format!("{OK}\r\n")), &[Status(200), done(200)], "");
    check(&get(&format!("{OK}\r\nhello")), &[Status(200), faulty(200, BodyError::TooLong)], "");
}

#[test]
fn a_closing_response_without_length_lasts_until_the_close() {
    for head in [&format!("{OK}Connection: close\r\n\r\n"), "HTTP/1.0 200 OK\r\n\r\n"] {
        check(&get(&format!("{head}hello more")), &[Status(200)], "hello more");
        check(&get_closed(&format!("{head}hello more")), &[Status(200), closing(200)], "hello more");
        check(&get_closed(head), &[Status(200), closing(200)], "");
    }
}

#[test]
fn a_closing_response_with_length_does_not_wait_for_the_close() {
    let close = "Connection: close\r\n";
    check(&get(&format!("{OK}{close}Content-Length: 5\r\n\r\nhello")), &[Status(200), closing(200)], "hello");
    check(&get(&format!("{OK}{close}Content-Length: 0\r\n\r\n")), &[Status(200), closing(200)], "");
}

#[test]
fn connection_tokens_are_lists_in_any_case() {
    let cases = [
        ("1.1", "Connection: Close", true),
        ("1.1", "Connection:close", true),
        ("1.1", "Connection: keep-alive, close", true),
        ("1.1", "Connection: Upgrade ,\tCLOSE", true),
        ("1.1", "Connection: closed", false),
        ("1.1", "Connection: keep-alive", false),
        ("1.1", "X-Connection: close", false),
        ("1.0", "Connection: Keep-Alive", false),
        ("1.0", "connection: keep-alive", false),
        ("1.0", "Proxy-Connection: keep-alive", false),
        ("1.0", "Connection: keep-alive, close", true),
        ("1.0", "X: y", true),
    ];
    for (version, line, close) in cases {
        let outcome = get(&format!("HTTP/{version} 200 OK\r\n{line}\r\nContent-Length: 2\r\n\r\nok"));
        let expected = if close { closing(200) } else { done(200) };
        assert_eq!(outcome.events, [Status(200), expected], "HTTP/{version} {line}");
    }
}

#[test]
fn chunked_bodies_are_joined() {
    let te = format!("{OK}Transfer-Encoding: chunked\r\n");
    for chunks in [
        "5\r\nhello\r\n0\r\n\r\n",
        "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        "5;x=y\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n",
    ] {
        check(&get(&format!("{te}\r\n{chunks}")), &[Status(200), done(200)], "hello");
    }
    let chunks = "5\r\nhello\r\n0\r\n\r\n";
    check(&get(&format!("{te}Connection: close\r\n\r\n{chunks}")), &[Status(200), closing(200)], "hello");
    check(&get(&format!("{te}Content-Length: 99\r\n\r\n{chunks}")), &[Status(200), done(200)], "hello");
    let listed = format!("{OK}Transfer-Encoding: gzip, Chunked\r\n\r\n{chunks}");
    check(&get(&listed), &[Status(200), done(200)], "hello");
}

#[test]
fn malformed_chunks_end_the_response_with_an_error() {
    let te = format!("{OK}Transfer-Encoding: chunked\r\n\r\n");
    let error = faulty(200, BodyError::Chunk);
    check(&get(&format!("{te}xyz\r\nhello\r\n0\r\n\r\n")), &[Status(200), error], "");
    check(&get(&format!("{te}5\r\nhello\r\n0\r\n\r\nEXTRA")), &[Status(200), error], "hello");
}

#[test]
fn other_codings_last_until_the_close() {
    let outcome = get_closed(&format!("{OK}Transfer-Encoding: gzip\r\nContent-Length: 1\r\n\r\nhello"));
    check(&outcome, &[Status(200), closing(200)], "hello");
    let outcome = get(&format!("{OK}Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello"));
    check(&outcome, &[Status(200), done(200)], "hello");
}

#[test]
fn interim_responses_are_counted_and_passed_over() {
    for interim in ["100 Continue", "102 Processing", "103 Early Hints\r\nContent-Length: 9"] {
        let number = interim[..3].parse().expect("a status");
        let outcome = get(&format!("HTTP/1.1 {interim}\r\n\r\n{OK}Content-Length: 2\r\n\r\nok"));
        check(&outcome, &[Status(number), Status(200), done(200)], "ok");
        assert_eq!(outcome.head(), format!("{OK}Content-Length: 2").as_bytes());
    }
    check(&get("HTTP/1.1 101 Switching Protocols\r\n\r\n"), &[Status(101), done(101)], "");
    check(&get_closed("HTTP/1.1 100 Continue\r\n\r\n"), &[Status(100), cut(None)], "");
}

#[test]
fn some_statuses_and_head_have_no_body() {
    let bodyless = |status| format!("HTTP/1.1 {status} X\r\nContent-Length: 10\r\n\r\n");
    check(&get(&bodyless(204)), &[Status(204), done(204)], "");
    check(&get(&bodyless(304)), &[Status(304), done(304)], "");
    let te = "Transfer-Encoding: chunked\r\n";
    for (lines, last) in [
        ("Content-Length: 5\r\n", done(200)),
        (te, done(200)),
        ("", done(200)),
        ("Connection: close\r\n", closing(200)),
    ] {
        let mut feed = Feed::new(Method::Head, Keep::Everything);
        feed.push(format!("{OK}{lines}\r\n").as_bytes());
        check(&feed.outcome(), &[Status(200), last], "");
    }
}

#[test]
fn a_peer_that_closes_early_ends_the_exchange_with_what_came() {
    check(&get_closed(""), &[cut(None)], "");
    check(&get_closed("HTTP/1.1 200 O"), &[cut(None)], "");
    check(
        &get_closed(&format!("{OK}Content-Length: 10\r\n\r\nhello")),
        &[Status(200), cut(Some(200))],
        "hello",
    );
    let te = format!("{OK}Transfer-Encoding: chunked\r\n\r\n");
    check(&get_closed(&format!("{te}5\r\nhello\r\n")), &[Status(200), cut(Some(200))], "hello");
    assert_eq!(get_closed("HTTP/1.1 200 O").text, b"HTTP/1.1 200 O");
    assert_eq!(get_closed("220 smtp ready\r\n").events, [cut(None)]);
}

#[test]
fn what_is_no_status_line_gives_no_status() {
    let nothing = ended(None, false, false, None);
    check(&get("garbage\r\n\r\n"), &[nothing], "");
    check(&get("HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok"), &[nothing], "ok");
    check(&get("ICY 200 OK\r\nContent-Length: 2\r\n\r\nok"), &[nothing], "ok");
    let closed = ended(None, true, false, None);
    check(&get("HTTP/1.1\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"), &[closed], "ok");
}

#[test]
fn odd_statuses_follow_tsung() {
    for (line, status) in [
        ("HTTP/1.1 999 x", 999),
        ("HTTP/1.1 2000 x", 200),
        ("HTTP/1.1 200", 200),
        ("http/1.1 200 ok", 200),
        ("HTTP/1.1  200 OK", 200),
        ("HTTP/1.1 500 Internal", 500),
        ("HTTP/1.1 404 Pas trouv\u{e9}", 404),
    ] {
        let outcome = get(&format!("{line}\r\nContent-Length: 2\r\n\r\nok"));
        assert_eq!(outcome.events, [Status(status), done(status)], "{line}");
        assert_eq!(outcome.head(), format!("{line}\r\nContent-Length: 2").as_bytes());
    }
}

#[test]
fn heads_that_make_no_sense_fail() {
    for head in [
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 99 x\r\n\r\n",
        "HTTP/1.1 \r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
    ] {
        assert_eq!(get(head).events, [Failed], "{head:?}");
    }
}

#[test]
fn line_ends_folds_and_odd_lines_are_taken_leniently() {
    check(&get("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"), &[Status(200), done(200)], "ok");
    check(&get(&format!("\r\n{OK}Content-Length: 2\r\n\r\nok")), &[Status(200), done(200)], "ok");
    for line in ["X-F: a\r\n b", "no colon", ": x", "X Y : z", "X-Nul: a\0b", "X-Cr: a\rb", "X-Ctl: \u{1}"] {
        let outcome = get(&format!("{OK}{line}\r\nContent-Length: 2\r\n\r\nok"));
        assert_eq!(outcome.events, [Status(200), done(200)], "{line:?}");
        assert_eq!(outcome.body(), b"ok");
    }
}

#[test]
fn large_heads_are_taken_up_to_a_limit() {
    let big = format!("{OK}X-Big: {}\r\nContent-Length: 2\r\n\r\nok", "x".repeat(200_000));
    let many = format!("{OK}{}Content-Length: 2\r\n\r\nok", "X: y\r\n".repeat(500));
    for response in [&big, &many] {
        for piece in [usize::MAX, 65_536, 100] {
            let mut feed = Feed::new(Method::Get, Keep::Everything);
            response.as_bytes().chunks(piece.min(response.len())).for_each(|bytes| feed.push(bytes));
            check(&feed.outcome(), &[Status(200), done(200)], "ok");
        }
    }
    let mut feed = Feed::new(Method::Get, Keep::Nothing);
    for _ in 0..=RESPONSE_HEAD_BYTES_MAX / 1024 {
        feed.push(&[b'x'; 1024]);
    }
    assert_eq!(feed.events, [Failed]);
    let lines = "X: y\r\n".repeat(crate::limits::RESPONSE_HEADERS_MAX + 1);
    assert_eq!(get(&format!("{OK}{lines}\r\n")).events, [Failed]);
}

#[test]
fn cookies_of_final_responses_are_stored() {
    let mut feed = Feed::new(Method::Get, Keep::Nothing);
    feed.push(b"HTTP/1.1 103 Early Hints\r\nSet-Cookie: no=1\r\n\r\n");
    feed.push(b"HTTP/1.1 200 OK\r\nset-cookie:x=1\r\nSet-Cookie:  y=2; path=/\r\nSet-Cookie:\tz=3 \r\n");
    feed.push(b"Content-Length: 0\r\n\r\n");
    let mut line = Vec::new();
    feed.cookies.line(&mut line, b"127.0.0.1:80", b"/").finish();
    assert_eq!(line, b"Cookie: z=3 ;  y=2; x=1\r\n");
}

#[test]
fn cookies_are_read_alike_in_one_piece_and_in_many() {
    let response =
        format!("{OK}Set-Cookie:  g=7; path=/ \r\nSet-Cookie: h=8 \t\r\nContent-Length: 0\r\n\r\n");
    for piece in [1, 7, response.len()] {
        let mut feed = Feed::new(Method::Get, Keep::Nothing);
        response.as_bytes().chunks(piece).for_each(|bytes| feed.push(bytes));
        let mut line = Vec::new();
        feed.cookies.line(&mut line, b"127.0.0.1", b"/").finish();
        assert_eq!(line, b"Cookie: h=8 \t;  g=7\r\n");
    }
}

#[test]
fn only_what_is_asked_for_is_kept() {
    let response = format!("{OK}Content-Length: 2\r\n\r\nok");
    for (keep, text) in [
        (Keep::Nothing, String::new()),
        (Keep::Head, format!("{OK}Content-Length: 2\r\n\r\n")),
        (Keep::Everything, response.clone()),
    ] {
        for piece in [1, response.len()] {
            let mut feed = Feed::new(Method::Get, keep);
            response.as_bytes().chunks(piece).for_each(|bytes| feed.push(bytes));
            assert_eq!(feed.reader.take_text(), text.as_bytes(), "{keep:?}");
            assert_eq!(feed.reader.take_text().capacity(), 0);
        }
    }
    let bare = get("HTTP/1.1 200 OK\nContent-Length: 2\n\nok");
    assert_eq!(bare.text, b"HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\nok");
}

#[test]
fn a_reader_is_used_again() {
    let mut feed = Feed::new(Method::Get, Keep::Everything);
    feed.push(format!("{OK}Connection: close\r\n\r\nfirst").as_bytes());
    feed.close();
    feed.reader.start(Method::Get, Keep::Everything);
    feed.over = false;
    feed.push(format!("{OK}Content-Length: 2\r\n\r\nok").as_bytes());
    assert!(feed.reader.take_text().ends_with(b"\r\n\r\nok"));
    assert_eq!(feed.events, [Status(200), closing(200), Status(200), done(200)]);
}

#[test]
fn idle_readers_are_small() {
    assert!(size_of::<ResponseReader>() <= 56, "{}", size_of::<ResponseReader>());
    assert!(size_of::<CookieStore>() <= 8);
}
