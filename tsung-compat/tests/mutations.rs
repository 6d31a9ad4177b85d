//! Damaged configurations: whatever is cut, doubled or put in, loading ends with a Plan that links or with errors that have
//! places, and never with a panic. The fuzzer in `fuzz/` asks the same of bytes that it makes itself.
#![expect(clippy::unwrap_used, reason = "what cannot be read or started fails the test")]

#[path = "../../fuzz/src/judge.rs"]
mod judge;

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use judge::judge;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use tsung_compat::{Settings, Source};

/// A configuration that uses nearly all of the language that runs.
const WHOLE: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE tsung SYSTEM "tsung-1.0.dtd" [<!ENTITY base '/shop'> <!ENTITY pause "<thinktime value='1'/>">]>
<tsung loglevel="notice" dumptraffic="protocol" version="1.0"><!-- comment -->
<clients><client host="localhost" use_controller_vm="true" cpu="2" weight="1" maxusers="10"/></clients>
<servers><server host="127.0.0.1" port="8080" type="tcp" weight="2"/><server host="::1" port="1" type="tcp6"/></servers>
<monitoring><monitor host="db" type="snmp"><snmp version="v2"><oid name="a" value="1.2"/></snmp></monitor></monitoring>
<load duration="1" unit="hour" loop="1">
 <arrivalphase phase="2" duration="10" unit="minute"><users interarrival="0.5" unit="second" maxnumber="7"/></arrivalphase>
 <arrivalphase phase="1" duration="100" unit="millisecond"><session_setup name="b*" weight="3"/>
  <users arrivalrate="2" unit="hour"/></arrivalphase>
 <user session="a?*" start_time="1.5" unit="minute"/></load>
<options><option name="thinktime" value="3" random="true" override="false" min="1" max="2"/><option name="seed" value="1"/>
 <option type="ts_http" name="user_agent"><user_agent probability="100"> UA é </user_agent></option></options>
<sessions><session name="ab" weight="1" type="ts_http" persistent="true">
 <request subst="true" tag="t"><match do="loop" loop_back="0" when="nomatch" name="n"> 2.. <![CDATA[OK]]></match>
  <match do="restart" subst="true">%%_a%%</match><dyn_variable name="a" re="id=(\d+)"/><dyn_variable name="h" header="X/y"/>
  <http url="&base;/%%_i%%?a=1&amp;b=%%ts_user_server:get_unique_id%%" method="POST" contents="x%%_a%%&#10;" version="1.0">
   <www_authenticate userid="%%_a%%" passwd="p"/><soap action="s"/><http_header name="Host" value="h"/>
   <http_header name="X" value="y" encoding="base64"/><add_cookie key="k" value="v"/></http></request>&pause;
 <transaction name="tr"><for var="i" from="1" to="%%_n%%" incr="2"><request><http url="http://other:81/x"/></request></for>
  <repeat name="r" max_repeat="3"><thinktime min="1" max="2"/><until var="l[2]" gte="3"/></repeat></transaction>
 <if var="a" neq="%%_h%%"><setdynvars sourcetype="random_number" start="1" end="3"><var name="n"/></setdynvars></if>
 <setdynvars sourcetype="urandom_string" length="30"><var name="u"/></setdynvars><thinktime value="%%_n%%"/></session>
<session name="b" weight="1" type="ts_http"><request><http url="/"/></request></session></sessions></tsung>
"#;

/// Things that are put in, and values that attributes get.
const SNIPPETS: [&str; 35] = [
    "${base}",
    "<",
    ">",
    "&",
    "\"",
    "'",
    "/>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&base;",
    "&none;",
    "&#0;",
    "&#13;&#10;",
    "%%",
    "%%_",
    "%%_a%%",
    "%%m:f%%",
    "é€",
    "\u{feff}",
    "\0",
    "<thinktime/>",
    "</if>",
    "<if var='x' eq='1'>",
    "<!DOCTYPE x [",
    "<?xml version='1.0' encoding='latin1'?>",
    "-1",
    "0",
    "1.5e308",
    "99999999999999999999",
    "(a|b",
    "http://[::1]:99999/",
    "<foreach/>",
    " x='' ",
];

