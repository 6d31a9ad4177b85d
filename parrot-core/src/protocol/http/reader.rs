//! Reads the response of one exchange, whatever the splits: pull events out of the bytes that arrive.
//!
//! There is one reader for each user, most of them idle: it holds no memory but for a head that came in pieces and for what is
//! kept. A plain response allocates nothing. Bodies are counted by the caller; only what [`Keep`] asks for is kept.

use super::chunked::{Chunked, ChunkedDecoder};
use super::cookie::CookieStore;
use super::head::{self, Framing, Head, Unusable};
use crate::limits::{RESPONSE_HEAD_BYTES_MAX, RESPONSE_KEPT_BYTES_MAX};
use crate::plan::{Method, Request};

/// How much of a response the user wants to look at afterwards.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Keep {
    /// Nothing.
    #[default]
    Nothing,
    /// Status line and headers.
    Head,
    /// All of it.
    Everything,
}

impl Keep {
    /// What matches and variables of this request need.
    pub fn for_request(request: &Request) -> Self {
        if request.needs_body() {
            Self::Everything
        } else if request.needs_head() {
            Self::Head
        } else {
            Self::Nothing
        }
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ResponseEvent {
    /// A head with this status was read; interim ones (1xx) too.
    Status(u16),
    /// The exchange is over.
    Done(Done),
    /// The head makes no sense: the user ends.
    Failed,
}

/// How an exchange ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Done {
    /// Of the final response; none when none was understood.
    pub status: Option<u16>,
    /// The connection is of no more use.
    pub close: bool,
    /// The peer closed before the response was complete.
    pub truncated: bool,
    /// What was wrong with the body.
    pub error: Option<BodyError>,
}

/// What was wrong with a body. What had arrived behind the fault is dropped.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BodyError {
    /// Malformed chunks, or bytes behind the last one.
    Chunk,
    /// Bytes behind the announced length.
    TooLong,
}

/// The reader of one user's responses.
#[derive(Debug, Default)]
pub struct ResponseReader {
    state: State,
    /// While a head comes in pieces: its part so far. Afterwards: what is kept.
    text: Vec<u8>,
    status: Option<u16>,
    keep: Keep,
    method_is_head: bool,
    close: bool,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Idle,
    Head,
    Length(u64),
    Chunked(ChunkedDecoder),
    UntilClose,
}

impl ResponseReader {
    /// A request goes out: a response may arrive. Forgets what was kept.
    pub fn start(&mut self, method: Method, keep: Keep) {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        let method_is_head = method == Method::Head;
        *self = Self { state: State::Head, text, keep, method_is_head, ..Self::default() };
    }

    /// Takes bytes from the front of `input` and tells what they mean; none when all are taken and more are needed. To be called
    /// until it gives none, or [`ResponseEvent::Done`] or [`ResponseEvent::Failed`], with which all of `input` is used up.
    /// Cookies go to the store; `host` is the server's, without port. Bytes that belong to no exchange are dropped.
    pub fn handle_bytes(
        &mut self,
        input: &mut &[u8],
        cookies: &mut CookieStore,
        host: &[u8],
    ) -> Option<ResponseEvent> {
        loop {
            match &mut self.state {
                State::Idle => {
                    *input = &[];
                    return None;
                }
                State::Head => match self.read_head(input, cookies, host)? {
                    Ok(head) => {
                        self.take_head(&head);
                        // A head without a status tells nothing by itself.
                        if let Some(status) = head.status {
                            return Some(ResponseEvent::Status(status));
                        }
                    }
                    Err(Unusable) => {
                        *input = &[];
                        self.state = State::Idle;
                        return Some(ResponseEvent::Failed);
                    }
                },
                State::Length(left) => {
                    let length = usize::try_from(*left).map_or(input.len(), |left| left.min(input.len()));
                    *left -= length as u64;
                    let complete = *left == 0;
                    let (data, rest) = input.split_at(length);
                    *input = rest;
                    self.keep_body(data);
                    return complete.then(|| self.finish(input, BodyError::TooLong));
                }
                State::Chunked(decoder) => {
                    let mut decoder = *decoder;
                    let outcome = decoder.decode(input, |data| self.keep_body(data));
                    self.state = State::Chunked(decoder);
                    return match outcome {
                        Chunked::More => None,
                        Chunked::End => Some(self.finish(input, BodyError::Chunk)),
                        Chunked::Malformed => {
                            *input = &[];
                            Some(self.end(false, Some(BodyError::Chunk)))
                        }
                    };
                }
                State::UntilClose => {
                    let data = std::mem::take(input);
                    self.keep_body(data);
                    return None;
                }
            }
        }
    }

