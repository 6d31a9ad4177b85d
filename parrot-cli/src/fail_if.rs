//! `--fail-if`: reads the rules, and says where one goes wrong and what is possible there.

use parrot_core::stats::{Catalogue, Draft, Expected, Rule, RuleError};
use tsung_compat::closest;

use crate::failure::Failure;

/// Names listed as possible.
const NAMES_SHOWN_MAX: usize = 12;

/// Reads the rules as far as that goes without knowing the run.
pub(crate) fn read(rules: &[String]) -> Result<Vec<Draft>, Failure> {
    let read = |rule: &String| {
        Draft::parse(rule).map_err(|error| Failure::Rule(explain(rule, &error, &Catalogue::default())))
    };
    rules.iter().map(read).collect()
}

/// Finds what their names stand for.
pub(crate) fn resolve(drafts: &[Draft], names: &Catalogue) -> Result<Vec<Rule>, Failure> {
    let resolve = |draft: &Draft| {
        draft.resolve(names).map_err(|error| Failure::Rule(explain(draft.text(), &error, names)))
    };
    drafts.iter().map(resolve).collect()
}

/// The mistake, the rule with the place marked, and what is possible there.
fn explain(rule: &str, error: &RuleError, names: &Catalogue) -> String {
    let found = &rule[error.at.clone()];
    let columns = |text: &str| text.chars().count();
    let (before, marks) = (columns(&rule[..error.at.start]), columns(found).max(1));
    let (mistake, help) = words(error.expected, found, names);
    // A line break in a rule would move the marks; it is a blank to the grammar.
    let rule = rule.replace(char::is_control, " ");
    format!(
        "--fail-if: {mistake}\n    {rule}\n    {}{}\n  help: {help}",
        " ".repeat(before),
        "^".repeat(marks)
    )
}

fn words(expected: Expected, found: &str, names: &Catalogue) -> (String, String) {
    let instead = |what: &str| {
        if found.is_empty() {
            format!("{what} is missing")
        } else {
            format!("{what} is expected, not '{found}'")
        }
    };
    let said = |mistake: String, help: &str| (mistake, help.to_owned());
    match expected {
        Expected::Figure => said(
            instead("a figure or a verdict"),
            "invalid, doubtful, errors, errors(COUNTER), count(SERIES), or one of p50 p99.9 … mean min max with (SERIES)",
        ),
        Expected::Percentile => said(
            format!("'{found}' is no percentile"),
            "a number above 0 and up to 100 follows the p: p50, p99, p99.9",
        ),
        Expected::OpenParenthesis => said(instead("'('"), "the figure of which series? p99(request)"),
        Expected::CloseParenthesis => said(instead("')'"), "the name ends with ')'"),
        Expected::Series => {
            let all: Vec<&str> = names.series.iter().map(|(name, _)| name.as_str()).collect();
            let mistake = if all.is_empty() {
                instead("the name of a series")
            } else {
                format!("no series of this run is called '{found}'")
            };
            let example = "a series is what percentiles.csv has: request, page, connect, session, tr_NAME, service, response …";
            (mistake, suggest(found, &all, all.len(), example))
        }
        Expected::Counter => {
            let all: Vec<&str> = names.counters.iter().map(|(name, _)| name.as_str()).collect();
            let mistake = if all.is_empty() {
                instead("the name of a counter")
            } else {
                format!("no counter is called '{found}'")
            };
            let example = "a counter is what tsung.log and run.json have: error_connect_econnrefused, error_timeout, 404 …";
            (mistake, suggest(found, &all, 0, example))
        }
        Expected::Comparison => said(instead("a comparison"), "one of > >= < <="),
        Expected::Number => said(instead("a number"), "300ms, 1.5s, 1000, 1%"),
        Expected::TimeUnit => said(instead("a unit of time"), "one of us ms s: 300ms"),
        Expected::NoUnit => {
            said(instead("a number without unit"), "a count has no unit: count(request) < 1000")
        }
        Expected::Percent => said(instead("% or no unit"), "errors > 1% (of the requests) or errors > 5"),
        Expected::End => said(
            instead("the end of the rule"),
            "only 'in any window' may follow a comparison, and nothing invalid and doubtful",
        ),
    }
}

/// What may have been meant, and some of what there is.
fn suggest(found: &str, all: &[&str], listed: usize, example: &str) -> String {
    let meant = closest(found, all.iter().copied()).map(|name| format!("did you mean {name}? "));
    let there = if listed == 0 {
        example.to_owned()
    } else {
        let mut names: Vec<&str> = all.iter().take(NAMES_SHOWN_MAX).copied().collect();
        names.extend((listed > names.len()).then_some("…"));
        format!("there are: {}", names.join(", "))
    };
    meant.unwrap_or_default() + &there
}

#[cfg(test)]
mod tests {
    use super::*;
    use parrot_core::plan::TransactionId;
    use parrot_core::stats::SeriesId;
    use tsung_compat::names::TsungNames;

    fn refusal(rule: &str) -> String {
        let transactions: Vec<String> = ["login", "buy"].iter().map(|&name| name.to_owned()).collect();
        let names = TsungNames::from_names(&transactions, &[]).catalogue();
        assert_eq!(names.series.len(), SeriesId::transaction(TransactionId(2)).index());
        match read(&[rule.to_owned()]).and_then(|drafts| resolve(&drafts, &names)) {
            Err(Failure::Rule(text)) => text,
            other => panic!("{rule}: {other:?}"),
        }
    }

    #[test]
    fn the_place_is_marked_and_what_is_possible_named() {
        assert_eq!(
            refusal("p99(tr_logn) > 300ms"),
            "--fail-if: no series of this run is called 'tr_logn'\n    \
             p99(tr_logn) > 300ms\n        ^^^^^^^\n  \
             help: did you mean tr_login? there are: request, page, connect, session, first_byte, service, response, \
             start_lag, think_lag, tr_login, tr_buy"
        );
        assert_eq!(
            refusal("errors > "),
            "--fail-if: a number is missing\n    errors > \n             ^\n  help: 300ms, 1.5s, 1000, 1%"
        );
        let text = refusal("errors(error_connect_econrefused) > 0");
        assert!(text.contains("help: did you mean error_connect_econnrefused? "), "{text}");
        let text = refusal("é(request) > 1s");
        assert!(text.contains("    é(request) > 1s\n    ^\n"), "{text}");
        assert!(refusal("p99() > 1s").contains("the name of a series is expected, not ')'"));
    }

    #[test]
    fn every_mistake_has_a_remedy() {
        for rule in [
            "",
            "pp",
            "p0(request)>1s",
            "p9 > 1s",
            "p9(",
            "p9(a b",
            "p9(x) > 1s",
            "errors(x) > 1",
            "errors ~ 1",
            "errors > x",
            "max(page) > 1",
            "count(page) > 1s",
            "errors > 1s",
            "invalid!",
        ] {
            let text = refusal(rule);
            assert!(text.contains("\n  help: ") && text.contains('^'), "{text}");
        }
    }
}
