//! Against serde_json, on documents that it made and on damaged ones.

use proptest::prelude::*;

use super::*;
use crate::script::{Atom, Value};

fn document() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        // Few digits: serde_json rounds others another way.
        any::<i32>().prop_map(|number| (f64::from(number) / 8.0).into()),
        ".*".prop_map(Into::into),
        "[a-c \\\\\"é😀\n]{0,6}".prop_map(Into::into),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            prop::collection::vec(("[a-c\"\\\\é]{0,3}", inner), 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

fn is_same(ours: &Value, theirs: &serde_json::Value) -> bool {
    match (ours, theirs) {
        (Value::Atom(Atom::Null), serde_json::Value::Null) => true,
        (Value::Atom(Atom::True), serde_json::Value::Bool(truth)) => *truth,
        (Value::Atom(Atom::False), serde_json::Value::Bool(truth)) => !*truth,
        (Value::Int(ours), serde_json::Value::Number(theirs)) => theirs.as_i64() == Some(*ours),
        (Value::Big(ours), serde_json::Value::Number(theirs)) => ours.to_string() == theirs.to_string(),
        (Value::Float(ours), serde_json::Value::Number(theirs)) => theirs.as_f64() == Some(*ours),
        (Value::Bytes(ours), serde_json::Value::String(theirs)) => **ours == *theirs.as_bytes(),
        (Value::List(ours), serde_json::Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| is_same(&ours, theirs))
        }
        // An object's text means the same object, and is plain ASCII.
        (Value::Bytes(ours), serde_json::Value::Object(_)) => {
            ours.is_ascii()
                && serde_json::from_slice::<serde_json::Value>(ours).is_ok_and(|read| read == *theirs)
        }
        _ => false,
    }
}

/// What we let pass and serde_json does not: Tsung does.
fn is_lenient(text: &[u8]) -> bool {
    let odd_escape = text.windows(2).any(|pair| pair[0] == b'\\' && !b"\"\\/bfnrtu".contains(&pair[1]));
    let comma_at_end = text
        .split(|byte| *byte == b',')
        .skip(1)
        .any(|rest| rest.trim_ascii_start().first().is_some_and(|byte| matches!(byte, b']' | b'}')));
    odd_escape || comma_at_end || text.iter().any(|byte| *byte < 0x20) || std::str::from_utf8(text).is_err()
}

proptest! {
    #[test]
    fn values_are_those_of_serde_json(document in document(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_vec_pretty(&document) } else { serde_json::to_vec(&document) }.unwrap();
        let mut json = Json::default();
        prop_assert_eq!(json.parse(&text), Ok(()));
        let value = json.find(&text, &JsonPath::new(b"")).unwrap();
        prop_assert!(is_same(&value, &document), "{:?} {:?}", value, document);
        if let serde_json::Value::Object(members) = &document {
            for (name, member) in members.iter().filter(|(name, _)| !name.is_empty()) {
                let found = json.find(&text, &JsonPath::new(name.as_bytes())).unwrap();
                prop_assert!(is_same(&found, member), "{}: {:?} {:?}", name, found, member);
            }
        }
    }

    #[test]
    fn damaged_documents_are_judged_as_by_serde_json(
        document in document(),
        damages in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b"\"\\{}[]:,0123.eE+-tfn ux".to_vec()), 0..3_u8), 1..4),
    ) {
        let mut text = serde_json::to_vec(&document).unwrap();
        for (index, byte, kind) in damages {
            let at = index.index(text.len() + 1);
            match kind {
                0 => text.insert(at, byte),
                1 if at < text.len() => text[at] = byte,
                _ if at < text.len() => drop(text.remove(at)),
                _ => text.push(byte),
            }
        }
        let ours = Json::default().parse(&text).is_ok();
        let theirs = serde_json::from_slice::<serde_json::Value>(&text).is_ok();
        prop_assert!(ours || !theirs, "refused: {}", text.escape_ascii());
        prop_assert!(theirs || !ours || is_lenient(&text), "accepted: {}", text.escape_ascii());
    }

    #[test]
    fn nothing_panics(text in prop::collection::vec(any::<u8>(), 0..60), path in prop::collection::vec(any::<u8>(), 0..20)) {
        let mut json = Json::default();
        let path = JsonPath::new(&path);
        if json.parse(&text).is_ok() {
            let _ = json.find(&text, &path);
        }
        let wrapped = [b"[{\"a\":\"".to_vec(), text, b"\"},1]".to_vec()].concat();
        if json.parse(&wrapped).is_ok() {
            let _ = json.find(&wrapped, &path);
            prop_assert!(json.find(&wrapped, &JsonPath::new(b"")).is_some());
        }
    }
}
