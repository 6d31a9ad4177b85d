//! Values that cannot be found in any response.

use crate::diagnostic::{Lint, NoFind, Report};
use crate::xml::Element;

/// What a name of a form field cannot have, as it is read as a pattern.
const PATTERN_CHARACTERS: &str = "[(|*+?^$";

pub(super) fn judge(request: &Element, report: &mut Report<'_>) {
    let is_head = request.children_named("http").any(|http| {
        http.sound().and_then(|http| http.value("method")).is_some_and(|method| method.value == "HEAD")
    });
    for variable in request.children_named("dyn_variable").filter_map(Element::sound) {
        let kind = ["re", "header", "xpath", "jsonpath", "pgsql_expr"]
            .into_iter()
            .find_map(|name| variable.attribute(name));
        match kind {
            Some(kind) if is_head && matches!(kind.name, "xpath" | "jsonpath") => {
                let what = NoFind::HeadBody { element: "dyn_variable", attribute: Some(kind.name) };
                report.lint(kind.at, Lint::NothingToFind { what });
            }
            Some(kind) if kind.name == "re" && !has_group(&kind.value) => {
                report.lint(kind.at, Lint::NothingToFind { what: NoFind::NoGroup });
            }
            None if is_head => {
                let what = NoFind::HeadBody { element: "dyn_variable", attribute: None };
                report.lint(variable.at, Lint::NothingToFind { what });
            }
            None => field(variable, report),
            Some(_) => {}
        }
    }
    let first = request.children_named("match").next().and_then(Element::sound);
    if is_head
        && let Some(skip) =
            first.and_then(|first| first.written("skip_headers")).filter(|it| it.value == "http")
    {
        let what = NoFind::HeadBody { element: "match", attribute: Some("skip_headers") };
        report.lint(skip.at, Lint::NothingToFind { what });
    }
}

fn field(variable: &Element, report: &mut Report<'_>) {
    let Some(name) = variable.written("name") else {
        return;
    };
    // Whoever writes a backslash knows that it is a pattern.
    if name.value.contains('\\') {
        return;
    }
    if let Some(character) = name.value.chars().find(|&character| PATTERN_CHARACTERS.contains(character)) {
        let name_text = name.value.trim().to_owned();
        let what = NoFind::Field { name: name_text, character };
        report.lint(name.at, Lint::NothingToFind { what });
    }
}

/// Whether a pattern may have a group that captures.
fn has_group(pattern: &str) -> bool {
    let mut in_class = false;
    let mut rest = pattern.chars();
    while let Some(character) = rest.next() {
        match character {
            // Between \Q and \E brackets mean nothing: who knows these has thought.
            '\\' if rest.next() == Some('Q') => return true,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => {
                let inner = rest.as_str();
                let named = ["?<", "?P<", "?'"].iter().find_map(|open| inner.strip_prefix(open));
                let is_named = named.is_some_and(|name| !name.starts_with(['=', '!']));
                if is_named || !inner.starts_with(['?', '*']) {
                    return true;
                }
            }
            _ => {}
        }
    }
    // A bracket of a class that was not its end hides what follows.
    in_class
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups() {
        for pattern in
            ["(a)", "x(.*?)y", "(?<n>a)", "(?P<n>a)", "(?'n'a)", "(?:(a))", "\\\\(a)", "[(](a)", "\\Q(\\E"]
        {
            assert!(has_group(pattern), "{pattern}");
        }
        for pattern in
            ["", "abc", "\\(a\\)", "[(a)]", "(?:a)", "(?=a)", "(?<=a)b", "(?<!a)b", "(?i)a", "(*ANY)a"]
        {
            assert!(!has_group(pattern), "{pattern}");
        }
    }
}
