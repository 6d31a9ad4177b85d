//! Configurations that mean harm, or were made by a program that went wrong, through the real binary: each is refused within bounded
//! time and memory, with a message that names the place.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tests::big_config;
use tests::binary::binary;
use tests::dir::Dir;
use tests::parrot::{self, Run};
use tests::process::End;
use tsung_compat::{Settings, Source};

/// On a busy machine; alone the slowest takes a few seconds.
const LIMIT: Duration = Duration::from_secs(60);
const MIB: u64 = 1024;

/// What a start says of a configuration when the process may have that many KiB of address space. A good one goes as far as to the
/// rule, which names nothing: exit status 2. A bad one is refused before: 1.
fn start(dir: &Dir, config: &Path, memory_kib: u64) -> Run {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v \"$0\" && exec \"$@\"", &memory_kib.to_string()]).arg(binary());
    command.arg("-f").arg(config).args(["--fail-if", "errors(nothing) > 1", "start"]);
    parrot::launch(command, dir, &dir.folder("home")).finish(LIMIT)
}

/// A configuration with such a DOCTYPE, options and steps.
fn config(subset: &str, options: &str, steps: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE tsung SYSTEM \"tsung-1.0.dtd\" [{subset}]>\n<tsung>\n\
         <clients><client host=\"localhost\" use_controller_vm=\"true\"/></clients>\n\
         <servers><server host=\"127.0.0.1\" port=\"8080\" type=\"tcp\"/></servers>\n\
         <load><arrivalphase phase=\"1\" duration=\"1\" unit=\"second\"><users arrivalrate=\"1\" unit=\"second\"/></arrivalphase></load>\n\
         <options>{options}</options>\n\
         <sessions><session name=\"s\" probability=\"100\" type=\"ts_http\">\n\
         {steps}<request><http url=\"/\"/></request></session></sessions></tsung>\n"
    )
}

fn post(contents: &str) -> String {
    format!("<request><http url=\"/\" method=\"POST\" contents=\"{contents}\"/></request>\n")
}

fn numbered(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect()
}

/// Runs each case: a name, a configuration, a part of what has to be said, and MiB that have to do.
fn refused(cases: &[(&str, String, &str, u64)]) {
    for (name, xml, said, memory_mib) in cases {
        let dir = Dir::new(name);
        let run = start(&dir, &dir.file("hostile.xml", xml), memory_mib * MIB);
        let head: String = run.stderr.chars().take(2_000).collect();
        assert_eq!(run.end, End::Code(1), "{name}: {head}");
        assert!(run.stderr.contains(said), "{name}: {head}");
        let place = run.stderr.lines().find_map(|line| line.trim_start().strip_prefix("--> "));
        assert!(place.is_some_and(|place| place.contains("hostile.xml:")), "{name}: {head}");
        assert!(run.stderr.len() < 20_000, "{name}: {} bytes are said", run.stderr.len());
    }
}

#[test]
fn bombs_of_entities() {
    let ten = |text: &str| text.repeat(10);
    let laughs = numbered(10, |level| {
        let inside = if level == 0 { ten("<abort/>") } else { ten(&format!("&e{};", level - 1)) };
        format!("<!ENTITY e{level} \"{inside}\">")
    });
    let entity = |text: &str| format!("<!ENTITY a \"{text}\">");
    let doctypes = entity(&format!("<!DOCTYPE x [<!ELEMENT {}>]>", "x ".repeat(50_000)));
    let in_values = entity(&"x".repeat(100_000));
    refused(&[
        ("laughs", config(&laughs, "", "&e9;"), "the text with all its entities is too large", 256),
        (
            "quadratic",
            config(&entity(&"<abort/>".repeat(12_500)), "", &"&a;".repeat(10_000)),
            "there are more than 8000000 tags",
            384,
        ),
        (
            "quadratic-value",
            config(&in_values, "", &post(&"&a;".repeat(100_000))),
            "the text with all its entities is too large",
            384,
        ),
        ("doctypes", config(&doctypes, "", &"&a;".repeat(99_000)), "the DOCTYPE stands inside", 256),
        (
            "circle",
            config("<!ENTITY a '&b;'><!ENTITY b '&a;'>", "", "&a;"),
            "entity &a; contains itself",
            256,
        ),
        (
            "references",
            config("<!ENTITY a ''>", "", &"&a;".repeat(200_000)),
            "the text with all its entities is too large",
            256,
        ),
    ]);
}

