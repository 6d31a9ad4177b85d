//! `%%…%%` in texts: cutting them into pieces exactly where Tsung does.

/// A piece of a text, as byte ranges of names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Token<'a> {
    /// Literal bytes.
    Text(&'a [u8]),
    /// `%%_name%%`.
    Variable(&'a [u8]),
    /// `%%module:function%%`.
    Call { module: &'a [u8], function: &'a [u8] },
    /// A `%%` that nothing ends: it and all after it is dropped.
    Dropped(&'a [u8]),
}

/// Cuts a text into pieces. One pass from left to right; there is no way to write a literal `%%`.
pub(crate) fn lex(text: &[u8]) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(start) = find(rest, b"%%") {
        if start > 0 {
            tokens.push(Token::Text(&rest[..start]));
        }
        let opened = &rest[start..];
        let inner = &opened[2..];
        let Some((token, after)) = variable(inner).or_else(|| call(inner)) else {
            tokens.push(Token::Dropped(opened));
            return tokens;
        };
        tokens.push(token);
        rest = after;
    }
    if !rest.is_empty() {
        tokens.push(Token::Text(rest));
    }
    tokens
}

fn variable(inner: &[u8]) -> Option<(Token<'_>, &[u8])> {
    let name = inner.strip_prefix(b"_")?;
    let end = find(name, b"%%")?;
    Some((Token::Variable(&name[..end]), &name[end + 2..]))
}

/// Anything but `_` after `%%` starts a call: its module goes up to the next colon, its function up to the next `%%`.
fn call(inner: &[u8]) -> Option<(Token<'_>, &[u8])> {
    if inner.starts_with(b"_") {
        return None;
    }
    let colon = find(inner, b":")?;
    let function = &inner[colon + 1..];
    let end = find(function, b"%%")?;
    Some((Token::Call { module: &inner[..colon], function: &function[..end] }, &function[end + 2..]))
}

fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let string = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let tokens = lex(text.as_bytes()).into_iter().map(|token| match token {
            Token::Text(text) => string(text),
            Token::Variable(name) => format!("<{}>", string(name)),
            Token::Call { module, function } => format!("<{}|{}>", string(module), string(function)),
            Token::Dropped(text) => format!("!{}!", string(text)),
        });
        tokens.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn pieces() {
        for (text, expected) in [
            ("", ""),
            ("plain", "plain"),
            ("%%_name%%", "<name>"),
            ("a%%_x%%b%%_y%%", "a <x> b <y>"),
            ("%%_x%%%%_y%%", "<x> <y>"),
            ("a%%_foo", "a !%%_foo!"),
            ("100%% sure", "100 !%% sure!"),
            ("a%%b", "a !%%b!"),
            ("a%%b:c", "a !%%b:c!"),
            ("%%%_a%%", "!%%%_a%%!"),
            ("%%_a%%%", "<a> %"),
            ("%%_l[1]%%", "<l[1]>"),
            ("%%ts_user_server:get_unique_id%%/x", "<ts_user_server|get_unique_id> /x"),
            ("%_x% %", "%_x% %"),
            ("%%_%%", "<>"),
            ("50%% of 100%% and %%_v%% 5%%", "50 !%% of 100%% and %%_v%% 5%%!"),
            ("%%_a b-ü%%", "<a b-ü>"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }
}
