//! The rules of the house, checked on the sources themselves: who may use what, what is never called, how long a file may
//! grow, and that every test named by docs/compatibility.md exists.
//!
//! Each rule is a function from a file's path and text to what it found, so that the rules have tests of their own.
#![expect(clippy::expect_used, reason = "what cannot be read or started fails the test and says why")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Longest source file, in lines.
const LINES_MAX: usize = 600;
/// Modules of parrot-core that see no sockets, threads or clocks.
const PURE: [&str; 14] = [
    "coordination",
    "plan",
    "program",
    "script",
    "rng",
    "user",
    "load",
    "protocol",
    "extract",
    "service",
    "stats",
    "sink",
    "time",
    "limits",
];
/// Modules of parrot-core with effects; pure ones must not import them.
const EFFECTS: [&str; 6] = ["engine", "net", "sys", "control", "cluster", "monitor"];
/// Names that say nothing about what is inside.
const VAGUE: [&str; 8] = ["util", "utils", "helper", "helpers", "common", "misc", "manager", "shared"];
/// The crates.
const CRATES: [&str; 4] = ["parrot-core", "tsung-compat", "parrot-cli", "tests"];

/// A source file: path from the top of the workspace, and text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// What ships: without comments, without the tests at the end, nothing of a file of tests.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_tests = self.path.ends_with("tests.rs") || !self.path.contains("/src/");
        let lines: Vec<&str> = if is_tests { Vec::new() } else { self.text.lines().collect() };
        let end = lines.windows(2).position(|pair| pair[0] == "#[cfg(test)]" && pair[1].ends_with('{'));
        let shipped = lines.len().min(end.unwrap_or(usize::MAX));
        let numbered = lines.into_iter().take(shipped).enumerate();
        numbered.map(|(index, line)| (index + 1, line.split("//").next().unwrap_or_default()))
    }

    /// Whether it lies in this folder.
    fn is_in(&self, folder: &str) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The top-level module of parrot-core that it belongs to.
    fn core_module(&self) -> Option<&str> {
        let rest = self.path.strip_prefix("parrot-core/src/")?;
        rest.split(['/', '.']).next()
    }
}

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All Rust sources of the workspace, but for this file, which has to spell out what it forbids.
fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    let mut folders: Vec<PathBuf> = CRATES.iter().map(PathBuf::from).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(top().join(&folder)).expect("a folder of the workspace") {
            let entry = entry.expect("an entry");
            let path = folder.join(entry.file_name());
            if entry.file_type().expect("a type").is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && path != Path::new("tests/tests/tidy.rs")
            {
                let text = fs::read_to_string(top().join(&path)).expect("a readable source");
                sources.push(Source { path: path.to_string_lossy().into_owned(), text });
            }
        }
    }
    assert!(sources.len() > 20, "the workspace is not where it is looked for");
    sources
}

fn check(rule: impl Fn(&Source) -> Vec<String>) {
    let found: Vec<String> = sources().iter().flat_map(rule).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// Lines of the shipped code for which `is_bad` names something.
fn findings<'a>(source: &Source, is_bad: impl Fn(&str) -> Option<&'a str>) -> Vec<String> {
    let describe = |(number, line): (usize, &str)| {
        is_bad(line).map(|bad| format!("{}:{number}: {bad}: {}", source.path, line.trim()))
    };
    source.code().filter_map(describe).collect()
}

/// Whether `word` stands in `line` by itself.
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// Whether a path of this crate or module is named in the line, also in a group: `std::{net::…, thread}`.
fn uses(line: &str, root: &str, module: &str) -> bool {
    has_word(line, &format!("{root}::{module}"))
        || line.split_once(&format!("{root}::{{")).is_some_and(|(_, group)| has_word(group, module))
}

fn purity(source: &Source) -> Vec<String> {
    if !source.core_module().is_some_and(|module| PURE.contains(&module)) {
        return Vec::new();
    }
    findings(source, |line| {
        let std = ["net", "thread"].into_iter().find(|module| uses(line, "std", module));
        let clock = ["Instant", "SystemTime", "mio", "libc"].into_iter().find(|word| has_word(line, word));
        let effect = EFFECTS.into_iter().find(|module| uses(line, "crate", module));
        std.or(clock).or(effect).map(|_| "a pure module must not use this")
    })
}

fn layers(source: &Source) -> Vec<String> {
    let forbidden: &[&str] = if source.is_in("parrot-core") {
        &["roxmltree", "clap", "tsung_compat", "parrot_cli"]
    } else if source.is_in("tsung-compat") {
        &["mio", "zmq", "rustls", "clap", "parrot_cli"]
    } else {
        &[]
    };
    findings(source, |line| {
        let threads = source.is_in("tsung-compat") && uses(line, "std", "thread");
        let path = forbidden.iter().any(|name| has_word(line, name) && line.contains("::"));
        (threads || path).then_some("this crate must not use this")
    })
}

