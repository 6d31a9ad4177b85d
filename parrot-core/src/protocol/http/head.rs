//! A response head: which status, how the body is framed, which cookies are set.
//!
//! httparse does the parsing, as lenient as it can be. What it refuses and Tsung takes (`http/1.1`, a status of four digits,
//! control characters, a first line that is no status line) is put into a form it accepts first: off the fast path, in a copy.

use std::mem::MaybeUninit;
use std::sync::LazyLock;

use httparse::{Header, ParserConfig, Response, Status};

use super::cookie::CookieStore;
use crate::limits::RESPONSE_HEADERS_MAX;

/// Header lines that fit on the stack; responses with more take a longer way.
const HEADERS_FAST: usize = 64;

/// What a complete head says.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Head {
    /// None when the first line is no HTTP/1.x status line.
    pub(super) status: Option<u16>,
    /// The peer will close, or has to be closed, after this response.
    pub(super) close: bool,
    /// Where the body ends, if the method and the status allow for one.
    pub(super) framing: Framing,
}

impl Head {
    /// An interim response: the final one follows.
    pub(super) fn is_interim(&self) -> bool {
        matches!(self.status, Some(100 | 102..=199))
    }
}

/// Where a body ends.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Framing {
    /// Where its coding says.
    Chunked,
    /// After so many bytes.
    Length(u64),
    /// Nothing is said.
    #[default]
    Unsaid,
    /// Where the connection ends: a coding other than chunked.
    UntilClose,
}

/// A head from which the user cannot go on (Tsung's user crashes: `error_unknown`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Unusable;

/// Parses an ordinary head that lies whole at the front of `input`; tells its length with it. None: not whole, or not ordinary.
pub(super) fn parse_front(
    input: &[u8],
    cookies: &mut CookieStore,
    host: &[u8],
) -> Option<(Result<Head, Unusable>, usize)> {
    let mut headers = [const { MaybeUninit::uninit() }; HEADERS_FAST];
    let mut response = Response::new(&mut []);
    match LENIENT.parse_response_with_uninit_headers(&mut response, input, &mut headers) {
        Ok(Status::Complete(len)) => Some((read(&response, input, cookies, host), len)),
        _ => None,
    }
}

/// Parses a head that is known to be complete, however odd it is.
pub(super) fn parse_whole(head: &[u8], cookies: &mut CookieStore, host: &[u8]) -> Result<Head, Unusable> {
    if let Some((parsed, _)) = parse_front(head, cookies, host) {
        return parsed;
    }
    if let Some(parsed) = parse_long(head, cookies, host) {
        return parsed;
    }
    let (status, rest) = read_first_line(head)?;
    let plain = make_plain(status.unwrap_or(StatusLine { code: 200, minor: 1 }), rest);
    let mut parsed = parse_long(&plain, cookies, host).ok_or(Unusable)??;
    parsed.status = status.map(|status| status.code);
    Ok(parsed)
}

static LENIENT: LazyLock<ParserConfig> = LazyLock::new(|| {
    let mut config = ParserConfig::default();
    config
        .allow_multiple_spaces_in_response_status_delimiters(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .ignore_invalid_headers_in_responses(true);
    config
});

fn parse_long(head: &[u8], cookies: &mut CookieStore, host: &[u8]) -> Option<Result<Head, Unusable>> {
    let mut headers = vec![httparse::EMPTY_HEADER; RESPONSE_HEADERS_MAX];
    let mut response = Response::new(&mut headers);
    match LENIENT.parse_response(&mut response, head) {
        Ok(Status::Complete(_)) => Some(read(&response, head, cookies, host)),
        _ => None,
    }
}

fn read(
    response: &Response<'_, '_>,
    head: &[u8],
    cookies: &mut CookieStore,
    host: &[u8],
) -> Result<Head, Unusable> {
    let mut parsed = Head { status: response.code, ..Head::default() };
    if parsed.is_interim() {
        return Ok(parsed);
    }
    let mut close = false;
    let mut keep_alive = false;
    let mut length = None;
    let mut coding = None;
    let mut sets_cookies = false;
    for header in response.headers.iter() {
        // Lengths tell nearly all headers apart without a look at their bytes.
        let name = header.name.as_bytes();
        match name.len() {
            10 if name.eq_ignore_ascii_case(b"connection") => {
                close |= has_token(header.value, b"close");
                keep_alive |= has_token(header.value, b"keep-alive");
            }
            10 if name.eq_ignore_ascii_case(b"set-cookie") => sets_cookies = true,
            14 if name.eq_ignore_ascii_case(b"content-length") => length = Some(number(header.value)?),
            16 if name.eq_ignore_ascii_case(b"proxy-connection") => {
                keep_alive |= has_token(header.value, b"keep-alive");
            }
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                // `identity` alone is no coding at all.
                coding = last_token(header.value)
                    .filter(|last| coding.is_some() || !last.eq_ignore_ascii_case(b"identity"))
                    .or(coding);
            }
            _ => {}
        }
    }
    if sets_cookies {
        let headers = response.headers.iter();
        let values = headers.filter(|header| header.name.eq_ignore_ascii_case("set-cookie"));
        cookies.take(values.map(|header| raw_value(head, header)), host);
    }
    parsed.close = close || (response.version == Some(0) && !keep_alive);
    parsed.framing = match (coding, length) {
        (Some(coding), _) if coding.eq_ignore_ascii_case(b"chunked") => Framing::Chunked,
        (Some(_), _) => Framing::UntilClose,
        (None, Some(length)) => Framing::Length(length),
        (None, None) => Framing::Unsaid,
    };
    Ok(parsed)
}

