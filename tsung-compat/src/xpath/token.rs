//! Cuts an XPath 1.0 expression into tokens.

use super::Mistake;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// `/ // | + - = != < <= > >= ( ) [ ] . .. @ , ::`, and `*` as a sign of multiplication.
    Sign(&'static str),
    /// `and`, `or`, `mod`, `div` where an operator may stand.
    Operator(&'static str),
    Literal,
    Number,
    Variable(&'a str),
    /// `name`, `prefix:name`, `*` or `prefix:*` where no operator may stand.
    Name(&'a str),
}

/// Longest first.
const SIGNS: [&str; 17] =
    ["//", "::", "!=", "<=", ">=", "..", "/", "|", "+", "-", "=", "<", ">", "(", ")", "[", "]"];
const SMALL_SIGNS: [&str; 3] = ["@", ",", "."];
const OPERATORS: [&str; 4] = ["and", "or", "mod", "div"];

/// All tokens with the byte where each starts. The error is at a byte too.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token<'_>)>, (usize, Mistake)> {
    let mut tokens: Vec<(usize, Token<'_>)> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let blank = rest.len() - rest.trim_start().len();
        if blank > 0 {
            at += blank;
            continue;
        }
        let after_operand = tokens.last().is_some_and(|(_, token)| ends_operand(token));
        let (length, token) = next(rest, after_operand).map_err(|mistake| (at, mistake))?;
        tokens.push((at, token));
        at += length;
    }
    Ok(tokens)
}

/// XPath's own rule: after such a token `*` multiplies, and a name is an operator.
fn ends_operand(token: &Token<'_>) -> bool {
    match token {
        Token::Sign(sign) => matches!(*sign, ")" | "]" | "." | ".."),
        Token::Operator(_) => false,
        Token::Literal | Token::Number | Token::Variable(_) | Token::Name(_) => true,
    }
}

fn next(rest: &str, after_operand: bool) -> Result<(usize, Token<'_>), Mistake> {
    let first = rest.chars().next().unwrap_or_default();
    if let quote @ ('"' | '\'') = first {
        let end = rest[1..].find(quote).ok_or(Mistake::Unclosed { opened: quote })?;
        return Ok((end + 2, Token::Literal));
    }
    let fraction = rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if first.is_ascii_digit() || fraction {
        let whole = digits(rest);
        let point = rest[whole..].strip_prefix('.').map_or(0, |rest| 1 + digits(rest));
        return Ok((whole + point, Token::Number));
    }
    if first == '*' {
        return Ok((1, if after_operand { Token::Sign("*") } else { Token::Name("*") }));
    }
    if let Some(sign) = SIGNS.iter().chain(&SMALL_SIGNS).find(|sign| rest.starts_with(**sign)) {
        return Ok((sign.len(), Token::Sign(sign)));
    }
    if first == '$' {
        let end = 1 + name(&rest[1..]);
        return if end == 1 {
            Err(Mistake::Character { character: '$' })
        } else {
            Ok((end, Token::Variable(&rest[..end])))
        };
    }
    let end = name(rest);
    if end == 0 {
        return Err(Mistake::Character { character: first });
    }
    if after_operand {
        let word = &rest[..plain_name(rest)];
        let operator = OPERATORS.iter().find(|operator| **operator == word);
        return match operator {
            Some(operator) => Ok((operator.len(), Token::Operator(operator))),
            None => Err(Mistake::Operator { found: word.to_owned() }),
        };
    }
    Ok((end, Token::Name(&rest[..end])))
}

fn digits(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())
}

/// Length of a name without prefix.
fn plain_name(text: &str) -> usize {
    let starts = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let end =
        text.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.')).unwrap_or(text.len());
    if starts { end } else { 0 }
}

/// Length of a name, perhaps with a prefix; `prefix:*` too.
fn name(text: &str) -> usize {
    let first = plain_name(text);
    let Some(local) = text[first..].strip_prefix(':').filter(|local| first > 0 && !local.starts_with(':'))
    else {
        return first;
    };
    match plain_name(local) {
        0 if local.starts_with('*') => first + 2,
        0 => first,
        length => first + 1 + length,
    }
}
