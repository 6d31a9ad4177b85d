//! Bytes as readable text: what is printable stays, holes look like nothing else can.

use parrot_core::plan::{Piece, Session, Template};

use crate::limits;

/// How the computed parts of a message are written; the same letters in a message are escaped.
const COMPUTED: [&str; 6] = ["<host>", "<url>", "<user agent>", "<length>", "<cookies", "<base64 of "];

/// Bytes in quotes.
pub(super) fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", escaped(bytes).replace('"', "\\\""))
}

/// A template in quotes.
pub(super) fn quoted_template(template: &Template, session: &Session) -> String {
    let text: String =
        template.0.iter().map(|piece| piece_text(piece, session).replace('"', "\\\"")).collect();
    format!("\"{text}\"")
}

/// A template, with `%%_name%%` for what is known at run time.
pub(super) fn template_text(template: &Template, session: &Session) -> String {
    template.0.iter().map(|piece| piece_text(piece, session)).collect()
}

fn piece_text(piece: &Piece, session: &Session) -> String {
    match piece {
        Piece::Text(bytes) => escaped(bytes),
        Piece::Variable(slot) => format!("%%_{}%%", variable(session, slot.index())),
        Piece::UserId => "%%ts_user_server:get_unique_id%%".to_owned(),
        Piece::Function(function) => format!("%%function {}%%", function.index()),
    }
}

/// Name of a slot.
pub(super) fn variable(session: &Session, slot: usize) -> &str {
    session.variables.get(slot).map_or("?", String::as_str)
}

/// Bytes without quotes; long ones are cut, and it is said how much.
pub(super) fn escaped(bytes: &[u8]) -> String {
    let shown = &bytes[..bytes.len().min(limits::PLAN_BYTES_SHOWN_MAX)];
    let mut out = String::with_capacity(shown.len());
    for (index, &byte) in shown.iter().enumerate() {
        let rest = &shown[index..];
        let like_hole = byte == b'%' && (rest.len() == 1 || rest[1] == b'%');
        let like_computed = byte == b'<' && COMPUTED.iter().any(|part| rest.starts_with(part.as_bytes()));
        match byte {
            _ if like_hole || like_computed => out.push_str(&format!("\\x{byte:02x}")),
            b'\r' => out.push_str("\\r"),
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'\\' => out.push_str("\\\\"),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    if shown.len() < bytes.len() {
        out.push_str(&format!("\\… {} more bytes", bytes.len() - shown.len()));
    }
    out
}

/// Cuts escaped text after its line ends.
pub(super) fn split_lines(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let line = lines.len() - 1;
        lines[line].push(character);
        if character == '\\'
            && let Some(escape) = characters.next()
        {
            lines[line].push(escape);
            if escape == 'n' {
                lines.push(String::new());
            }
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_means_one_thing() {
        for (bytes, expected) in [
            (b"plain ~" as &[u8], "plain ~"),
            (b"\r\n\t\\\0\xe9", "\\r\\n\\t\\\\\\x00\\xe9"),
            (b"a%%_b%% 5% c%", "a\\x25%_b\\x25% 5% c\\x25"),
            (b"<host><b><cookie>", "\\x3chost><b><cookie>"),
        ] {
            assert_eq!(escaped(bytes), expected);
        }
        assert_eq!(quoted(b"say \"x\""), "\"say \\\"x\\\"\"");
        let long = vec![b'x'; limits::PLAN_BYTES_SHOWN_MAX + 7];
        assert!(escaped(&long).ends_with("xx\\… 7 more bytes"));
    }

    #[test]
    fn lines_end_where_the_message_has_line_ends() {
        assert_eq!(split_lines("a\\r\\nb\\\\n\\nc"), ["a\\r\\n", "b\\\\n\\n", "c"]);
        assert!(split_lines("").is_empty());
    }
}
