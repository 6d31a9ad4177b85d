//! What a run did, as lines of text: requests, counters, numbers of samples, rows of the dump and of the match log.
//!
//! A request belongs to the session that its connection's first path names: `/cookies/1` → `cookies`. Fixtures keep to that.

use std::collections::BTreeMap;
use std::fmt;

use super::Side;
use crate::fixture::{place, replace};
use crate::rows::DumpRow;
use crate::server::{Connection, Recording};

/// How requests are compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Order {
    /// Connection by connection, request by request.
    Exact,
    /// As a bag.
    Bag,
}

/// The lines.
#[derive(Clone, Debug, Default)]
pub struct Report {
    lines: Vec<String>,
}

impl Report {
    pub(super) fn of(side: &Side, order: Order) -> Self {
        let mut report = Self::default();
        report.requests(&side.recordings, order);
        for (name, (_, total)) in &side.log.last().counters {
            report.lines.push(format!("counter {name} {total}"));
        }
        let samples = side.log.last().samples.keys().filter(|name| !name.starts_with('{'));
        for name in samples {
            report.lines.push(format!("sample {name} {}", side.log.count(name)));
        }
        report.lines.push(format!("users at the end {}", side.log.last().users.0));
        report.dump(side, order);
        report.matches(side, order);
        report
    }

    /// The lines, in no order that matters.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }

    /// How many rows the dump and the match log have for each session, by what stands before a row's number.
    pub(super) fn rows(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for line in &self.lines {
            let mut words = line.split(' ');
            let begin = match (words.next(), words.next()) {
                (Some("dump"), Some(session)) => format!("dump {session} "),
                (Some("match.log"), Some(place)) => {
                    format!("match.log {}.", place.split('.').next().unwrap_or_default())
                }
                _ => continue,
            };
            *counts.entry(begin).or_default() += 1;
        }
        counts
    }

    /// The lines that have the first two words of `begin`, for messages.
    pub(super) fn near(&self, begin: &str) -> String {
        let words: Vec<&str> = begin.splitn(3, ' ').take(2).collect();
        let words = words.join(" ");
        self.lines.iter().filter(|line| line.starts_with(&words)).map(|line| format!("  {line}\n")).collect()
    }

    pub(super) fn lines_mut(&mut self) -> &mut Vec<String> {
        &mut self.lines
    }

    fn requests(&mut self, recordings: &[Recording], order: Order) {
        let mut connections: Vec<(usize, &Connection)> = recordings
            .iter()
            .enumerate()
            .flat_map(|(server, recording)| {
                recording.connections.iter().map(move |connection| (server, connection))
            })
            .collect();
        connections.sort_by_key(|(_, connection)| connection.accepted);
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for (server, connection) in connections {
            let session =
                connection.requests.first().map_or_else(|| "-".to_owned(), |first| session(&first.path()));
            let nth = counts.entry(session.clone()).or_default();
            *nth += 1;
            let to = place(server);
            if connection.requests.is_empty() {
                self.lines.push(format!("connection {session} {nth} {to} without a request"));
            }
            for (n, request) in connection.requests.iter().enumerate() {
                let text = without_ports(&request.raw, recordings);
                let text = text.escape_ascii();
                self.lines.push(match order {
                    Order::Exact => format!("request {session} {nth}.{} {to} {text}", n + 1),
                    Order::Bag => format!("request {session} {to} {text}"),
                });
            }
            if !connection.rest.is_empty() {
                self.lines.push(format!("rest {session} {nth} {}", connection.rest.escape_ascii()));
            }
        }
        self.number_equal_lines();
    }

    /// A bag in a set: equal lines get numbers.
    fn number_equal_lines(&mut self) {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for line in &mut self.lines {
            let count = seen.entry(line.clone()).or_default();
            *count += 1;
            if *count > 1 {
                line.push_str(&format!(" (again: {count})"));
            }
        }
    }

    fn dump(&mut self, side: &Side, order: Order) {
        if order == Order::Bag {
            return;
        }
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for row in &side.dump {
            let session = session(&row.url);
            let nth = counts.entry(session.clone()).or_default();
            *nth += 1;
            let DumpRow { user, method, host, status, size, transaction, matched, error, tag, .. } = row;
            let url = without_ports(row.url.as_bytes(), &side.recordings);
            let url = url.escape_ascii();
            self.lines.push(format!(
                "dump {session} {nth} user {user} {method} {host} {url} status {status} size {size} \
                 in {transaction} match <{matched}> error <{error}> tag <{tag}>"
            ));
        }
    }

    fn matches(&mut self, side: &Side, order: Order) {
        let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
        for row in &side.matches {
            let nth = counts.entry(row.session).or_default();
            *nth += 1;
            let user = if order == Order::Exact { row.user } else { 0 };
            self.lines.push(format!(
                "match.log {}.{nth} user {user} step {} {} in {} name {}",
                row.session, row.request, row.event, row.transaction, row.name
            ));
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// Ports differ from run to run.
fn without_ports(bytes: &[u8], recordings: &[Recording]) -> Vec<u8> {
    recordings.iter().enumerate().fold(bytes.to_vec(), |bytes, (n, recording)| {
        replace(&bytes, recording.port.to_string().as_bytes(), place(n).as_bytes())
    })
}

/// First part of a path: the session by the fixtures' rule.
fn session(path: &str) -> String {
    let path = path.trim_start_matches('/');
    path.split(['/', '?', ' ']).next().unwrap_or(path).to_owned()
}
