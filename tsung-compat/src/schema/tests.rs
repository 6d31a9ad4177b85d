//! The kept schemas are those of the table, and judge configurations as `check` does.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs};

use super::{compact, docs, dtd, relax_ng};
use crate::diagnostic::{Report, Severity};
use crate::fixture::{folder, session};
use crate::table;
use crate::{Settings, Source, source, xml};

/// Where the schemas are kept.
fn kept(name: &str) -> PathBuf {
    top().join("docs/schema").join(name)
}

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn kept_schemas_are_those_of_the_table() {
    for (name, made) in
        [("tsung.dtd", dtd::dtd()), ("tsung.rng", relax_ng::relax_ng()), ("tsung.rnc", compact::compact())]
    {
        if env::var_os("BLESS").is_some() {
            fs::write(kept(name), &made).unwrap();
        }
        let committed = fs::read_to_string(kept(name)).unwrap_or_default();
        let different = made.lines().zip(committed.lines()).position(|(new, old)| new != old);
        let line = different.unwrap_or_else(|| made.lines().count().min(committed.lines().count()));
        let of = |text: &str| text.lines().nth(line).unwrap_or("(the end)").to_owned();
        assert!(
            made == committed,
            "docs/schema/{name}:{} is old; BLESS=1 cargo test -p tsung-compat schema writes it anew\n- {}\n+ {}",
            line + 1,
            of(&committed),
            of(&made)
        );
    }
}

#[test]
fn every_element_is_explained_and_nothing_else() {
    for element in table::elements() {
        assert!(docs::element(element.name).is_some(), "<{}> needs a sentence in schema/docs", element.name);
    }
    let mut seen = Vec::new();
    for (name, says, attributes) in docs::all() {
        assert!(!seen.contains(name), "<{name}> is explained twice");
        seen.push(name);
        let element = table::element(name)
            .unwrap_or_else(|| panic!("schema/docs explains <{name}>, which is not there"));
        for (attribute, _) in *attributes {
            assert!(
                element.attribute(attribute).is_some(),
                "schema/docs explains {attribute} of <{name}>, which is not there"
            );
        }
        for sentence in attributes.iter().map(|attribute| attribute.1).chain([*says]) {
            assert!(sentence.ends_with('.') && !sentence.contains('\n'), "no sentence: {sentence}");
        }
    }
}

#[test]
fn notes_on_attributes_tell_defaults_and_what_does_not_run() {
    let note = |element: &str, attribute: &str| {
        let element = table::element(element).unwrap();
        super::attribute_doc(element, element.attribute(attribute).unwrap())
    };
    assert_eq!(note("http", "version").as_deref(), Some("The version of HTTP. Default: \"1.1\"."));
    assert_eq!(
        note("http", "method")
            .as_deref()
            .map(|text| text.starts_with("Default: \"GET\". Not run by this release yet: PURGE")),
        Some(true)
    );
    assert_eq!(note("http_header", "value").as_deref(), Some("Default: empty."));
    assert_eq!(note("http_header", "name"), None);
}

/// Whether a schema accepts a text, by the option of xmllint that it is given with; and what xmllint said.
fn accepts(option: &str, schema: &str, text: &str) -> (bool, String) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let folder = folder(&format!("xmllint-{}", COUNT.fetch_add(1, Ordering::Relaxed)));
    let file = folder.join("configuration.xml");
    let schema_file = folder.join("schema");
    fs::write(&file, text).unwrap();
    fs::write(&schema_file, schema).unwrap();
    let output = Command::new("xmllint")
        .args(["--noout", "--nonet", "--huge", option])
        .args([&schema_file, &file])
        .output()
        .unwrap_or_else(|error| panic!("xmllint is not installed: apt-get install libxml2-utils ({error})"));
    fs::remove_dir_all(&folder).unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // 3 and 4: the document is not valid. Others are faults of the schema, of the text's markup, or of the call.
    assert!(matches!(output.status.code(), Some(0 | 3 | 4)), "{said}");
    (output.status.success(), said)
}

fn relax_ng_accepts(text: &str) -> (bool, String) {
    accepts("--relaxng", &relax_ng::relax_ng(), text)
}

fn dtd_accepts(text: &str) -> (bool, String) {
    accepts("--dtdvalid", &dtd::dtd(), text)
}

/// What the reader says of elements, attributes and values: what the schemas speak of.
fn said(text: &str) -> Vec<String> {
    let source = Source::Stdin(text.as_bytes().to_vec());
    let document = source::read(&source).unwrap();
    let mut report = Report::new(&document.map);
    let _ = xml::read(&document.text, &mut report);
    let of_the_table = report
        .into_all()
        .into_iter()
        .filter(|found| found.severity == Severity::Error && found.code().to_string() != "TP0215");
    // Sections that lack or come twice are found later, by the same codes as ever.
    let sections = crate::check(&source, &Settings::default()).diagnostics.into_iter();
    let sections = sections.filter(|found| matches!(&*found.code().to_string(), "TP0204" | "TP0205"));
    of_the_table.chain(sections).map(|found| found.to_string()).collect()
}

