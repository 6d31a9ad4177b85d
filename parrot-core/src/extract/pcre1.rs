//! Patterns of PCRE 8, which Erlang's `re` is, rewritten to mean the same to PCRE2.
//!
//! What PCRE2 reads differently or refuses: `{ 1}`, `{,3}` (quantifiers there, plain text here), escapes that are none (`\i`: the
//! letter), a hyphen behind a class (`[\w-.]`), `\x` without digits, letters of ISO-8859-1 (`\w`). Compared with Erlang on
//! thousands of patterns; `\b` and `(?i)` know ASCII letters only, here. Bytes above ASCII become `\xHH`: the binding takes
//! patterns as UTF-8 text, yet they are bytes.

/// A pattern for PCRE2.
#[derive(Debug, Default)]
pub(super) struct Rewritten {
    /// Only ASCII.
    pub(super) text: String,
    /// For each byte of the text, where it comes from in the pattern.
    pub(super) offsets: Vec<usize>,
}

/// Rewrites a pattern. What is an error for both stays one.
pub(super) fn rewrite(pattern: &[u8]) -> Rewritten {
    let mut scanner = Scanner { pattern, at: 0, out: Rewritten::default(), extended: false };
    while let Some(byte) = scanner.peek() {
        scanner.outside(byte);
    }
    scanner.out
}

/// Where in a pattern.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    Class,
    Outside,
}

impl Place {
    /// Letters that mean nothing behind a backslash: PCRE 8 takes them as they are.
    const fn plain_letters(self) -> &'static [u8] {
        match self {
            Self::Class => b"ABCFGIJKMORTXYZgijkmqyz",
            Self::Outside => b"FIJMOTYijmqy",
        }
    }
}

/// Letters above ASCII in ISO-8859-1, which Erlang's tables are of.
const LETTERS: &str = r"\xaa\xb5\xba\xc0-\xd6\xd8-\xf6\xf8-\xff";
const UPPER: &str = r"\xc0-\xd6\xd8-\xde";
const LOWER: &str = r"\xaa\xb5\xba\xdf-\xf6\xf8-\xff";
/// What is no letter, digit or underscore.
const NO_WORD: &str = r"\x00-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7";

fn within(place: Place, kind: &str, more: &str) -> String {
    match place {
        Place::Class => format!("{kind}{more}"),
        Place::Outside => format!("[{kind}{more}]"),
    }
}

/// Escapes for a kind of character.
const KINDS: &[u8] = b"DHNPSVWdhpsvw";

