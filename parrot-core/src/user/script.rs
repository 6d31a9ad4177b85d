//! The user as scripts see it: its variables, its draws, the rows it reads, what it prints; and what becomes of what they give.
//!
//! A script that needs a row which is not there ends, and its op runs again from its beginning when the row has come. So the user
//! keeps the rows that the op has read already, and how much it has printed: running again, it reads the same and prints no more than
//! the rest.

use super::run::{Stop, op};
use super::{Context, User};
use crate::limits::SCRIPT_ROWS_MAX;
use crate::plan::{FileId, FunctionId, RowOrder, Slot};
use crate::program::Rows;
use crate::rng::Draw;
use crate::script::{Host, Item, Limit, List, Raised, Value, call};
use crate::sink::{Record, ScriptText};
use crate::stats::Counter;
use crate::time::Nanos;

/// What the scripts of the op under way have used up.
#[derive(Debug, Default)]
pub(super) struct Scripts {
    /// Draws.
    drawn: u32,
    /// Texts printed in this run of the op.
    printed: u32,
    /// Texts that were shown in this run and those before it.
    shown: u32,
    /// Rows read in this run and those before it, in order.
    rows: Vec<(FileId, u64)>,
    /// How many of them this run has read.
    rows_read: usize,
    /// The op has to run again.
    again: bool,
}

impl Scripts {
    /// The op runs again from its beginning.
    pub(super) fn run_again(&mut self) {
        self.again = true;
    }

    fn begin(&mut self) {
        if !std::mem::take(&mut self.again) {
            self.shown = 0;
            self.rows.clear();
        }
        self.drawn = 0;
        self.printed = 0;
        self.rows_read = 0;
    }
}

/// Draws of scripts lie here in an op's space of draws, behind those of its own.
const FIRST_DRAW: u32 = 1 << 31;

/// What stands for Tsung's session record: scripts that look into it cannot work.
const SESSION: &str = "session";

struct UserHost<'a, 'c> {
    user: &'a mut User,
    cx: &'a mut Context<'c>,
}

impl Host for UserHost<'_, '_> {
    fn draw(&mut self) -> Draw {
        let index = FIRST_DRAW | self.user.scripts.drawn;
        self.user.scripts.drawn = self.user.scripts.drawn.wrapping_add(1) & !FIRST_DRAW;
        self.user.draw(index, self.cx)
    }

    fn unix_time(&self) -> Nanos {
        self.cx.started_unix + self.user.clock
    }

    fn user(&self) -> u64 {
        self.user.id
    }

    fn print(&mut self, text: &[u8]) {
        self.user.scripts.printed = self.user.scripts.printed.saturating_add(1);
        if self.user.scripts.printed > self.user.scripts.shown {
            self.user.scripts.shown = self.user.scripts.printed;
            self.user.record_script(text.to_vec(), false, self.cx);
        }
    }

    fn file(&self, id: &str) -> Option<FileId> {
        let index = self.cx.program.plan.files.iter().position(|file| file.name == id)?;
        u32::try_from(index).ok().map(FileId)
    }

    fn rows(&self, file: FileId) -> &Rows {
        &self.cx.program.rows[file.index()]
    }

    fn row(&mut self, file: FileId, order: RowOrder) -> Result<u64, Raised> {
        match order {
            RowOrder::Random => {
                let count = self.rows(file).len() as u64;
                Ok(self.draw().below(count))
            }
            RowOrder::Iterate => {
                let scripts = &mut self.user.scripts;
                let known = scripts.rows.get(scripts.rows_read).filter(|(known, _)| *known == file);
                let row = match known {
                    Some((_, row)) => *row,
                    None if scripts.rows_read >= SCRIPT_ROWS_MAX => return Err(Raised::Limit(Limit::Steps)),
                    None => {
                        let read = scripts.rows_read;
                        scripts.rows.truncate(read);
                        let row = self.user.take_row(file, self.cx).ok_or(Raised::Row(file))?;
                        self.user.scripts.rows.push((file, row));
                        row
                    }
                };
                self.user.scripts.rows_read += 1;
                Ok(row)
            }
        }
    }
}

impl User {
    /// An op begins, or begins again.
    pub(super) fn begin_scripts(&mut self, now: Nanos) {
        self.clock = now;
        self.scripts.begin();
    }