/// A sound configuration, without DOCTYPE, that has one part replaced.
fn changed(part: &str, by: &str) -> String {
    let text = session(REQUEST).xml().replacen("<!DOCTYPE tsung SYSTEM \"tsung-1.0.dtd\">", "", 1);
    assert!(text.contains(part), "{part} stands there");
    text.replacen(part, by, 1)
}

const REQUEST: &str = "<request><http url=\"/\"/></request>";

#[test]
fn the_sound_one_is_accepted() {
    let text = changed("", "");
    assert_eq!(said(&text), Vec::<String>::new());
    for (accepted, why) in [relax_ng_accepts(&text), dtd_accepts(&text)] {
        assert!(accepted, "{why}");
    }
}

#[test]
fn damaged_ones_are_refused() {
    let servers = "<servers>\n<server host=\"shop\" port=\"8080\" type=\"tcp\"/>\n</servers>";
    for (part, by) in [
        ("<http url=\"/\"/>", "<http uri=\"/\" url=\"/\"/>"),
        ("<http url=\"/\"/>", "<http/>"),
        ("<http url=\"/\"/>", "<http url=\"/\" method=\"get\"/>"),
        ("<http url=\"/\"/>", "<htpp url=\"/\"/>"),
        ("<http url=\"/\"/>", "<match do=\"log\">a <b/></match><http url=\"/\"/>"),
        (REQUEST, "<thinktime value=\"1\"><request><http url=\"/\"/></request></thinktime>"),
        (REQUEST, "<http url=\"/\"/>"),
        (REQUEST, "<request>now<http url=\"/\"/></request>"),
        ("<options>", "<options><request><http url=\"/\"/></request>"),
        ("</session>", "<session name=\"t\" type=\"ts_http\"/></session>"),
        ("<server host=\"shop\" port=\"8080\" type=\"tcp\"/>", ""),
        ("<server host=\"shop\"", "<server"),
    ] {
        let text = changed(part, by);
        assert_ne!(said(&text), Vec::<String>::new(), "{by}");
        assert!(!relax_ng_accepts(&text).0, "RELAX NG accepts {by}");
        assert!(!dtd_accepts(&text).0, "the DTD accepts {by}");
    }
    // Beyond what a DTD can say.
    for (part, by) in [(servers, ""), (servers, &format!("{servers}{servers}"))] {
        let text = changed(part, by);
        assert_ne!(said(&text), Vec::<String>::new(), "{by}");
        assert!(!relax_ng_accepts(&text).0, "RELAX NG accepts {by}");
    }
}

/// A configuration that gives an attribute this value.
fn with_value(element: &str, attribute: &str, value: &str) -> String {
    match (element, attribute) {
        ("arrivalphase", _) => {
            changed("phase=\"1\" duration=\"1\"", &format!("phase=\"1\" duration=\"{value}\""))
        }
        ("iprange", _) => changed(
            "</clients>",
            &format!("<client host=\"localhost\"><iprange value=\"{value}\"/></client></clients>"),
        ),
        ("oid", _) => changed(
            "<load>",
            &format!(
                "<monitoring><monitor host=\"a\"><snmp><oid name=\"n\" value=\"{value}\"/></snmp></monitor></monitoring><load>"
            ),
        ),
        ("users", _) => changed("arrivalrate=\"1\"", &format!("arrivalrate=\"{value}\"")),
        ("for", _) => changed(REQUEST, &format!("<for var=\"i\" from=\"1\" to=\"{value}\">{REQUEST}</for>")),
        ("transaction", _) => {
            changed(REQUEST, &format!("<transaction name=\"{value}\">{REQUEST}</transaction>"))
        }
        (_, "host") => changed("host=\"shop\"", &format!("host=\"{value}\"")),
        _ => changed("port=\"8080\"", &format!("port=\"{value}\"")),
    }
}

