//! Variables: assignment, substitution, tests.

use std::cmp::Ordering;

use super::run::Stop;
use super::{Context, User};
use crate::plan::{Comparison, Condition, Piece, RowOrder, Slot, Template, VariableSource};
use crate::script::{Item, List, Value};
use crate::stats::Counter;

impl User {
    pub(super) fn get(&self, slot: Slot) -> Option<&Value> {
        self.variables.get(slot.index())?.as_ref()
    }

    pub(super) fn set(&mut self, slot: Slot, value: Value) {
        if let Some(variable) = self.variables.get_mut(slot.index()) {
            *variable = Some(value);
        }
    }

    /// Appends the template's text; a variable without value gives `undefined`.
    pub(super) fn render(
        &mut self,
        template: &Template,
        out: &mut Vec<u8>,
        cx: &mut Context<'_>,
    ) -> Result<(), Stop> {
        for piece in &template.0 {
            match piece {
                Piece::Text(bytes) => out.extend_from_slice(bytes),
                Piece::UserId => Value::Int(self.id as i64).write_text(out)?,
                Piece::Function(function) => self.write_result(*function, out, cx)?,
                Piece::Variable(slot) => match self.get(*slot) {
                    Some(value) => value.write_text(out)?,
                    None => {
                        cx.recorder.count(Counter::UndefinedSubstituted, 1);
                        out.extend_from_slice(b"undefined");
                    }
                },
            }
        }
        Ok(())
    }

    /// Gives variables their values (docs/compatibility.md, `setdynvars-assignment`).
    pub(super) fn set_variables(
        &mut self,
        slots: &[Slot],
        source: &VariableSource,
        cx: &mut Context<'_>,
    ) -> Result<(), Stop> {
        let values: Vec<Value> = match source {
            VariableSource::RandomNumber { start, end } if start > end => return Err(Stop::Unworkable),
            VariableSource::RandomNumber { start, end } => {
                self.each(slots, |user, index| Value::Int(user.draw(index, cx).between(*start, *end)))
            }
            VariableSource::RandomString { length, alphabet } => {
                self.each(slots, |user, index| user.random_string(index, *length, alphabet, cx))
            }
            VariableSource::Constant(bytes) => self.each(slots, |_, _| Value::text_list(bytes)),
            VariableSource::Value(bytes) => vec![Value::text_list(bytes)],
            VariableSource::Function(function) => {
                let values = self.call_with_variables(*function, cx)?;
                return self.assign_result(slots, values);
            }
            VariableSource::JsonPath { from, .. } => self.json_of_variable(*from, slots.len(), cx)?,
            VariableSource::Server => {
                let endpoint = &self.place.endpoint(cx.program).endpoint;
                vec![Value::bytes(endpoint.host.as_bytes()), Value::Int(i64::from(endpoint.port))]
            }
            VariableSource::File { file, order, delimiter } => {
                let rows = &cx.program.rows[file.index()];
                let number = match order {
                    RowOrder::Random => self.draw(0, cx).below(rows.len() as u64),
                    RowOrder::Iterate => match self.take_row(*file, cx) {
                        Some(row) => row,
                        None => return Err(Stop::Row(*file)),
                    },
                };
                split(rows.row(number), delimiter)
            }
        };
        self.assign(slots, values);
        Ok(())
    }

    fn each(&self, slots: &[Slot], mut value: impl FnMut(&Self, u32) -> Value) -> Vec<Value> {
        (0..slots.len() as u32).map(|index| value(self, index)).collect()
    }

    fn random_string(&self, index: u32, length: u32, alphabet: &[u8], cx: &Context<'_>) -> Value {
        let mut draw = self.draw(index, cx);
        let letters = (0..length).map(|_| {
            draw = draw.next();
            alphabet[draw.below(alphabet.len() as u64) as usize]
        });
        Value::List(List::Text(letters.collect()))
    }

    /// One variable takes a single value itself, or several as a list; several variables take one each, the rest stay empty.
    pub(super) fn assign(&mut self, slots: &[Slot], mut values: Vec<Value>) {
        match slots {
            [slot] if values.len() == 1 => self.set(*slot, values.swap_remove(0)),
            [slot] => self.set(*slot, Value::list(values)),
            slots => {
                let mut values = values.into_iter();
                for slot in slots {
                    self.set(*slot, values.next().unwrap_or_else(|| Value::bytes(b"")));
                }
            }
        }
    }

