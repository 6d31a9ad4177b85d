//! The same response in every possible split gives the same outcome, and a defined one wherever the peer closes.
//!
//! Beside the responses listed here, those of a folder `shared/vectors` above the project are read where there is one.

use std::path::{Path, PathBuf};

use super::*;

/// Responses that real servers, or bad ones, send.
const RESPONSES: [&str; 24] = [
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
    "\r\n\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello",
    "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
    "HTTP/1.1 200 OK\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nX-T: 1\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nEXTRA",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloxyz\r\n0\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.0 200 OK\r\nSet-Cookie:  a=1; path=/ \r\nSet-Cookie: b=2\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nX-Fold: a\r\n b\r\nX:\r\n \r\nSet-Cookie: c=3;\r\n path=/\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nno colon\r\n: y\r\nX Y : z\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nX: a\0b\r\nSet-Cookie: d=4\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 200\nContent-Length: 2\n\r\nok",
    "http/1.1 200 ok\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "garbage\r\n\r\n",
    "HTTP/1.1 abc OK\r\n\r\nrest",
    "HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nrest",
];

/// All that can be told from outside.
#[derive(Debug, Eq, PartialEq)]
struct Seen {
    events: Vec<ResponseEvent>,
    /// Bytes behind a response are its error when they come with it, and the user's matter when they come later.
    at_fault: bool,
    text: Vec<u8>,
    cookies: Vec<u8>,
}

/// Feeds the pieces, then closes.
fn see<'a>(method: Method, pieces: impl Iterator<Item = &'a [u8]>) -> Seen {
    let mut reader = ResponseReader::default();
    let mut store = CookieStore::default();
    let mut events = Vec::new();
    let mut over = false;
    let mut surplus = false;
    reader.start(method, Keep::Everything);
    for mut piece in pieces {
        surplus |= over && !piece.is_empty();
        while !over && let Some(event) = reader.handle_bytes(&mut piece, &mut store, b"h") {
            over = !matches!(event, ResponseEvent::Status(_));
            events.push(event);
        }
        assert!(over || piece.is_empty(), "all input is taken");
    }
    if !over {
        events.push(reader.handle_closed());
    }
    let at_fault = match events.last_mut() {
        Some(ResponseEvent::Done(done)) => done.error.take().is_some() || surplus,
        _ => false,
    };
    let mut cookies = Vec::new();
    store.line(&mut cookies, b"h", b"/").finish();
    Seen { events, at_fault, text: reader.take_text(), cookies }
}

fn check_splits(response: &[u8]) {
    for method in [Method::Get, Method::Head] {
        let whole = see(method, std::iter::once(response));
        let name = response.escape_ascii();
        assert_eq!(see(method, response.chunks(1)), whole, "{method:?}, byte by byte: {name}");
        assert_eq!(see(method, response.chunks(2)), whole, "{method:?}, in twos: {name}");
        for at in 0..=response.len() {
            let pieces = [&response[..at], &response[at..]];
            assert_eq!(see(method, pieces.into_iter()), whole, "{method:?}, split at {at}: {name}");
        }
    }
}

fn check_closes(response: &[u8]) {
    for end in 0..=response.len() {
        let seen = see(Method::Get, std::iter::once(&response[..end]));
        let byte_by_byte = see(Method::Get, response[..end].chunks(1));
        assert_eq!(seen, byte_by_byte, "closed after {end}: {}", response.escape_ascii());
        let last = seen.events.last().expect("an outcome");
        assert!(!matches!(last, ResponseEvent::Status(_)), "closed after {end}: {}", response.escape_ascii());
    }
}

#[test]
fn splits_change_nothing() {
    RESPONSES.iter().for_each(|response| check_splits(response.as_bytes()));
}

#[test]
fn a_close_after_any_byte_has_one_outcome() {
    RESPONSES.iter().for_each(|response| check_closes(response.as_bytes()));
}

proptest::proptest! {
    /// Whatever is put together from the stuff of responses.
    #[test]
    fn splits_of_made_up_responses_change_nothing(parts in proptest::collection::vec(0..PARTS.len(), 0..12)) {
        let response: String = parts.into_iter().map(|part| PARTS[part]).collect();
        check_splits(response.as_bytes());
        check_closes(response.as_bytes());
    }
}