#[test]
fn values_are_judged_as_the_reader_does() {
    let integers: &[&str] =
        &["0", "10", "010", " 7 ", "", "-1", "+1", "0.5", "5s", "99999999999999999999", "%%_x%%"];
    let values: [(&str, &str, &[&str]); 8] = [
        (
            "iprange",
            "value",
            &[
                "10.0.1-20.1-254",
                "1.2.3.255",
                " 01.2.3.4 ",
                "1.2.3",
                "1.2.3.256",
                "1.2.3.4.5",
                "1.2.3.x",
                "1.2..4",
                "",
            ],
        ),
        ("oid", "value", &["1.3.6.1", " 1.3 ", "1", "1.3.", ".1.3", "1.x", ""]),
        ("arrivalphase", "duration", integers),
        (
            "users",
            "arrivalrate",
            &["3", "0.5", "1.0e3", "2.5E-1", "", ".5", "5.", "-1", "1e3", "1,5", "%%_x%%"],
        ),
        ("for", "to", &["3", "%%_n%%", " %%_n%%", "n", "-3", ""]),
        ("transaction", "name", &["buy", "log-in", "a:b.c", " buy ", "log in", ""]),
        (
            "server",
            "host",
            &[
                "www.example.org",
                "10.0.0.1",
                "::1",
                "[::1]",
                "my_host-1",
                "",
                "köln.de",
                "测试",
                "a/b",
                "http://a",
                "a:80",
                "a b",
                "a;b",
            ],
        ),
        (
            "server",
            "port",
            &["1", "65535", " 80 ", "0", "65536", "080", "-1", "http", "", "8 0", "99999999999999999999"],
        ),
    ];
    for (element, attribute, values) in values {
        let kind = table::element(element).and_then(|def| def.attribute(attribute)).unwrap().kind;
        for value in values {
            let text = with_value(element, attribute, value);
            let good = kind.check(value).is_ok();
            assert_eq!(relax_ng_accepts(&text).0, good, "RELAX NG: {attribute}=\"{value}\" of <{element}>");
            // Blanks at either end go when a file names its DTD; xmllint holds it against the text as written.
            let comparable = good && value.trim() == *value;
            assert!(!comparable || dtd_accepts(&text).0, "DTD: {attribute}=\"{value}\" of <{element}>");
        }
    }
}

/// Configurations with what stands in for their places: those of this project, Tsung's examples and public ones, where present.
fn real_ones() -> Vec<(String, String)> {
    let fixtures = folder("schema-fixtures");
    fs::write(fixtures.join("part.xml"), REQUEST).unwrap();
    let mut folders = vec![top().join("fixtures"), PathBuf::from("/usr/share/doc/tsung/examples")];
    folders.extend(
        top().ancestors().map(|above| above.join("shared/corpus/configs")).find(|folder| folder.is_dir()),
    );
    let mut found = Vec::new();
    for file in folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = if name.ends_with(".gz") {
            Command::new("gzip").arg("-dc").arg(&path).output().unwrap().stdout
        } else {
            fs::read(&path).unwrap()
        };
        // Bytes as characters, so that what is no UTF-8 stays what it is.
        let mut text: String = bytes.into_iter().map(char::from).collect();
        for place in ["@PORT@", "@PORT2@", "@REFUSED@", "@HOLE@"] {
            text = text.replace(place, "8080");
        }
        let text = text.replace("@DATA@", &fixtures.to_string_lossy());
        let copy = fixtures.join("configuration.xml");
        fs::write(&copy, text.chars().map(|c| c as u8).collect::<Vec<_>>()).unwrap();
        // The reader expands entities and takes the DOCTYPE away. What it cannot read is no XML either.
        if let Ok(document) = source::read(&Source::File(copy))
            && roxmltree::Document::parse(&document.text).is_ok()
        {
            found.push((name, document.text));
        }
    }
    fs::remove_dir_all(&fixtures).unwrap();
    found
}

#[test]
fn real_configurations_are_judged_as_the_reader_does() {
    let mut wrong = Vec::new();
    let real = real_ones();
    assert!(real.len() >= 30, "the project's own alone are more than {}", real.len());
    for (name, text) in real {
        // It is UTF-8 by now, and an XML declaration may say otherwise.
        let text = match text.split_once("?>") {
            Some((declaration, rest)) if declaration.starts_with("<?xml ") => rest.trim_start().to_owned(),
            _ => text,
        };
        let found = said(&text);
        let (accepted, why) = relax_ng_accepts(&text);
        if accepted != found.is_empty() {
            wrong.push(format!("{name}: RELAX NG: {why}the reader: {}", found.join("\n")));
        }
        let (accepted, why) = dtd_accepts(&text);
        // A DTD has no word for an element that holds only white space.
        let excused = name.starts_with("selee__Tsung__");
        if found.is_empty() && !accepted && !excused {
            wrong.push(format!("{name}: the DTD: {why}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_line_that_names_the_schema_is_no_matter() {
    let text = format!(
        "<?xml version=\"1.0\"?>\n<?xml-model href=\"tsung.rng\"?>{}",
        changed("<?xml version=\"1.0\"?>", "")
    );
    assert_eq!(said(&text), Vec::<String>::new());
    assert!(crate::check(&Source::Stdin(text.into_bytes()), &Settings::default()).loaded.is_some());
}
