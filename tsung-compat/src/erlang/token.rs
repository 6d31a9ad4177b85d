//! Cuts Erlang into the tokens that matter to its brackets and blocks.

use super::Mistake;

/// A token; all that opens or closes nothing is alike.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Token {
    Open(&'static str),
    Close(&'static str),
    Comma,
    /// The dot that ends a form.
    Dot,
    /// From `%` to the end of the line, or of the text.
    Comment {
        to_the_end: bool,
    },
    Other,
}

/// Words that `end` closes. `fun` is one only before its arguments.
const BLOCKS: [&str; 5] = ["case", "if", "receive", "begin", "try"];
/// Longest first, so that `=<<` is `=<` and `<`, as in Erlang.
const SYMBOLS: [&str; 14] =
    ["=:=", "=/=", "<<", ">>", "=<", "=>", ">=", "<=", "<-", "->", "==", "||", ":=", "/="];

/// A walk over a text.
pub(super) struct Scanner<'a> {
    code: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(code: &'a str) -> Self {
        Self { code, at: 0 }
    }

    /// All tokens with the byte where each starts.
    pub(super) fn tokens(mut self) -> Result<Vec<(usize, Token)>, (usize, Mistake)> {
        let mut tokens: Vec<(usize, Token)> = Vec::new();
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            let start = self.at;
            let Some(first) = self.rest().chars().next() else {
                return Ok(tokens);
            };
            let token = self.token(first)?;
            tokens.push((start, token));
        }
    }

    fn rest(&self) -> &'a str {
        self.code.get(self.at..).unwrap_or_default()
    }

    fn token(&mut self, first: char) -> Result<Token, (usize, Mistake)> {
        match first {
            '%' => {
                let line = self.rest().find('\n');
                self.at = line.map_or(self.code.len(), |end| self.at + end);
                Ok(Token::Comment { to_the_end: line.is_none() })
            }
            '"' => self.quoted('"', "\""),
            '\'' => self.quoted('\'', "'"),
            '$' => {
                self.at += 1;
                let escaped = self.rest().starts_with('\\');
                self.at += usize::from(escaped);
                self.at += self.rest().chars().next().map_or(0, char::len_utf8);
                Ok(Token::Other)
            }
            _ if first.is_ascii_digit() => {
                self.number();
                Ok(Token::Other)
            }
            _ if first.is_alphanumeric() || first == '_' => Ok(self.word()),
            _ => Ok(self.symbol(first)),
        }
    }

    fn quoted(&mut self, quote: char, opened: &'static str) -> Result<Token, (usize, Mistake)> {
        let start = self.at;
        let mut escaped = false;
        for (offset, character) in self.rest().char_indices().skip(1) {
            if !escaped && character == quote {
                self.at = start + offset + quote.len_utf8();
                return Ok(Token::Other);
            }
            escaped = !escaped && character == '\\';
        }
        Err((start, Mistake::Unclosed { opened }))
    }

    /// Digits, letters (`16#ff`) and a point between digits.
    fn number(&mut self) {
        let bytes = self.rest().as_bytes();
        let digit_after = |at: usize| bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        let mut end = 0;
        while let Some(byte) = bytes.get(end)
            && (byte.is_ascii_alphanumeric()
                || matches!(byte, b'#' | b'_')
                || *byte == b'.' && digit_after(end))
        {
            end += 1;
        }
        self.at += end;
    }

    fn word(&mut self) -> Token {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '@')).unwrap_or(rest.len());
        self.at += end;
        let word = &rest[..end];
        if word == "end" {
            return Token::Close("end");
        }
        if word == "fun" {
            return if self.has_arguments() { Token::Open("fun") } else { Token::Other };
        }
        BLOCKS.iter().find(|block| **block == word).map_or(Token::Other, |block| Token::Open(block))
    }

    /// Whether the word before is a `fun` with a body: `fun(`, or `fun Name(`.
    fn has_arguments(&self) -> bool {
        let rest = self.rest().trim_start();
        let name = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let variable = rest.starts_with(|c: char| c.is_uppercase() || c == '_');
        rest.starts_with('(') || variable && rest[name..].trim_start().starts_with('(')
    }

    fn symbol(&mut self, first: char) -> Token {
        let rest = self.rest();
        if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            self.at += symbol.len();
            return match *symbol {
                "<<" => Token::Open("<<"),
                ">>" => Token::Close(">>"),
                _ => Token::Other,
            };
        }
        self.at += first.len_utf8();
        match first {
            '(' => Token::Open("("),
            '[' => Token::Open("["),
            '{' => Token::Open("{"),
            ')' => Token::Close(")"),
            ']' => Token::Close("]"),
            '}' => Token::Close("}"),
            ',' => Token::Comma,
            '.' if self.rest().chars().next().is_none_or(|next| next.is_whitespace() || next == '%') => {
                Token::Dot
            }
            _ => Token::Other,
        }
    }
}
