//! Steps that change how a session goes on: `<change_type>` and `<set_option>`.

use super::session::Reader;
use crate::diagnostic::{Report, Scenario, Setup, closest};
use crate::table::{SET_OPTIONS, SetOptionDef, session_type};
use crate::xml::{Element, Spanned};

/// `<change_type>`: another server, perhaps another protocol.
#[derive(Debug)]
pub(crate) struct ChangeType {
    pub(crate) host: Spanned<String>,
    pub(crate) port: Spanned<String>,
}

/// `<set_option>`.
#[derive(Debug)]
pub(crate) enum SetOption {
    /// An option with a number.
    Number,
    /// `name="certificate"`: its files and the key's password.
    Certificate { files: Vec<Spanned<String>>, password: Option<Spanned<String>> },
}

impl ChangeType {
    pub(super) fn read(element: &Element, reader: &mut Reader<'_, '_>) -> Option<Self> {
        reader.speaks = element.value("new_type").and_then(|value| session_type(value.value));
        Some(Self { host: element.string("host")?, port: element.string("port")? })
    }
}

impl SetOption {
    pub(super) fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        if let Some(refused) = element.written("type") {
            report.error(refused.at, Scenario::SetOptionType);
        }
        let name = element.name_value("name")?;
        let Some(def) = SET_OPTIONS.iter().find(|def| def.name == name.value) else {
            let known: Vec<_> = SET_OPTIONS.iter().map(|def| def.name).collect();
            let suggestion = closest(&name.value, known.iter().copied());
            let problem = Scenario::UnknownSetOption { name: name.value, suggestion, known };
            report.error(name.at, problem);
            return None;
        };
        Self::look_for_ignored(element, def, report);
        element.sound()?;
        let Some(kind) = def.value else {
            return Self::certificate(element, report);
        };
        let Some(value) = element.string("value") else {
            report.error(element.at, Setup::OptionWithoutValue { name: def.name });
            return None;
        };
        if let Err(reason) = kind.check(&value.value) {
            let problem = Setup::BadOptionValue { name: name.value, value: value.value, reason };
            report.error(value.at, problem);
            return None;
        }
        Some(Self::Number)
    }

    fn look_for_ignored(element: &Element, def: &'static SetOptionDef, report: &mut Report<'_>) {
        let name = def.name;
        for attribute in &element.attributes {
            let used = matches!(attribute.name, "name" | "type")
                || attribute.name == "value" && def.value.is_some()
                || def.takes.contains(&attribute.name);
            if !used {
                report.warn(attribute.at, Scenario::SetOptionIgnores { name, what: attribute.name });
            }
        }
        for child in element.children.iter().filter(|child| child.name() != name) {
            report.warn(child.at, Scenario::SetOptionIgnores { name, what: child.name() });
        }
    }

    fn certificate(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        let Some(certificate) = element.child("certificate") else {
            if !element.refused_children {
                report.error(element.at, Scenario::NoCertificate);
            }
            return None;
        };
        let files = ["cacertfile", "keyfile", "certfile"];
        let files = files.iter().filter_map(|name| certificate.string(name)).collect();
        Some(Self::Certificate { files, password: certificate.string("keypass") })
    }
}