    /// The peer has closed while a response was awaited: nothing more will arrive, what has arrived counts.
    pub fn handle_closed(&mut self) -> ResponseEvent {
        self.close = true;
        if matches!(self.state, State::Head) && self.keep == Keep::Nothing {
            self.text = Vec::new();
        }
        let truncated = !matches!(self.state, State::UntilClose);
        self.end(truncated, None)
    }

    /// What was kept of the last response: head, blank line, decoded body; less when the peer closed early.
    pub fn take_text(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.text)
    }

    /// A head when it is complete; what has come of it is taken from `input` in any case.
    fn read_head(
        &mut self,
        input: &mut &[u8],
        cookies: &mut CookieStore,
        host: &[u8],
    ) -> Option<Result<Head, Unusable>> {
        if self.text.is_empty()
            && let Some((head, length)) = head::parse_front(input, cookies, host)
        {
            let (bytes, rest) = input.split_at(length);
            *input = rest;
            if self.keep != Keep::Nothing && !head.is_ok_and(|head| head.is_interim()) {
                let blank = bytes.iter().take_while(|byte| is_line_end(**byte)).count();
                self.text.extend_from_slice(&bytes[blank..]);
                self.end_head();
            }
            return Some(head);
        }
        let head = if self.gather_head(input) {
            head::parse_whole(&self.text, cookies, host)
        } else if self.text.len() > RESPONSE_HEAD_BYTES_MAX {
            Err(Unusable)
        } else {
            return None;
        };
        if head.is_ok_and(|head| head.is_interim()) {
            self.text.clear();
        } else if self.keep == Keep::Nothing {
            // Heads in pieces are rare: idle users do not hold on to the memory.
            self.text = Vec::new();
        } else {
            self.end_head();
        }
        Some(head)
    }

    /// Takes lines of a head from `input`; true when the head is complete. All of `input` is taken otherwise.
    fn gather_head(&mut self, input: &mut &[u8]) -> bool {
        while let Some(end) = memchr::memchr(b'\n', input) {
            let (line, rest) = input.split_at(end + 1);
            *input = rest;
            self.text.extend_from_slice(line);
            if self.text == b"\r\n" || self.text == b"\n" {
                // A blank line before a status line means nothing.
                self.text.clear();
            } else if self.text.ends_with(b"\n\r\n") || self.text.ends_with(b"\n\n") {
                return true;
            }
        }
        let rest = std::mem::take(input);
        self.text.extend_from_slice(rest);
        false
    }

    /// Makes the kept head end with a blank line as it should be, whatever it came with: those who look for the body rely on it.
    fn end_head(&mut self) {
        for line_end in *b"\n\r\n\r" {
            if self.text.last() == Some(&line_end) {
                self.text.pop();
            }
        }
        self.text.extend_from_slice(b"\r\n\r\n");
    }

    /// Goes on from a head.
    fn take_head(&mut self, head: &Head) {
        if head.is_interim() {
            return;
        }
        self.status = head.status;
        self.close = head.close;
        let bodyless = self.method_is_head || matches!(head.status, Some(101 | 204 | 304));
        self.state = match head.framing {
            _ if bodyless => State::Length(0),
            Framing::Chunked => State::Chunked(ChunkedDecoder::new()),
            Framing::Length(length) => State::Length(length),
            Framing::UntilClose => State::UntilClose,
            Framing::Unsaid if head.close => State::UntilClose,
            // Neither a length nor an end: complete at once, as Tsung, instead of waiting for a close that need not come.
            Framing::Unsaid => State::Length(0),
        };
    }

    fn keep_body(&mut self, data: &[u8]) {
        if self.keep == Keep::Everything {
            let room = RESPONSE_KEPT_BYTES_MAX.saturating_sub(self.text.len());
            self.text.extend_from_slice(&data[..data.len().min(room)]);
        }
    }

    /// The body is complete; anything behind it is too much.
    fn finish(&mut self, input: &mut &[u8], surplus: BodyError) -> ResponseEvent {
        let error = (!input.is_empty()).then_some(surplus);
        *input = &[];
        self.end(false, error)
    }

    fn end(&mut self, truncated: bool, error: Option<BodyError>) -> ResponseEvent {
        self.state = State::Idle;
        ResponseEvent::Done(Done { status: self.status, close: self.close, truncated, error })
    }
}

const fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "split_tests.rs"]
mod split_tests;
