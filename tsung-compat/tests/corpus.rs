//! Public Tsung configurations, where that local collection is present: what becomes of each is held against what Tsung 1.7.0's own
//! reader says of it. What it accepts compiles, or is of another protocol; what it refuses is refused with a place.
//!
//! The files stay where they are: each is read from a copy in the target folder in which the names of data files, which are not in
//! the collection, lead to stubs.
#![expect(clippy::unwrap_used, reason = "what cannot be read or started fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs, process};

use parrot_core::program::Program;
use tsung_compat::{Checked, Diagnostic, Settings, Severity, Source};

/// The message of what belongs to another protocol.
const OTHER_PROTOCOL: &str = "TP0215";

/// What the collection says of a file.
struct Expectation {
    /// All its sessions speak HTTP from beginning to end.
    is_http: bool,
    /// What Tsung 1.7.0 says.
    tsung: String,
}

impl Expectation {
    /// Tsung 1.7.0 reads it, or would if a DOCTYPE were there.
    fn is_accepted(&self) -> bool {
        self.tsung == "ok" || self.tsung == "no-doctype; ok with one"
    }
}

/// What became of a file.
#[derive(Debug, Eq, PartialEq)]
enum Verdict {
    Compiles,
    /// It is right, and some of it does not run yet.
    CompilesButNotYet(BTreeSet<String>),
    /// Its only errors are that it is of another protocol.
    OtherProtocol,
    Refused,
}

/// Files for which another verdict than Tsung 1.7.0's is right, and why.
const DEVIATIONS: [(&str, &str); 7] = [
    ("subashkc__tsung-cofig__tsung.xml", "any base name of the DTD will do"),
    ("wuhlcom__ruby_tsung__scripts_tsung_llp_mqtt_test_dy2-5.xml", "client_id exists since Tsung 1.8"),
    (
        "Iagooalmeida__tsung-project__results_20250917-0205_test.xml",
        "a hyphen and blanks in a transaction name are no harm",
    ),
    ("AliyunContainerService__tsung-image__sample.xml", "characters above U+00FF in a URL are no harm"),
    (
        "scalableinternetservicesarchive__Foodies__load_tests_test_snippets_util-random-probability.xml",
        "an <if> that holds nothing but a comment does nothing",
    ),
    ("template__ministryofjustice__tsung-wrapper__example.yml", "a whole configuration under another name"),
    ("selee__Tsung__tsung.xml", "text in an element that holds nothing is white space only"),
];

/// The collection, if it is there: `PARROT_CORPUS`, or `shared/corpus` beside the workspace or further up.
fn corpus() -> Option<PathBuf> {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared/corpus"));
    let named = env::var_os("PARROT_CORPUS").map(PathBuf::from);
    named.into_iter().chain(above).find(|folder| folder.join("index.tsv").is_file())
}

/// What is known of the files, by their names.
fn expectations(corpus: &Path) -> BTreeMap<String, Expectation> {
    let index = fs::read_to_string(corpus.join("index.tsv")).unwrap();
    let lines = index.lines().skip(1).map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let is_http = columns[5] == "ts_http" && !columns[6].contains("<change_type>");
        let expectation = Expectation { is_http, tsung: columns[7].to_owned() };
        (columns[0].to_owned(), expectation)
    });
    lines.collect()
}

/// A folder for copies and stubs, gone afterwards.
struct Copies(PathBuf);

impl Copies {
    fn new(corpus: &Path) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!(
            "corpus-{}-{:?}",
            process::id(),
            std::thread::current().id()
        ));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("stub.csv"), "a;b;c\nd;e;f\n").unwrap();
        fs::write(folder.join("stub.body"), "{}").unwrap();
        for owner in fs::read_dir(corpus.join("entities")).unwrap() {
            for companion in fs::read_dir(owner.unwrap().path()).unwrap() {
                let path = companion.unwrap().path();
                fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
            }
        }
        Self(folder)
    }

    /// Copies a configuration, its data files stubbed.
    fn copy(&self, file: &Path) -> PathBuf {
        let bytes = fs::read(file).unwrap();
        let stub = |name: &str| self.0.join(name).to_string_lossy().into_owned().into_bytes();
        let bytes = with_value(&bytes, b"contents_from_file", &stub("stub.body"));
        let mut out = Vec::new();
        for piece in bytes.split_inclusive(|&byte| byte == b'>') {
            if contains(piece, b"<option") && contains(piece, b"file_server") {
                out.extend(with_value(piece, b"value", &stub("stub.csv")));
            } else {
                out.extend_from_slice(piece);
            }
        }
        let copy = self.0.join(file.file_name().unwrap());
        fs::write(&copy, out).unwrap();
        copy
    }
}

