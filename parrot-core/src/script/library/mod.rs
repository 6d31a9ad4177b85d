//! Functions that scripts may call without bringing them along, by module, name and number of arguments.

use super::{Raised, Runtime, Value};

/// A function of the library. It gets as many arguments as its entry says.
pub type LibraryFn = fn(&mut dyn Runtime, &[Value]) -> Result<Value, Raised>;

/// A function of the library, by name.
#[derive(Clone, Copy, Debug)]
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

/// By module.
const MODULES: &[&[Entry]] = &[];

/// All functions.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    MODULES.iter().copied().flatten()
}

/// The function of this name that takes so many arguments.
pub fn find(module: &str, name: &str, arity: u32) -> Option<&'static Entry> {
    entries().find(|entry| entry.module == module && entry.name == name && entry.arity == arity)
}
