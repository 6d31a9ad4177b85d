//! The five entities that Tsung decodes, once, from left to right (docs/compatibility.md, `html-entities`).

use std::borrow::Cow;

const ENTITIES: [(&[u8], u8); 5] =
    [(b"&amp;", b'&'), (b"&lt;", b'<'), (b"&gt;", b'>'), (b"&quot;", b'"'), (b"&apos;", b'\'')];

/// Replaces `&amp; &lt; &gt; &quot; &apos;`; everything else stays.
pub fn decode_html_entities(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'&', text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        let entity =
            ENTITIES.iter().find_map(|(name, byte)| rest.strip_prefix(*name).map(|rest| (*byte, rest)));
        let (byte, next) = entity.unwrap_or((first, after));
        decoded.push(byte);
        rest = next;
    }
    Cow::Owned(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_decoded_once() {
        for (text, decoded) in [
            ("plain", "plain"),
            ("a&amp;b", "a&b"),
            ("&amp;lt;", "&lt;"),
            ("&lt;&gt;&quot;&apos;", "<>\"'"),
            ("&nbsp;&#38;&", "&nbsp;&#38;&"),
        ] {
            assert_eq!(&*decode_html_entities(text.as_bytes()), decoded.as_bytes());
        }
    }
}
