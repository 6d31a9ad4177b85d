//! Characters to the bytes that leave on the wire.

use crate::source::Span;
use crate::xml::Element;

/// How the characters of this configuration become bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TextBytes {
    /// One byte for each character, as Tsung; a character above U+00FF (only a reference can make one) becomes its UTF-8.
    Latin1,
    /// UTF-8 throughout: the configuration has characters that one byte cannot hold.
    Utf8,
}

impl TextBytes {
    /// Decides for a configuration. Also tells where the first character stands that leaves as one byte although the file is
    /// UTF-8.
    pub(crate) fn choose(root: &Element, bytes_declared: bool) -> (Self, Option<Span>) {
        if bytes_declared {
            return (Self::Latin1, None);
        }
        let mut first_high = None;
        let mut wide = false;
        for part in root.children.iter().filter(|child| matches!(child.name(), "sessions" | "options")) {
            look(part, &mut first_high, &mut wide);
        }
        if wide { (Self::Utf8, None) } else { (Self::Latin1, first_high) }
    }

    /// The bytes of a text.
    pub(crate) fn bytes(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Latin1 => {
                let mut bytes = Vec::with_capacity(text.len());
                for character in text.chars() {
                    match u8::try_from(u32::from(character)) {
                        Ok(byte) => bytes.push(byte),
                        Err(_) => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
                    }
                }
                bytes
            }
        }
    }
}

/// Looks at all text that may be sent or compared; names of sessions, transactions and matches stay at home.
fn look(element: &Element, first_high: &mut Option<Span>, wide: &mut bool) {
    let home = matches!(element.name(), "session" | "transaction" | "match");
    let values = element.attributes.iter().filter(|attribute| !(home && attribute.name == "name"));
    let values = values.map(|attribute| (attribute.value.as_str(), attribute.at));
    let text = element.text.iter().map(|text| (text.value.as_str(), text.at));
    for (value, at) in values.chain(text) {
        if !value.is_ascii() {
            *wide |= value.chars().any(|character| character > '\u{ff}');
            first_high.get_or_insert(at);
        }
    }
    for child in &element.children {
        look(child, first_high, wide);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_characters() {
        assert_eq!(TextBytes::Latin1.bytes("aé"), b"a\xE9");
        assert_eq!(TextBytes::Latin1.bytes("€"), "€".as_bytes());
        assert_eq!(TextBytes::Utf8.bytes("é€"), "é€".as_bytes());
    }
}
