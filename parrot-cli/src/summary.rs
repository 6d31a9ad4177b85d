//! The table at the end of a run: one screen, the verdict first.

use std::fmt::Write as _;

use parrot_core::sink::{EndReason, Names, Summary, verdict_text};
use parrot_core::stats::{Cell, Class, Counter, Finding, Grade, SeriesId, SeriesKind};
use parrot_core::time::Nanos;

/// Rows for transactions; the rest is in percentiles.csv.
const TRANSACTIONS_MAX: usize = 12;
/// Kinds of errors shown.
const ERRORS_MAX: usize = 8;
/// Width of the first column.
const NAME_COLUMNS: usize = 20;

/// Colours, or none of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    pub warning: &'static str,
    pub heading: &'static str,
    pub plain: &'static str,
}

impl Paint {
    /// For files and pipes, and where NO_COLOR is set.
    pub(crate) const NONE: Self = Self { warning: "", heading: "", plain: "" };
    /// For terminals.
    pub(crate) const TERMINAL: Self = Self { warning: "\x1b[33m", heading: "\x1b[1m", plain: "\x1b[0m" };
}

/// The whole text. `warm_up` is time in which nothing was meant to happen: rates leave it out.
pub(crate) fn render(summary: &Summary, names: &dyn Names, warm_up: Nanos, paint: Paint) -> String {
    let mut text = String::new();
    verdict(&mut text, summary, paint);
    let Summary { planned, started, finished, alive, .. } = summary;
    let _ = write!(
        text,
        "{}Run {} after {:.1} s:{} {planned} users planned, {started} started, {finished} finished",
        paint.heading,
        end(summary.end),
        summary.duration.as_secs_f64(),
        paint.plain
    );
    text += &if *alive > 0 { format!(", {alive} still there\n") } else { "\n".to_owned() };
    table(&mut text, summary, names, summary.duration.since(warm_up));
    codes(&mut text, summary);
    errors(&mut text, summary, names);
    start_lag(&mut text, summary);
    thresholds(&mut text, summary, paint);
    text
}

/// For `the run … after 3 s`.
pub(crate) const fn end(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Completed => "completed",
        EndReason::DurationReached => "ended by its maximum duration",
        EndReason::Stopped => "stopped",
        EndReason::Aborted => "ended by its scenario",
        EndReason::Failed => "FAILED",
    }
}

/// The verdict, and each reason for it with its remedy.
fn verdict(text: &mut String, summary: &Summary, paint: Paint) {
    let grade = summary.verdict.grade();
    let (headline, meaning) = (verdict_text::headline(grade), verdict_text::meaning(grade));
    let colour = if grade == Grade::Valid { paint.heading } else { paint.warning };
    let _ = writeln!(text, "{colour}Verdict {headline}:{} {meaning}", paint.plain);
    for Finding { grade, reason } in &summary.verdict.findings {
        let (grade, sentence) = (verdict_text::grade_word(*grade), verdict_text::sentence(reason));
        let _ = writeln!(text, "  {grade}: {sentence}\n    help: {}", verdict_text::remedy(reason));
    }
}

/// What became of the rules.
fn thresholds(text: &mut String, summary: &Summary, paint: Paint) {
    let mut title = "fail-if";
    for result in &summary.thresholds {
        let told = verdict_text::rule(result);
        let _ = if result.passed {
            writeln!(text, "{title:<NAME_COLUMNS$} passed: {told}")
        } else {
            writeln!(text, "{title:<NAME_COLUMNS$} {}FAILED:{} {told}", paint.warning, paint.plain)
        };
        title = "";
    }
}

fn table(text: &mut String, summary: &Summary, names: &dyn Names, active: Nanos) {
    let mut series: Vec<SeriesId> = summary.series.iter().map(|s| s.series).collect();
    series.sort_unstable();
    series.dedup();
    series.retain(|id| !matches!(id.kind(), SeriesKind::StartLag | SeriesKind::ThinkLag));
    let rows: Vec<(SeriesId, Cell)> =
        series.iter().filter_map(|id| Some((*id, summary.merged(*id, shown)?))).collect();
    if rows.is_empty() {
        text.push_str("no request was made\n");
        return;
    }
    let _ = writeln!(
        text,
        "\n{:<NAME_COLUMNS$} {:>8} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7}",
        "times in ms", "count", "/s", "mean", "p50", "p95", "p99", "max"
    );
    let (mut transactions, mut hidden) = (0, 0);
    for (id, cell) in &rows {
        if matches!(id.kind(), SeriesKind::Transaction(_)) {
            transactions += 1;
            if transactions > TRANSACTIONS_MAX {
                hidden += 1;
                continue;
            }
        }
        row(text, &names.series(*id), cell, active);
    }
    if hidden > 0 {
        let _ = writeln!(text, "… and {hidden} more transactions in percentiles.csv");
    }
    let failed: u64 =
        summary.series.iter().filter(|s| s.class == Class::FailedHidden).map(|s| s.cell.moments.count).sum();
    if failed > 0 {
        let _ = writeln!(text, "failed and not in these rows: {failed} (see percentiles.csv)");
    }
}

