//! What each fixture becomes, in words: `plans/<fixture>.txt`.
//!
//! A change of the front end shows here. `BLESS=1 cargo test -p tsung-compat --test plans` writes the files anew.
#![expect(clippy::unwrap_used, reason = "what cannot be read or written fails the test and says why")]

use std::path::{Path, PathBuf};
use std::{env, fs};

use tsung_compat::out::plan_text;
use tsung_compat::{Settings, Source};

/// Data files that fixtures name.
const DATA: [(&str, &[u8]); 6] = [
    ("users.csv", b"ann;1\nbob;2\n"),
    ("odd.csv", b"a\r\n\nb\n"),
    ("rows.csv", b"one\ntwo\n"),
    ("template.txt", b"file: %%_v%% \xe9\n"),
    ("body.bin", b"\x00\r\n\xff<body>"),
    ("part.xml", b"<request><http url=\"/entities/first\"/></request>\n"),
];
/// Lines around the first difference that are shown.
const CONTEXT_LINES: usize = 3;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A folder with the data files.
fn data() -> PathBuf {
    let folder = env::temp_dir().join(format!("tsung-compat-plans-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for (name, bytes) in DATA {
        fs::write(folder.join(name), bytes).unwrap();
    }
    folder
}

/// A fixture with its places filled; fixtures may be in any encoding.
fn fill(bytes: &[u8], data: &Path) -> Vec<u8> {
    let latin1: String = bytes.iter().map(|&byte| char::from(byte)).collect();
    let data = data.display().to_string();
    let places = [
        ("@PORT@", "8001"),
        ("@PORT2@", "8002"),
        ("@REFUSED@", "8003"),
        ("@HOLE@", "8004"),
        ("@DATA@", &data),
    ];
    let filled = places.iter().fold(latin1, |text, (place, value)| text.replace(place, value));
    filled.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

fn describe(xml: Vec<u8>) -> String {
    let settings = Settings { seed: 1, ..Settings::default() };
    let checked = tsung_compat::check(&Source::Stdin(xml), &settings);
    match checked.loaded {
        Some(loaded) => plan_text(&loaded.plan, loaded.seed),
        None => {
            panic!("{}", checked.diagnostics.iter().map(|found| found.render(false)).collect::<String>())
        }
    }
}

/// The lines around the first difference, `-` as it was, `+` as it is.
fn difference(old: &str, new: &str) -> Option<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    if same == old.len().max(new.len()) {
        return None;
    }
    let before = &old[same.saturating_sub(CONTEXT_LINES)..same];
    let shown = |mark: &str, lines: &[&str]| -> String {
        lines.iter().take(2 * CONTEXT_LINES).map(|line| format!("{mark} {line}\n")).collect()
    };
    Some(format!(
        "line {}:\n{}{}{}",
        same + 1,
        shown(" ", before),
        shown("-", &old[same..]),
        shown("+", &new[same..])
    ))
}

#[test]
fn fixtures_become_these_plans() {
    let (fixtures, plans, data) = (folder("../fixtures"), folder("tests/plans"), data());
    let bless = env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    let mut names = Vec::new();
    for entry in fs::read_dir(&fixtures).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "xml") {
            continue;
        }
        let name = format!("{}.txt", path.file_stem().unwrap().to_string_lossy());
        let text = describe(fill(&fs::read(&path).unwrap(), &data));
        let plan = plans.join(&name);
        if bless {
            fs::write(&plan, &text).unwrap();
        }
        let known = fs::read_to_string(&plan).unwrap_or_default();
        if let Some(difference) = difference(&known, &text) {
            wrong.push(format!("tests/plans/{name}, {difference}"));
        }
        names.push(name);
    }
    for entry in fs::read_dir(&plans).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if !names.contains(&name) {
            wrong.push(format!("tests/plans/{name}: there is no such fixture"));
        }
    }
    fs::remove_dir_all(data).unwrap();
    assert!(names.len() > 20, "the fixtures are not where they are looked for");
    assert!(wrong.is_empty(), "BLESS=1 writes the plans anew\n{}", wrong.join("\n"));
}

#[test]
fn differences_are_found_and_shown() {
    assert_eq!(difference("a\nb\n", "a\nb\n"), None);
    assert_eq!(difference("a\nb\nc", "a\nx\nc").unwrap(), "line 2:\n  a\n- b\n- c\n+ x\n+ c\n");
    assert_eq!(difference("a", "a\nb").unwrap(), "line 2:\n  a\n+ b\n");
    assert_eq!(difference("", "a").unwrap(), "line 1:\n+ a\n");
}
