//! What must hold of any bytes that are loaded as a configuration. The fuzzer asks this, and the seeded test of tsung-compat.

use parrot_core::program::Program;
use tsung_compat::{Checked, Diagnostic, Settings, Severity, Source, check};

/// Texts that only Rust's debug output has.
const DUMPS: [&str; 6] = ["Some(", "None)", "Err(", "Ok(", "Error {", "Span("];

/// Loads bytes: either there is a Plan that links, or an error; and every message has a place that is there, and no debug output.
///
/// # Errors
///
/// What does not hold.
pub(crate) fn judge(bytes: &[u8]) -> Result<(), String> {
    if names_files(bytes) {
        return Ok(());
    }
    let settings = Settings { seed: 1, excluded_tags: vec!["x".to_owned()], ..Settings::default() };
    let Checked { diagnostics, loaded, .. } = check(&Source::Stdin(bytes.to_vec()), &settings);
    let lines = lines(bytes);
    for found in &diagnostics {
        look_at(found, bytes, &lines)?;
    }
    let has_error = diagnostics.iter().any(|found| found.severity == Severity::Error);
    match loaded {
        Some(_) if has_error => Err("there is a plan in spite of errors".to_owned()),
        Some(loaded) => Program::link(loaded.plan, loaded.files)
            .map(drop)
            .map_err(|error| format!("does not link: {error}")),
        None if has_error => Ok(()),
        None => Err("refused without a word".to_owned()),
    }
}

/// Whether files of this machine would be read, whose content is no part of the case.
fn names_files(bytes: &[u8]) -> bool {
    let names = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    names(b"file_server") || names(b"contents_from_file") || names(b"<!ENTITY") && names(b"SYSTEM")
}

/// Characters of each line; bytes that are no text count for themselves, which is no less.
fn lines(bytes: &[u8]) -> Vec<usize> {
    let text = String::from_utf8_lossy(bytes);
    let latin1 = bytes.split(|&byte| byte == b'\n').map(<[u8]>::len);
    text.split('\n').zip(latin1).map(|(line, bytes)| line.chars().count().max(bytes)).collect()
}

fn look_at(found: &Diagnostic, bytes: &[u8], lines: &[usize]) -> Result<(), String> {
    let (message, help) = (found.message(), found.help().unwrap_or_default());
    let is_place = |(line, column): (u32, u32)| {
        let length = lines.get((line as usize).wrapping_sub(1));
        length.is_some_and(|&length| column >= 1 && column as usize <= length + 1)
    };
    match found.position {
        Some(place) if is_place(place) => {}
        None if message.ends_with("more errors are not shown") => {}
        place => return Err(format!("its place is {place:?}: {found}")),
    }
    for dump in DUMPS {
        // What the configuration says itself may be quoted.
        let quoted = bytes.windows(dump.len()).any(|window| window == dump.as_bytes());
        if !quoted && (message.contains(dump) || help.contains(dump)) {
            return Err(format!("`{dump}` in {found}"));
        }
    }
    if message.trim().is_empty() { Err(format!("no words: {found}")) } else { Ok(()) }
}