/// The rows show what tsung.log shows.
fn shown(class: Class) -> bool {
    class != Class::FailedHidden
}

fn row(text: &mut String, name: &str, cell: &Cell, active: Nanos) {
    let rate = if active == Nanos::ZERO { 0.0 } else { cell.moments.count as f64 / active.as_secs_f64() };
    let name: String = name.chars().take(NAME_COLUMNS).collect();
    let _ = writeln!(
        text,
        "{name:<NAME_COLUMNS$} {:>8} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7}",
        cell.moments.count,
        milliseconds(rate),
        milliseconds(cell.moments.mean),
        milliseconds(percentile(cell, 0.50)),
        milliseconds(percentile(cell, 0.95)),
        milliseconds(percentile(cell, 0.99)),
        milliseconds(cell.moments.max)
    );
}

fn codes(text: &mut String, summary: &Summary) {
    let codes: Vec<String> = summary
        .counters
        .iter()
        .filter_map(|(counter, n)| match counter {
            Counter::Status(status) => Some(format!("{status}: {n}")),
            _ => None,
        })
        .collect();
    if !codes.is_empty() {
        let _ = writeln!(text, "\n{:<NAME_COLUMNS$} {}", "HTTP codes", codes.join("   "));
    }
}

fn errors(text: &mut String, summary: &Summary, names: &dyn Names) {
    let mut errors: Vec<(String, u64)> = summary
        .counters
        .iter()
        .filter_map(|(counter, n)| Some((error_name(*counter, names)?, *n)))
        .filter(|(_, n)| *n > 0)
        .collect();
    errors.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let more = errors.len().saturating_sub(ERRORS_MAX);
    let mut title = "errors";
    for (name, n) in errors.iter().take(ERRORS_MAX) {
        let _ = writeln!(text, "{title:<NAME_COLUMNS$} {name}: {n}");
        title = "";
    }
    if more > 0 {
        let _ = writeln!(text, "{title:<NAME_COLUMNS$} … and {more} more kinds in tsung.log");
    }
    if errors.is_empty() {
        let _ = writeln!(text, "{title:<NAME_COLUMNS$} none");
    }
}

/// What Tsung calls errors, and what it does not count but a user must know.
fn error_name(counter: Counter, names: &dyn Names) -> Option<String> {
    match names.counter(counter) {
        Some(name) => Some(name).filter(|name| name.starts_with("error_")),
        // A reason of the verdict.
        None if counter == Counter::RecordDropped => None,
        None => Some(names.label(counter)),
    }
}

fn start_lag(text: &mut String, summary: &Summary) {
    if let Some(lag) = summary.merged(SeriesId::START_LAG, |_| true) {
        let _ = writeln!(
            text,
            "{:<NAME_COLUMNS$} p50 {} ms, p99 {} ms, max {} ms",
            "start lag",
            milliseconds(percentile(&lag, 0.50)),
            milliseconds(percentile(&lag, 0.99)),
            milliseconds(lag.moments.max)
        );
    }
}

/// In milliseconds. Never above the greatest value, which a histogram's steps would allow.
fn percentile(cell: &Cell, quantile: f64) -> f64 {
    (cell.histogram.value_at_quantile(quantile) as f64 / 1e3).min(cell.moments.max)
}

