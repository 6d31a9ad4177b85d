//! Damaged configurations: whatever is cut, doubled or put in, loading ends with a Plan that links or with errors that have
//! places, and never with a panic.

use parrot_core::program::Program;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use tsung_compat::out::plan_text;
use tsung_compat::{Given, Settings, Source};

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

/// Things that are put in.
const SNIPPETS: [&str; 25] = [
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
    "%%",
    "%%_",
    "é€",
    "\0",
    "<thinktime/>",
    "</if>",
    "<if var='x' eq='1'>",
    "<!DOCTYPE x [",
    "-1",
    "99999999999999999999",
    "<foreach/>",
    " x='' ",
];

/// One damage, by positions in thousandths of the text.
#[derive(Clone, Debug)]
enum Damage {
    Cut { at: usize, length: usize },
    Double { at: usize, length: usize },
    Insert { at: usize, snippet: usize },
    Overwrite { at: usize, byte: u8 },
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = 0..10_000usize;
    prop_oneof![
        (at.clone(), 1..60usize).prop_map(|(at, length)| Damage::Cut { at, length }),
        (at.clone(), 1..400usize).prop_map(|(at, length)| Damage::Double { at, length }),
        (at.clone(), 0..SNIPPETS.len()).prop_map(|(at, snippet)| Damage::Insert { at, snippet }),
        (at, any::<u8>()).prop_map(|(at, byte)| Damage::Overwrite { at, byte }),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
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
            if let Some(old) = bytes.get_mut(start) {
                *old = byte;
            }
        }
    }
}

/// Loads with a value for an entity and, where that works, links; the copy has to mean the same without the value.
fn outcome(bytes: Vec<u8>) -> Result<(), String> {
    let given = Given::parse("base=/a<b>&amp;\"'\n${base}").map_err(|error| format!("{error:?}"))?;
    let without = Settings { seed: 1, excluded_tags: vec!["x".to_owned()], ..Settings::default() };
    let settings = Settings { given: vec![given], ..without.clone() };
    match tsung_compat::load(&Source::Stdin(bytes), &settings) {
        Ok(loaded) => {
            let copy = Source::Stdin(loaded.copy.bytes);
            let again =
                tsung_compat::load(&copy, &without).map_err(|errors| format!("the copy: {errors:?}"))?;
            if plan_text(&again.plan, again.seed) != plan_text(&loaded.plan, loaded.seed) {
                return Err("the copy means something else".to_owned());
            }
            Program::link(loaded.plan, loaded.files).map(drop).map_err(|error| format!("{error:?}"))
        }
        Err(errors) if errors.is_empty() => Err("refused without a word".to_owned()),
        Err(errors) => {
            let lost = errors.iter().find(|error| {
                error.position.is_none() && !error.message().ends_with("more errors are not shown")
            });
            lost.map_or(Ok(()), |error| Err(format!("without place: {error}")))
        }
    }
}

#[test]
fn the_undamaged_one_loads() {
    let loaded = tsung_compat::load(&Source::Stdin(WHOLE.into()), &Settings::default());
    let errors = loaded.map(drop).err().into_iter().flatten();
    let errors: Vec<String> = errors.map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    assert_eq!(outcome(WHOLE.into()), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_is_told_with_its_place(damages in prop::collection::vec(damage(), 1..5)) {
        let mut bytes = WHOLE.as_bytes().to_vec();
        damages.iter().for_each(|damage| apply(&mut bytes, damage));
        let outcome = outcome(bytes.clone());
        prop_assert!(outcome.is_ok(), "{outcome:?}\n{}", String::from_utf8_lossy(&bytes));
    }
}
