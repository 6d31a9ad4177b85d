//! Tsung's side of tsung-parrot: its XML language in, its statistic names and the formats of its files out.
//!
//! The way in is [`load`]: `source` (bytes, entities, places) → `xml` (elements, checked against `table`) → `ast` (typed values) →
//! `lower` (the Plan). Every problem becomes a [`Diagnostic`] with file, line, column and a remedy. The way out is [`out`] and
//! [`names`]. No module here opens a socket, starts a thread or reads a clock.

mod ast;
mod compatibility;
mod diagnostic;
mod erlang;
mod errno;
#[cfg(test)]
mod fixture;
mod given;
mod jsonpath;
mod limits;
mod lint;
mod load;
mod lower;
pub mod names;
pub mod out;
mod reach;
#[cfg(test)]
mod schema;
mod source;
mod table;
mod xml;
mod xpath;

pub use compatibility::{Class, Line, Row};
pub use diagnostic::{Code, Diagnostic, Excerpt, Severity, closest, visible};
pub use given::{Given, GivenError};
pub use limits::CONFIG_BYTES_MAX;
pub use load::{Backend, Checked, ConfigCopy, Loaded, LogLevel, Settings, Source, check, load, plan};
