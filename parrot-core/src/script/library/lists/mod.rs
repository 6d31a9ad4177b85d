//! Functions of module `lists`.

mod apply;
mod flat;
mod keys;
mod parts;
mod sort;

use super::Entry;

/// By file.
pub(super) const TABLES: [&[Entry]; 5] =
    [apply::ENTRIES, flat::ENTRIES, keys::ENTRIES, parts::ENTRIES, sort::ENTRIES];

/// An entry of this module.
const fn entry(name: &'static str, arity: u32, function: super::LibraryFn) -> Entry {
    Entry { module: "lists", name, arity, function }
}

#[cfg(test)]
mod tests;