impl Drop for Copies {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// All values of that attribute become `value`; its name may be the end of no other.
fn with_value(bytes: &[u8], attribute: &[u8], value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(attribute.len()).position(|window| window == attribute) {
        let after = at + attribute.len();
        let quote = rest[after..].iter().position(|byte| !matches!(byte, b' ' | b'=')).map(|gap| after + gap);
        let quote = quote.filter(|&quote| matches!(rest[quote], b'"' | b'\''));
        let end = quote.and_then(|quote| {
            let length = rest[quote + 1..].iter().position(|byte| *byte == rest[quote])?;
            Some((quote + 1, quote + 1 + length))
        });
        let (kept, skipped) = end.unwrap_or((after, after));
        out.extend_from_slice(&rest[..kept]);
        if end.is_some() {
            out.extend_from_slice(value);
        }
        rest = &rest[skipped..];
    }
    out.extend_from_slice(rest);
    out
}

fn judge(checked: &Checked) -> Verdict {
    let of = |severity| checked.diagnostics.iter().filter(move |found| found.severity == severity);
    let code = |found: &Diagnostic| found.code().to_string();
    if of(Severity::Error).any(|error| code(error) != OTHER_PROTOCOL) {
        return Verdict::Refused;
    }
    if of(Severity::Error).next().is_some() {
        return Verdict::OtherProtocol;
    }
    let kinds: BTreeSet<String> = of(Severity::NotYet).map(Diagnostic::message).collect();
    if kinds.is_empty() { Verdict::Compiles } else { Verdict::CompilesButNotYet(kinds) }
}

/// What is wrong about what became of a file.
fn complaint(file: &str, expected: &Expectation, checked: &Checked, verdict: &Verdict) -> Option<String> {
    let errors = || checked.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let shown = || errors().map(|error| format!("\n  {error}")).collect::<String>();
    let deviates = DEVIATIONS.iter().any(|(name, _)| file.ends_with(name));
    let is_refused = *verdict == Verdict::Refused;
    if is_refused && (expected.is_accepted() || deviates) {
        return Some(format!("must compile:{}", shown()));
    }
    if !is_refused && !expected.is_accepted() && !deviates {
        return Some(format!("must be refused ({}), is {verdict:?}", expected.tsung));
    }
    if *verdict == Verdict::OtherProtocol && expected.is_http {
        return Some(format!("is an HTTP file and all of it is of another protocol:{}", shown()));
    }
    let is_counted = |found: &Diagnostic| found.message().ends_with("more errors are not shown");
    if let Some(lost) = errors().find(|error| error.position.is_none() && !is_counted(error)) {
        return Some(format!("no place: {lost}"));
    }
    match (&checked.loaded, verdict) {
        (Some(loaded), Verdict::Compiles | Verdict::CompilesButNotYet(_)) => {
            let linked = Program::link(loaded.plan.clone(), loaded.files.clone());
            linked.err().map(|error| format!("does not link: {error}"))
        }
        (None, Verdict::Refused | Verdict::OtherProtocol) => None,
        (loaded, _) => Some(format!("is {verdict:?}, and has a plan: {}", loaded.is_some())),
    }
}

#[test]
fn public_configurations() {
    let Some(corpus) = corpus() else {
        return;
    };
    let copies = Copies::new(&corpus);
    let settings = Settings { local: true, seed: 1, ..Settings::default() };
    let (mut wrong, mut counts, mut not_yet) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for (file, expected) in expectations(&corpus) {
        let checked = tsung_compat::check(&Source::File(copies.copy(&corpus.join(&file))), &settings);
        let verdict = judge(&checked);
        if env::var_os("PARROT_CORPUS_SHOW").is_some() {
            println!("== {file} [{}] {verdict:?}", expected.tsung);
            checked.diagnostics.iter().for_each(|message| println!("{message}"));
        }
        if let Some(complaint) = complaint(&file, &expected, &checked, &verdict) {
            wrong.push(format!("{file} {complaint}"));
        }
        let expected = if expected.is_accepted() {
            "accepts, or would with a DOCTYPE,"
        } else {
            "refuses, or never saw,"
        };
        let became = match verdict {
            Verdict::Compiles => "compile",
            Verdict::CompilesButNotYet(kinds) => {
                kinds.into_iter().for_each(|kind| *not_yet.entry(kind).or_insert(0_usize) += 1);
                "compile, and do not all run yet"
            }
            Verdict::OtherProtocol => "are of another protocol",
            Verdict::Refused => "are refused",
        };
        *counts.entry((expected, became)).or_insert(0_usize) += 1;
    }
    for ((expected, became), count) in &counts {
        println!("{count:4} files that Tsung 1.7.0 {expected} {became}");
    }
    not_yet.iter().for_each(|(kind, count)| println!("{count:4} files: {kind}"));
    println!("{:4} deviations:", DEVIATIONS.len());
    DEVIATIONS.iter().for_each(|(file, reason)| println!("     {file}: {reason}"));
    assert!(counts.values().sum::<usize>() > 100, "the collection has only these: {counts:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A lint that speaks of every tenth file cries wolf.
#[test]
fn lints_of_public_configurations() {
    let Some(corpus) = corpus() else {
        return;
    };
    let copies = Copies::new(&corpus);
    let settings = Settings { local: true, seed: 1, ..Settings::default() };
    let files: Vec<String> = expectations(&corpus).into_keys().collect();
    let mut lints: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
    for file in &files {
        let checked = tsung_compat::check(&Source::File(copies.copy(&corpus.join(file))), &settings);
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