fn calls(source: &Source) -> Vec<String> {
    let in_sys = source.is_in("parrot-core/src/sys");
    let is_library = source.is_in("parrot-core/src") || source.is_in("tsung-compat/src");
    findings(source, |line| {
        if is_library && ["println!", "print!", "eprintln!", "eprint!"].iter().any(|call| line.contains(call))
        {
            return Some("only parrot-cli talks to the terminal");
        }
        if !in_sys
            && !source.is_in("tests")
            && (line.contains("Instant::now") || line.contains("SystemTime::now"))
        {
            return Some("only parrot-core/src/sys asks for the time");
        }
        if !in_sys && (has_word(line, "unsafe") || has_word(line, "unsafe_code")) {
            return Some("only parrot-core/src/sys may be unsafe");
        }
        None
    })
}

/// On all lines, comments and tests included.
fn leftovers(source: &Source) -> Vec<String> {
    const MARKS: [&str; 8] =
        ["todo!(", "unimplemented!(", "dbg!(", "#[ignore", "TODO", "FIXME", "XXX", "HACK"];
    let lines = source.text.lines().enumerate();
    lines
        .filter(|(_, line)| MARKS.iter().any(|mark| line.contains(mark)))
        .map(|(index, line)| format!("{}:{}: finish it: {}", source.path, index + 1, line.trim()))
        .collect()
}

fn length(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    if lines > LINES_MAX {
        return vec![format!(
            "{}: {lines} lines; {LINES_MAX} are the limit, 150 to 400 the aim",
            source.path
        )];
    }
    Vec::new()
}

fn naming(source: &Source) -> Vec<String> {
    let mut parts = source.path.trim_end_matches(".rs").split('/');
    parts
        .find(|part| VAGUE.contains(part))
        .map(|part| format!("{}: '{part}' does not say what is inside", source.path))
        .into_iter()
        .collect()
}

/// Names of the crates that a manifest depends on, for the program itself and for its tests.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.contains("dependencies");
        } else if inside
            && let Some(name) = line.split(['.', '=', ' ']).next().filter(|name| !name.is_empty())
        {
            names.insert(name.to_owned());
        }
    }
    names
}

/// Test functions by name, from all sources.
fn test_names(sources: &[Source]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for source in sources {
        let mut is_test = false;
        for line in source.text.lines().map(str::trim) {
            match line.strip_prefix("fn ").and_then(|rest| rest.split('(').next()) {
                Some(name) if is_test => {
                    names.insert(name.to_owned());
                    is_test = false;
                }
                _ if line == "#[test]" => is_test = true,
                _ => is_test &= line.starts_with('#') || line.starts_with("//"),
            }
        }
    }
    names
}

/// Rows of the tables whose last column names no test, or one that is not there.
fn unproved(document: &str, tests: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    for (index, line) in document.lines().enumerate() {
        let line = line.trim().replace("\\|", " ");
        let Some(row) = line.strip_prefix('|').and_then(|row| row.strip_suffix('|')) else { continue };
        let cell = row.rsplit('|').next().unwrap_or_default().trim();
        if cell.is_empty() || cell == "test" || cell.chars().all(|c| c == '-' || c == ':') {
            if cell.is_empty() {
                found.push(format!("docs/compatibility.md:{}: no test: {line}", index + 1));
            }
            continue;
        }
        for name in cell.split([',', ' ']).map(|name| name.trim_matches('`')).filter(|name| !name.is_empty())
        {
            if !tests.contains(name.rsplit("::").next().unwrap_or_default()) {
                found.push(format!("docs/compatibility.md:{}: there is no test '{name}'", index + 1));
            }
        }
    }
    found
}

#[test]
fn pure_modules_stay_pure() {
    check(purity);
}

#[test]
fn crates_keep_to_their_layer() {
    check(layers);
    let manifest = |name: &str| fs::read_to_string(top().join(name).join("Cargo.toml")).expect("a manifest");
    for (name, forbidden) in [
        ("parrot-core", &["roxmltree", "clap", "tsung-compat", "parrot-cli"] as &[&str]),
        ("tsung-compat", &["mio", "zmq", "rustls", "clap", "parrot-cli"]),
        ("tests", &["parrot-cli"]),
    ] {
        let dependencies = dependencies(&manifest(name));
        assert!(!dependencies.is_empty());
        let wrong: Vec<_> = forbidden.iter().filter(|other| dependencies.contains(**other)).collect();
        assert!(wrong.is_empty(), "{name} must not depend on {wrong:?}");
    }
}

#[test]
fn nothing_calls_what_it_must_not() {
    check(calls);
}

#[test]
fn nothing_is_left_for_later() {
    check(leftovers);
}

#[test]
fn files_fit_in_a_head() {
    check(length);
}

#[test]
fn names_say_what_is_inside() {
    check(naming);
}