#[test]
fn chains_of_files() {
    let dir = Dir::new("chains");
    // Each file includes the next two: a thousand files, and without a limit 2 ^ 500 ways through them.
    let declared = numbered(40, |n| format!("<!ENTITY f{n} SYSTEM \"{n}.xml\">"));
    for n in 0..40 {
        dir.file(&format!("{n}.xml"), format!("<!-- {n} -->&f{};&f{};", (n + 1) % 40, (n + 2) % 40));
    }
    let run = start(&dir, &dir.file("hostile.xml", config(&declared, "", "&f0;")), 256 * MIB);
    assert_eq!(run.end, End::Code(1), "{}", run.stderr);
    assert!(run.stderr.contains("contains itself, or entities are nested too deeply"), "{}", run.stderr);
    assert!(run.stderr.contains("15.xml:1:"), "{}", run.stderr);
}

#[test]
fn too_much_of_something() {
    let nested = |levels: usize| "<if var=\"a\" eq=\"1\">".repeat(levels);
    let attributes = format!("<request {}/>", numbered(300_000, |n| format!(" a{n}=\"1\"")));
    let namespaces = numbered(300, |n| format!("<request xmlns:a{n}=\"x\"/>\n"));
    refused(&[
        ("deep", config("", "", &nested(100_000)), "elements are nested too deeply", 256),
        ("attributes", config("", "", &attributes), "this element has too many attributes", 256),
        ("namespaces", config("", "", &namespaces), "this element has too many attributes", 256),
        ("comments", config("", "", &"<!---->".repeat(9_000_000)), "there are more than 8000000 tags", 384),
        (
            "long-url",
            config("", "", &format!("<request><http url=\"/{}\"/></request>", "x".repeat(100_000_000))),
            "url of <http> has 100000001 bytes",
            512,
        ),
        (
            "long-number",
            config("", "", &format!("<thinktime value=\"{}\"/>", "9".repeat(1_000_000))),
            "thinktime value",
            256,
        ),
        (
            "long-pattern",
            config(
                "",
                "",
                &format!("<request><match>{}</match><http url=\"/\"/></request>", "(x".repeat(1_000_000)),
            ),
            "bad regular expression",
            256,
        ),
        ("long-name", config("", "", &format!("<{}/>", "r".repeat(10_000_000))), "unknown element", 256),
        ("long-text", config("", "", &"t".repeat(10_000_000)), "only elements may be", 256),
        (
            "open-quote",
            config("", "", &format!("<thinktime value='{}", "<a/>".repeat(1_000_000))),
            "this attribute value contains `<`",
            256,
        ),
    ]);
}

#[test]
fn many_errors() {
    refused(&[
        (
            "elements",
            config("", "", &numbered(1_000_000, |n| format!("<reqest{n}/>\n"))),
            "unknown element <reqest0>",
            512,
        ),
        (
            "values",
            config("", "", &numbered(100_000, |n| format!("<thinktime value=\"x{n}\"/>\n"))),
            "is not a number of seconds",
            384,
        ),
        (
            "patterns",
            config(
                "",
                "",
                &numbered(30_000, |n| format!("<request><match>({n}</match><http url=\"/\"/></request>\n")),
            ),
            "bad regular expression",
            384,
        ),
        ("references", config("", "", &post(&"a=1&b=2".repeat(1_000_000))), "`&` starts no entity here", 256),
        (
            "files",
            config(
                "",
                &numbered(100_000, |n| {
                    format!("<option name=\"file_server\" id=\"f{n}\" value=\"/nowhere/{n}\"/>\n")
                }),
                "",
            ),
            "cannot read data file /nowhere/0",
            384,
        ),
    ]);
}

