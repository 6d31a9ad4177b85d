//! Tsung's own dialect of JSONPath: names and numbers between dots or in brackets, `*`, and `[?name=value]`. Everything else is
//! taken for a name, and so finds nothing.

/// Why a part of a path finds nothing, or not what it says elsewhere.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Doubt {
    /// `$` that is not the start of `$.`.
    Root,
    /// `['name']`.
    Quotes,
    /// `[0:2]`.
    Slice,
    /// `[0,1]`.
    Union,
    /// `[-1]`.
    Negative,
    /// `[?name>1]`, `[?(@.name=="x")]`.
    Filter,
    /// A dot inside `[?name=value]`, which ends the value.
    DotInFilter,
    /// `..`.
    Deep,
    /// `[` without `]`.
    Unclosed,
}

/// What is doubtful in a path, and at which byte of it.
pub(crate) fn doubts(path: &str) -> Vec<(usize, Doubt)> {
    let mut doubts = Vec::new();
    // The dot stays when another follows: `$..a` has to be told.
    let mut at = if path.starts_with("$..") { 1 } else { path.strip_prefix("$.").map_or(0, |_| 2) };
    while let Some(rest) = path.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(inner) = rest.strip_prefix('[') {
            let Some(end) = inner.find(']') else {
                doubts.push((at, Doubt::Unclosed));
                break;
            };
            doubts.extend(bracket(&inner[..end]).map(|doubt| (at + 1, doubt)));
            at += end + 2;
        } else if rest.starts_with("..") {
            doubts.push((at, Doubt::Deep));
            at += rest.len() - rest.trim_start_matches('.').len();
        } else if rest.starts_with('.') {
            at += 1;
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            doubts.extend(name(&rest[..end]).map(|doubt| (at, doubt)));
            at += end;
        }
    }
    doubts
}

fn name(part: &str) -> Option<Doubt> {
    if is_variable(part) {
        return None;
    }
    match part.strip_prefix('?') {
        Some(filter) => self::filter(filter),
        None if part == "$" => Some(Doubt::Root),
        None if is_negative(part) => Some(Doubt::Negative),
        None => None,
    }
}

fn bracket(inner: &str) -> Option<Doubt> {
    if is_variable(inner) {
        return None;
    }
    if let Some(filter) = inner.strip_prefix('?') {
        return self::filter(filter);
    }
    let numbers = |separator: char| {
        inner.contains(separator)
            && inner.chars().all(|c| c.is_ascii_digit() || c == separator || c == '-' || c == ' ')
    };
    if inner.starts_with(['\'', '"']) {
        Some(Doubt::Quotes)
    } else if numbers(':') {
        Some(Doubt::Slice)
    } else if numbers(',') {
        Some(Doubt::Union)
    } else if is_negative(inner) {
        Some(Doubt::Negative)
    } else {
        None
    }
}

fn filter(filter: &str) -> Option<Doubt> {
    let Some((name, value)) = filter.split_once('=') else {
        return Some(Doubt::Filter);
    };
    let plain = !name.is_empty() && !name.contains(['(', '@', '<', '>', '!', ' ', '~']);
    let value = value.strip_prefix('=').unwrap_or(value);
    if !plain || value.contains('=') || value.starts_with(['\'', '"']) {
        Some(Doubt::Filter)
    } else if filter.contains('.') {
        Some(Doubt::DotInFilter)
    } else {
        None
    }
}

fn is_negative(part: &str) -> bool {
    part.strip_prefix('-')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether the run decides what stands here.
fn is_variable(part: &str) -> bool {
    part.contains("%%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tsung_understands() {
        for path in [
            "",
            "$.a",
            "a.b[0].c",
            "$.a.b.2.c",
            "a[*]",
            "[?k=2].v",
            "[?k==x y].v",
            "*.k",
            "0.v",
            "$.token-x",
            "$.%%_name%%",
            "a[%%_n%%]",
            "a.?k=1",
            "$.a:b",
            "[?k=].v",
        ] {
            assert_eq!(doubts(path), [], "{path}");
        }
    }

    #[test]
    fn what_finds_nothing() {
        for (path, at, doubt) in [
            ("$", 0, Doubt::Root),
            ("$[0]", 0, Doubt::Root),
            ("$.a.$.b", 4, Doubt::Root),
            ("$.a['b']", 4, Doubt::Quotes),
            ("$[\"a\"]", 2, Doubt::Quotes),
            ("a[0:2]", 2, Doubt::Slice),
            ("a[-1:]", 2, Doubt::Slice),
            ("a[0,1]", 2, Doubt::Union),
            ("a[-1]", 2, Doubt::Negative),
            ("a.-1", 2, Doubt::Negative),
            ("a[?k>1]", 2, Doubt::Filter),
            ("a[?k>=1]", 2, Doubt::Filter),
            ("a[?(@.k==1)]", 2, Doubt::Filter),
            ("a[?k!=1]", 2, Doubt::Filter),
            ("a[?k='x']", 2, Doubt::Filter),
            ("a[?k]", 2, Doubt::Filter),
            ("a[?k=1.5]", 2, Doubt::DotInFilter),
            ("$..a", 1, Doubt::Deep),
            ("a..b", 1, Doubt::Deep),
            ("a[0", 1, Doubt::Unclosed),
        ] {
            assert!(doubts(path).contains(&(at, doubt)), "{path}: {:?}", doubts(path));
        }
    }
}
