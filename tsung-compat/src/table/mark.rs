//! Marks of templates: configurations are often made by a program that puts values in their places, and one that has not run
//! leaves the places.

/// A mark as it was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Mark {
    /// With its brackets.
    pub(crate) text: String,
    /// The name of a `${name}`, which the command line can give a value.
    pub(crate) given: Option<String>,
}

impl Mark {
    /// The first mark in a text: `{{ name }}`, `${name}`, `<%= name %>`, `@NAME@`, `#NAME#`.
    pub(crate) fn find(text: &str) -> Option<Self> {
        const PAIRS: [(&str, &str); 5] = [("{{", "}}"), ("${", "}"), ("<%", "%>"), ("@", "@"), ("#", "#")];
        let all = PAIRS.into_iter().filter_map(|(open, close)| {
            text.match_indices(open).find_map(|(start, _)| {
                let inner = &text[start + open.len()..];
                let inner = &inner[..inner.find(close)?];
                // Single characters mean many things: only names in capitals between them are marks.
                let is_mark = if open == close { is_capitals(inner) } else { !inner.trim().is_empty() };
                let end = start + open.len() + inner.len() + close.len();
                is_mark
                    .then(|| (start, Self { text: text[start..end].to_owned(), given: given(open, inner) }))
            })
        });
        all.min_by_key(|(start, _)| *start).map(|(_, mark)| mark)
    }

    /// The mark that is the whole text, blanks aside.
    pub(crate) fn whole(text: &str) -> Option<Self> {
        Self::find(text).filter(|mark| mark.text == text.trim())
    }

    /// The mark that a URL is, or that its host is or has: `{{ url }}`, `http://@HOST@:80/x`.
    pub(crate) fn of_url(url: &str) -> Option<Self> {
        Self::whole(url).or_else(|| {
            let (scheme, rest) = url.split_once("://")?;
            let mark = Self::find(rest).filter(|_| matches!(scheme, "http" | "https"))?;
            // A slash or question mark before it ends the host.
            let before = &rest[..rest.find(&mark.text)?];
            (!before.contains(['/', '?'])).then_some(mark)
        })
    }

    /// What to do about it.
    pub(crate) fn help(&self) -> String {
        match &self.given {
            Some(name) => format!("start with --set {name}=…, or fill in the template first"),
            None => "fill in the template first".to_owned(),
        }
    }
}

fn given(open: &str, inner: &str) -> Option<String> {
    let is_name = inner.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
        && inner.starts_with(|c: char| c.is_alphabetic() || c == '_');
    (open == "${" && is_name).then(|| inner.to_owned())
}

fn is_capitals(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks() {
        for (text, mark) in [
            ("{{host}}", "{{host}}"),
            ("www.{{ host }}.example", "{{ host }}"),
            ("${h}:80", "${h}"),
            ("<%= x %>", "<%= x %>"),
            ("@PORT@", "@PORT@"),
            ("#WWW_1#", "#WWW_1#"),
        ] {
            assert_eq!(Mark::find(text).map(|mark| mark.text).as_deref(), Some(mark), "{text}");
        }
        for text in ["", "host", "{{}}", "{{host", "$h", "a@b@c", "#a#", "@@", "{\"a\":{\"b\":1}}", "100 %>"]
        {
            assert_eq!(Mark::find(text), None, "{text}");
        }
        assert_eq!(Mark::find("${h}").unwrap().given.as_deref(), Some("h"));
        assert_eq!(Mark::find("${h+1}").unwrap().given, None);
    }

    #[test]
    fn marks_of_urls() {
        for url in ["{{ url }}", " ${u} ", "http://{{host}}/x", "https://a.@DOMAIN@:81/", "http://h:${port}/"]
        {
            assert!(Mark::of_url(url).is_some(), "{url}");
        }
        for url in ["/{{x}}", "http://h/${x}", "http://h?a={{x}}", "/a", "http://h/#TOP#", "ftp://{{h}}/"] {
            assert_eq!(Mark::of_url(url), None, "{url}");
        }
    }
}
