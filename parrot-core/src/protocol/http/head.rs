//! The head of a response: status line and headers, and what they say about the body.

use std::mem::MaybeUninit;

use httparse::{Error, Header, ParserConfig, Response, Status};
use memchr::memmem;

use super::cookie::CookieStore;
use crate::limits::{RESPONSE_HEAD_BYTES_MAX, RESPONSE_HEADERS_MAX};

/// Headers that fit on the stack; more are rare.
const HEADERS_ON_STACK: usize = 64;

/// How long the body is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Framing {
    Length(u64),
    Chunked,
    UntilClose,
}

/// What a head says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Head {
    /// None: the first line is not HTTP/1.x.
    pub(super) status: Option<u16>,
    /// Bytes of the head, the empty line included.
    pub(super) length: usize,
    /// How long the body is, were it not for the method and the status.
    pub(super) framing: Framing,
    /// The connection ends with this response.
    pub(super) close: bool,
}

/// What came of the bytes at the start of a response.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum HeadOutcome {
    Complete(Head),
    Incomplete,
    /// Not understood: the user ends (http.md table of response shapes: `HTTP/1.1 abc`, a Content-Length that is no number).
    Failed,
}

/// Reads the head at the start of `bytes`; cookies in it go to the store.
pub(super) fn read(bytes: &[u8], cookies: &mut CookieStore, host: &[u8]) -> HeadOutcome {
    let mut headers = [const { MaybeUninit::uninit() }; HEADERS_ON_STACK];
    match parse(bytes, &mut headers, cookies, host) {
        Err(Error::TooManyHeaders) => {
            let mut headers = vec![MaybeUninit::uninit(); RESPONSE_HEADERS_MAX];
            parse(bytes, &mut headers, cookies, host).unwrap_or(HeadOutcome::Failed)
        }
        Err(_) => read_odd(bytes, cookies, host),
        Ok(HeadOutcome::Incomplete) if bytes.len() > RESPONSE_HEAD_BYTES_MAX => HeadOutcome::Failed,
        Ok(outcome) => outcome,
    }
}

fn parse<'b>(
    bytes: &'b [u8],
    headers: &mut [MaybeUninit<Header<'b>>],
    cookies: &mut CookieStore,
    host: &[u8],
) -> Result<HeadOutcome, Error> {
    let mut config = ParserConfig::default();
    config
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .ignore_invalid_headers_in_responses(true)
        .allow_multiple_spaces_in_response_status_delimiters(true);
    let mut response = Response::new(&mut []);
    let parsed = config.parse_response_with_uninit_headers(&mut response, bytes, headers)?;
    let Status::Complete(length) = parsed else { return Ok(HeadOutcome::Incomplete) };
    // HTTP/1.0 closes unless it says otherwise.
    let close = response.version == Some(0);
    let values = response.headers.iter().filter(|h| h.name.eq_ignore_ascii_case("set-cookie"));
    if values.clone().next().is_some() {
        cookies.take(values.map(|header| header.value), host);
    }
    Ok(match body_of(response.headers, close) {
        Some((framing, close)) => {
            HeadOutcome::Complete(Head { status: response.code, length, framing, close })
        }
        None => HeadOutcome::Failed,
    })
}

