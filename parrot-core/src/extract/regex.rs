//! Perl-compatible patterns on bytes: what Erlang's `re` understands, by PCRE2.
//!
//! Patterns and subjects are bytes, never UTF-8. Two things that PCRE2 reads differently from PCRE 8 are rewritten.

use std::fmt;

use pcre2::bytes::{Regex as Pcre, RegexBuilder};

/// A compiled pattern.
#[derive(Debug)]
pub struct Regex(Pcre);

/// A pattern that does not compile.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PatternError {
    /// Where in the pattern, in bytes.
    pub offset: usize,
    /// What PCRE2 says of it.
    pub message: String,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at offset {})", self.message, self.offset)
    }
}

impl std::error::Error for PatternError {}

/// The pattern needs more steps on this text than PCRE2 allows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LimitExceeded;

/// Whether a pattern compiles.
///
/// # Errors
/// What is wrong with it, and where.
pub fn check_pattern(pattern: &[u8]) -> Result<(), PatternError> {
    Regex::compile(pattern).map(drop)
}

impl Regex {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn compile(pattern: &[u8]) -> Result<Self, PatternError> {
        let (text, offsets) = rewrite(pattern);
        RegexBuilder::new().jit_if_available(true).build(&text).map(Self).map_err(|error| {
            let at = error.offset().unwrap_or(0);
            let offset = offsets.get(at).copied().unwrap_or(pattern.len());
            let whole = error.to_string();
            // `PCRE2: error compiling pattern at offset N: …`: the place is told apart.
            let message = whole.splitn(3, ": ").nth(2).unwrap_or(&whole).to_owned();
            PatternError { offset, message }
        })
    }

    /// Whether it is found anywhere.
    ///
    /// # Errors
    /// [`LimitExceeded`].
    pub fn is_match(&self, text: &[u8]) -> Result<bool, LimitExceeded> {
        self.0.is_match(text).map_err(|_| LimitExceeded)
    }

    /// Group 1 of its first match: empty where the group is missing or took no part; none without a match.
    ///
    /// # Errors
    /// [`LimitExceeded`].
    pub fn group1<'t>(&self, text: &'t [u8]) -> Result<Option<&'t [u8]>, LimitExceeded> {
        let found = self.0.captures(text).map_err(|_| LimitExceeded)?;
        Ok(found.map(|captures| captures.get(1).map_or(&b""[..], |group| group.as_bytes())))
    }
}

/// The pattern as text that means the same to PCRE2, with the offset in the pattern of each of its bytes.
///
/// Bytes above ASCII become `\xHH`; `{,` is literal (PCRE2 10.43 made it a quantifier).
fn rewrite(pattern: &[u8]) -> (String, Vec<usize>) {
    let mut text = String::with_capacity(pattern.len());
    let mut offsets = Vec::with_capacity(pattern.len());
    let mut escaped = false;
    let mut literal = false;
    for (offset, &byte) in pattern.iter().enumerate() {
        let before = text.len();
        match byte {
            b'{' if !escaped && !literal && pattern.get(offset + 1) == Some(&b',') => text.push_str("\\{"),
            // An escaped byte above ASCII is that byte.
            0x80.. if escaped => {
                text.pop();
                offsets.pop();
                push_hex(&mut text, byte, literal);
            }
            0x80.. => push_hex(&mut text, byte, literal),
            _ => text.push(char::from(byte)),
        }
        if escaped && byte == b'Q' {
            literal = true;
        } else if escaped && byte == b'E' {
            literal = false;
        }
        escaped = !escaped && byte == b'\\';
        let added = text.len().saturating_sub(before.min(offsets.len()));
        offsets.extend(std::iter::repeat_n(offset, added));
    }
    (text, offsets)
}

/// Writes a byte as an escape; inside `\Q…\E` the quoting is interrupted for it.
fn push_hex(text: &mut String, byte: u8, literal: bool) {
    let escape = if literal { format!("\\E\\x{byte:02x}\\Q") } else { format!("\\x{byte:02x}") };
    text.push_str(&escape);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group1(pattern: &str, text: &str) -> Option<String> {
        let regex = Regex::compile(pattern.as_bytes()).unwrap();
        regex.group1(text.as_bytes()).unwrap().map(|group| String::from_utf8_lossy(group).into_owned())
    }

    #[test]
    fn group_one_of_the_first_match() {
        for (pattern, text, value) in [
            ("id=(\\d+)", "id=1 id=2", Some("1")),
            ("id=\\d+", "id=1", Some("")),
            ("a(x)?b", "ab", Some("")),
            ("nope(.)", "text", None),
            ("\"t\":{\"v\":\"([^\"]*)\"", "{\"t\":{\"v\":\"z\"}}", Some("z")),
            ("\\<(b)", "<b", Some("b")),
            ("(a{,3})", "a{,3}", Some("a{,3}")),
            ("(.*)", "line\nother", Some("line")),
            ("(?i)TOKEN=(\\w+)", "token=Ab", Some("Ab")),
        ] {
            assert_eq!(group1(pattern, text).as_deref(), value, "{pattern}");
        }
    }

    #[test]
    fn bytes_are_bytes() {
        let regex = Regex::compile(b"caf\xe9(.)").unwrap();
        assert_eq!(regex.group1(b"caf\xe9\xff"), Ok(Some(&b"\xff"[..])));
        assert!(Regex::compile(b"[\xe0-\xff]").unwrap().is_match(b"\xe9").unwrap());
        assert!(Regex::compile(b"\\\xe9").unwrap().is_match(b"\xe9").unwrap());
        assert!(Regex::compile(b"\\Qa.\xe9\\E").unwrap().is_match(b"a.\xe9").unwrap());
        assert!(!Regex::compile("é".as_bytes()).unwrap().is_match(b"\xe9").unwrap());
    }

    #[test]
    fn mistakes_are_placed() {
        for (pattern, offset) in [("a(b", 3), ("ab)", 2), ("[a", 2), ("a**b", 2)] {
            let error = check_pattern(pattern.as_bytes()).unwrap_err();
            assert!(error.offset.abs_diff(offset) <= 1, "{pattern}: {error}");
            assert!(!error.message.is_empty() && !error.message.starts_with("PCRE2"), "{error}");
        }
    }

    #[test]
    fn runaway_patterns_stop() {
        let regex = Regex::compile(b"^(a+)+$").unwrap();
        let text = [b"a".repeat(60), b"b".to_vec()].concat();
        assert!(matches!(regex.is_match(&text), Err(LimitExceeded) | Ok(false)));
    }
}