struct Scanner<'a> {
    pattern: &'a [u8],
    at: usize,
    out: Rewritten,
    /// `(?x)` has been seen: `#` begins a comment.
    extended: bool,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a [u8] {
        &self.pattern[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// Writes something in place of the next `length` bytes.
    fn replace(&mut self, length: usize, text: &str) {
        self.out.text.push_str(text);
        self.out.offsets.extend(std::iter::repeat_n(self.at, text.len()));
        self.at += length;
    }

    /// Copies the next byte.
    fn copy(&mut self) {
        match self.peek() {
            Some(byte @ 0x80..) => self.replace(1, &format!("\\x{byte:02x}")),
            Some(byte) => self.replace(1, char::from(byte).encode_utf8(&mut [0; 4])),
            None => {}
        }
    }

    /// Copies up to and including the first such byte.
    fn copy_through(&mut self, last: u8) {
        while let Some(byte) = self.peek() {
            self.copy();
            if byte == last {
                break;
            }
        }
    }

    fn outside(&mut self, byte: u8) {
        match byte {
            b'\\' => self.escape(Place::Outside),
            b'[' => self.class(),
            b'{' if !is_quantifier(self.rest()) => self.replace(1, "\\{"),
            b'(' if self.rest().starts_with(b"(?#") => self.copy_through(b')'),
            // Verbs and callouts may hold what looks like something else.
            b'(' if self.rest().starts_with(b"(*") => self.copy_through(b')'),
            b'(' => {
                self.extended |= sets_extended(self.rest());
                self.copy();
            }
            b'#' if self.extended => self.copy_through(b'\n'),
            _ => self.copy(),
        }
    }

    /// Rewrites a backslash and what belongs to it.
    fn escape(&mut self, place: Place) {
        match self.rest().get(1).copied() {
            Some(b'Q') => self.quoted(),
            Some(letter) if place.plain_letters().contains(&letter) => {
                self.replace(1, "");
                self.copy();
            }
            Some(b'x') => self.hex(),
            Some(b'w') => self.replace(2, &within(place, "\\w", LETTERS)),
            Some(b'W') if place == Place::Outside => self.replace(2, &format!("[^\\w{LETTERS}]")),
            Some(b'W') => self.replace(2, NO_WORD),
            Some(b'c') => (0..3).for_each(|_| self.copy()),
            // What follows is an argument, not a quantifier.
            Some(b'N' | b'P' | b'g' | b'k' | b'o' | b'p') if self.rest().get(2) == Some(&b'{') => {
                self.copy_through(b'}');
            }
            Some(0x80..) => {
                self.replace(1, "");
                self.copy();
            }
            Some(_) => {
                self.copy();
                self.copy();
            }
            None => self.copy(),
        }
    }

    /// `\x` takes at most two digits, or none.
    fn hex(&mut self) {
        let digits = &self.rest()[2..];
        if digits.starts_with(b"{") {
            self.copy_through(b'}');
            return;
        }
        let count = digits.iter().take(2).take_while(|byte| byte.is_ascii_hexdigit()).count();
        let value = digits[..count].iter().fold(0, |value, byte| value * 16 + hex_value(*byte));
        self.replace(2 + count, &format!("\\x{value:02x}"));
    }

    /// `\Q…\E`: each byte by itself, so that those above ASCII may stand among them.
    fn quoted(&mut self) {
        self.replace(2, "");
        while let Some(byte) = self.peek() {
            if self.rest().starts_with(b"\\E") {
                self.replace(2, "");
                return;
            }
            if byte.is_ascii() && !byte.is_ascii_alphanumeric() {
                self.replace(0, "\\");
            }
            self.copy();
        }
    }

    /// A class, from `[` to its `]`.
    fn class(&mut self) {
        self.copy();
        if self.peek() == Some(b'^') {
            self.copy();
        }
        // In front, it is no end.
        if self.peek() == Some(b']') {
            self.copy();
        }
        while let Some(byte) = self.peek() {
            match byte {
                b']' => return self.copy(),
                b'\\' => {
                    let kind = self.rest().get(1).is_some_and(|letter| KINDS.contains(letter));
                    self.escape(Place::Class);
                    self.hyphen_behind(kind);
                }
                b'[' if posix_length(self.rest()).is_some() => {
                    self.posix_class(posix_length(self.rest()).unwrap_or(0));
                    self.hyphen_behind(true);
                }
                _ => self.copy(),
            }
        }
    }

    fn posix_class(&mut self, length: usize) {
        let more = match &self.rest()[..length] {
            b"[:alnum:]" | b"[:alpha:]" | b"[:word:]" => LETTERS,
            b"[:lower:]" => LOWER,
            b"[:upper:]" => UPPER,
            _ => "",
        };
        (0..length).for_each(|_| self.copy());
        self.replace(0, more);
    }

    /// Behind a kind of characters a hyphen is one, and no range.
    fn hyphen_behind(&mut self, kind: bool) {
        if kind && self.peek() == Some(b'-') {
            self.replace(1, "\\-");
        }
    }
}

/// `{n}`, `{n,}` or `{n,m}`.
fn is_quantifier(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let least = digits(&text[1..]);
    let rest = &text[1 + least..];
    least > 0
        && match rest.strip_prefix(b",") {
            Some(rest) => rest[digits(rest)..].starts_with(b"}"),
            None => rest.starts_with(b"}"),
        }
}

/// `(?x)` or `(?ix:` or the like.
fn sets_extended(text: &[u8]) -> bool {
    text.strip_prefix(b"(?").is_some_and(|flags| {
        let letters = flags.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        flags[..letters].contains(&b'x') && matches!(flags.get(letters), Some(b')' | b':' | b'-'))
    })
}

/// The length of `[:name:]`.
fn posix_length(text: &[u8]) -> Option<usize> {
    let inner = text.strip_prefix(b"[:")?;
    let name = inner.iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'^').count();
    inner[name..].starts_with(b":]").then_some(name + 4)
}

const fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_rewritten_where_pcre2_differs() {
        for (pattern, text) in [
            ("a{2}b{2,}c{2,3}", "a{2}b{2,}c{2,3}"),
            ("a{,3}{ 1}{1, 2}{}{x}{", "a\\{,3}\\{ 1}\\{1, 2}\\{}\\{x}\\{"),
            ("\"t\":{\"v\"", "\"t\":\\{\"v\""),
            ("\\{,3}\\\\{,3}", "\\{,3}\\\\\\{,3}"),
            ("[{,3}]", "[{,3}]"),
            ("\\x{61}\\p{L}\\g{1}\\k{n}\\o{141}", "\\x{61}\\p{L}\\g{1}\\k{n}\\o{141}"),
            ("\\i\\F\\d\\_\\/", "iF\\d\\_\\/"),
            ("\\x\\x1\\x1g\\x414", "\\x00\\x01\\x01g\\x414"),
            ("[\\s-.][\\d-z][a-z][\\h-]", "[\\s\\-.][\\d\\-z][a-z][\\h\\-]"),
            ("[[:digit:]-z][[a]-z]", "[[:digit:]\\-z][[a]-z]"),
            ("\\c[a]{,3}", "\\c[a]\\{,3}"),
            ("[]-a][^]{,3}]{,3}", "[]-a][^]{,3}]\\{,3}"),
            ("[\\B\\R\\b\\]{,3}]", "[BR\\b\\]{,3}]"),
            ("\\Qa.{,3}\\E{,3}", "a\\.\\{\\,3\\}\\{,3}"),
            ("(?#{,3}[)[{]{,3}", "(?#{,3}[)[{]\\{,3}"),
            ("(?x)a # [ {,3}\n{,3}", "(?x)a # [ {,3}\n\\{,3}"),
            ("a#[{]{,3}", "a#[{]\\{,3}"),
            ("a\\", "a\\"),
            ("[a", "[a"),
        ] {
            assert_eq!(rewrite(pattern.as_bytes()).text, text, "{pattern}");
        }
    }

    #[test]
    fn bytes_above_ascii_are_escaped() {
        assert_eq!(
            rewrite(b"caf\xe9\\\xe9[\xe0-\xff]\\Q\xe9.\\E").text,
            "caf\\xe9\\xe9[\\xe0-\\xff]\\xe9\\."
        );
    }

    #[test]
    fn offsets_lead_back() {
        let rewritten = rewrite(b"\xe9{,(");
        assert_eq!(rewritten.text, "\\xe9\\{,(");
        assert_eq!(rewritten.offsets, [0, 0, 0, 0, 1, 1, 2, 3]);
    }

    proptest::proptest! {
        #[test]
        fn anything_is_rewritten_to_ascii(pattern in proptest::collection::vec(proptest::prop_oneof![
            proptest::prelude::any::<u8>(),
            proptest::sample::select(b"\\\\[](){}Qx:#?-^1,".to_vec()),
        ], 0..24)) {
            let rewritten = rewrite(&pattern);
            proptest::prop_assert!(rewritten.text.is_ascii());
            proptest::prop_assert_eq!(rewritten.offsets.len(), rewritten.text.len());
            proptest::prop_assert!(rewritten.offsets.iter().all(|offset| *offset <= pattern.len()));
        }
    }
}
