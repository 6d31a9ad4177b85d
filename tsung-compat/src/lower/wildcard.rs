//! Session names with wildcards, in `<user>` and `<session_setup>`.

/// Whether a name matches: `*` is any text, `?` any character, everything else itself.
///
/// Tsung reads the rest as a regular expression; nobody means that, and a name such as `a.c` then matches `abc`.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    if !pattern.contains(['*', '?']) {
        return pattern == name;
    }
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    // Where to go on when the text after the last `*` does not fit.
    let mut retry = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p + 1, n));
                p += 1;
            }
            Some(&c) if c == '?' || c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match retry {
                Some((after, from)) => {
                    retry = Some((after, from + 1));
                    p = after;
                    n = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn wildcards() {
        for (pattern, name, expected) in [
            ("shop", "shop", true),
            ("shop", "shop2", false),
            ("shop*", "shop2", true),
            ("*", "", true),
            ("*op", "shop", true),
            ("s*p", "shop-stop", true),
            ("s?op", "shop", true),
            ("s?op", "sop", false),
            ("a.c", "abc", false),
            ("a+", "a+", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