fn tokens(value: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).filter(|token| !token.is_empty())
}

fn has_token(value: &[u8], wanted: &[u8]) -> bool {
    tokens(value).any(|token| token.eq_ignore_ascii_case(wanted))
}

/// The last coding, without its parameters.
fn last_token(value: &[u8]) -> Option<&[u8]> {
    let token = tokens(value).next_back()?;
    token.split(|byte| *byte == b';').next().map(<[u8]>::trim_ascii)
}

fn number(digits: &[u8]) -> Result<u64, Unusable> {
    let digits = digits.trim_ascii();
    if digits.is_empty() {
        return Err(Unusable);
    }
    digits.iter().try_fold(0_u64, |number, byte| match byte {
        b'0'..=b'9' => {
            number.checked_mul(10).and_then(|tens| tens.checked_add(u64::from(byte - b'0'))).ok_or(Unusable)
        }
        _ => Err(Unusable),
    })
}

/// The value as it stands in `head`: without the colon and the one space that belongs to it, with all other blanks, which Tsung
/// keeps in cookies.
fn raw_value<'h>(head: &'h [u8], header: &Header<'h>) -> &'h [u8] {
    let Some(mut start) = header.value.as_ptr().addr().checked_sub(head.as_ptr().addr()) else {
        return header.value;
    };
    let mut end = start + header.value.len();
    if header.value.is_empty() || end > head.len() {
        return header.value;
    }
    while start > 0 && matches!(head[start - 1], b' ' | b'\t') {
        start -= 1;
    }
    while end < head.len() && matches!(head[end], b' ' | b'\t') {
        end += 1;
    }
    let value = &head[start..end];
    value.strip_prefix(b" ").or_else(|| value.strip_prefix(b"\t")).unwrap_or(value)
}

#[derive(Clone, Copy)]
struct StatusLine {
    code: u16,
    minor: u8,
}

/// Reads the first line as Tsung does: the protocol in any case, exactly three digits, whatever follows. Returns it with the
/// lines behind it.
fn read_first_line(head: &[u8]) -> Result<(Option<StatusLine>, &[u8]), Unusable> {
    let end = memchr::memchr(b'\n', head).map_or(head.len(), |at| at + 1);
    let (line, rest) = head.split_at(end);
    let Some((protocol, text)) = line.split_at_checked(b"HTTP/1.x ".len()) else { return Ok((None, rest)) };
    let minor = if protocol.eq_ignore_ascii_case(b"HTTP/1.1 ") {
        1
    } else if protocol.eq_ignore_ascii_case(b"HTTP/1.0 ") {
        0
    } else {
        return Ok((None, rest));
    };
    match text {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', ..] => {
            let code = u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0');
            Ok((Some(StatusLine { code, minor }), rest))
        }
        _ => Err(Unusable),
    }
}

/// The head with a first line that httparse takes, and without characters that it does not.
fn make_plain(status: StatusLine, lines: &[u8]) -> Vec<u8> {
    let mut plain = format!("HTTP/1.{} {:03}\r\n", status.minor, status.code).into_bytes();
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\r\n").or_else(|| line.strip_suffix(b"\n")).unwrap_or(line);
        plain.extend(
            text.iter().map(|byte| if byte.is_ascii_control() && *byte != b'\t' { b'?' } else { *byte }),
        );
        plain.extend_from_slice(&line[text.len()..]);
    }
    plain
}
