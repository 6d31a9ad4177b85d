//! `--set`: what is filled in, where it counts as standing, and what the copy says.

use std::fs;

use super::Document;
use crate::fixture::folder;
use crate::given::Given;
use crate::load::{Settings, Source};
use crate::reach::Reach;

fn given(given: &[&str]) -> Settings {
    let given = given.iter().map(|text| Given::parse(text).unwrap()).collect();
    Settings { given, ..Settings::default() }
}

fn read(text: &str, values: &[&str]) -> Document {
    super::read_with(&Source::Stdin(text.as_bytes().to_vec()), &given(values), &Reach::default()).unwrap()
}

fn copy(document: Document) -> String {
    String::from_utf8(document.into_copy().bytes).unwrap()
}

#[test]
fn entities_and_places_are_filled() {
    const DECLARED: &str = "<!DOCTYPE t [<!ENTITY host 'old'>]>";
    for (text, values, expected) in [
        ("<t h='&host;'>&host;</t>", &["host=new"] as &[&str], "<t h='new'>new</t>"),
        ("<t h='a${host}b'>${host}</t>", &["host=new"], "<t h='anewb'>new</t>"),
        ("<t>${host}${other}${ho</t>", &["host=1", "host=2"], "<t>2${other}${ho</t>"),
        ("<t h='${host}'/>", &["host="], "<t h=''/>"),
        ("<t h=\"${h}\"/>", &["h=a\"<b>&amp;\n"], "<t h=\"a&quot;&lt;b&gt;&amp;amp;&#10;\"/>"),
        ("<t>&h;</t>", &["h=<s/>"], "<t>&lt;s/&gt;</t>"),
        ("<t>${a}</t>", &["a=${b}&b;", "b=x"], "<t>${b}&amp;b;</t>"),
        ("<t><![CDATA[<${h}>]]></t>", &["h=]]>"], "<t><![CDATA[<]]>]]&gt;<![CDATA[>]]></t>"),
        ("<t><!-- ${h} &h; --><?p ${h}?></t>", &["h=x"], "<t><!-- ${h} &h; --><?p ${h}?></t>"),
        ("<t>&amp;${a}</t>", &["a=x"], "<t>&amp;x</t>"),
        ("<t${h}/>", &["h=x"], "<t${h}/>"),
    ] {
        let document = read(text, values);
        assert_eq!(document.text, expected, "{text}");
        assert_eq!(copy(document), expected, "{text}");
        let declared = read(&format!("{DECLARED}{text}"), values);
        assert_eq!(declared.text, expected, "{text}");
        assert_eq!(copy(declared), format!("{DECLARED}{expected}"), "{text}");
    }
}

#[test]
fn the_copy_needs_no_values() {
    let folder = folder("set-copy");
    fs::write(folder.join("part.xml"), "<p h='${host}'>&url;</p>").unwrap();
    let main = "<!DOCTYPE t [<!ENTITY url 'http://&host;/'><!ENTITY quoted \"'${host}'\"><!ENTITY deep '&url;x'>\
                <!ENTITY plain \"it's\"><!ENTITY part SYSTEM 'part.xml'><!ENTITY all '&part;'>]>\n\
                <t a='&deep;' b='&quoted;' c='&plain;'>&plain;&deep;&all;</t>";
    fs::write(folder.join("main.xml"), main).unwrap();
    let source = Source::File(folder.join("main.xml"));
    let document = super::read_with(&source, &given(&["host=shop"]), &Reach::default()).unwrap();
    assert_eq!(
        document.text,
        "\n<t a='http://shop/x' b='&apos;shop&apos;' c='it&apos;s'>it'shttp://shop/x<p h='shop'>http://shop/</p></t>"
    );
    // What does not depend on values stays an entity.
    let kept = "<t a='http://shop/x' b='&apos;shop&apos;' c='&plain;'>&plain;http://shop/x<p h='shop'>http://shop/</p></t>";
    let text = document.text.clone();
    let copy = copy(document);
    assert!(copy.ends_with(kept), "{copy}");
    assert_eq!(read(&copy, &[]).text, text);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn positions_are_those_of_the_reference() {
    let document = read("<t>\n <a b='x${long}y&long;z'/>${long}<c/></t>", &["long=0123456789"]);
    let place = |needle: &str| {
        let place = document.map.place(super::Span::at(document.text.find(needle).unwrap()));
        (place.line, place.column)
    };
    assert_eq!(place("5"), (2, 9));
    assert_eq!(place("y0"), (2, 16));
    assert_eq!(place("z'"), (2, 23));
    assert_eq!(place("<c"), (2, 34));
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn names_that_occur_nowhere_are_told() {
    let document = read("<t a='${used}'><!-- ${comment} --></t>", &["used=1", "comment=2", "gone=3"]);
    let warnings: Vec<String> =
        document.warnings.iter().map(|found| first_line(&crate::fixture::plain(found))).collect();
    assert_eq!(
        warnings,
        [
            "stdin: warning: --set comment: the configuration has neither &comment; nor ${comment}",
            "stdin: warning: --set gone: the configuration has neither &gone; nor ${gone}"
        ]
    );
}

#[test]
fn files_of_entities_stay_in_the_folder() {
    let top = folder("confined");
    fs::create_dir_all(top.join("in")).unwrap();
    for name in ["in/part.xml", "out.xml"] {
        fs::write(top.join(name), "<p/>").unwrap();
    }
    std::os::unix::fs::symlink(top.join("out.xml"), top.join("in/link.xml")).unwrap();
    let absolute = top.join("out.xml");
    let settings = Settings { confined: true, ..Settings::default() };
    for (name, inside) in [
        ("part.xml", true),
        ("../in/part.xml", true),
        ("../out.xml", false),
        ("link.xml", false),
        (absolute.to_str().unwrap(), false),
    ] {
        let text = format!("<!DOCTYPE t [<!ENTITY p SYSTEM '{name}'>]>\n<t>&p;</t>");
        fs::write(top.join("in/main.xml"), text).unwrap();
        let source = Source::File(top.join("in/main.xml"));
        let outcome = super::read_with(&source, &settings, &Reach::new(&source, &settings));
        match outcome {
            Ok(document) => assert!(inside, "{name}: {}", document.text),
            Err(errors) => {
                assert!(!inside && errors.len() == 1, "{errors:?}");
                let expected = format!("entity file {name} lies outside the folder of the configuration");
                assert_eq!((errors[0].message(), errors[0].position), (expected, Some((2, 4))));
            }
        }
    }
    fs::remove_dir_all(top).unwrap();
}
