//! `<foreach>`: going through the list in a variable (docs/compatibility.md, `foreach`).

use super::{Context, User};
use crate::extract::{LimitExceeded, Regex};
use crate::plan::{Filter, ForEach};
use crate::program::LinkedStep;
use crate::script::{Item, List, Value};
use crate::stats::Counter;

/// What stands at a place of a list.
enum Place {
    /// An element.
    Element(Value),
    /// The list is shorter.
    Beyond,
    /// No list, but one value.
    Single(Value),
    /// The variable has no value.
    Undefined,
}

impl User {
    /// The start of the loop, whose body always follows: the variable takes the first element, if there is one.
    pub(super) fn begin_for_each(&mut self, each: &ForEach, cx: &mut Context<'_>) {
        match self.place_in_list(each, 0, cx) {
            Place::Element(value) => {
                self.set(each.variable, value);
                self.set(each.counter, Value::Int(2));
            }
            Place::Beyond => self.set(each.counter, Value::Int(1)),
            // An earlier loop's counter stays, as in Tsung.
            Place::Single(value) => self.set(each.variable, value),
            Place::Undefined => cx.recorder.count(Counter::ForEachUndefined(each.name), 1),
        }
    }

    /// The end of a body: whether the variable has taken the next element, and the body runs again. The list is looked up anew.
    pub(super) fn next_element(&mut self, each: &ForEach, cx: &mut Context<'_>) -> bool {
        let number = match self.get(each.counter) {
            Some(Value::Int(number)) => *number,
            // What a scenario has put there is beyond all lists.
            Some(_) => 0,
            // There was no list at the start: here Tsung's user crashes.
            None => return false,
        };
        let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        match self.place_in_list(each, index.unwrap_or(usize::MAX), cx) {
            Place::Element(value) => {
                self.set(each.variable, value);
                self.set(each.counter, Value::Int(number.saturating_add(1)));
                true
            }
            Place::Beyond | Place::Single(_) => false,
            Place::Undefined => {
                cx.recorder.count(Counter::ForEachUndefined(each.name), 1);
                false
            }
        }
    }

    /// What stands at this index, from 0, of what the filter leaves of the list.
    fn place_in_list(&self, each: &ForEach, index: usize, cx: &mut Context<'_>) -> Place {
        let Some(value) = self.get(each.list) else { return Place::Undefined };
        let element = |value: Option<Value>| value.map_or(Place::Beyond, Place::Element);
        let regex = match cx.program.step(self.session, self.at) {
            Some(LinkedStep::Filter(regex)) => Some(regex),
            _ => None,
        };
        match (value, &each.filter, regex) {
            (Value::List(list @ (List::Values(_) | List::Cons(_))), Some(filter), Some(regex)) => {
                let mut kept =
                    list.elements().filter(|item| item.with(|value| is_kept(value, filter, regex, cx)));
                element(kept.nth(index).map(Item::into_value))
            }
            (Value::List(list), None, _) => element(list.get(index)),
            // With a filter, what is no list is a list of itself.
            (value, Some(filter), Some(regex)) => {
                element((index == 0 && is_kept(value, filter, regex, cx)).then(|| value.clone()))
            }
            (value, _, _) => Place::Single(value.clone()),
        }
    }
}

/// Whether a filter leaves an element in its list. What has no text is not found.
fn is_kept(value: &Value, filter: &Filter, regex: &Regex, cx: &mut Context<'_>) -> bool {
    let found = value.text().ok().map(|text| regex.is_match(&text));
    let is_found = match found {
        Some(Ok(is_found)) => is_found,
        Some(Err(LimitExceeded)) => {
            cx.recorder.count(Counter::PatternLimit, 1);
            false
        }
        None => false,
    };
    is_found == filter.keep
}
