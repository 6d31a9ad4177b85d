//! Reading responses: one exchange at a time, in whatever pieces its bytes come.

use super::chunked::{Chunked, ChunkedDecoder};
use super::cookie::CookieStore;
use super::head::{self, Framing, Head, HeadOutcome};
use crate::limits::RESPONSE_KEPT_BYTES_MAX;
use crate::plan::Method;

/// What of a response is kept for those who look at it afterwards.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Keep {
    /// Status line and headers.
    pub head: bool,
    /// The body, decoded from its transfer coding.
    pub body: bool,
}

/// What bytes, or their end, tell.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ResponseEvent {
    /// A head with this status; several where 1xx responses come first.
    Status(u16),
    /// The response is complete.
    Done(Done),
    /// The response is not understood; nothing more can be read.
    Failed,
}

/// How a response ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Done {
    /// Status of the final response; none when there was none.
    pub status: Option<u16>,
    /// The connection must be closed.
    pub close: bool,
    /// The peer closed before the end.
    pub truncated: bool,
    /// What was wrong with the body.
    pub error: Option<BodyError>,
}

/// What can be wrong with a body without ending the user.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BodyError {
    /// More bytes than announced; the rest was dropped.
    TooLong,
    /// A chunked body that is malformed or followed by something; the rest was dropped.
    Chunk,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Stage {
    /// No response is awaited.
    #[default]
    Idle,
    Head,
    Length(u64),
    Chunked(ChunkedDecoder),
    UntilClose,
}

/// Reads the responses of one user.
#[derive(Debug, Default)]
pub struct ResponseReader {
    stage: Stage,
    no_body: bool,
    close: bool,
    keep: Keep,
    status: Option<u16>,
    /// A head that is not complete yet.
    partial: Vec<u8>,
    /// What is kept: head, empty line, body.
    text: Vec<u8>,
}

impl ResponseReader {
    /// A request goes out: its response is awaited.
    pub fn start(&mut self, method: Method, keep: Keep) {
        let (mut partial, mut text) = (std::mem::take(&mut self.partial), std::mem::take(&mut self.text));
        partial.clear();
        text.clear();
        *self = Self {
            stage: Stage::Head,
            no_body: method == Method::Head,
            keep,
            partial,
            text,
            ..Self::default()
        };
    }

    /// Takes bytes from the front of `input` and gives the next event; none when all input is used and more is needed.
    /// Cookies go to the store; `host` is the server's, without port.
    pub fn handle_bytes(
        &mut self,
        input: &mut &[u8],
        cookies: &mut CookieStore,
        host: &[u8],
    ) -> Option<ResponseEvent> {
        let bytes = *input;
        match &mut self.stage {
            Stage::Idle => None,
            Stage::Head => match self.read_head(input, cookies, host) {
                // A head without a status tells nothing: go on with its body.
                None if !matches!(self.stage, Stage::Head | Stage::Idle) => {
                    self.handle_bytes(input, cookies, host)
                }
                event => event,
            },
            Stage::Length(left) => {
                let length = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                *left -= length as u64;
                let complete = *left == 0;
                *input = &bytes[length..];
                self.keep_body(&bytes[..length]);
                complete.then(|| self.done(input, BodyError::TooLong))
            }
            Stage::Chunked(decoder) => {
                let mut decoder = *decoder;
                let outcome = decoder.decode(input, |data| self.keep_body(data));
                self.stage = Stage::Chunked(decoder);
                match outcome {
                    Chunked::More => None,
                    Chunked::End => Some(self.done(input, BodyError::Chunk)),
                    Chunked::Malformed => {
                        *input = &[];
                        Some(self.finish(false, Some(BodyError::Chunk)))
                    }
                }
            }
            Stage::UntilClose => {
                *input = &[];
                self.keep_body(bytes);
                None
            }
        }
    }

    /// The peer has closed the connection while the response was awaited.
    pub fn handle_closed(&mut self) -> ResponseEvent {
        self.close = true;
        let truncated = self.stage != Stage::UntilClose;
        if self.stage == Stage::Head && self.keep.head {
            self.text = std::mem::take(&mut self.partial);
        }
        self.finish(truncated, None)
    }

