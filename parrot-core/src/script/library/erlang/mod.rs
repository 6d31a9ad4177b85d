//! Functions of module `erlang`: those that need no module name among them.

mod control;
mod convert;
mod floats;
mod numbers;
mod parts;
mod types;

use super::Entry;

/// By file.
pub(super) const TABLES: [&[Entry]; 5] =
    [control::ENTRIES, convert::ENTRIES, numbers::ENTRIES, parts::ENTRIES, types::ENTRIES];

/// An entry of this module.
const fn entry(name: &'static str, arity: u32, function: super::LibraryFn) -> Entry {
    Entry { module: "erlang", name, arity, function }
}

pub(super) use floats::long_float;
