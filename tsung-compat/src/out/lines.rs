//! What the statistics of a window say, line by line, in whatever format.
//!
//! Lines come in a fixed order, the loosest one that Tsung itself keeps, and no name comes twice.

use parrot_core::sink::{HostMetric, Names, SampleName, SampleRow, Window};
use parrot_core::stats::{Counter, SeriesId, SeriesKind};

use super::number::push_float;
use crate::names::TsungNames;

/// One of them.
#[derive(Debug)]
pub(super) enum Line<'a> {
    /// Live users, and most of them so far.
    Users { now: u64, max: u64 },
    /// Something about the machine.
    Host { metric: &'static str, row: &'a SampleRow },
    /// Something timed.
    Sample { name: String, row: &'a SampleRow },
    /// Open connections: their change, and how many there are.
    Connected { delta: i64, now: i64 },
    /// Something counted.
    Counter { name: String, delta: u64, total: u64 },
}

/// All lines of a window.
pub(super) fn lines<'a>(window: &'a Window, names: &TsungNames) -> Vec<Line<'a>> {
    let mut lines = vec![Line::Users { now: window.users, max: window.users_max }];
    let session = SampleName::Series(SeriesId::SESSION);
    let is_head = |row: &SampleRow| row.name == session || matches!(row.name, SampleName::Host(_));
    let (mut head, rest): (Vec<_>, Vec<_>) = window.samples.iter().partition(|row| is_head(row));
    head.sort_by_key(|row| row.name == session);
    let sample = |row: &'a SampleRow| match row.name {
        SampleName::Series(series) => Line::Sample { name: names.series(series), row },
        SampleName::Host(metric) => Line::Host { metric: host_metric(metric), row },
    };
    lines.extend(head.into_iter().map(sample));
    let (always, others) = counters(window, names);
    lines.extend(always);
    lines.extend(rest.into_iter().map(sample));
    if window.connections_seen {
        lines.push(Line::Connected { delta: window.connections_delta, now: window.connections });
    }
    lines.extend(others);
    lines
}

/// Counters by name: those that Tsung prints near the top, in every dump, and the others. Different ones may share a name
/// (`repeat` loops of one name): they are one line.
fn counters(window: &Window, names: &TsungNames) -> (Vec<Line<'static>>, Vec<Line<'static>>) {
    let mut sums: Vec<(bool, String, u64, u64)> = Vec::with_capacity(window.counters.len());
    for row in &window.counters {
        let Some(name) = names.counter(row.counter) else { continue };
        match sums.iter_mut().find(|(_, known, ..)| *known == name) {
            Some((_, _, delta, total)) => {
                *delta += row.delta;
                *total += row.total;
            }
            None => {
                let always = matches!(row.counter, Counter::UserStarted | Counter::UserFinished);
                sums.push((always, name, row.delta, row.total));
            }
        }
    }
    let (always, others): (Vec<_>, Vec<_>) = sums.into_iter().partition(|(always, ..)| *always);
    let line = |(_, name, delta, total)| Line::Counter { name, delta, total };
    (always.into_iter().map(line).collect(), others.into_iter().map(line).collect())
}

const fn host_metric(metric: HostMetric) -> &'static str {
    match metric {
        HostMetric::Cpu => "cpu",
        HostMetric::FreeMemory => "freemem",
        HostMetric::Load => "load",
    }
}

/// The columns of a sample: count, mean, deviation, max, min, mean and count of all windows before.
pub(super) fn columns(row: &SampleRow) -> [String; 7] {
    [
        row.count.to_string(),
        float_unless(row.mean, row.count == 0),
        float_unless(row.deviation, row.count == 0 || is_bare_zero(row)),
        float_unless(row.max, false),
        float_unless(row.min, false),
        float_unless(row.earlier_mean, row.first),
        row.earlier_count.to_string(),
    ]
}

/// The deviation of a lone first value is the integer 0, except in series that Tsung feeds in batches.
fn is_bare_zero(row: &SampleRow) -> bool {
    let batched = |series: SeriesId| {
        matches!(series.kind(), SeriesKind::Request | SeriesKind::Page | SeriesKind::Connect)
    };
    row.first && row.count == 1 && !matches!(row.name, SampleName::Series(series) if batched(series))
}

fn float_unless(value: f64, integer_zero: bool) -> String {
    let mut text = String::new();
    if integer_zero {
        text.push('0');
    } else {
        push_float(&mut text, value);
    }
    text
}
