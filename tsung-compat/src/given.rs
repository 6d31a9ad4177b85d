//! Values that the command line gives to names in a configuration (`--set name=value`).

/// A name and the text that it stands for, in entities `&name;` and in `${name}`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Given {
    name: String,
    value: String,
}

/// Why something cannot be given.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum GivenError {
    /// There is no `=`.
    NoValue,
    /// What stands before the first `=` cannot be the name of an entity.
    NotAName,
    /// It is one of the five names that XML itself gives a meaning.
    Predefined,
    /// The value has a character that no XML text can hold.
    NotText(char),
}

impl Given {
    /// Reads `name=value`.
    ///
    /// # Errors
    ///
    /// When it has not that form, or XML has no such name or text.
    pub fn parse(text: &str) -> Result<Self, GivenError> {
        let (name, value) = text.split_once('=').ok_or(GivenError::NoValue)?;
        let begins = name.starts_with(|first: char| first.is_alphabetic() || matches!(first, '_' | ':'));
        if !begins || !name.chars().all(is_name_character) {
            return Err(GivenError::NotAName);
        }
        if matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") {
            return Err(GivenError::Predefined);
        }
        match value.chars().find(|&character| !is_text_character(character)) {
            Some(character) => Err(GivenError::NotText(character)),
            None => Ok(Self { name: name.to_owned(), value: value.to_owned() }),
        }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it stands for, as it is written in markup: nothing in it is a tag, a reference, a quote or blank to be trimmed.
    pub(crate) fn escaped(&self) -> String {
        let mut out = String::with_capacity(self.value.len());
        for character in self.value.chars() {
            match character {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&apos;"),
                // Written as they are, they would become a blank in an attribute.
                '\t' | '\n' | '\r' => out.push_str(&format!("&#{};", u32::from(character))),
                other => out.push(other),
            }
        }
        out
    }
}

/// Characters of the names of entities.
pub(crate) fn is_name_character(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.')
}

/// XML 1.0 §2.2.
const fn is_text_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (text, name, value) in [
            ("host=shop", "host", "shop"),
            ("a.b-c=", "a.b-c", ""),
            ("_u=x=y", "_u", "x=y"),
            ("é=ü", "é", "ü"),
        ] {
            let given = Given::parse(text).unwrap();
            assert_eq!((given.name(), given.value.as_str()), (name, value));
        }
        for (text, expected) in [
            ("host", GivenError::NoValue),
            ("=shop", GivenError::NotAName),
            ("1a=x", GivenError::NotAName),
            ("-a=x", GivenError::NotAName),
            ("a b=x", GivenError::NotAName),
            ("a\n=x", GivenError::NotAName),
            ("lt=a", GivenError::Predefined),
            ("apos=", GivenError::Predefined),
            ("a=x\u{0}", GivenError::NotText('\u{0}')),
            ("a=\u{ffff}", GivenError::NotText('\u{ffff}')),
        ] {
            assert_eq!(Given::parse(text), Err(expected), "{text:?}");
        }
    }

    #[test]
    fn values_are_text() {
        let given = Given::parse("x=<a b='1' c=\"2\">&amp; \t\r\n]]>").unwrap();
        assert_eq!(
            given.escaped(),
            "&lt;a b=&apos;1&apos; c=&quot;2&quot;&gt;&amp;amp; &#9;&#13;&#10;]]&gt;"
        );
    }
}
