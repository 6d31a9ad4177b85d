//! Reads a tsung.log of `backend="json"` as what it says in the text format.

use serde_json::Value;

use crate::log::{Dump, Sample, TsungLog};

/// Reads its text.
///
/// # Panics
/// When it is no JSON, or has something that the file does not have.
pub fn parse(text: &str) -> TsungLog {
    let document: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let dumps = document["stats"].as_array().unwrap_or_else(|| panic!("no stats: {text}"));
    TsungLog { dumps: dumps.iter().map(dump).collect(), end: None }
}

fn dump(object: &Value) -> Dump {
    let mut dump = Dump { at: integer(object, "timestamp") as u64, ..Dump::default() };
    let samples = object["samples"].as_array().unwrap_or_else(|| panic!("no samples: {object}"));
    for row in samples {
        let name = row["name"].as_str().unwrap_or_else(|| panic!("no name: {row}"));
        let name = name.strip_prefix("http_").unwrap_or(name);
        let name = match row["hostname"].as_str() {
            Some(host) => format!("{{{name},\"{host}\"}}"),
            None => name.to_owned(),
        };
        let fields = row.as_object().map_or(0, serde_json::Map::len);
        match name.as_str() {
            "users" => dump.users = (integer(row, "value") as u64, integer(row, "max") as u64),
            "connected" => {
                dump.counters.insert(name, (integer(row, "value"), integer(row, "max")));
            }
            _ if row["total"].is_null() => {
                assert_eq!(fields, if name.starts_with('{') { 9 } else { 8 }, "{row}");
                let float = |name: &str| row[name].as_f64().unwrap_or_else(|| panic!("no {name}: {row}"));
                let sample = Sample {
                    count: integer(row, "value") as u64,
                    mean: float("mean"),
                    deviation: float("stddev"),
                    max: float("max"),
                    min: float("min"),
                    earlier_mean: float("global_mean"),
                    earlier_count: integer(row, "global_count") as u64,
                };
                assert!(dump.samples.insert(name, sample).is_none(), "twice: {row}");
            }
            _ => {
                assert_eq!(fields, 3, "{row}");
                let found = (integer(row, "value"), integer(row, "total"));
                // Tsung has an object for each kind of match.
                let before = dump.counters.get(&name).copied().unwrap_or_default();
                dump.counters.insert(name, (before.0 + found.0, before.1 + found.1));
            }
        }
    }
    dump
}

fn integer(row: &Value, name: &str) -> i64 {
    row[name].as_i64().unwrap_or_else(|| panic!("{name} is no integer: {row}"))
}
