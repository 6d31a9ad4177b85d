//! The names that the command line gave values to, as they occur in a configuration.

use std::collections::{HashMap, HashSet};

use super::doctype::Entity;
use crate::given::{Given, is_name_character};

/// Values by name, and which of them were used.
#[derive(Debug, Default)]
pub(super) struct Fill<'a> {
    /// In the order in which they were given.
    names: Vec<&'a str>,
    values: HashMap<&'a str, Value>,
    /// Whether an internal entity depends on one of the names.
    dependent: HashMap<String, bool>,
}

#[derive(Debug)]
struct Value {
    escaped: String,
    used: bool,
}

impl<'a> Fill<'a> {
    /// The last value of a name holds.
    pub(super) fn new(given: &'a [Given]) -> Self {
        let mut fill = Self::default();
        for given in given {
            let value = Value { escaped: given.escaped(), used: false };
            if fill.values.insert(given.name(), value).is_none() {
                fill.names.push(given.name());
            }
        }
        fill
    }

    /// The value of a name as markup, which is thereby used.
    pub(super) fn value(&mut self, name: &str) -> Option<String> {
        let value = self.values.get_mut(name)?;
        value.used = true;
        Some(value.escaped.clone())
    }

    /// The next `${name}` of a given name: where it begins and ends, and its value.
    pub(super) fn next(&mut self, text: &str) -> Option<(usize, usize, String)> {
        if self.values.is_empty() {
            return None;
        }
        let (start, name) = places(text).find(|(_, name)| self.values.contains_key(name))?;
        Some((start, start + "${}".len() + name.len(), self.value(name)?))
    }

    /// Names that occur nowhere.
    pub(super) fn unused(&self) -> impl Iterator<Item = &'a str> {
        self.names.iter().copied().filter(|name| self.values.get(name).is_some_and(|value| !value.used))
    }

    /// Whether what the entity stands for depends on a given name: the copy then cannot do with its declaration.
    pub(super) fn decides(&mut self, name: &str, entities: &HashMap<String, Entity>) -> bool {
        if self.values.is_empty() {
            return false;
        }
        if let Some(&known) = self.dependent.get(name) {
            return known;
        }
        let decides = self.search(name, entities);
        self.dependent.insert(name.to_owned(), decides);
        decides
    }

    fn search(&self, name: &str, entities: &HashMap<String, Entity>) -> bool {
        let mut seen = HashSet::from([name]);
        let mut left = vec![name];
        while let Some(name) = left.pop() {
            let text = match entities.get(name) {
                Some(Entity::Internal { text, .. }) => text,
                // Its file may hold any of the names.
                Some(Entity::External(_)) => return true,
                None => continue,
            };
            if places(text).any(|(_, name)| self.values.contains_key(name)) {
                return true;
            }
            for name in references(text) {
                if self.values.contains_key(name) {
                    return true;
                }
                if seen.insert(name) {
                    left.push(name);
                }
            }
        }
        false
    }
}

/// All `${name}` of a text.
fn places(text: &str) -> impl Iterator<Item = (usize, &str)> {
    enclosed(text, "${", '}')
}

/// The names of all `&name;` of a text.
fn references(text: &str) -> impl Iterator<Item = &str> {
    enclosed(text, "&", ';').map(|(_, name)| name)
}

fn enclosed<'t>(text: &'t str, open: &'static str, close: char) -> impl Iterator<Item = (usize, &'t str)> {
    text.match_indices(open).filter_map(move |(start, _)| {
        let inner = &text[start + open.len()..];
        let end = inner.find(|c| !is_name_character(c))?;
        inner[end..].starts_with(close).then_some((start, &inner[..end]))
    })
}
