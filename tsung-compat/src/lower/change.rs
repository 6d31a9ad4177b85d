//! `<change_type>` and `<set_option>`. None of them can be run yet, which the table says; here their values are judged.

use super::files;
use super::session::Steps;
use crate::ast::{ChangeType, SetOption};
use crate::diagnostic::Language;
use crate::table::{Kind, Reason};
use crate::xml::Spanned;

/// Host and port are always substituted, whatever requests do.
pub(super) fn change_type(change: &ChangeType, steps: &mut Steps<'_, '_, '_>) {
    for (attribute, value, kind) in [("host", &change.host, Kind::Host), ("port", &change.port, Kind::Port)] {
        if value.value.contains("%%") {
            steps.template(value);
            continue;
        }
        let written = value.value.trim();
        let checked = if written.is_empty() { Err(Reason::Empty) } else { kind.check(written) };
        if let Err(reason) = checked {
            let (element, value_text) = ("change_type", value.value.clone());
            let problem = Language::BadValue { attribute, element, value: value_text, reason };
            steps.context.report.error(value.at, problem);
        }
    }
}

pub(super) fn set_option(option: &SetOption, steps: &mut Steps<'_, '_, '_>) {
    let SetOption::Certificate { files, password } = option else {
        return;
    };
    for file in files {
        readable(file, "certificate file", steps);
    }
    if let Some(password) = password {
        steps.template(password);
    }
}

/// A file that is named by a text with variables in it, if there are any.
fn readable(file: &Spanned<String>, what: &'static str, steps: &mut Steps<'_, '_, '_>) {
    if file.value.contains("%%") {
        steps.template(file);
    } else {
        files::look_at(what, file, steps.context.reach, steps.context.report);
    }
}
