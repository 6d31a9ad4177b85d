//! The operations of a session and what they are made of.

use serde::{Deserialize, Serialize};

use super::{FileId, FunctionId, OpIndex, RequestId, Slot, Template, TransactionId};
use crate::time::Nanos;

/// One step of a session.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Op {
    /// Tsung's number of this step, from 1 (match.log, loop_back).
    pub action: u32,
    /// Where it was written.
    pub place: Place,
    /// What it does.
    pub kind: OpKind,
}

/// Where something was written; columns count characters, lines and columns from 1.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Place {
    /// Index into [`super::Plan::sources`].
    pub source: u32,
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

/// A file that the configuration was read from.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SourceFile {
    /// As named on the command line or in the entity declaration.
    pub name: String,
}

/// What an [`Op`] does.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum OpKind {
    /// Send a request and wait for its response.
    Request(RequestId),
    /// Wait.
    Think(Think),
    /// Start timing a transaction.
    TransactionStart(TransactionId),
    /// Stop timing it.
    TransactionStop(TransactionId),
    /// Give variables a value, by Tsung's rule for lists of values (docs/compatibility.md, `setdynvars-assignment`).
    SetVariables {
        /// The variables, in document order.
        slots: Vec<Slot>,
        /// Where the values come from.
        source: VariableSource,
    },
    /// Set the variable of a `<for>`; the body follows.
    ForStart {
        /// The loop variable.
        slot: Slot,
        /// Its first value.
        from: Number,
    },
    /// Leave the loop when the variable has reached `to`, else add `increment` and jump to `body`.
    ForEnd {
        /// The loop variable.
        slot: Slot,
        /// Its last value.
        to: Number,
        /// Added after each body.
        increment: u64,
        /// First op of the body.
        body: OpIndex,
    },
    /// The end of a `<repeat>`: count, test, jump to `body`.
    RepeatEnd {
        /// The variable with the name of the loop: counts the bodies.
        counter: Slot,
        /// Index into [`super::Plan::repeats`].
        repeat: u32,
        /// `max_repeat`.
        rounds_max: u64,
        /// The test.
        condition: Condition,
        /// Jump when the test gives this: true for `while`, false for `until`.
        jump_when: bool,
        /// First op of the body.
        body: OpIndex,
    },
    /// Begin to go through a list with its first element; the body follows, and runs even without one.
    ForEachStart(ForEach),
    /// Take the next element and jump to `body`; leave the loop when there is none.
    ForEachEnd {
        /// As at the start.
        each: ForEach,
        /// First op of the body.
        body: OpIndex,
    },
    /// Skip to `end` unless the condition holds. An undefined variable counts as holding.
    If {
        /// The test.
        condition: Condition,
        /// The op after the body (may be one past the last).
        end: OpIndex,
    },
    /// Wait until enough users of the run have come to any such op.
    Barrier,
    /// Start or read the clock that all users share under this name; readings are samples of the transaction of that name.
    Interaction {
        /// Its name.
        id: TransactionId,
        /// What to do with it.
        action: InteractionAction,
    },
    /// The end, whatever follows.
    Abort(AbortScope),
}

/// A `<foreach>` (docs/compatibility.md, `foreach`).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ForEach {
    /// The variable that takes each element.
    pub variable: Slot,
    /// The variable that holds the number of the next element, from 1.
    pub counter: Slot,
    /// The variable that holds the list.
    pub list: Slot,
    /// Index into [`super::Plan::lists`].
    pub name: u32,
    /// Which elements count.
    pub filter: Option<Filter>,
}

/// Which elements of a list count.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Filter {
    /// A PCRE pattern, on bytes, unanchored.
    pub pattern: Vec<u8>,
    /// Those in which it is found (true), or the others.
    pub keep: bool,
}

/// What a user does with the clock of an interaction.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum InteractionAction {
    /// Start it, from the beginning if it runs.
    Send,
    /// Read it; it runs on.
    Receive,
}

/// What ends.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum AbortScope {
    /// The user.
    User,
    /// The run, all users in it.
    Run,
}

/// A pause.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum Think {
    /// Always the same.
    Fixed(Nanos),
    /// Exponentially distributed, rounded to milliseconds.
    Exponential {
        /// The mean.
        mean: Nanos,
    },
    /// Whole milliseconds, both ends included.
    Uniform {
        /// Shortest, in ms.
        min_ms: u64,
        /// Longest, in ms.
        max_ms: u64,
    },
    /// Seconds as text, known at run time.
    Text(Template),
}

/// An integer, fixed or known at run time.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Number {
    /// Fixed.
    Fixed(i64),
    /// Text that must be an integer when it is needed.
    Text(Template),
}

/// A test of a variable.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Condition {
    /// The variable.
    pub slot: Slot,
    /// `var="name[n]"`: the n-th element (from 1) of a list.
    pub element: Option<u32>,
    /// How to compare.
    pub comparison: Comparison,
    /// What to compare with.
    pub operand: Template,
}

/// How a [`Condition`] compares: `Eq` and `Neq` bytes, the others numbers.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Comparison {
    /// Same bytes.
    Eq,
    /// Other bytes.
    Neq,
    /// Variable above operand.
    Gt,
    /// Variable not below operand.
    Gte,
    /// Variable below operand.
    Lt,
    /// Variable not above operand.
    Lte,
}

/// Where `<setdynvars>` takes values from.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum VariableSource {
    /// A uniform integer for each variable, both ends included.
    RandomNumber {
        /// Lowest.
        start: i64,
        /// Highest.
        end: i64,
    },
    /// Random letters for each variable.
    RandomString {
        /// How many.
        length: u32,
        /// Which letters to draw from; never empty.
        alphabet: Vec<u8>,
    },
    /// The same text for each variable.
    Constant(Vec<u8>),
    /// The columns of one row of a data file.
    File {
        /// The file.
        file: FileId,
        /// Which row.
        order: RowOrder,
        /// Between columns; never empty.
        delimiter: Vec<u8>,
    },
    /// This text for the first variable, nothing for the others.
    Value(Vec<u8>),
    /// Host and port of the user's server.
    Server,
    /// What a path leads to in the JSON text of a variable.
    JsonPath {
        /// The variable.
        from: Slot,
        /// The path, in Tsung's dialect.
        path: Vec<u8>,
    },
    /// What a function gives for `{Session, Variables}`.
    Function(FunctionId),
}

/// Which row a read of a data file gets.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum RowOrder {
    /// The next one for the whole run, from the first again after the last.
    Iterate,
    /// Any.
    Random,
}
