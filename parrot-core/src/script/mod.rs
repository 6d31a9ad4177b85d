//! Values that scenarios compute with, and the functions that scripts may call. Pure.

mod arithmetic;
mod bits;
mod evaluate;
#[cfg(test)]
pub(crate) mod fixture;
pub mod library;
mod link;
mod list;
mod map;
mod measure;
mod order;
mod print;
mod runtime;
mod slice;
mod value;
#[cfg(test)]
mod value_tests;

pub use evaluate::{Failure, call};
pub use link::{LinkedScript, UnknownFunction};
pub use list::{Cell, Elements, Item, List};
pub use map::Map;
pub use measure::Measure;
pub use order::Numbers;
pub use print::{float_text, print_term, write_term};
pub use runtime::{Class, Host, Limit, Raised, Runtime};
pub use slice::{Element, Slice};
pub use value::{Atom, Fun, NoText, Value};
