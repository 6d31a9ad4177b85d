//! JSON, taken apart once for all the paths that are followed in it.
//!
//! A document becomes a flat list of nodes that point into its text. Strings, numbers and objects are made into values only when a
//! path leads to them.

mod parse;
mod path;
mod tape;
mod text;
mod value;

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;

pub use parse::NotJson;
pub use path::JsonPath;
pub use tape::Json;
