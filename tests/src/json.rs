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
