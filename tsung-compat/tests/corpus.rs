//! Reads public Tsung configurations, where that local collection is present: none may panic, every refusal names its place, and
//! what Tsung's own reader accepts is only refused for what is not supported yet.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs};

use tsung_compat::{Diagnostic, Settings, Source};

/// The collection, if it is there: `PARROT_CORPUS`, or `shared/corpus` beside the workspace or further up.
fn corpus() -> Option<PathBuf> {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared/corpus"));
    let named = env::var_os("PARROT_CORPUS").map(PathBuf::from);
    named.into_iter().chain(above).find(|folder| folder.join("index.tsv").is_file())
}

/// Verdicts of Tsung 1.7.0's reader by file.
fn verdicts(corpus: &Path) -> BTreeMap<String, String> {
    let index = fs::read_to_string(corpus.join("index.tsv")).unwrap_or_default();
    let lines = index.lines().skip(1).map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        (columns[0].to_owned(), columns[7].to_owned())
    });
    lines.collect()
}

fn load(path: &Path) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    let settings = Settings { local: true, seed: 1, ..Settings::default() };
    let loaded = tsung_compat::load(&Source::File(path.to_owned()), &settings)?;
    Ok(loaded.warnings)
}

/// Refusals that are no judgement of the file: something is not written yet, or a file it names is not in the collection.
fn is_excused(message: &str) -> bool {
    message.contains("supported yet")
        || message.contains("cannot be run by this release")
        || message.starts_with("cannot read")
        || message.starts_with("no file_server")
}

/// Files in which being more tolerant or less than Tsung 1.7.0 is right, by a part of their name.
const TOLERATED: [&str; 6] = [
    // White space in an element that holds nothing.
    "selee__",
    // Another base name of the DTD.
    "subashkc__",
    // The attribute exists in Tsung 1.8.
    "wuhlcom__",
    // A hyphen in a transaction name.
    "results_20250917-0205_test",
    // A host with characters above U+00FF.
    "AliyunContainerService__",
    // Needs a file that is not there.
    "mmarlett__tsungui__templates_example_4",
];

#[test]
fn public_configurations() {
    let Some(corpus) = corpus() else {
        return;
    };
    let mut wrong = Vec::new();
    let mut read = 0;
    for (file, verdict) in verdicts(&corpus) {
        let outcome = load(&corpus.join(&file));
        read += 1;
        let messages = match &outcome {
            Ok(diagnostics) | Err(diagnostics) => diagnostics,
        };
        if env::var_os("PARROT_CORPUS_SHOW").is_some() {
            println!("== {file} [{verdict}] {}", if outcome.is_ok() { "loads" } else { "refused" });
            messages.iter().for_each(|message| println!("{message}"));
        }
        for message in messages {
            if message.position.is_none() && !message.message().ends_with("more errors are not shown") {
                wrong.push(format!("{file}: no position: {message}"));
            }
        }
        let must_load = verdict == "ok" || verdict == "no-doctype; ok with one";
        let tolerated = TOLERATED.iter().any(|name| file.contains(name));
        match outcome {
            Err(errors) if must_load => {
                let unexcused = errors.iter().filter(|error| !is_excused(&error.message()));
                wrong.extend(unexcused.map(|error| format!("{file} must load: {error}")));
            }
            Ok(_) if !must_load && !tolerated && verdict != "-" => {
                wrong.push(format!("{file} must be refused: {verdict}"));
            }
            _ => {}
        }
    }
    assert!(read > 100, "the collection has only {read} files");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A lint that speaks of every tenth file cries wolf.
#[test]
fn lints_of_public_configurations() {
    let Some(corpus) = corpus() else {
        return;
    };
    let settings = Settings { local: true, seed: 1, ..Settings::default() };
    let files: Vec<String> = verdicts(&corpus).into_keys().collect();
    let mut lints: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
    for file in &files {
        let checked = tsung_compat::check(&Source::File(corpus.join(file)), &settings);
        for found in checked.diagnostics.iter().filter(|found| found.is_lint()) {
            lints.entry(found.code().to_string()).or_default().insert(file);
        }
        for row in checked.rows {
            *rows.entry(row.line.topic).or_default() += 1;
        }
    }
    if env::var_os("PARROT_CORPUS_SHOW").is_some() {
        lints.iter().for_each(|(code, files)| println!("{code} in {} files", files.len()));
        rows.iter().for_each(|(topic, files)| println!("{files:4} files touch: {topic}"));
    }
    assert!(lints.len() > 3 && rows.len() > 20, "{lints:?} {rows:?}");
    for (code, of) in lints {
        assert!(of.len() * 10 < files.len(), "{code} speaks of {} of {} files", of.len(), files.len());
    }
}