#[test]
fn bytes_that_are_no_text() {
    let dir = Dir::new("bytes");
    let with = |bytes: &[u8]| {
        let xml = config("", "", "<transaction name=\"@\"/>");
        let (head, tail) = xml.split_once('@').unwrap();
        [head.as_bytes(), bytes, tail.as_bytes()].concat()
    };
    for (bytes, said) in [
        (&b"\0"[..], "U+0000 cannot stand in XML"),
        (b"\xff", "byte 0xff is not UTF-8"),
        (b"\xed\xa0\x80", "byte 0xed is not UTF-8"),
        (b"\x1b", "U+001B cannot stand in XML"),
    ] {
        let run = start(&dir, &dir.file("hostile.xml", with(bytes)), 256 * MIB);
        assert_eq!(run.end, End::Code(1), "{}", run.stderr);
        assert!(run.stderr.contains(said) && run.stderr.contains("hostile.xml:9:20"), "{}", run.stderr);
    }
}

/// Where a configuration can name a file, and what is said when that cannot be read.
fn naming(dir: &Dir, place: &str, file: &Path) -> (PathBuf, String) {
    let file = file.display();
    let text = match place {
        "configuration" => {
            return (PathBuf::from(file.to_string()), "cannot read the configuration".to_owned());
        }
        "entity" => config(&format!("<!ENTITY a SYSTEM \"{file}\">"), "", "&a;"),
        "data" => config("", &format!("<option name=\"file_server\" value=\"{file}\"/>"), ""),
        _ => config(
            "",
            "",
            &format!("<request><http url=\"/\" method=\"PUT\" contents_from_file=\"{file}\"/></request>"),
        ),
    };
    let said = match place {
        "entity" => format!("cannot read {file} for entity &a;"),
        "data" => format!("cannot read data file {file}"),
        _ => format!("cannot read body file {file}"),
    };
    (dir.file("hostile.xml", text), said)
}

#[test]
fn what_is_no_file() {
    let dir = Dir::new("no-files");
    let pipe = dir.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let folder = dir.folder("folder");
    for (file, reason) in [
        (Path::new("/dev/zero"), "it is a device or a pipe, not a file"),
        // Nothing is written to either of these.
        (Path::new("/dev/stdin"), "it is a device or a pipe, not a file"),
        (&pipe, "it is a device or a pipe, not a file"),
        (&folder, "it is a directory"),
    ] {
        for place in ["configuration", "entity", "data", "body"] {
            let (config, said) = naming(&dir, place, file);
            let run = start(&dir, &config, 256 * MIB);
            assert_eq!(run.end, End::Code(1), "{place} {}: {}", file.display(), run.stderr);
            assert!(run.stderr.contains(&format!("{said}: {reason}")), "{place}: {}", run.stderr);
        }
    }
}

/// Ten times the requests take ten times as long, or a little more; not a hundred times.
#[test]
fn time_grows_with_the_size() {
    let secs = |requests| {
        let text = big_config::of_requests(requests).into_bytes();
        let once = || {
            let begun = Instant::now();
            assert!(tsung_compat::check(&Source::Stdin(text.clone()), &Settings::default()).loaded.is_some());
            begun.elapsed().as_secs_f64()
        };
        // The least of some is what it takes when nobody else wants the core.
        (0..3).map(|_| once()).fold(f64::INFINITY, f64::min)
    };
    let (few, many) = (secs(10_000), secs(100_000));
    assert!(many < 40.0 * few, "{few} s for 10 000 requests, {many} s for 100 000");
}

#[test]
fn large_and_good() {
    let dir = Dir::new("large");
    let recorded = big_config::of_requests(100_000);
    assert!(recorded.len() > 10_000_000);
    // In release it takes 190 MiB; docs/performance.md has the figures.
    let run = start(&dir, &dir.file("recorded.xml", recorded), 400 * MIB);
    assert_eq!(run.end, End::Code(2), "{}", run.stderr);
    assert!(run.stderr.contains("nothing"), "{}", run.stderr);
    let run =
        start(&dir, &dir.file("body.xml", config("", "", &post(&"x".repeat(100_000_000)))), 1_000 * MIB);
    assert_eq!(run.end, End::Code(2), "{}", run.stderr);
}