/// The configurations that are damaged: the one above, and the fixtures of this project.
fn seeds() -> &'static [Vec<u8>] {
    static SEEDS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    SEEDS.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "xml"));
        files.sort();
        let fixtures = files.iter().map(|file| with_ports(&fs::read(file).unwrap()));
        [WHOLE.as_bytes().to_vec()].into_iter().chain(fixtures).collect()
    })
}

/// A fixture with ports in the places for them, which begin with `@PORT` and end with `@`.
fn with_ports(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (index, piece) in bytes.split(|&byte| byte == b'@').enumerate() {
        match (index % 2, piece.starts_with(b"PORT")) {
            (1, true) => out.extend_from_slice(b"8080"),
            _ => out.extend_from_slice(piece),
        }
    }
    out
}

/// One damage, by positions in ten-thousandths of the text, or of its elements or attributes.
#[derive(Clone, Debug)]
enum Damage {
    Cut {
        at: usize,
        length: usize,
    },
    Double {
        at: usize,
        length: usize,
    },
    Insert {
        at: usize,
        snippet: usize,
    },
    Overwrite {
        at: usize,
        byte: u8,
    },
    /// Another value.
    Value {
        attribute: usize,
        snippet: usize,
    },
    /// The value of another attribute.
    SameValue {
        attribute: usize,
        other: usize,
    },
    /// Another attribute's name.
    Rename {
        attribute: usize,
        other: usize,
    },
    DropAttribute {
        attribute: usize,
    },
    DoubleAttribute {
        attribute: usize,
        other: usize,
    },
    /// An element without content, or the start of one, again somewhere else.
    CopyTag {
        tag: usize,
        to: usize,
    },
    DropTag {
        tag: usize,
    },
    /// Two tags in each other's place.
    SwapTags {
        tag: usize,
        other: usize,
    },
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = 0..10_000usize;
    let two = (at.clone(), at.clone());
    let snippet = (at.clone(), 0..SNIPPETS.len());
    prop_oneof![
        (at.clone(), 1..60usize).prop_map(|(at, length)| Damage::Cut { at, length }),
        (at.clone(), 1..400usize).prop_map(|(at, length)| Damage::Double { at, length }),
        snippet.clone().prop_map(|(at, snippet)| Damage::Insert { at, snippet }),
        (at.clone(), any::<u8>()).prop_map(|(at, byte)| Damage::Overwrite { at, byte }),
        snippet.prop_map(|(attribute, snippet)| Damage::Value { attribute, snippet }),
        two.clone().prop_map(|(attribute, other)| Damage::SameValue { attribute, other }),
        two.clone().prop_map(|(attribute, other)| Damage::Rename { attribute, other }),
        at.clone().prop_map(|attribute| Damage::DropAttribute { attribute }),
        two.clone().prop_map(|(attribute, other)| Damage::DoubleAttribute { attribute, other }),
        two.clone().prop_map(|(tag, to)| Damage::CopyTag { tag, to }),
        at.prop_map(|tag| Damage::DropTag { tag }),
        two.prop_map(|(tag, other)| Damage::SwapTags { tag, other }),
    ]
}

/// A part of the text.
type Part = std::ops::Range<usize>;

/// Where tags are, as far as that can be told of a text that may be damaged already.
fn tags(text: &[u8]) -> Vec<Part> {
    let starts = text.iter().enumerate().filter(|(_, byte)| **byte == b'<').map(|(at, _)| at);
    let tag = |start: usize| Some(start..start + text[start..].iter().position(|&byte| byte == b'>')? + 1);
    starts.filter_map(tag).collect()
}

/// Names and values of attributes.
fn attributes(text: &[u8]) -> Vec<(Part, Part)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(equals) = text[at..].iter().position(|&byte| byte == b'=').map(|gap| at + gap) {
        at = equals + 1;
        let name = text[..equals]
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'_')
            .count();
        let Some(&quote) = text.get(at).filter(|byte| matches!(byte, b'"' | b'\'')) else { continue };
        let Some(length) = text[at + 1..].iter().position(|&byte| byte == quote) else { break };
        found.push((equals - name..equals, at + 1..at + 1 + length));
        at += length + 2;
    }
    found
}

