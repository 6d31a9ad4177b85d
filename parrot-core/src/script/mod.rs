//! Values that scenarios compute with. Pure.

mod value;

pub use value::{Atom, Value};
