//! Text to nodes.
//!
//! Strict, but for what Tsung's reader lets pass too: control characters in strings, backslashes before any character, a comma
//! behind the last element or member.

use super::tape::{Json, Kind, Node};
use crate::limits::{JSON_DEPTH_MAX, JSON_NODES_MAX};

/// The text is no JSON, or nested too deeply, or of too many parts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NotJson;

impl Json {
    /// Takes a text apart. After an error there is nothing to find.
    ///
    /// # Errors
    /// When it is no JSON from its beginning to its end.
    pub fn parse(&mut self, text: &[u8]) -> Result<(), NotJson> {
        self.nodes.clear();
        self.open.clear();
        let parsed = if u32::try_from(text.len()).is_ok() && is_text(text) {
            Parser { text, at: 0, nodes: &mut self.nodes, open: &mut self.open }.document()
        } else {
            Err(NotJson)
        };
        if parsed.is_err() {
            self.nodes.clear();
        }
        parsed
    }
}

/// Whether it is UTF-8. Surrogates are let pass: some servers write characters above U+FFFF as pairs of them.
fn is_text(mut text: &[u8]) -> bool {
    while let Err(error) = std::str::from_utf8(text) {
        match &text[error.valid_up_to()..] {
            [0xed, 0xa0..=0xbf, 0x80..=0xbf, rest @ ..] => text = rest,
            _ => return false,
        }
    }
    true
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    nodes: &'a mut Vec<Node>,
    open: &'a mut Vec<u32>,
}

impl Parser<'_> {
    fn document(&mut self) -> Result<(), NotJson> {
        self.skip_blanks();
        loop {
            if self.value()? {
                continue;
            }
            if !self.after_value()? {
                break;
            }
        }
        self.skip_blanks();
        if self.at == self.text.len() { Ok(()) } else { Err(NotJson) }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) -> Result<(), NotJson> {
        if self.nodes.len() >= JSON_NODES_MAX {
            return Err(NotJson);
        }
        let next = self.nodes.len() as u32 + 1;
        self.nodes.push(Node { start: start as u32, end: end as u32, next, kind });
        Ok(())
    }

    /// Reads a value, or opens a container up to its first value: then true.
    fn value(&mut self) -> Result<bool, NotJson> {
        let start = self.at;
        match self.peek().ok_or(NotJson)? {
            b'"' => self.string()?,
            b'{' => return self.begin(Kind::Object, b'}'),
            b'[' => return self.begin(Kind::Array, b']'),
            b'-' | b'0'..=b'9' => self.number()?,
            b't' => self.word(b"true", Kind::True)?,
            b'f' => self.word(b"false", Kind::False)?,
            b'n' => self.word(b"null", Kind::Null)?,
            _ => return Err(NotJson),
        }
        debug_assert!(self.at > start);
        Ok(false)
    }

    fn begin(&mut self, kind: Kind, end: u8) -> Result<bool, NotJson> {
        if self.open.len() >= JSON_DEPTH_MAX {
            return Err(NotJson);
        }
        let number = self.nodes.len() as u32;
        self.push(kind, self.at, self.at)?;
        self.at += 1;
        self.skip_blanks();
        if self.peek() == Some(end) {
            self.at += 1;
            self.nodes[number as usize].end = self.at as u32;
            return Ok(false);
        }
        self.open.push(number);
        if kind == Kind::Object {
            self.name()?;
        }
        Ok(true)
    }

    /// Closes containers up to one that goes on with another value: then true.
    fn after_value(&mut self) -> Result<bool, NotJson> {
        while let Some(&number) = self.open.last() {
            let is_object = self.nodes[number as usize].kind == Kind::Object;
            let end = if is_object { b'}' } else { b']' };
            self.skip_blanks();
            let mut byte = self.peek();
            if byte == Some(b',') {
                self.at += 1;
                self.skip_blanks();
                byte = self.peek();
                if byte != Some(end) {
                    if is_object {
                        self.name()?;
                    }
                    return Ok(true);
                }
            }
            if byte != Some(end) {
                return Err(NotJson);
            }
            self.at += 1;
            let next = self.nodes.len() as u32;
            let container = &mut self.nodes[number as usize];
            container.end = self.at as u32;
            container.next = next;
            self.open.pop();
        }
        Ok(false)
    }

    /// The name of a member and what stands between it and the value.
    fn name(&mut self) -> Result<(), NotJson> {
        if self.peek() != Some(b'"') {
            return Err(NotJson);
        }
        self.string()?;
        self.skip_blanks();
        if self.peek() != Some(b':') {
            return Err(NotJson);
        }
        self.at += 1;
        self.skip_blanks();
        Ok(())
    }

    fn string(&mut self) -> Result<(), NotJson> {
        let start = self.at + 1;
        let mut at = start;
        let mut kind = Kind::String;
        loop {
            at += quote_or_backslash(self.text.get(at..).ok_or(NotJson)?).ok_or(NotJson)?;
            if self.text[at] == b'"' {
                break;
            }
            kind = Kind::EscapedString;
            at += match self.text.get(at + 1) {
                Some(b'u') => 2 + code_unit_length(&self.text[at + 2..])?,
                Some(_) => 2,
                None => return Err(NotJson),
            };
        }
        self.push(kind, start, at)?;
        self.at = at + 1;
        Ok(())
    }

    fn number(&mut self) -> Result<(), NotJson> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        let mut kind = Kind::Integer;
        if self.peek() == Some(b'.') {
            kind = Kind::Float;
            self.at += 1;
            self.digits()?;
        }
        let mut may_overflow = self.at - start > 300;
        if let Some(b'e' | b'E') = self.peek() {
            (kind, may_overflow) = (Kind::Float, true);
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        let written = &self.text[start..self.at];
        if kind == Kind::Float && may_overflow && !super::value::float(written).is_finite() {
            return Err(NotJson);
        }
        self.push(kind, start, self.at)
    }

    fn digits(&mut self) -> Result<(), NotJson> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(NotJson) }
    }

    fn word(&mut self, word: &[u8], kind: Kind) -> Result<(), NotJson> {
        if !self.text[self.at..].starts_with(word) {
            return Err(NotJson);
        }
        self.push(kind, self.at, self.at + word.len())?;
        self.at += word.len();
        Ok(())
    }
}

/// Most names and many strings are too short for a search of whole words to be worth its start.
#[inline]
fn quote_or_backslash(text: &[u8]) -> Option<usize> {
    const SHORT: usize = 12;
    let is_end = |byte: &u8| matches!(byte, b'"' | b'\\');
    match text.iter().take(SHORT).position(is_end) {
        Some(at) => Some(at),
        None => Some(SHORT + memchr::memchr2(b'"', b'\\', text.get(SHORT..)?)?),
    }
}

/// The length of what follows `\u` for one character: four digits, or for a pair of surrogates all that is left of it.
fn code_unit_length(text: &[u8]) -> Result<usize, NotJson> {
    match code_unit(text).ok_or(NotJson)? {
        0xd800..=0xdbff => match text.get(4..6) {
            Some(b"\\u") if matches!(code_unit(&text[6..]), Some(0xdc00..=0xdfff)) => Ok(10),
            _ => Err(NotJson),
        },
        0xdc00..=0xdfff => Err(NotJson),
        _ => Ok(4),
    }
}

/// The number of four hexadecimal digits.
pub(super) fn code_unit(text: &[u8]) -> Option<u32> {
    text.get(..4)?.iter().try_fold(0, |sum, digit| Some(sum << 4 | char::from(*digit).to_digit(16)?))
}