    /// What was kept of the last response: head, empty line, body.
    pub fn take_text(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.text)
    }

    fn read_head(
        &mut self,
        input: &mut &[u8],
        cookies: &mut CookieStore,
        host: &[u8],
    ) -> Option<ResponseEvent> {
        let bytes = *input;
        let before = self.partial.len();
        if bytes.is_empty() {
            return None;
        }
        let outcome = if before == 0 {
            head::read(bytes, cookies, host)
        } else {
            self.partial.extend_from_slice(bytes);
            // A head cannot end without a line end: do not parse again for every byte.
            if memchr::memchr(b'\n', bytes).is_some() {
                head::read(&self.partial, cookies, host)
            } else {
                HeadOutcome::Incomplete
            }
        };
        match outcome {
            HeadOutcome::Complete(head) => {
                *input = &bytes[head.length - before..];
                let whole = if before == 0 { bytes } else { &self.partial };
                if self.keep.head {
                    self.text.clear();
                    self.text.extend_from_slice(&whole[..head.length]);
                }
                self.partial = Vec::new();
                self.begin_body(&head)
            }
            HeadOutcome::Incomplete => {
                if before == 0 {
                    self.partial.extend_from_slice(bytes);
                }
                *input = &[];
                None
            }
            HeadOutcome::Failed => {
                self.stage = Stage::Idle;
                Some(ResponseEvent::Failed)
            }
        }
    }

    fn begin_body(&mut self, head: &Head) -> Option<ResponseEvent> {
        let interim = head.status.is_some_and(|status| (100..200).contains(&status) && status != 101);
        if interim {
            self.text.clear();
        } else {
            self.status = head.status;
            self.close = head.close;
            let no_body = self.no_body || matches!(head.status, Some(101 | 204 | 304));
            self.stage = match head.framing {
                _ if no_body => Stage::Length(0),
                Framing::Length(length) => Stage::Length(length),
                Framing::Chunked => Stage::Chunked(ChunkedDecoder::new()),
                Framing::UntilClose => Stage::UntilClose,
            };
        }
        head.status.map(ResponseEvent::Status)
    }

    fn keep_body(&mut self, data: &[u8]) {
        if self.keep.body {
            let room = RESPONSE_KEPT_BYTES_MAX.saturating_sub(self.text.len());
            self.text.extend_from_slice(&data[..data.len().min(room)]);
        }
    }

    /// Complete; what is left of the input should not be there.
    fn done(&mut self, input: &mut &[u8], surplus: BodyError) -> ResponseEvent {
        let error = (!input.is_empty()).then_some(surplus);
        *input = &[];
        self.finish(false, error)
    }

    fn finish(&mut self, truncated: bool, error: Option<BodyError>) -> ResponseEvent {
        self.stage = Stage::Idle;
        self.partial = Vec::new();
        ResponseEvent::Done(Done { status: self.status, close: self.close, truncated, error })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEEP: Keep = Keep { head: true, body: true };

    /// Statuses seen, how it ended (none: not yet), the text.
    type Outcome = (Vec<u16>, Option<ResponseEvent>, Vec<u8>);

    fn read(method: Method, pieces: &[&[u8]], close: bool) -> Outcome {
        let mut reader = ResponseReader::default();
        reader.start(method, KEEP);
        let mut statuses = Vec::new();
        for piece in pieces {
            let mut input = *piece;
            while let Some(event) = reader.handle_bytes(&mut input, &mut CookieStore::default(), b"h") {
                match event {
                    ResponseEvent::Status(status) => statuses.push(status),
                    end => return (statuses, Some(end), reader.take_text()),
                }
            }
            assert!(input.is_empty());
        }
        let end = close.then(|| reader.handle_closed());
        (statuses, end, reader.take_text())
    }

    fn done(status: u16, close: bool) -> Option<ResponseEvent> {
        Some(ResponseEvent::Done(Done { status: Some(status), close, truncated: false, error: None }))
    }

    const RESPONSES: [(Method, &str, &[u16], bool, &str); 9] = [
        (Method::Get, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", &[200], false, "hello"),
        (Method::Get, "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n", &[204], false, ""),
        (Method::Get, "HTTP/1.1 304 No\r\nContent-Length: 10\r\n\r\n", &[304], false, ""),
        (Method::Head, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", &[200], false, ""),
        (
            Method::Get,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            &[200],
            false,
            "abc",
        ),
        (
            Method::Get,
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
            &[100, 200],
            false,
            "x",
        ),
        (Method::Get, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", &[200], true, ""),
        (
            Method::Get,
            "HTTP/1.1 500 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno",
            &[500],
            true,
            "no",
        ),
        (
            Method::Post,
            "HTTP/1.0 201 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nx",
            &[201],
            false,
            "x",
        ),
    ];

    #[test]
    fn responses_split_at_every_byte_and_byte_by_byte() {
        for (method, text, statuses, close, body) in RESPONSES {
            let bytes = text.as_bytes();
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            let mut splits: Vec<Vec<&[u8]>> =
                (1..bytes.len()).map(|at| vec![&bytes[..at], &bytes[at..]]).collect();
            splits.extend([vec![bytes], single]);
            for pieces in splits {
                let (seen, end, kept) = read(method, &pieces, false);
                assert_eq!(
                    (seen.as_slice(), end),
                    (statuses, done(statuses[statuses.len() - 1], close)),
                    "{text:?}"
                );
                assert!(kept.ends_with(format!("\r\n\r\n{body}").as_bytes()), "{text:?}");
            }
        }
    }

    #[test]
    fn a_close_after_every_byte_has_a_defined_outcome() {
        for (method, text, ..) in RESPONSES {
            for end in 0..text.len() {
                let (_, outcome, _) = read(method, &[&text.as_bytes()[..end]], true);
                let Some(ResponseEvent::Done(done)) = outcome else {
                    panic!("{text:?} at {end}: {outcome:?}")
                };
                assert!(done.truncated && done.close && done.error.is_none(), "{text:?} at {end}");
            }
        }
    }

    #[test]
    fn a_body_without_length_ends_with_the_connection() {
        let text = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nab";
        let (_, end, kept) = read(Method::Get, &[text, b"cd"], true);
        assert_eq!(end, done(200, true));
        assert!(kept.ends_with(b"\r\n\r\nabcd"));
    }

    #[test]
    fn surplus_bytes_are_an_error_of_the_body() {
        for (text, error) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxyz", BodyError::TooLong),
            ("HTTP/1.1 200 OK\r\n\r\nbody", BodyError::TooLong),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nmore", BodyError::Chunk),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", BodyError::Chunk),
        ] {
            let (_, end, _) = read(Method::Get, &[text.as_bytes()], false);
            let expected = Done { status: Some(200), close: false, truncated: false, error: Some(error) };
            assert_eq!(end, Some(ResponseEvent::Done(expected)), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_http_has_no_status() {
        for text in ["garbage\r\n\r\n", "HTTP/2.0 200\r\n\r\n"] {
            let (seen, end, _) = read(Method::Get, &[text.as_bytes()], false);
            let expected = Done { status: None, close: false, truncated: false, error: None };
            assert_eq!((seen.len(), end), (0, Some(ResponseEvent::Done(expected))), "{text:?}");
        }
        let (_, end, _) = read(Method::Get, &[b"HTTP/1.1 abc\r\n\r\n"], false);
        assert_eq!(end, Some(ResponseEvent::Failed));
    }

    #[test]
    fn nothing_is_kept_unless_asked_for() {
        let mut reader = ResponseReader::default();
        reader.start(Method::Get, Keep::default());
        let mut input: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        while reader.handle_bytes(&mut input, &mut CookieStore::default(), b"h").is_some() {}
        assert_eq!(reader.take_text().capacity(), 0);
    }
}
