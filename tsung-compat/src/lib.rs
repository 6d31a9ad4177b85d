//! Tsung's XML language, its statistic names and the formats of its files.

mod errno;
pub mod names;
pub mod out;
