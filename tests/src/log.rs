//! Reads a tsung.log: dumps with their users, samples and counters.
//!
//! Strict about the form of each line: a line that no reader of Tsung's logs would understand fails the test.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::json_log;

/// A whole tsung.log.
#[derive(Clone, Debug, Default)]
pub struct TsungLog {
    /// In the order of the file.
    pub dumps: Vec<Dump>,
    /// Time of the EndMonitor line, if there is one.
    pub end: Option<f64>,
}

/// One dump.
#[derive(Clone, Debug, Default)]
pub struct Dump {
    /// Unix time.
    pub at: u64,
    /// Users now, and most users so far.
    pub users: (u64, u64),
    /// Lines with seven columns.
    pub samples: BTreeMap<String, Sample>,
    /// Lines with two columns.
    pub counters: BTreeMap<String, (i64, i64)>,
    /// Names that came twice: Tsung has two lines for one kind of match each, and mixes the lines of dumps that meet.
    pub doubled: BTreeSet<String>,
}

/// The columns of a sample line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// Values in the window.
    pub count: u64,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation.
    pub deviation: f64,
    /// Greatest so far.
    pub max: f64,
    /// Least so far.
    pub min: f64,
    /// Mean of the windows before.
    pub earlier_mean: f64,
    /// Values in the windows before.
    pub earlier_count: u64,
}

impl TsungLog {
    /// Reads `tsung.log` of a run's folder, whatever its backend.
    pub fn read(folder: &Path) -> Self {
        let path = folder.join("tsung.log");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        if text.starts_with('{') { json_log::parse(&text) } else { Self::parse(&text) }
    }

    /// Reads the text of a tsung.log.
    pub fn parse(text: &str) -> Self {
        let mut log = Self::default();
        for line in text.lines() {
            assert!(log.end.is_none(), "a line after EndMonitor: {line}");
            if let Some(at) = line.strip_prefix("# stats: dump at ") {
                log.dumps.push(Dump { at: number(at, line), ..Dump::default() });
            } else if let Some(fields) = line.strip_prefix("stats: ") {
                let dump =
                    log.dumps.last_mut().unwrap_or_else(|| panic!("a line before the first dump: {line}"));
                dump.take(line, fields);
            } else if let Some(time) =
                line.strip_prefix("EndMonitor:{").and_then(|rest| rest.strip_suffix('}'))
            {
                let parts: Vec<f64> = time.split(',').map(|part| number(part, line)).collect();
                assert_eq!(parts.len(), 3, "{line}");
                log.end = Some(parts[0] * 1e6 + parts[1] + parts[2] * 1e-6);
            } else {
                panic!("not a line of a tsung.log: {line}");
            }
        }
        log
    }

    /// The last dump.
    pub fn last(&self) -> &Dump {
        self.dumps.last().expect("a run has at least one dump")
    }

    /// Total of a counter at the end; 0 when it never counted.
    pub fn total(&self, counter: &str) -> i64 {
        self.last().counters.get(counter).map_or(0, |(_, total)| *total)
    }

    /// Values of a sample over the whole run.
    pub fn count(&self, sample: &str) -> u64 {
        self.dumps.iter().filter_map(|dump| dump.samples.get(sample)).map(|sample| sample.count).sum()
    }

    /// Mean of a sample over the whole run; 0 without values.
    pub fn mean(&self, sample: &str) -> f64 {
        let rows = || self.dumps.iter().filter_map(|dump| dump.samples.get(sample));
        let sum: f64 = rows().map(|row| row.mean * row.count as f64).sum();
        sum / self.count(sample).max(1) as f64
    }

    /// Greatest and least value of a sample over the whole run.
    pub fn range(&self, sample: &str) -> Option<(f64, f64)> {
        self.last().samples.get(sample).map(|row| (row.min, row.max))
    }
}

impl Dump {
    fn take(&mut self, line: &str, fields: &str) {
        assert!(!line.contains("  ") && !line.ends_with(' '), "spaces: {line:?}");
        let fields: Vec<&str> = fields.split(' ').collect();
        let name = fields[0].to_owned();
        match fields.len() {
            3 if name == "users" => self.users = (number(fields[1], line), number(fields[2], line)),
            3 => {
                let (delta, total): (i64, i64) = (number(fields[1], line), number(fields[2], line));
                let kinds = name.ends_with("match");
                if let Some(before) = self.counters.insert(name.clone(), (delta, total)) {
                    let total = if kinds { before.1 + total } else { total };
                    self.counters.insert(name.clone(), (before.0 + delta, total));
                    self.doubled.insert(name);
                }
            }
            8 => {
                let float = |n: usize| -> f64 {
                    let value: f64 = number(fields[n], line);
                    assert!(value.is_finite(), "not finite: {line}");
                    value
                };
                let sample = Sample {
                    count: number(fields[1], line),
                    mean: float(2),
                    deviation: float(3),
                    max: float(4),
                    min: float(5),
                    earlier_mean: float(6),
                    earlier_count: number(fields[7], line),
                };
                if let Some(before) = self.samples.insert(name.clone(), sample) {
                    let count = before.count + sample.count;
                    let most = if before.count > sample.count { before } else { sample };
                    self.samples.insert(name.clone(), Sample { count, ..most });
                    self.doubled.insert(name);
                }
            }
            n => panic!("{n} fields: {line}"),
        }
    }
}

fn number<T: std::str::FromStr>(text: &str, line: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("{text:?} is not a number of the right kind: {line}"))
}

/// The text of the controller's own log in a run's folder.
///
/// # Panics
/// If there is none.
pub fn controller_log(folder: &Path) -> String {
    let entries = fs::read_dir(folder).expect("the run's folder can be read");
    let log = entries
        .filter_map(Result::ok)
        .find(|entry| entry.file_name().to_string_lossy().starts_with("tsung_controller"))
        .expect("a controller's log");
    fs::read_to_string(log.path()).expect("the controller's log can be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "# stats: dump at 100\nstats: users 8 11\nstats: {cpu,\"tsung_controller@vm\"} 1 2.5 0 2.5 2.5 0 0\n\
        stats: request 2 1.5 0.5 2.0 1.0 0 0\nstats: match 4 4\nstats: 200 2 2\n\
        # stats: dump at 110\nstats: users 0 11\nstats: request 1 4.0 0.0 4.0 1.0 1.5 2\nstats: match 1 5\n\
        stats: match 2 6\nstats: connected -2 0\nstats: 200 1 3\nEndMonitor:{1,113,500000}\n";

    #[test]
    fn reads_dumps_samples_and_counters() {
        let log = TsungLog::parse(LOG);
        assert_eq!(log.dumps.len(), 2);
        assert_eq!(log.dumps[0].users, (8, 11));
        assert_eq!(log.count("request"), 3);
        assert!((log.mean("request") - 7.0 / 3.0).abs() < 1e-9);
        assert_eq!(log.range("request"), Some((1.0, 4.0)));
        assert_eq!(log.total("200"), 3);
        assert_eq!(log.last().counters["connected"], (-2, 0));
        assert_eq!(log.total("match"), 11);
        assert!(log.last().doubled.contains("match"));
        assert_eq!(log.end, Some(1_000_113.5));
    }

    #[test]
    #[should_panic(expected = "not a number")]
    fn refuses_a_count_that_is_none() {
        TsungLog::parse("# stats: dump at 100\nstats: users x 1\n");
    }
}