const PARTS: [&str; 26] = [
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.0 404 \n",
    "HTTP/1.1 100 \r\n\r\n",
    "HTTP/1.1 2000 x\r\n",
    "http/1.1 200\r\n",
    "Content-Length: 3\r\n",
    "content-length:12\n",
    "Content-Length: x\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Connection: close\r\n",
    "Connection: keep-alive\r\n",
    "Set-Cookie: a=1; path=/ \r\n",
    "Set-Cookie:  b = 2\r\n",
    "X: y\r\n z\r\n",
    "junk\r\n",
    ": \r\n",
    "X: \0\r\n",
    "\r",
    "\n",
    " ",
    "\r\n\r\n",
    "\n\r\n",
    "3\r\nabc\r\n",
    "0\r\n\r\n",
    "hello world\r\n",
];

/// The folder of outside test data, above the project.
fn vectors() -> Option<PathBuf> {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    folders.map(|folder| folder.join("shared/vectors")).find(|folder| folder.is_dir())
}

/// The `http` blocks of llhttp's Markdown files, each with the `log` block behind it.
fn llhttp_blocks(markdown: &str) -> Vec<(Vec<u8>, String)> {
    let mut blocks = Vec::new();
    let mut parts = markdown.split("```http\n").skip(1);
    for part in &mut parts {
        let (input, rest) = part.split_once("\n```").expect("an end of the block");
        let log =
            rest.split_once("```log\n").and_then(|(_, log)| log.split_once("```")).map_or("", |(log, _)| log);
        blocks.push((unescape(input), log.to_owned()));
    }
    blocks
}

fn unescape(block: &str) -> Vec<u8> {
    let text = block.replace("\\\n", "").replace('\n', "\r\n");
    let text = text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t").replace("\\f", "\x0c");
    text.replace("\\\"", "\"").into_bytes()
}

/// The status and the body that llhttp sees, where it sees one response without error.
fn llhttp_sees(log: &str) -> Option<(u16, Vec<u8>)> {
    if log.contains(" error ") || log.matches("message begin").count() != 1 {
        return None;
    }
    let (_, status) = log.split_once("headers complete status=")?;
    let status = status.split(' ').next()?.parse().ok()?;
    let mut body = Vec::new();
    for span in log.lines().filter_map(|line| line.split_once("span[body]=")).map(|(_, span)| span) {
        match span {
            "lf" => body.push(b'\n'),
            "cr" => body.push(b'\r'),
            quoted => {
                body.extend(quoted.trim_matches('"').replace("\\\"", "\"").replace("\\t", "\t").bytes());
            }
        }
    }
    Some((status, body))
}

/// Not: other protocols, and responses with neither length nor end, which have no body here.
fn ends_somewhere(response: &[u8]) -> bool {
    let text = response.to_ascii_lowercase();
    let has = |what: &[u8]| memchr::memmem::find(&text, what).is_some();
    text.starts_with(b"http/1.")
        && (has(b"content-length: ") || has(b"transfer-encoding: ") || has(b": close\r"))
}

#[test]
fn llhttp_vectors() {
    let Some(folder) = vectors().map(|folder| folder.join("llhttp/response")) else { return };
    let mut blocks = 0;
    let mut compared = 0;
    for file in std::fs::read_dir(folder).expect("a folder") {
        let path = file.expect("an entry").path();
        let markdown = std::fs::read_to_string(&path).expect("text");
        for (response, log) in llhttp_blocks(&markdown) {
            blocks += 1;
            check_splits(&response);
            check_closes(&response);
            let Some((status, body)) = llhttp_sees(&log).filter(|_| ends_somewhere(&response)) else {
                continue;
            };
            compared += 1;
            let seen = see(Method::Get, std::iter::once(response.as_slice()));
            let name = response.escape_ascii();
            assert_eq!(seen.events[..seen.events.len() - 1], [ResponseEvent::Status(status)], "{name}");
            let head_end = memchr::memmem::find(&seen.text, b"\r\n\r\n").map_or(seen.text.len(), |at| at + 4);
            assert_eq!(seen.text[head_end..], body, "{name}");
        }
    }
    assert!(blocks > 80 && compared > 30, "{blocks} blocks, {compared} compared");
}
