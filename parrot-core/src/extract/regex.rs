//! Perl-compatible patterns on bytes: what Erlang's `re` understands, by PCRE2.
//!
//! Patterns and subjects are bytes, never UTF-8. What PCRE2 reads differently from PCRE 8 is rewritten first.

use std::fmt;
use std::sync::OnceLock;

use pcre2::bytes::{Regex as Pcre, RegexBuilder};

use super::pcre1::{Rewritten, rewrite};
use crate::limits::PATTERN_STACK_BYTES_MAX;

/// A compiled pattern.
#[derive(Debug)]
pub struct Regex {
    pcre: Pcre,
    /// The same with room for long texts, made when it is first needed: `(?:.|\n)*` takes stack for each byte that it passes,
    /// and has outgrown the usual room after some hundred bytes of a page.
    deep: OnceLock<Option<Pcre>>,
}

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
        let Rewritten { text, offsets } = rewrite(pattern);
        let pcre = RegexBuilder::new().jit_if_available(true).build(&text).map_err(|error| {
            let at = error.offset().unwrap_or(0);
            let offset = offsets.get(at).copied().unwrap_or(pattern.len());
            let whole = error.to_string();
            // `PCRE2: error compiling pattern at offset N: …`: the place is told apart.
            let message = whole.splitn(3, ": ").nth(2).unwrap_or(&whole).to_owned();
            PatternError { offset, message }
        })?;
        Ok(Self { pcre, deep: OnceLock::new() })
    }

    /// Whether it is found anywhere.
    ///
    /// # Errors
    /// [`LimitExceeded`].
    pub fn is_match(&self, text: &[u8]) -> Result<bool, LimitExceeded> {
        self.run(|pcre| pcre.is_match(text))
    }

    /// Group 1 of its first match: empty where the group is missing or took no part; none without a match.
    ///
    /// # Errors
    /// [`LimitExceeded`].
    pub fn group1<'t>(&self, text: &'t [u8]) -> Result<Option<&'t [u8]>, LimitExceeded> {
        let found = self.run(|pcre| pcre.captures(text))?;
        Ok(found.map(|captures| captures.get(1).map_or(&b""[..], |group| group.as_bytes())))
    }

    /// Runs the pattern, with more room if it needs it.
    fn run<T>(&self, find: impl Fn(&Pcre) -> Result<T, pcre2::Error>) -> Result<T, LimitExceeded> {
        let deep = match self.deep.get() {
            Some(deep) => deep,
            None => match find(&self.pcre) {
                Err(error) if error.code() == JIT_STACK_LIMIT => self.deep.get_or_init(|| {
                    let room = Some(PATTERN_STACK_BYTES_MAX);
                    let text = self.pcre.as_str();
                    RegexBuilder::new().jit_if_available(true).max_jit_stack_size(room).build(text).ok()
                }),
                result => return result.map_err(|_| LimitExceeded),
            },
        };
        find(deep.as_ref().ok_or(LimitExceeded)?).map_err(|_| LimitExceeded)
    }
}

/// `PCRE2_ERROR_JIT_STACKLIMIT`.
const JIT_STACK_LIMIT: i32 = -46;

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
        assert_eq!(regex.is_match(&text), Err(LimitExceeded));
    }

    #[test]
    fn long_texts_are_searched_to_their_end() {
        let text = [b"<div>".to_vec(), b"some text\n".repeat(20_000), b"</div>".to_vec()].concat();
        for pattern in ["<div>(?:.|\\n)*</div>", "<div>(?:.|\\n)*?</div>", "<div>([^<]|<b>)*</div>"] {
            let regex = Regex::compile(pattern.as_bytes()).unwrap();
            assert_eq!(regex.is_match(&text), Ok(true), "{pattern}");
            assert_eq!(regex.is_match(b"<div>short</div>"), Ok(true), "{pattern}");
            assert_eq!(regex.is_match(&text[..text.len() - 1]), Ok(false), "{pattern}");
        }
    }

    #[test]
    fn letters_are_those_of_iso_8859_1() {
        for (pattern, text, value) in [
            (&b"(\\w+)"[..], &b"M\xfcller x"[..], &b"M\xfcller"[..]),
            (b"(\\W+)", b"a\xe9 \xd7\xf7b", b" \xd7\xf7"),
            (b"([\\w-]+)", b"\xd7caf\xe9-x", b"caf\xe9-x"),
            (b"([\\W]+)", b"a\xe9 \xd7\xf7b", b" \xd7\xf7"),
            (b"([[:lower:]]+)", b"\xc9\xe9e", b"\xe9e"),
            (b"([[:upper:]]+)", b"\xe9\xc9E", b"\xc9E"),
        ] {
            assert_eq!(Regex::compile(pattern).unwrap().group1(text), Ok(Some(value)), "{pattern:?}");
        }
    }

    /// What Erlang's `re` gives for these, and PCRE2 would not.
    #[test]
    fn patterns_of_pcre_8_keep_their_meaning() {
        for (pattern, text, value) in [
            ("([\\w-.]+)@", "a-b.c@d", Some("a-b.c")),
            ("([[:alpha:]-z]+)", "a-z", Some("a-z")),
            ("(x{ 1})", "x{ 1}", Some("x{ 1}")),
            ("(x{1, 2})", "xx", None),
            ("(\\i\\j)", "ij", Some("ij")),
            ("([\\B]+)", "BB", Some("BB")),
            ("(\\x)", "\0", Some("\0")),
        ] {
            assert_eq!(group1(pattern, text).as_deref(), value, "{pattern}");
        }
    }
}
