//! The line of a message, with what is meant in it.

/// A line of a source, cut to what a screen shows, and the part of it that a message is about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Excerpt {
    /// The line, or the part of it around the place; tabs are blanks.
    pub line: String,
    /// Characters of `line` before the marked part.
    pub before: usize,
    /// Characters of the marked part, at least 1.
    pub marked: usize,
}

/// Characters of a line that are shown.
const SHOWN_MAX: usize = 120;
/// Characters that are shown before the marked part of a line that is too long.
const LEAD: usize = 40;
/// Bytes of a line that are looked at on either side of the place: what is shown fits in, whatever its characters.
const LOOKED_AT: usize = 8 * SHOWN_MAX;

impl Excerpt {
    /// The line of `text` that holds the byte `offset`.
    pub(crate) fn of(text: &str, offset: usize) -> Self {
        let offset = text.floor_char_boundary(offset);
        // A line may have a hundred megabytes.
        let floor = text.floor_char_boundary(offset.saturating_sub(LOOKED_AT));
        let roof = text.floor_char_boundary(offset.saturating_add(LOOKED_AT));
        let start = text[floor..offset].rfind('\n').map_or(floor, |newline| floor + newline + 1);
        let end = text[offset..roof].find('\n').map_or(roof, |newline| offset + newline);
        let (lead, rest) = (&text[start..offset], text[offset..end].trim_end_matches('\r'));
        let marked = token(rest).chars().count().max(1);
        let skipped = lead.chars().count().saturating_sub(LEAD);
        let long = lead.chars().count() + rest.chars().count() > SHOWN_MAX;
        let skipped = if long { skipped } else { 0 };
        let mut line = String::new();
        if skipped > 0 {
            line.push('…');
        }
        line.extend(lead.chars().skip(skipped).map(shown));
        let before = line.chars().count();
        let room = SHOWN_MAX - before.min(SHOWN_MAX - 1);
        line.extend(rest.chars().take(room).map(shown));
        if rest.chars().count() > room {
            line.push('…');
        }
        Self { line, before, marked: marked.min(room) }
    }
}

/// A text of a configuration as it is shown: characters that control the terminal, or turn the direction of writing, become
/// blanks.
pub fn visible(text: &str) -> String {
    text.chars().map(shown).collect()
}

fn shown(character: char) -> char {
    let turns =
        matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if character.is_control() || turns { ' ' } else { character }
}

/// What a message at the start of `text` is about: the start of a tag, an attribute with its value, a variable, a reference, a
/// word; else one character.
fn token(text: &str) -> &str {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let word = |text: &str| text.find(|c: char| !is_name(c)).unwrap_or(text.len());
    let length = if let Some(inner) = text.strip_prefix("%%") {
        inner.find("%%").map_or(2, |end| end + 4)
    } else if let Some(inner) = text.strip_prefix("</") {
        2 + word(inner)
    } else if let Some(inner) = text.strip_prefix('<') {
        let inner = inner.trim_start_matches(['?', '!']);
        text.len() - inner.len() + word(inner)
    } else if let Some(inner) = text.strip_prefix('&') {
        let end = 1 + word(inner.trim_start_matches('#')) + usize::from(inner.starts_with('#'));
        if text[end..].starts_with(';') { end + 1 } else { 1 }
    } else {
        let name = word(text);
        let rest = &text[name..];
        let quoted = rest.strip_prefix('=').and_then(|value| {
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            value[1..].find(quote).map(|end| name + 1 + end + 2)
        });
        quoted.unwrap_or(name)
    };
    &text[..length]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, needle: &str) -> (String, String) {
        let excerpt = Excerpt::of(text, text.find(needle).unwrap());
        let marked = excerpt.line.chars().skip(excerpt.before).take(excerpt.marked).collect();
        (excerpt.line, marked)
    }

    #[test]
    fn what_is_meant_is_marked() {
        let text = "<a>\n\t<request subst=\"true\" x='é%%_v%%'/> &amp; & </a>\r\nend";
        for (needle, expected) in [
            ("<request", "<request"),
            ("subst", "subst=\"true\""),
            ("x=", "x='é%%_v%%'"),
            ("%%_v", "%%_v%%"),
            ("&amp;", "&amp;"),
            ("& ", "&"),
            ("</a>", "</a"),
            ("end", "end"),
            ("/>", "/"),
        ] {
            assert_eq!(marked(text, needle).1, expected);
        }
        assert_eq!(marked(text, "<request").0, " <request subst=\"true\" x='é%%_v%%'/> &amp; & </a>");
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("{}<here x=\"{}\"/>", "é".repeat(500), "y".repeat(500));
        let (line, marked) = marked(&text, "<here");
        assert_eq!(marked, "<here");
        assert!(line.starts_with("…é") && line.ends_with("y…"));
        assert!(line.chars().count() <= SHOWN_MAX + 1);
        let excerpt = Excerpt::of(&text, text.find("x=").unwrap());
        assert!(excerpt.before + excerpt.marked <= SHOWN_MAX);
    }

    #[test]
    fn nothing_controls_the_terminal() {
        assert_eq!(visible("a\u{1b}[31m\u{9b}b\u{202e}c\nd é"), "a [31m b c d é");
        assert_eq!(Excerpt::of("x\u{202e}y", 0).line, "x y");
    }

    #[test]
    fn any_place_gives_a_line() {
        for text in ["", "\n", "a\n", "é"] {
            for offset in 0..5 {
                assert_eq!(Excerpt::of(text, offset).marked, 1);
            }
        }
    }
}
