//! Text as it stands in XML that this program writes.

/// For texts and attribute values. What XML cannot hold becomes a replacement character.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' => escaped.push_str("&#9;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_text_it_stands_in() {
        assert_eq!(escape("a<b> & \"c\"\t\n\r"), "a&lt;b&gt; &amp; &quot;c&quot;&#9;&#10;&#13;");
        assert_eq!(escape("\u{1}ä\u{ffff}"), "\u{fffd}ä\u{fffd}");
    }
}
