//! LDAP filters, as RFC 4515 and Tsung have them: `(&(cn=a*)(!(sn=b)))`. Only whether they are well-formed is of interest here.

use crate::diagnostic::FilterFault;
use crate::limits;

/// Checks a filter. Variables in its values are text to it.
pub(super) fn check(filter: &str) -> Result<(), FilterFault> {
    match one(filter.trim_start(), 0)?.trim() {
        "" => Ok(()),
        _ => Err(FilterFault::TextBehind),
    }
}

/// Takes one filter from the front; gives what follows it.
fn one(text: &str, depth: usize) -> Result<&str, FilterFault> {
    if depth > limits::FILTER_NESTING_MAX {
        return Err(FilterFault::TooDeep);
    }
    let inside = text.strip_prefix('(').ok_or(FilterFault::NoOpening)?.trim_start();
    let rest = match inside.chars().next() {
        Some('&' | '|') => several(&inside[1..], depth)?,
        Some('!') => one(inside[1..].trim_start(), depth + 1)?,
        _ => comparison(inside)?,
    };
    rest.trim_start().strip_prefix(')').ok_or(FilterFault::NotClosed)
}

fn several(text: &str, depth: usize) -> Result<&str, FilterFault> {
    let mut rest = one(text.trim_start(), depth + 1)?;
    while rest.trim_start().starts_with('(') {
        rest = one(rest.trim_start(), depth + 1)?;
    }
    Ok(rest)
}

/// `name=value`, `name>=value`, `name<=value`, `name~=value`, up to the `)` behind it.
fn comparison(text: &str) -> Result<&str, FilterFault> {
    let end = text.find(')').ok_or(FilterFault::NotClosed)?;
    let (compared, rest) = text.split_at(end);
    let (name, value) = compared.split_once('=').ok_or(FilterFault::NoComparison)?;
    if name.trim_end_matches(['<', '>', '~']).trim().is_empty() {
        return Err(FilterFault::NoAttribute);
    }
    let is_hex = |c: Option<char>| c.is_some_and(|c| c.is_ascii_hexdigit());
    for (_, escaped) in value.match_indices('\\').map(|(at, _)| value.split_at(at + 1)) {
        let mut digits = escaped.chars();
        if !(is_hex(digits.next()) && is_hex(digits.next())) {
            return Err(FilterFault::BadEscape);
        }
    }
    Ok(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters() {
        for filter in [
            "(cn=user2)",
            " ( cn = a*%%cn:f%%*n ) ",
            "(&(cn=a*)(dc=x))",
            "(& (|(a=1) (b>=2)) (!(c<=3)) (d~=e) )",
            "(objectClass=*)",
            "(filename=C:\\5cMyFile)",
            "(cn=)",
        ] {
            assert_eq!(check(filter), Ok(()), "{filter}");
        }
        for (filter, fault) in [
            ("cn=x", FilterFault::NoOpening),
            ("", FilterFault::NoOpening),
            ("(&)", FilterFault::NoOpening),
            ("(cn=x", FilterFault::NotClosed),
            ("(!(a=1)(b=2))", FilterFault::NotClosed),
            ("(cn=x))", FilterFault::TextBehind),
            ("(cn)", FilterFault::NoComparison),
            ("(=x)", FilterFault::NoAttribute),
            ("(>=x)", FilterFault::NoAttribute),
            ("(cn=a\\5)", FilterFault::BadEscape),
            ("(cn=\\zz)", FilterFault::BadEscape),
        ] {
            assert_eq!(check(filter), Err(fault), "{filter}");
        }
        let deep = format!("{}(a=1){}", "(!".repeat(100_000), ")".repeat(100_000));
        assert_eq!(check(&deep), Err(FilterFault::TooDeep));
    }
}
