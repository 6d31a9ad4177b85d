//! Messages about what the command line says of a configuration.

use super::{Example, changed, steps};
use crate::{Given, Settings};

pub(super) fn examples() -> Vec<Example> {
    vec![
        steps(
            601,
            "<request><http url=\"/\" method=\"POST\" contents_from_file=\"/etc/hostname\"/></request>",
        ),
        steps(603, "<request tag=\"image\"><http url=\"/logo.png\"/></request>"),
        changed(602, "host=\"shop\"", "host=\"${host}\""),
    ]
}

/// What the command line says for a message that depends on it.
pub(super) fn settings(code: u16) -> Settings {
    match code {
        601 => Settings { confined: true, ..Settings::default() },
        602 => {
            let given = ["host=shop", "prot=8080"].map(|text| Given::parse(text).unwrap());
            Settings { given: given.to_vec(), ..Settings::default() }
        }
        603 => Settings { excluded_tags: vec!["images".to_owned()], ..Settings::default() },
        _ => Settings::default(),
    }
}