/// Rows of docs/compatibility.md that a comment names and that are not there; `cookie-*` stands for all that begin so.
fn unknown_rows(source: &Source, document: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        let Some((_, after)) = line.split_once("docs/compatibility.md, ") else { continue };
        for name in after.split('`').skip(1).step_by(2) {
            let row = match name.strip_suffix('*') {
                Some(beginning) => format!("| `{beginning}"),
                None => format!("| `{name}`"),
            };
            if !document.contains(&row) {
                found.push(format!(
                    "{}:{}: docs/compatibility.md has no row '{name}'",
                    source.path,
                    index + 1
                ));
            }
        }
    }
    found
}

#[test]
fn every_row_that_a_source_names_is_there() {
    let document = fs::read_to_string(top().join("docs/compatibility.md")).expect("docs/compatibility.md");
    check(|source| unknown_rows(source, &document));
}

#[test]
fn every_compatibility_row_has_its_test() {
    let document = fs::read_to_string(top().join("docs/compatibility.md")).expect("docs/compatibility.md");
    let mut tests = test_names(&sources());
    tests.extend(test_names(&[Source {
        path: "tests/tests/tidy.rs".to_owned(),
        text: include_str!("tidy.rs").to_owned(),
    }]));
    let found = unproved(&document, &tests);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn the_rules_find_what_they_are_for() {
    let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    type Rule = fn(&Source) -> Vec<String>;
    let cases: [(Rule, &str, &str); 17] = [
        (purity, "parrot-core/src/user/mod.rs", "#[cfg(test)]\nmod tests;\nuse std::thread;"),
        (purity, "parrot-core/src/user/mod.rs", "use std::net::TcpStream;"),
        (purity, "parrot-core/src/load.rs", "use std::{fmt, thread};"),
        (purity, "parrot-core/src/stats/mod.rs", "let now = Instant::elapsed();"),
        (purity, "parrot-core/src/plan/mod.rs", "use crate::engine::Engine;"),
        (purity, "parrot-core/src/plan/mod.rs", "use crate::{limits, net};"),
        (layers, "parrot-core/src/engine/mod.rs", "use tsung_compat::load;"),
        (layers, "tsung-compat/src/lib.rs", "use mio::Poll;"),
        (layers, "tsung-compat/src/lib.rs", "std::thread::sleep(d);"),
        (calls, "parrot-core/src/engine/mod.rs", "eprintln!(\"x\");"),
        (calls, "parrot-cli/src/run.rs", "let t = SystemTime::now();"),
        (calls, "parrot-core/src/net/mod.rs", "unsafe { f() }"),
        (leftovers, "tests/src/lib.rs", "// TODO"),
        (leftovers, "tests/src/lib.rs", "#[cfg(test)]\n#[ignore]"),
        (naming, "tests/src/utils.rs", ""),
        (naming, "parrot-core/src/common/mod.rs", ""),
        (length, "tests/src/lib.rs", &"\n".repeat(LINES_MAX + 1)),
    ];
    for (rule, path, text) in cases {
        assert_eq!(rule(&source(path, text)).len(), 1, "{path}: {text}");
    }
    let allowed: [(Rule, &str, &str); 7] = [
        (calls, "tsung-compat/tests/corpus.rs", "println!()"),
        (purity, "parrot-core/src/engine/mod.rs", "use std::thread;"),
        (purity, "parrot-core/src/plan/mod.rs", "use crate::network::X; // not std::net"),
        (purity, "parrot-core/src/plan/mod.rs", "#[cfg(test)]\nmod tests {\nuse std::thread;"),
        (calls, "parrot-core/src/sys/clock.rs", "unsafe { SystemTime::now() }"),
        (calls, "parrot-cli/src/screen.rs", "println!()"),
        (length, "tests/src/lib.rs", &"\n".repeat(LINES_MAX)),
    ];
    for (rule, path, text) in allowed {
        assert_eq!(rule(&source(path, text)), Vec::<String>::new(), "{path}: {text}");
    }
    let tests = test_names(&[source("x.rs", "#[test]\n#[cfg(unix)]\nfn one() {}\nfn two() {}\n")]);
    assert_eq!(tests.iter().map(String::as_str).collect::<Vec<_>>(), ["one"]);
    let table = "| topic | test |\n|---|:--|\n| a | `oracle::one` |\n| b | two, one |\n| c | |\n";
    assert_eq!(unproved(table, &tests).len(), 2);
    let naming = source("a.rs", "// (docs/compatibility.md, `there`, rows `all-*` and `not-there`)");
    assert_eq!(unknown_rows(&naming, "| `there` | x |\n| `all-of-them`: y |").len(), 1);
    assert_eq!(
        dependencies("[package]\nname = \"x\"\n[dev-dependencies]\nmio.workspace = true\nzmq = \"1\"\n")
            .len(),
        2
    );
}
