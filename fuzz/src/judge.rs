//! What must hold of any bytes that are loaded as a configuration. The fuzzer asks this, and the seeded test of tsung-compat.

use parrot_core::program::Program;
use tsung_compat::out::plan_text;
use tsung_compat::{Checked, Diagnostic, Given, Loaded, Settings, Severity, Source, check};

/// Texts that only Rust's debug output has.
const DUMPS: [&str; 6] = ["Some(", "None)", "Err(", "Ok(", "Error {", "Span("];

/// Loads bytes with a value for an entity, and reads no files elsewhere: either there is a Plan that links, and the copy of the
/// configuration means the same without the value, or there is an error; and every message has a place that is there, and no debug
/// output.
///
/// # Errors
///
/// What does not hold.
pub(crate) fn judge(bytes: &[u8]) -> Result<(), String> {
    let given = Given::parse("base=/a<b>&amp;\"'\n${base}").map_err(|_| "the value cannot be given")?;
    let excluded_tags = vec!["x".to_owned()];
    let without = Settings { seed: 1, excluded_tags, confined: true, ..Settings::default() };
    let settings = Settings { given: vec![given], ..without.clone() };
    let Checked { diagnostics, loaded, .. } = check(&Source::Stdin(bytes.to_vec()), &settings);
    let lines = lines(bytes);
    for found in &diagnostics {
        look_at(found, bytes, &lines)?;
    }
    let has_error = diagnostics.iter().any(|found| found.severity == Severity::Error);
    match loaded {
        Some(_) if has_error => Err("there is a plan in spite of errors".to_owned()),
        Some(loaded) => use_it(loaded, &without),
        None if has_error => Ok(()),
        None => Err("refused without a word".to_owned()),
    }
}

fn use_it(loaded: Loaded, without: &Settings) -> Result<(), String> {
    let again = check(&Source::Stdin(loaded.copy.bytes), without);
    let Some(again) = again.loaded else {
        return Err(format!(
            "the copy: {}",
            again.diagnostics.iter().map(Diagnostic::to_string).collect::<String>()
        ));
    };
    if plan_text(&again.plan, again.seed) != plan_text(&loaded.plan, loaded.seed) {
        return Err("the copy means something else".to_owned());
    }
    Program::link(loaded.plan, loaded.files).map(drop).map_err(|error| format!("does not link: {error}"))
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
        // In another file, which is no part of the case.
        Some(_) if found.file != "stdin" => {}
        Some(place) if is_place(place) => {}
        None if message.ends_with("more errors are not shown") => {}
        // About the value that is given.
        None if found.code().to_string().starts_with("TP06") => {}
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
