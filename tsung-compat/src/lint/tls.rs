//! TLS that no server of today speaks.

use crate::diagnostic::{Lint, Report};
use crate::xml::Element;

pub(super) fn judge(root: &Element, report: &mut Report<'_>) {
    let options = root.children_named("options").flat_map(|options| options.children_named("option"));
    for option in options.filter_map(Element::sound) {
        let (Some(name), Some(value)) = (option.value("name"), option.written("value")) else {
            continue;
        };
        let text = value.value.trim().trim_matches('\'');
        match name.value {
            "ssl_versions" if is_old_version(text) => {
                report.lint(value.at, Lint::OldTls { version: text.to_owned() });
            }
            "ssl_ciphers" if all_are_old(text) => {
                report.lint(value.at, Lint::OldCiphers { ciphers: text.to_owned() });
            }
            _ => {}
        }
    }
}

fn is_old_version(version: &str) -> bool {
    matches!(version.to_ascii_lowercase().as_str(), "sslv2" | "sslv3" | "tlsv1" | "tlsv1.0" | "tlsv1.1")
}

/// Whether a list names ciphers, and each is one that servers have given up.
fn all_are_old(ciphers: &str) -> bool {
    let named =
        ciphers.split([':', ',', ';', ' ']).filter(|name| !name.is_empty() && !name.starts_with(['!', '-']));
    let mut any = false;
    named.inspect(|_| any = true).all(is_old_cipher) && any
}

fn is_old_cipher(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name.split(['-', '_', '+']).any(|part| {
        matches!(
            part,
            "RC4"
                | "DES"
                | "3DES"
                | "CBC3"
                | "EXPORT"
                | "EXP"
                | "EXPORT40"
                | "EXPORT56"
                | "NULL"
                | "ENULL"
                | "MD5"
        )
    })
}
