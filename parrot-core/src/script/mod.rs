//! Values that scenarios compute with, and the functions that scripts may call. Pure.

pub mod library;
mod list;
mod runtime;
mod value;

pub use list::List;
pub use runtime::{Class, Host, Limit, Raised, Runtime};
pub use value::{Atom, NoText, Value};
