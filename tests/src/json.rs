//! Reads a run's `run.json`.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// The file in a run's folder.
pub fn read(folder: &Path) -> Value {
    let path = folder.join("run.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The codes of the reasons against a run.
pub fn finding_codes(folder: &Path) -> Vec<String> {
    let run = read(folder);
    let findings = run["verdict"]["findings"].as_array().expect("findings");
    findings.iter().map(|finding| finding["code"].as_str().expect("a code").to_owned()).collect()
}
