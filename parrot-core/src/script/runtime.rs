//! What scripts need around them: a user to draw for and to ask, a budget, and somebody to call functions.

use super::Value;
use crate::plan::{FileId, RowOrder};
use crate::rng::Draw;
use crate::time::Nanos;

/// Why an evaluation ends without a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Raised {
    /// It raised something, which it may catch itself.
    Exception(Class, Value),
    /// It needs a row of this file that its user has not got: it has to run again when the row is there.
    Row(FileId),
    /// It took more of this than it may.
    Limit(Limit),
}

/// How an exception was raised.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Class {
    /// `error`.
    Error,
    /// `exit`.
    Exit,
    /// `throw`.
    Throw,
}

impl Class {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Exit => "exit",
            Self::Throw => "throw",
        }
    }
}

/// What an evaluation may use up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Limit {
    /// Steps.
    Steps,
    /// Calls within calls.
    Depth,
    /// Bytes of values.
    Memory,
}

impl Raised {
    /// `error:Name`.
    pub fn error(name: &str) -> Self {
        Self::Exception(Class::Error, Value::atom(name))
    }

    /// `error:{Name, Value}`.
    pub fn error_about(name: &str, value: Value) -> Self {
        Self::Exception(Class::Error, Value::tuple(vec![Value::atom(name), value]))
    }

    /// `error:badarg`: an argument that the function cannot take.
    pub fn bad_argument() -> Self {
        Self::error("badarg")
    }
}

/// The user that a script runs for.
pub trait Host {
    /// The user's next draw in this evaluation.
    fn draw(&mut self) -> Draw;
    /// Time since 1970.
    fn unix_time(&self) -> Nanos;
    /// The user's number.
    fn user(&self) -> u64;
    /// Shows a text in the run's log.
    fn print(&mut self, text: &[u8]);
    /// The data file of this id.
    fn file(&self, id: &str) -> Option<FileId>;
    /// The rows of a data file.
    fn rows(&self, file: FileId) -> &crate::program::Rows;
    /// The number of the row that this read of the file gets.
    ///
    /// # Errors
    /// [`Raised::Row`] when it has to be fetched first.
    fn row(&mut self, file: FileId, order: RowOrder) -> Result<u64, Raised>;
}

/// An evaluation under way, as functions of the library see it.
pub trait Runtime {
    /// The user.
    fn host(&mut self) -> &mut dyn Host;

    /// Takes this many bytes, and a step for each 32 of them, from the budget; before they are made.
    ///
    /// # Errors
    /// [`Raised::Limit`] when there are not so many left.
    fn charge(&mut self, bytes: usize) -> Result<(), Raised>;

    /// Calls a function that is a value.
    ///
    /// # Errors
    /// What it raises.
    fn apply(&mut self, function: &Value, arguments: &[Value]) -> Result<Value, Raised>;

    /// Calls a function by its name.
    ///
    /// # Errors
    /// `error:undef` when there is none of this name and number of arguments; what it raises.
    fn apply_named(&mut self, module: &str, name: &str, arguments: &[Value]) -> Result<Value, Raised>;
}
