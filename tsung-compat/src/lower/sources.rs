//! Where `<setdynvars>` takes its values from.

use parrot_core::limits::RANDOM_STRING_LENGTH_MAX;
use parrot_core::plan::{FileId, RowOrder, VariableSource};

use super::files::Server;
use super::session::Steps;
use super::{expressions, functions};
use crate::ast::{Name, Variables};
use crate::diagnostic::{Language, Scenario, Setup};
use crate::source::Span;
use crate::table::Caller;
use crate::xml::Spanned;

/// Letters of `random_string`: there is no `a` in Tsung's.
const RANDOM_LETTERS: &[u8] = b"bcdefghijklmnopqrstuvwxyz";
/// `urandom_string` is this, repeated and cut.
const CONSTANT_LETTERS: &[u8] = b"qxvmvtglimieyhemzlxc";

/// `None` for sources with a mistake, which is reported, and for those that cannot be run yet, which the table says.
pub(super) fn lower(source: &Variables, at: Span, steps: &mut Steps<'_, '_, '_>) -> Option<VariableSource> {
    let text = steps.context.text;
    Some(match source {
        Variables::RandomString { length } => VariableSource::RandomString {
            length: length_of(*length, steps)?,
            alphabet: RANDOM_LETTERS.to_vec(),
        },
        Variables::ConstantString { length } => {
            let length = length_of(*length, steps)? as usize;
            VariableSource::Constant(CONSTANT_LETTERS.iter().copied().cycle().take(length).collect())
        }
        Variables::RandomNumber { start, end } => {
            let (Ok(first), Ok(last)) = (i64::try_from(start.value), i64::try_from(end.value)) else {
                let number = start.value.max(end.value);
                steps.context.report.error(at, Language::NumberTooLarge { number });
                return None;
            };
            if first > last {
                steps.context.report.error(at, Scenario::EmptyRange { start: first, end: last });
                return None;
            }
            VariableSource::RandomNumber { start: first, end: last }
        }
        Variables::File { id, random, delimiter } => {
            // Also a step with another mistake reads its file.
            let file = file(id, steps);
            check_delimiter(delimiter, steps)?;
            let file = file?;
            let order = if *random { RowOrder::Random } else { RowOrder::Iterate };
            VariableSource::File { file, order, delimiter: text.bytes(&delimiter.value) }
        }
        Variables::Value(value) => VariableSource::Value(text.bytes(value)),
        Variables::Server => VariableSource::Server,
        Variables::LocalFile { id, delimiter } => {
            let file = local_file(id, steps);
            check_delimiter(delimiter, steps)?;
            VariableSource::File {
                file: file?,
                order: RowOrder::Random,
                delimiter: text.bytes(&delimiter.value),
            }
        }
        Variables::JsonPath { from, path } => {
            let from = steps.variables.read(&from.value, from.at);
            expressions::json_path(path, steps);
            VariableSource::JsonPath { from, path: text.bytes(&path.value) }
        }
        Variables::Callback(callback) => {
            functions::check(callback, Caller::User, steps.context.report);
            return None;
        }
        Variables::Eval(code) => {
            expressions::fun(code, steps);
            return None;
        }
    })
}

fn check_delimiter(delimiter: &Spanned<String>, steps: &mut Steps<'_, '_, '_>) -> Option<()> {
    if delimiter.value.is_empty() {
        steps.context.report.error(delimiter.at, Scenario::EmptyDelimiter);
        return None;
    }
    Some(())
}

fn local_file(id: &Name, steps: &mut Steps<'_, '_, '_>) -> Option<FileId> {
    let context = &mut *steps.context;
    let Some(file) = context.files.find(Server::Local, &id.value) else {
        let names = || context.files.ids(Server::Local);
        let suggestion = context.report.closest(&id.value, names());
        let known = context.report.some_of(names());
        let problem = Scenario::UnknownLocalFileId { id: id.value.clone(), suggestion, known };
        context.report.error(id.at, problem);
        return None;
    };
    check_rows(file, id, steps);
    Some(file)
}

fn check_rows(file: FileId, id: &Name, steps: &mut Steps<'_, '_, '_>) {
    if steps.context.files.is_empty(file) {
        steps.context.report.error(id.at, Setup::EmptyFile { id: id.value.clone() });
    }
}

fn length_of(length: Spanned<u64>, steps: &mut Steps<'_, '_, '_>) -> Option<u32> {
    match u32::try_from(length.value) {
        Ok(small) if small <= RANDOM_STRING_LENGTH_MAX => Some(small),
        _ => {
            steps.context.report.error(length.at, Language::NumberTooLarge { number: length.value });
            None
        }
    }
}

fn file(id: &Name, steps: &mut Steps<'_, '_, '_>) -> Option<FileId> {
    let context = &mut *steps.context;
    let Some(file) = context.files.find(Server::Shared, &id.value) else {
        let names = || context.files.ids(Server::Shared);
        let suggestion = context.report.closest(&id.value, names());
        let known = context.report.some_of(names());
        // One that is there is not said to be read by nobody.
        let is_local = context.files.find(Server::Local, &id.value).is_some();
        let problem = Setup::UnknownFileId { id: id.value.clone(), is_local, suggestion, known };
        context.report.error(id.at, problem);
        return None;
    };
    check_rows(file, id, steps);
    Some(file)
}
