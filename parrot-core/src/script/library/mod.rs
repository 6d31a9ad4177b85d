//! Functions that scripts may call without bringing them along, by module, name and number of arguments.

mod erlang;
mod given;
mod lists;
mod map_funs;
#[cfg(test)]
mod probe;

use std::fmt;
use std::sync::OnceLock;

use super::{Raised, Runtime, Value};

/// A function of the library. It gets as many arguments as its entry says.
pub type LibraryFn = fn(&mut dyn Runtime, &[Value]) -> Result<Value, Raised>;

/// A function of the library, by name.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Its module.
    pub module: &'static str,
    /// Its name.
    pub name: &'static str,
    /// How many arguments it takes.
    pub arity: u32,
    /// What it does.
    pub function: LibraryFn,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}/{}", self.module, self.name, self.arity)
    }
}

/// By module.
const MODULES: &[&[&[Entry]]] = &[
    &erlang::TABLES,
    &lists::TABLES,
    &[map_funs::ENTRIES],
    #[cfg(test)]
    &[probe::ENTRIES],
];

/// All functions.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    MODULES.iter().copied().flatten().copied().flatten()
}

/// The function of this name that takes so many arguments.
pub fn find(module: &str, name: &str, arity: u32) -> Option<&'static Entry> {
    /// In their order.
    static ENTRIES: OnceLock<Vec<&'static Entry>> = OnceLock::new();
    let key = |entry: &'static Entry| (entry.module, entry.name, entry.arity);
    let sorted = ENTRIES.get_or_init(|| {
        let mut all: Vec<_> = entries().collect();
        all.sort_by_key(|entry| key(entry));
        all
    });
    let found = sorted.binary_search_by(|entry| key(entry).cmp(&(module, name, arity)));
    found.ok().and_then(|index| sorted.get(index).copied())
}
