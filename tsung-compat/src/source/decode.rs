//! Bytes to characters: byte order mark, the declared encoding, and the two encodings that exist here.

use std::string::FromUtf8Error;

use crate::diagnostic::Markup;

/// How the bytes of a file are read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Encoding {
    /// UTF-8, declared or not.
    Utf8,
    /// ISO-8859-1: each byte is the character of the same number.
    Latin1,
}

/// A decoded file.
#[derive(Debug)]
pub(super) struct Decoded {
    /// Its characters, without byte order mark.
    pub(super) text: String,
    /// How they were read.
    pub(super) encoding: Encoding,
    /// It began with a byte order mark.
    pub(super) mark: bool,
}

/// Why a file cannot be decoded.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) problem: Markup,
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
/// The declaration stands within this many bytes of the start.
const DECLARATION_BYTES_MAX: usize = 512;

/// Decodes a whole file; UTF-8 stays where it is.
pub(super) fn decode(mut bytes: Vec<u8>) -> Result<Decoded, Refusal> {
    if bytes.starts_with(b"\xFE\xFF") || bytes.starts_with(b"\xFF\xFE") {
        let problem = Markup::UnknownEncoding { name: "UTF-16".to_owned() };
        return Err(Refusal { line: 1, column: 1, problem });
    }
    let mark = bytes.starts_with(BYTE_ORDER_MARK);
    if mark {
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    let encoding = declared(&bytes)?;
    let text = match encoding {
        Encoding::Latin1 => bytes.iter().map(|&byte| char::from(byte)).collect(),
        Encoding::Utf8 => String::from_utf8(bytes).map_err(|error| not_utf8(&error))?,
    };
    Ok(Decoded { text, encoding, mark })
}

fn not_utf8(error: &FromUtf8Error) -> Refusal {
    let (valid, rest) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
    let (line, column) = position(valid);
    let byte = rest.first().copied().unwrap_or_default();
    Refusal { line, column, problem: Markup::NotUtf8 { byte } }
}

fn declared(body: &[u8]) -> Result<Encoding, Refusal> {
    let head = &body[..body.len().min(DECLARATION_BYTES_MAX)];
    let Some(name) = declared_name(head) else {
        return Ok(Encoding::Utf8);
    };
    match name.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" | "us-ascii" | "ascii" => Ok(Encoding::Utf8),
        "iso-8859-1" | "iso_8859-1" | "iso8859-1" | "latin1" | "latin-1" | "l1" => Ok(Encoding::Latin1),
        _ => Err(Refusal { line: 1, column: 1, problem: Markup::UnknownEncoding { name } }),
    }
}

/// The encoding named by an XML or text declaration at the start.
fn declared_name(head: &[u8]) -> Option<String> {
    let head: String = head.iter().map(|&byte| char::from(byte)).collect();
    let declaration = head.strip_prefix("<?xml")?;
    let declaration = &declaration[..declaration.find("?>")?];
    let value = declaration[declaration.find("encoding")? + "encoding".len()..].trim_start();
    let value = value.strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = &value[1..];
    Some(value[..value.find(quote)?].trim().to_owned())
}

fn position(valid: &[u8]) -> (u32, u32) {
    let line = valid.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let line_start = valid.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(&valid[line_start..]).chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xC3\xA9\xE9</a>";
        let decoded = decode(latin.to_vec()).unwrap();
        assert_eq!(decoded.encoding, Encoding::Latin1);
        assert!(decoded.text.ends_with("<a>\u{c3}\u{a9}\u{e9}</a>"));
        assert_eq!(decode("\u{feff}<a>é</a>".into()).unwrap().text, "<a>é</a>");
        assert!(decode("\u{feff}<a/>".into()).unwrap().mark);
        assert_eq!(decode("<?xml version=\"1.0\" encoding = \"utf-8\" ?><a/>".into()).unwrap().encoding, {
            Encoding::Utf8
        });
    }

    #[test]
    fn refusals_have_a_position() {
        let refusal = decode(b"<a>\n\xC3\xA9 \xE9</a>".to_vec()).unwrap_err();
        assert_eq!((refusal.line, refusal.column), (2, 3));
        assert!(matches!(refusal.problem, Markup::NotUtf8 { byte: 0xE9 }));
        let refusal = decode(b"<?xml version='1.0' encoding='windows-1252'?><a/>".to_vec()).unwrap_err();
        assert!(matches!(refusal.problem, Markup::UnknownEncoding { ref name } if name == "windows-1252"));
        assert!(decode(b"\xFF\xFE<\0a\0".to_vec()).is_err());
    }
}