    /// Calls a function. The user ends when it fails.
    pub(super) fn call(
        &mut self,
        function: FunctionId,
        argument: Value,
        cx: &mut Context<'_>,
    ) -> Result<Value, Stop> {
        let program = cx.program;
        let result = call(&program.script, &mut UserHost { user: self, cx }, function, vec![argument]);
        result.map_err(|failure| {
            let counter = match failure.raised {
                Raised::Row(file) => return Stop::Row(file),
                Raised::Exception(..) => Counter::ScriptFailed,
                Raised::Limit(_) => Counter::ScriptLimit,
            };
            cx.recorder.count(counter, 1);
            self.record_script(failure.text(), true, cx);
            Stop::Unworkable
        })
    }

    /// Calls a function with `{Session, Variables}`: the variables that have a value, as `{Name, Value}`.
    pub(super) fn call_with_variables(
        &mut self,
        function: FunctionId,
        cx: &mut Context<'_>,
    ) -> Result<Value, Stop> {
        let names = &cx.program.variable_names[self.session.index()];
        let pairs = names
            .iter()
            .zip(&self.variables)
            .filter_map(|(name, value)| Some(Value::tuple(vec![name.clone(), value.clone()?])));
        let argument = Value::tuple(vec![Value::atom(SESSION), Value::list(pairs.collect())]);
        self.call(function, argument, cx)
    }

    /// Appends what a function gives: integers in decimal, lists as texts, nothing of anything else.
    pub(super) fn write_result(
        &mut self,
        function: FunctionId,
        out: &mut Vec<u8>,
        cx: &mut Context<'_>,
    ) -> Result<(), Stop> {
        match self.call_with_variables(function, cx)? {
            value @ (Value::Int(_) | Value::Big(_)) => value.write_text(out)?,
            Value::List(list) => settled_list(list).write_text(out)?,
            _ => {}
        }
        Ok(())
    }

    /// Gives variables what a function gave: one takes it whole, or the only element of a list; several take an element each.
    pub(super) fn assign_result(&mut self, slots: &[Slot], value: Value) -> Result<(), Stop> {
        match slots {
            [] => {}
            [slot] => {
                let only = match &value {
                    Value::List(list) if list.proper_len() == Some(1) => list.get(0),
                    _ => None,
                };
                let value = match only {
                    // A text of one character, such as the number of one of the first nine users.
                    Some(Value::Int(32..=126)) | None => value,
                    Some(only) => only,
                };
                self.set(*slot, settled(value));
            }
            slots => {
                let Value::List(list) = value else { return Err(Stop::Unworkable) };
                let mut values = list.iter();
                for slot in slots {
                    let value = values.next().map_or_else(|| Value::bytes(b""), settled);
                    self.set(*slot, value);
                }
            }
        }
        Ok(())
    }

    fn record_script(&self, text: Vec<u8>, failed: bool, cx: &mut Context<'_>) {
        let action = op(cx.program, self.session, self.at).map_or(0, |op| op.action);
        let (at, user, session) = (self.clock, self.id, self.session);
        if !cx.records.push(Record::Script(ScriptText { at, user, session, action, failed, text })) {
            cx.recorder.count(Counter::RecordDropped, 1);
        }
    }
}

/// A value as variables keep it: lists of character codes are texts.
fn settled(value: Value) -> Value {
    match value {
        Value::List(list) => settled_list(list),
        // A few bytes of a large binary would keep all of it.
        Value::Bytes(bytes) if bytes.is_wasteful() => Value::bytes(&bytes),
        value => value,
    }
}

/// A list of codes up to 255 is a text. Other lists with integers in them are cells: only there they are no numbers but codes, and
/// one above 255 has no text.
fn settled_list(list: List) -> Value {
    if let List::Text(text) = &list {
        let whole = if text.is_wasteful() { List::text(text) } else { list };
        return Value::List(whole);
    }
    let mut elements = list.elements();
    let mut values = Vec::new();
    let (mut codes, mut others) = (0_usize, false);
    for element in elements.by_ref() {
        let value = match element {
            Item::Code(code) => Value::Int(i64::from(code)),
            Item::Value(value) => settled(value.clone()),
        };
        match value {
            Value::Int(0..=255) => codes += 1,
            Value::Int(_) => others = true,
            _ => {}
        }
        values.push(value);
    }
    if elements.end().is_some() {
        // An improper list has no text, and no element is the last.
        return Value::List(list);
    }
    if codes == values.len() {
        let byte = |value: &Value| match value {
            Value::Int(code) => u8::try_from(*code).ok(),
            _ => None,
        };
        return Value::List(List::Text(values.iter().filter_map(byte).collect()));
    }
    if codes == 0 && !others {
        return Value::list(values);
    }
    let empty = Value::List(List::empty());
    values.into_iter().rev().fold(empty, |tail, head| Value::List(List::cons(head, tail)))
}
