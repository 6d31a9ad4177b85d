//! Where a character of a value was written: values have their references resolved, and the text that messages point into has not.

use super::TextBytes;
use crate::source::Span;

/// The place of the character at which byte `offset` of the value's bytes lies. `start` is where the value is written.
pub(super) fn of_byte(document: &str, start: Span, value: &str, text: TextBytes, offset: usize) -> Span {
    let mut bytes = 0;
    let before = value.chars().take_while(|character| {
        let is_before = bytes < offset;
        bytes += text.bytes(character.encode_utf8(&mut [0; 4])).len();
        is_before
    });
    after(document, start, before.count())
}

/// The place of the character at the byte `offset` of a value.
pub(super) fn of_offset(document: &str, start: Span, value: &str, offset: usize) -> Span {
    after(document, start, value.char_indices().take_while(|(at, _)| *at < offset).count())
}

/// The place of the character after so many others.
fn after(document: &str, start: Span, characters: usize) -> Span {
    let raw = document.get(start.index()..).unwrap_or_default();
    let mut at = 0;
    let mut literal = false;
    for left in (0..=characters).rev() {
        // The marks of CDATA stand in the text without being part of it.
        while let Some(mark) = mark(&raw[at..], literal) {
            at += mark.len();
            literal = !literal;
        }
        let rest = &raw[at..];
        let (Some(first), 1..) = (rest.chars().next(), left) else {
            break;
        };
        let reference = (first == '&' && !literal).then(|| rest.find(';')).flatten();
        at += match reference {
            Some(end) => end + 1,
            None if rest.starts_with("\r\n") => 2,
            None => first.len_utf8(),
        };
    }
    Span::at(start.index() + at)
}

fn mark(rest: &str, literal: bool) -> Option<&'static str> {
    let mark = if literal { "]]>" } else { "<![CDATA[" };
    rest.starts_with(mark).then_some(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_wide_characters_count_once() {
        let document = "x&amp;é&#x20ac;\r\ny<![CDATA[z&;]]>w";
        let value = "x&é€\nyz&;w";
        for (character, raw) in [('x', 0), ('&', 1), ('é', 6), ('€', 8), ('\n', 16), ('y', 18), ('z', 28)]
        {
            let offset = value.find(character).unwrap();
            assert_eq!(of_offset(document, Span(0), value, offset).index(), raw, "{character}");
            let bytes = TextBytes::Latin1.bytes(&value[..offset]).len();
            assert_eq!(
                of_byte(document, Span(0), value, TextBytes::Latin1, bytes).index(),
                raw,
                "{character}"
            );
        }
    }
}