    /// Whether a condition holds; none when its variable has no value.
    pub(super) fn test(&mut self, condition: &Condition, cx: &mut Context<'_>) -> Result<Option<bool>, Stop> {
        let value = self.get(condition.slot).and_then(|value| element(value, condition.element));
        let Some(value) = value.cloned() else { return Ok(None) };
        let mut operand = Vec::new();
        self.render(&condition.operand, &mut operand, cx)?;
        let text = value.text()?;
        let order = || compare_numbers(&text, &operand).ok_or(Stop::Unworkable);
        Ok(Some(match condition.comparison {
            Comparison::Eq => *text == *operand,
            Comparison::Neq => *text != *operand,
            Comparison::Gt => order()?.is_gt(),
            Comparison::Gte => order()?.is_ge(),
            Comparison::Lt => order()?.is_lt(),
            Comparison::Lte => order()?.is_le(),
        }))
    }
}

/// `name[n]`, from 1; a value that is no list, or a text, is its own first element.
fn element(value: &Value, number: Option<u32>) -> Option<&Value> {
    match (value, number) {
        (value, None) => Some(value),
        (Value::List(list @ (List::Values(_) | List::Cons(_))), Some(number)) => {
            match list.elements().nth((number as usize).checked_sub(1)?)? {
                Item::Value(value) => Some(value),
                Item::Code(_) => None,
            }
        }
        (value, Some(1)) => Some(value),
        (_, Some(_)) => None,
    }
}

fn split(row: &[u8], delimiter: &[u8]) -> Vec<Value> {
    let mut values = Vec::new();
    let mut start = 0;
    if !delimiter.is_empty() {
        for at in memchr::memmem::find_iter(row, delimiter) {
            values.push(Value::bytes(&row[start..at]));
            start = at + delimiter.len();
        }
    }
    values.push(Value::bytes(&row[start..]));
    values
}

/// Compares two numbers, integers exactly; none when one of them is no number.
fn compare_numbers(a: &[u8], b: &[u8]) -> Option<Ordering> {
    let (x, y) = (erlang_number(a)?, erlang_number(b)?);
    let integer = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<i128>().ok();
    match (integer(a), integer(b)) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => x.partial_cmp(&y),
    }
}

/// A number as Erlang reads it: an integer, or a float with digits on both sides of its point; nothing around it.
pub fn erlang_number(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = match unsigned.split_once('.') {
        None => digits(unsigned),
        Some((whole, rest)) => match rest.split_once(['e', 'E']) {
            None => digits(whole) && digits(rest),
            Some((fraction, exponent)) => {
                let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
                digits(whole) && digits(fraction) && digits(exponent)
            }
        },
    };
    plain.then(|| text.parse().ok()).flatten().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_erlang_does() {
        for (text, number) in [
            ("0", 0.0),
            ("10", 10.0),
            ("-3", -3.0),
            ("+3", 3.0),
            ("1.5", 1.5),
            ("1.0e3", 1000.0),
            ("-1.0e3", -1000.0),
            ("1.0E-1", 0.1),
        ] {
            assert_eq!(erlang_number(text.as_bytes()), Some(number), "{text}");
        }
        for text in [
            "",
            " 1",
            "1 ",
            "1e3",
            ".5",
            "5.",
            "abc",
            "undefined",
            "1.e3",
            "--1",
            "inf",
            "1.0e999",
            "0x1",
            "1.0e",
        ] {
            assert_eq!(erlang_number(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn integers_are_compared_exactly() {
        for (a, b, order) in [
            ("9007199254740993", "9007199254740992", Some(Ordering::Greater)),
            ("10", "9", Some(Ordering::Greater)),
            ("1.5", "2", Some(Ordering::Less)),
            ("+1", "1", Some(Ordering::Equal)),
            ("1.0", "1", Some(Ordering::Equal)),
            ("x", "1", None),
        ] {
            assert_eq!(compare_numbers(a.as_bytes(), b.as_bytes()), order, "{a} {b}");
        }
    }

    #[test]
    fn rows_are_split_at_every_delimiter() {
        let texts = |row: &[u8], delimiter: &[u8]| {
            split(row, delimiter)
                .iter()
                .map(|v| String::from_utf8_lossy(&v.text().unwrap()).into_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(texts(b"a;b;;c", b";"), ["a", "b", "", "c"]);
        assert_eq!(texts(b"a::b:c", b"::"), ["a", "b:c"]);
        assert_eq!(texts(b"", b";"), [""]);
    }

    #[test]
    fn list_elements_count_from_one() {
        let list = Value::list(vec![Value::Int(7), Value::Int(8)]);
        assert_eq!(element(&list, Some(2)), Some(&Value::Int(8)));
        assert_eq!(element(&list, Some(3)), None);
        assert_eq!(element(&list, Some(0)), None);
        assert_eq!(element(&list, None), Some(&list));
    }
}
