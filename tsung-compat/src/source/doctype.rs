//! The DOCTYPE: any system id, or none; of its internal subset only the entities matter.

use std::collections::HashMap;
use std::rc::Rc;

use crate::diagnostic::Markup;

/// What an entity stands for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Entity {
    /// Text given in the declaration.
    Internal {
        /// Its replacement text.
        text: Rc<str>,
        /// Byte offset of the value in the declaring file.
        offset: usize,
        /// The value was written as its replacement text: offsets inside it are true.
        verbatim: bool,
    },
    /// A file, as named in the declaration.
    External(String),
}

/// Why a DOCTYPE cannot be read, and where (byte offset).
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) offset: usize,
    pub(super) problem: Markup,
}

/// Reads the DOCTYPE that starts at `start` (at `<!DOCTYPE`), fills `entities`, and tells where it ends.
pub(super) fn read(
    text: &str,
    start: usize,
    entities: &mut HashMap<String, Entity>,
) -> Result<usize, Refusal> {
    let mut scan = Scan { text, at: start + "<!DOCTYPE".len(), start };
    loop {
        match scan.peek() {
            Some('"' | '\'') => {
                scan.quoted()?;
            }
            Some('[') => {
                scan.at += 1;
                scan.subset(entities)?;
            }
            Some('>') => return Ok(scan.at + 1),
            Some(other) => scan.at += other.len_utf8(),
            None => return Err(scan.open()),
        }
    }
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    start: usize,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn open(&self) -> Refusal {
        Refusal { offset: self.start, problem: Markup::DoctypeNotClosed }
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Skips to the end of `end`.
    fn skip_past(&mut self, end: &str) -> Result<(), Refusal> {
        let found = self.rest().find(end).ok_or_else(|| self.open())?;
        self.at += found + end.len();
        Ok(())
    }

    fn quoted(&mut self) -> Result<&'a str, Refusal> {
        let Some(quote @ ('"' | '\'')) = self.peek() else {
            return Err(Refusal { offset: self.at, problem: Markup::BadEntityDeclaration });
        };
        let rest = &self.rest()[1..];
        let length = rest.find(quote).ok_or_else(|| self.open())?;
        self.at += length + 2;
        Ok(&rest[..length])
    }

    fn word(&mut self) -> &'a str {
        self.skip_space();
        let rest = self.rest();
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '>' | '['))
            .unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn subset(&mut self, entities: &mut HashMap<String, Entity>) -> Result<(), Refusal> {
        loop {
            self.skip_space();
            let rest = self.rest();
            if rest.starts_with("<!--") {
                self.skip_past("-->")?;
            } else if rest.starts_with("<?") {
                self.skip_past("?>")?;
            } else if let Some(after) = rest.strip_prefix("<!ENTITY")
                && after.starts_with(char::is_whitespace)
            {
                self.at += "<!ENTITY".len();
                self.entity(entities)?;
            } else if rest.starts_with('<') {
                self.other_declaration()?;
            } else if rest.starts_with(']') {
                self.at += 1;
                return Ok(());
            } else if rest.starts_with('%') {
                return Err(Refusal { offset: self.at, problem: Markup::ParameterEntity });
            } else {
                match self.peek() {
                    Some(other) => self.at += other.len_utf8(),
                    None => return Err(self.open()),
                }
            }
        }
    }

    fn other_declaration(&mut self) -> Result<(), Refusal> {
        loop {
            match self.peek() {
                Some('"' | '\'') => {
                    self.quoted()?;
                }
                Some('>') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(other) => self.at += other.len_utf8(),
                None => return Err(self.open()),
            }
        }
    }

    fn entity(&mut self, entities: &mut HashMap<String, Entity>) -> Result<(), Refusal> {
        let mut name = self.word();
        let parameter = name == "%";
        if parameter {
            name = self.word();
        }
        self.skip_space();
        let entity = if matches!(self.peek(), Some('"' | '\'')) {
            let offset = self.at + 1;
            let value = self.quoted()?;
            let text = resolve_characters(value)
                .map_err(|at| Refusal { offset: offset + at, problem: Markup::BadCharacterReference })?;
            let verbatim = text == value;
            Entity::Internal { text: text.into(), offset, verbatim }
        } else {
            match self.word() {
                "SYSTEM" => {}
                "PUBLIC" => {
                    self.skip_space();
                    self.quoted()?;
                }
                _ => return Err(Refusal { offset: self.at, problem: Markup::BadEntityDeclaration }),
            }
            self.skip_space();
            Entity::External(self.quoted()?.to_owned())
        };
        self.other_declaration()?;
        if !parameter {
            // The first declaration of a name holds (XML 1.0 §4.2).
            entities.entry(name.to_owned()).or_insert(entity);
        }
        Ok(())
    }
}

/// The character of a reference, from what stands between `&#` and `;`: only some may be in XML (XML 1.0 §2.2).
pub(super) fn character(number: &str) -> Option<char> {
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |hex| (hex, 16));
    // A sign is a number's to Rust.
    let code = Some(digits).filter(|digits| digits.chars().all(|c| c.is_digit(radix)))?;
    let character = char::from_u32(u32::from_str_radix(code, radix).ok()?)?;
    let is_allowed = matches!(
        character,
        '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..
    );
    is_allowed.then_some(character)
}

/// Resolves character references, as XML does when an entity is declared; the error is an offset.
fn resolve_characters(value: &str) -> Result<String, usize> {
    let mut out = String::with_capacity(value.len());
    let mut at = 0;
    while let Some(found) = value[at..].find("&#") {
        let start = at + found;
        out.push_str(&value[at..start]);
        let end = value[start..].find(';').ok_or(start)? + start;
        out.push(character(&value[start + 2..end]).ok_or(start)?);
        at = end + 1;
    }
    out.push_str(&value[at..]);
    Ok(out)
}