/// Three digits that matter, as many decimals as that takes, at most 7 columns below three hours.
pub(crate) fn milliseconds(value: f64) -> String {
    let decimals = match value {
        v if v < 9.995 => 2,
        v if v < 99.95 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use parrot_core::plan::TransactionId;
    use parrot_core::sink::SeriesSummary;
    use parrot_core::stats::{Errno, Figure, Reason, Recorder, RuleResult, Shape, Verdict};

    struct Plain;

    impl Names for Plain {
        fn counter(&self, counter: Counter) -> Option<String> {
            match counter {
                Counter::ConnectFailed(_) => Some("error_connect_econnrefused".to_owned()),
                Counter::ResponseTruncated | Counter::RecordDropped => None,
                _ => Some("match".to_owned()),
            }
        }

        fn label(&self, _: Counter) -> String {
            "response_truncated".to_owned()
        }

        fn series(&self, series: SeriesId) -> String {
            match series.kind() {
                SeriesKind::Request => "request".to_owned(),
                SeriesKind::Transaction(id) => format!("tr_{}", id.0),
                kind => format!("{kind:?}").to_lowercase(),
            }
        }
    }

    fn summary(transactions: u32) -> Summary {
        let mut recorder =
            Recorder::new(Shape { series: SeriesId::FIXED as usize + transactions as usize, phases: 2 });
        for ms in 1..=100 {
            recorder.sample(SeriesId::REQUEST, ms as usize % 2, Class::Ok, Nanos::from_millis(ms));
            recorder.sample(SeriesId::START_LAG, 0, Class::Ok, Nanos::from_micros(100));
        }
        recorder.sample(SeriesId::CONNECT, 0, Class::FailedHidden, Nanos::from_secs(1));
        for id in 0..transactions {
            recorder.sample(SeriesId::transaction(TransactionId(id)), 0, Class::Ok, Nanos::from_secs(2));
        }
        recorder.count(Counter::Status(200), 90);
        recorder.count(Counter::Status(404), 10);
        recorder.count(Counter::Match, 7);
        recorder.count(Counter::ConnectFailed(Errno(111)), 1);
        recorder.count(Counter::ResponseTruncated, 2);
        Summary {
            end: EndReason::Completed,
            start_unix_secs: 0.0,
            duration: Nanos::from_secs(11),
            planned: 12,
            started: 12,
            finished: 12,
            alive: 0,
            in_flight: 0,
            counters: recorder.counters().collect(),
            series: recorder
                .cells()
                .map(|(phase, series, class, cell)| SeriesSummary {
                    series,
                    phase,
                    class,
                    cell: cell.clone(),
                })
                .collect(),
            stall_max: Nanos::ZERO,
            busy_max: 0.0,
            verdict: Verdict::default(),
            thresholds: Vec::new(),
        }
    }

    fn text(summary: &Summary) -> String {
        render(summary, &Plain, Nanos::SECOND, Paint::NONE)
    }

    #[test]
    fn the_whole_table() {
        let expected = "\
Verdict VALID: the generator did what was planned
Run completed after 11.0 s: 12 users planned, 12 started, 12 finished

times in ms             count      /s    mean     p50     p95     p99     max
request                   100    10.0    50.5    50.2    95.2    99.3     100
tr_0                        1    0.10    2000    2000    2000    2000    2000
failed and not in these rows: 1 (see percentiles.csv)

HTTP codes           200: 90   404: 10
errors               response_truncated: 2
                     error_connect_econnrefused: 1
start lag            p50 0.10 ms, p99 0.10 ms, max 0.10 ms
";
        assert_eq!(text(&summary(1)), expected);
    }

    #[test]
    fn it_stays_one_screen() {
        let text = text(&summary(100));
        assert!(text.contains("… and 88 more transactions in percentiles.csv"), "{text}");
        assert!(text.lines().count() <= 24 && text.lines().all(|line| line.chars().count() <= 79), "{text}");
    }

    #[test]
    fn the_verdict_comes_first_and_rules_last() {
        let mut summary = summary(0);
        (summary.started, summary.finished, summary.alive) = (9, 8, 1);
        let finding = |grade, reason| Finding { grade, reason };
        summary.verdict.findings = vec![
            finding(Grade::Invalid, Reason::NeverStarted(3)),
            finding(Grade::Doubtful, Reason::RecordsDropped(5)),
        ];
        let rule = |passed| RuleResult {
            rule: "errors > 1".to_owned(),
            passed,
            figure: Figure::Number(3.0),
            windows: None,
        };
        summary.thresholds = vec![rule(true), rule(false)];
        let told = text(&summary);
        let first = "\
Verdict INVALID: what was measured is not what was planned
  invalid: 3 planned users were never started
    help: look at the other reasons and at the log for what kept them from it
  doubtful: 5 rows of the dump or of match.log were dropped: the disk was too slow
    help: write to a faster disk, or do without the dump
Run completed after 11.0 s: 12 users planned, 9 started, 8 finished, 1 still there
";
        let last = "
fail-if              passed: errors > 1: 3
                     FAILED: errors > 1: 3
";
        assert!(told.starts_with(first) && told.ends_with(last), "{told}");
    }

    #[test]
    fn colours_only_where_asked_for() {
        let mut summary = summary(1);
        summary.verdict.findings.push(Finding { grade: Grade::Invalid, reason: Reason::NeverStarted(1) });
        assert!(!text(&summary).contains('\x1b'));
        let coloured = render(&summary, &Plain, Nanos::ZERO, Paint::TERMINAL);
        assert!(coloured.starts_with("\x1b[33mVerdict INVALID:\x1b[0m what"), "{coloured}");
    }

    #[test]
    fn numbers_keep_three_digits() {
        for (value, expected) in [
            (0.0, "0.00"),
            (0.456, "0.46"),
            (9.996, "10.0"),
            (12.34, "12.3"),
            (99.96, "100"),
            (1234.5, "1234"),
        ] {
            assert_eq!(milliseconds(value), expected);
        }
    }
}