/// Framing and whether to close (RFC 9112, sections 6 and 9); none for a length that is no number.
fn body_of(headers: &[Header<'_>], close_by_version: bool) -> Option<(Framing, bool)> {
    let mut close = close_by_version;
    let mut length = None;
    let mut chunked = None;
    for header in headers {
        let tokens = || header.value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        match header.name.len() {
            14 if header.name.eq_ignore_ascii_case("content-length") => length = Some(number(header.value)?),
            10 if header.name.eq_ignore_ascii_case("connection") => {
                for token in tokens() {
                    close = (close || token.eq_ignore_ascii_case(b"close"))
                        && !token.eq_ignore_ascii_case(b"keep-alive");
                }
                close |= tokens().any(|token| token.eq_ignore_ascii_case(b"close"));
            }
            16 if header.name.eq_ignore_ascii_case("proxy-connection") => {
                close &= !tokens().any(|token| token.eq_ignore_ascii_case(b"keep-alive"));
            }
            17 if header.name.eq_ignore_ascii_case("transfer-encoding") => {
                chunked =
                    Some(tokens().next_back().is_some_and(|token| token.eq_ignore_ascii_case(b"chunked")));
            }
            _ => {}
        }
    }
    Some(match (chunked, length) {
        (Some(true), _) => (Framing::Chunked, close),
        (Some(false), _) => (Framing::UntilClose, true),
        (None, Some(length)) => (Framing::Length(length), close),
        (None, None) if close => (Framing::UntilClose, true),
        // Neither a length nor an end: complete at once, as Tsung, instead of waiting for a close that need not come.
        (None, None) => (Framing::Length(0), false),
    })
}

fn number(value: &[u8]) -> Option<u64> {
    let value = value.trim_ascii();
    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    digits.then(|| std::str::from_utf8(value).ok()?.parse().ok()).flatten()
}

/// A head that the parser refuses: its first line is read by Tsung's rule, the headers as if it were right.
fn read_odd(bytes: &[u8], cookies: &mut CookieStore, host: &[u8]) -> HeadOutcome {
    let end = match (memmem::find(bytes, b"\r\n\r\n"), memmem::find(bytes, b"\n\n")) {
        (Some(crlf), lf) if lf.is_none_or(|lf| crlf < lf) => crlf + 4,
        (_, Some(lf)) => lf + 2,
        _ if bytes.len() > RESPONSE_HEAD_BYTES_MAX => return HeadOutcome::Failed,
        _ => return HeadOutcome::Incomplete,
    };
    let line_end = memchr::memchr(b'\n', bytes).map_or(end, |at| at + 1);
    let line = &bytes[..line_end];
    let status = match line.get(..9).map(<[u8]>::to_ascii_lowercase).as_deref() {
        Some(b"http/1.1 " | b"http/1.0 ") => {
            match line.get(9..12).filter(|code| code.iter().all(u8::is_ascii_digit)).and_then(number) {
                Some(status) => Some(status as u16),
                None => return HeadOutcome::Failed,
            }
        }
        _ => None,
    };
    let version = if line.starts_with(b"HTTP/1.0") { "0" } else { "1" };
    let mut patched = format!("HTTP/1.{version} {:03} \r\n", status.unwrap_or(200)).into_bytes();
    patched.extend_from_slice(&bytes[line_end..end]);
    // Nothing but the empty line follows: it belonged to the first line.
    if line_end == end || !patched.ends_with(b"\n\r\n") && !patched.ends_with(b"\n\n") {
        patched.extend_from_slice(b"\r\n");
    }
    let mut headers = vec![MaybeUninit::uninit(); RESPONSE_HEADERS_MAX];
    match parse(&patched, &mut headers, cookies, host) {
        Ok(HeadOutcome::Complete(head)) => HeadOutcome::Complete(Head { status, length: end, ..head }),
        Ok(HeadOutcome::Failed) => HeadOutcome::Failed,
        Ok(HeadOutcome::Incomplete) | Err(_) => {
            HeadOutcome::Complete(Head { status, length: end, framing: Framing::Length(0), close: false })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(text: &str) -> HeadOutcome {
        read(text.as_bytes(), &mut CookieStore::default(), b"h")
    }

    fn framing(headers: &str) -> (Framing, bool) {
        match outcome(&format!("HTTP/1.1 200 OK\r\n{headers}\r\n")) {
            HeadOutcome::Complete(head) => (head.framing, head.close),
            other => panic!("{headers:?}: {other:?}"),
        }
    }

    #[test]
    fn framing_by_headers() {
        for (headers, expected) in [
            ("", (Framing::Length(0), false)),
            ("Content-Length: 5\r\n", (Framing::Length(5), false)),
            ("content-length:5\r\nCONTENT-LENGTH: 6 \r\n", (Framing::Length(6), false)),
            ("Connection: close\r\n", (Framing::UntilClose, true)),
            ("Connection: Close\r\nContent-Length: 0\r\n", (Framing::Length(0), true)),
            ("Connection: keep-alive, close\r\n", (Framing::UntilClose, true)),
            ("Transfer-Encoding: chunked\r\nContent-Length: 99\r\n", (Framing::Chunked, false)),
            ("Transfer-Encoding: gzip, Chunked\r\n", (Framing::Chunked, false)),
            ("Transfer-Encoding: gzip\r\n", (Framing::UntilClose, true)),
        ] {
            assert_eq!(framing(headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn http_1_0_closes_unless_kept_alive() {
        for (headers, close) in
            [("", true), ("Connection: keep-alive\r\n", false), ("Proxy-Connection: Keep-Alive\r\n", false)]
        {
            let HeadOutcome::Complete(head) =
                outcome(&format!("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n{headers}\r\n"))
            else {
                panic!("{headers}")
            };
            assert_eq!((head.close, head.framing), (close, Framing::Length(1)), "{headers}");
        }
    }

    #[test]
    fn odd_first_lines() {
        for (text, status) in [
            ("HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n", None),
            ("garbage\r\n\r\n", None),
            ("HTTP/1.1 2000 x\r\n\r\n", Some(200)),
            ("HTTP/1.1 999\r\n\r\n", Some(999)),
            ("HTTP/1.1 200 OK\nX: y\n\n", Some(200)),
            ("http/1.1 204 no\r\n\r\n", Some(204)),
        ] {
            let HeadOutcome::Complete(head) = outcome(text) else { panic!("{text:?}: {:?}", outcome(text)) };
            assert_eq!((head.status, head.length), (status, text.len()), "{text:?}");
        }
        for text in
            ["HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 99 x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"]
        {
            assert_eq!(outcome(text), HeadOutcome::Failed, "{text:?}");
        }
        for text in ["", "HTT", "garbage", "HTTP/1.1 200 OK\r\nA: b\r\n"] {
            assert_eq!(outcome(text), HeadOutcome::Incomplete, "{text:?}");
        }
    }

    #[test]
    fn many_headers_are_fine_up_to_a_limit() {
        let head = |n: usize| format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(n));
        assert!(matches!(outcome(&head(1000)), HeadOutcome::Complete(_)));
        assert_eq!(outcome(&head(RESPONSE_HEADERS_MAX + 1)), HeadOutcome::Failed);
    }

    #[test]
    fn cookies_with_and_without_a_space() {
        let mut cookies = CookieStore::default();
        read(b"HTTP/1.1 200 OK\r\nset-cookie: a=1\r\nSET-COOKIE:b=2\r\n\r\n", &mut cookies, b"h");
        let mut out = Vec::new();
        cookies.line(&mut out, b"h", b"/").finish();
        assert_eq!(out, b"Cookie: b=2; a=1\r\n");
    }
}