fn pick<T: Clone>(list: &[T], at: usize) -> Option<T> {
    list.get(at * list.len() / 10_000).cloned()
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) -> Option<()> {
    let place = |at: usize| at * bytes.len() / 10_000;
    match *damage {
        Damage::Cut { at, length } => {
            let start = place(at);
            let end = (start + length).min(bytes.len());
            bytes.drain(start..end);
        }
        Damage::Double { at, length } => {
            let start = place(at);
            let copy = bytes[start..(start + length).min(bytes.len())].to_vec();
            bytes.splice(start..start, copy);
        }
        Damage::Insert { at, snippet } => {
            let start = place(at);
            bytes.splice(start..start, SNIPPETS[snippet].bytes());
        }
        Damage::Overwrite { at, byte } => {
            let start = place(at);
            *bytes.get_mut(start)? = byte;
        }
        Damage::Value { attribute, snippet } => {
            let (_, value) = pick(&attributes(bytes), attribute)?;
            bytes.splice(value, SNIPPETS[snippet].bytes());
        }
        Damage::SameValue { attribute, other } => {
            let all = attributes(bytes);
            let copy = bytes[pick(&all, other)?.1].to_vec();
            bytes.splice(pick(&all, attribute)?.1, copy);
        }
        Damage::Rename { attribute, other } => {
            let all = attributes(bytes);
            let copy = bytes[pick(&all, other)?.0].to_vec();
            bytes.splice(pick(&all, attribute)?.0, copy);
        }
        Damage::DropAttribute { attribute } => {
            let (name, value) = pick(&attributes(bytes), attribute)?;
            bytes.drain(name.start..value.end + 1);
        }
        Damage::DoubleAttribute { attribute, other } => {
            let all = attributes(bytes);
            let (name, value) = pick(&all, other)?;
            let copy = [b" ", &bytes[name.start..=value.end], b" "].concat();
            let start = pick(&all, attribute)?.0.start;
            bytes.splice(start..start, copy);
        }
        Damage::CopyTag { tag, to } => {
            let all = tags(bytes);
            let copy = bytes[pick(&all, tag)?].to_vec();
            let start = pick(&all, to)?.start;
            bytes.splice(start..start, copy);
        }
        Damage::DropTag { tag } => {
            let tag = pick(&tags(bytes), tag)?;
            bytes.drain(tag);
        }
        Damage::SwapTags { tag, other } => {
            let all = tags(bytes);
            let (one, two) = (pick(&all, tag.min(other))?, pick(&all, tag.max(other))?);
            if one.end <= two.start {
                let (first, second) = (bytes[one.clone()].to_vec(), bytes[two.clone()].to_vec());
                bytes.splice(two, first);
                bytes.splice(one, second);
            }
        }
    }
    Some(())
}

#[test]
fn the_undamaged_ones_load() {
    let loaded = tsung_compat::load(&Source::Stdin(WHOLE.into()), &Settings::default());
    let errors = loaded.map(drop).err().into_iter().flatten();
    let errors: Vec<String> = errors.map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    assert!(seeds().len() > 20, "fixtures of this project");
    for seed in seeds() {
        assert_eq!(judge(seed), Ok(()), "{}", String::from_utf8_lossy(seed));
        assert!(attributes(seed).len() > 10 && tags(seed).len() > 10);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12_000, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_is_told_with_its_place(seed in 0..10_000usize, damages in prop::collection::vec(damage(), 1..5)) {
        // Every other case is of the one that has nearly all of the language.
        let mut bytes = if seed % 2 == 0 { seeds()[0].clone() } else { pick(seeds(), seed).unwrap() };
        for damage in &damages {
            // Nothing of that kind may be left.
            let _ = apply(&mut bytes, damage);
        }
        let outcome = judge(&bytes);
        prop_assert!(outcome.is_ok(), "{outcome:?}\n{}", String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn bytes_without_any_sense(bytes in prop::collection::vec(any::<u8>(), 0..300), lead in 0..4usize) {
        let lead = [&b""[..], b"<tsung>", b"<?xml version='1.0'?><!DOCTYPE t [", b"\xef\xbb\xbf<tsung><load "][lead];
        let outcome = judge(&[lead, &bytes].concat());
        prop_assert!(outcome.is_ok(), "{outcome:?}");
    }
}
