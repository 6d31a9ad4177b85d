//! Reads the rows of a protocol dump (tsung.dump) and of a match.log, without what differs from run to run.

use std::fs;
use std::path::Path;

/// A row of the protocol dump.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct DumpRow {
    /// The user's number.
    pub user: u64,
    /// Lower-case method.
    pub method: String,
    /// Host without port.
    pub host: String,
    /// Request-target, `;` and all.
    pub url: String,
    /// Status, or `error_no_http_status`.
    pub status: String,
    /// Bytes received.
    pub size: u64,
    /// Innermost transaction or `-`.
    pub transaction: String,
    /// What a match did.
    pub matched: String,
    /// An HTTP error.
    pub error: String,
    /// The request's tag.
    pub tag: String,
}

/// A row of the match log.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct MatchRow {
    /// The user's number.
    pub user: u64,
    /// The session's number.
    pub session: u64,
    /// Number of the request's step.
    pub request: u64,
    /// `match`, `nomatch`, `match_stop`…
    pub event: String,
    /// Innermost transaction or `-`.
    pub transaction: String,
    /// The match's name or `-`.
    pub name: String,
}

/// First line of a protocol dump.
pub const DUMP_HEADER: &str =
    "#date;pid;id;http method;host;URL;HTTP status;size;duration;transaction;match;error;tag";
/// First line of a match log.
pub const MATCH_HEADER: &str = "# timestamp userid sessionid requestid event transaction name";

/// Rows of `tsung.dump` in a run's folder, in the file's order.
pub fn dump(folder: &Path) -> Vec<DumpRow> {
    let text = read(&folder.join("tsung.dump"));
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(DUMP_HEADER));
    lines.map(dump_row).collect()
}

/// Rows of the dump of the controller's own machine, which has no header (`dumptraffic="protocol_local"`).
pub fn local_dump(folder: &Path) -> Vec<DumpRow> {
    local_dump_of(folder, "tsung-123456.dump")
}

/// Rows of such a file.
pub fn local_dump_of(folder: &Path, name: &str) -> Vec<DumpRow> {
    read(&folder.join(name)).lines().map(dump_row).collect()
}

/// Whether a run's folder has such rows in `tsung.dump`.
pub fn has_dump(folder: &Path) -> bool {
    fs::read(folder.join("tsung.dump")).is_ok_and(|bytes| bytes.starts_with(DUMP_HEADER.as_bytes()))
}

/// Rows of `match.log` in a run's folder, in the file's order. A Tsung that is ended by its scenario loses even the header.
pub fn matches(folder: &Path) -> Vec<MatchRow> {
    let text = read(&folder.join("match.log"));
    if text.is_empty() {
        return Vec::new();
    }
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(MATCH_HEADER));
    lines.map(match_row).collect()
}

fn dump_row(line: &str) -> DumpRow {
    let fields: Vec<&str> = line.split(';').collect();
    assert!(fields.len() >= 13, "too few columns: {line}");
    // The URL is written as it is: what its own semicolons cut off belongs to it.
    let more = fields.len() - 13;
    let after = |n: usize| fields[n + more].to_owned();
    let duration: f64 = after(8).parse().unwrap_or_else(|_| panic!("the duration in {line}"));
    let date: f64 = fields[0].parse().unwrap_or_else(|_| panic!("the date in {line}"));
    assert!(duration >= 0.0 && date > 1.0e9, "{line}");
    assert!(
        after(8).split_once('.').is_some_and(|(_, decimals)| decimals.len() == 3),
        "three decimals: {line}"
    );
    assert!(fields[1].starts_with('<') && fields[1].ends_with('>'), "the pid in {line}");
    DumpRow {
        user: number(fields[2], line),
        method: fields[3].to_owned(),
        host: fields[4].to_owned(),
        url: fields[5..=5 + more].join(";"),
        status: after(6),
        size: number(fields[7 + more], line),
        transaction: after(9),
        matched: after(10),
        error: after(11),
        tag: after(12),
    }
}

fn match_row(line: &str) -> MatchRow {
    let fields: Vec<&str> = line.split(' ').collect();
    assert_eq!(fields.len(), 7, "{line}");
    assert!(
        fields[0].split_once('.').is_some_and(|(_, decimals)| decimals.len() == 6),
        "six decimals: {line}"
    );
    MatchRow {
        user: number(fields[1], line),
        session: number(fields[2], line),
        request: number(fields[3], line),
        event: fields[4].to_owned(),
        transaction: fields[5].to_owned(),
        name: fields[6].to_owned(),
    }
}

fn number(text: &str, line: &str) -> u64 {
    text.parse().unwrap_or_else(|_| panic!("{text:?} is no number: {line}"))
}

fn read(path: &Path) -> String {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    // Latin-1, so that a row keeps all of its bytes.
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
