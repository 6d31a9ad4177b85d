//! Scripts: what front ends make of the code in a configuration. A small functional language with Erlang's values, as plain data.
//!
//! Expressions and patterns lie in flat tables. Each names only such that stand before it in its table, so there are no cycles and
//! reading a Script from the wire needs no recursion. Functions may name each other freely.
//!
//! Variables are numbered places in the frame of their function: its arguments come first, then what it captured.

use serde::{Deserialize, Serialize};

use super::{FileId, Place, id};

id!(
    /// A function: index into [`Script::functions`].
    FunctionId
);
id!(
    /// An expression: index into [`Script::expressions`].
    ExprId
);
id!(
    /// A pattern: index into [`Script::patterns`].
    PatId
);
id!(
    /// A variable of a function: index into its frame.
    Local
);

/// All functions of a Plan.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Script {
    /// Functions.
    pub functions: Vec<Function>,
    /// What they are made of.
    pub expressions: Vec<Expr>,
    /// What values are matched with.
    pub patterns: Vec<Pat>,
    /// Functions that can be called by a name known only in the run, and by [`Expr::Remote`].
    pub exports: Vec<Export>,
}

/// The module whose functions give rows of data files.
const ROWS_MODULE: &str = "ts_file_server";

impl Script {
    /// Whether it may read rows of data files.
    pub fn reads_rows(&self) -> bool {
        self.expressions.iter().any(|expression| match expression {
            Expr::Remote { module, .. } | Expr::RemoteFun { module, .. } => module == ROWS_MODULE,
            Expr::ApplyNamed { .. } => true,
            _ => false,
        })
    }
}

/// A function of a module.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Export {
    /// Its module.
    pub module: String,
    /// Its name.
    pub name: String,
    /// The function, which says how many arguments it takes.
    pub function: FunctionId,
}

/// A function.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Function {
    /// For messages: `module:name/1`, or where an anonymous one was written.
    pub name: String,
    /// Where it was written.
    pub place: Place,
    /// How many arguments it takes: the first variables of its frame.
    pub arity: u32,
    /// How many values it captured where it was made: the variables after the arguments.
    pub captures: u32,
    /// The variable that holds the function itself (`fun F(X) -> F(X - 1) end`).
    pub itself: Option<Local>,
    /// Variables in all.
    pub locals: u32,
    /// The first one whose patterns and guard fit the arguments is taken.
    pub clauses: Vec<Clause>,
}

/// Patterns, a guard, and what is done when they fit. Of an `if`, there are no patterns.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Clause {
    /// One for each argument.
    pub patterns: Vec<PatId>,
    /// Holds when all expressions of one of the lists give `true`; an empty list of lists always does. What fails in a guard does
    /// not hold.
    pub guard: Vec<Vec<ExprId>>,
    /// Evaluated in order; the last gives the value. Never empty.
    pub body: Vec<ExprId>,
}

/// A value known before the run.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum Literal {
    /// An integer.
    Int(i64),
    /// An integer of any size, in decimal.
    Big(String),
    /// A floating point number.
    Float(f64),
    /// An atom.
    Atom(String),
    /// A binary.
    Bytes(Vec<u8>),
    /// A list of character codes.
    Text(String),
}

/// An expression.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum Expr {
    /// A value.
    Literal(Literal),
    /// A variable.
    Local(Local),
    /// `{A, B}`.
    Tuple(Vec<ExprId>),
    /// `[A, B | Tail]`; without tail, a proper list.
    List {
        /// The elements.
        heads: Vec<ExprId>,
        /// What follows them.
        tail: Option<ExprId>,
    },
    /// `<<…>>`.
    Binary(Vec<Segment<ExprId>>),
    /// `#{A => B}`, or `Map#{A => B, C := D}`.
    Map {
        /// The map that is changed.
        base: Option<ExprId>,
        /// The fields.
        fields: Vec<MapField>,
    },
    /// `Pattern = Value`; gives the value.
    Match {
        /// The pattern.
        pattern: PatId,
        /// The value.
        value: ExprId,
    },
    /// An operator on one value.
    Unary(UnaryOp, ExprId),
    /// An operator on two values.
    Binop(BinaryOp, ExprId, ExprId),
    /// `A andalso B`.
    AndAlso(ExprId, ExprId),
    /// `A orelse B`.
    OrElse(ExprId, ExprId),
    /// `begin … end`.
    Block(Vec<ExprId>),
    /// `if … end`.
    If(Vec<Clause>),
    /// `case … of … end`; each clause has one pattern.
    Case(ExprId, Vec<Clause>),
    /// `try … of … catch … after … end`.
    Try {
        /// What is tried.
        body: Vec<ExprId>,
        /// What is done with its value; empty: it is the value.
        of: Vec<Clause>,
        /// What is done with what was raised: each clause has two patterns, its class (an atom) and its reason.
        catch: Vec<Clause>,
        /// Done in any case.
        after: Vec<ExprId>,
    },
    /// `catch A`.
    Catch(ExprId),
    /// A function with the values of some variables of this one.
    Fun {
        /// The function.
        function: FunctionId,
        /// Their places in this frame.
        captures: Vec<Local>,
    },
    /// `fun module:name/1`.
    RemoteFun {
        /// The module.
        module: String,
        /// The function's name.
        name: String,
        /// How many arguments it takes.
        arity: u32,
    },
    /// A call of a function of the Script.
    Call {
        /// The function.
        function: FunctionId,
        /// The arguments.
        arguments: Vec<ExprId>,
    },
    /// A call of a function of the library, or of an export.
    Remote {
        /// The module.
        module: String,
        /// The function's name.
        name: String,
        /// The arguments.
        arguments: Vec<ExprId>,
    },
    /// A call of a function that is a value.
    Apply {
        /// The function.
        function: ExprId,
        /// The arguments.
        arguments: Vec<ExprId>,
    },
    /// `Module:Name(…)` where either is known only in the run.
    ApplyNamed {
        /// The module.
        module: ExprId,
        /// The function's name.
        name: ExprId,
        /// The arguments.
        arguments: Vec<ExprId>,
    },
    /// `[Value || …]`, `<<Value || …>>`, `#{Key => Value || …}`.
    Comprehension {
        /// What is made.
        makes: Makes,
        /// Where it comes from; never empty.
        qualifiers: Vec<Qualifier>,
    },
    /// The content of a file that is known before the run, as a binary.
    File(FileId),
}

/// A field of a map.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct MapField {
    /// The key.
    pub key: ExprId,
    /// Its value.
    pub value: ExprId,
    /// `:=`: the key must be there already.
    pub exact: bool,
}

/// What a comprehension makes, of the values of an expression.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Makes {
    /// A list of them.
    List(ExprId),
    /// Binaries, joined.
    Binary(ExprId),
    /// A map of keys and values.
    Map(ExprId, ExprId),
}

/// Where a comprehension takes values from.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum Qualifier {
    /// `Pattern <- List`: elements that do not fit are passed over.
    List(PatId, ExprId),
    /// `<<Pattern>> <= Binary`.
    Binary(PatId, ExprId),
    /// `Key := Value <- Map`.
    Map(PatId, PatId, ExprId),
    /// Goes on only where this is `true`.
    Filter(ExprId),
}

/// A segment of a binary, of an expression or a pattern.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Segment<T> {
    /// Its value.
    pub value: T,
    /// How many units; none: the kind's own size (8 bits, 64 bits, all that is left).
    pub size: Option<ExprId>,
    /// Bits of a unit.
    pub unit: u16,
    /// What it is.
    pub kind: SegmentKind,
    /// `little`, else `big`.
    pub little: bool,
    /// `signed`.
    pub signed: bool,
}

/// What a [`Segment`] is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum SegmentKind {
    /// `integer`.
    Integer,
    /// `float`.
    Float,
    /// `binary`, `bytes`; whole bytes only.
    Binary,
    /// `utf8`.
    Utf8,
    /// `utf16`.
    Utf16,
    /// `utf32`.
    Utf32,
}

/// An operator on one value.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum UnaryOp {
    /// `+`.
    Plus,
    /// `-`.
    Minus,
    /// `not`.
    Not,
    /// `bnot`.
    BitNot,
}

/// An operator on two values.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum BinaryOp {
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `div`.
    Div,
    /// `rem`.
    Rem,
    /// `band`.
    BitAnd,
    /// `bor`.
    BitOr,
    /// `bxor`.
    BitXor,
    /// `bsl`.
    ShiftLeft,
    /// `bsr`.
    ShiftRight,
    /// `and`.
    And,
    /// `or`.
    Or,
    /// `xor`.
    Xor,
    /// `==`.
    Equal,
    /// `/=`.
    NotEqual,
    /// `=:=`.
    Exact,
    /// `=/=`.
    NotExact,
    /// `<`.
    Less,
    /// `=<`.
    AtMost,
    /// `>`.
    Greater,
    /// `>=`.
    AtLeast,
    /// `++`.
    Append,
    /// `--`.
    Without,
}

/// A pattern.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum Pat {
    /// `_`.
    Any,
    /// A variable that gets the value.
    Bind(Local),
    /// A variable that has this very value.
    Same(Local),
    /// This very value.
    Literal(Literal),
    /// A tuple.
    Tuple(Vec<PatId>),
    /// `[A, B | Tail]`; without tail, a list that ends there.
    List {
        /// The first elements.
        heads: Vec<PatId>,
        /// What follows them.
        tail: Option<PatId>,
    },
    /// `<<…>>`.
    Binary(Vec<Segment<PatId>>),
    /// `#{Key := Pattern}`: these keys are there, and their values fit.
    Map(Vec<(ExprId, PatId)>),
    /// `A = B`: both fit.
    Both(PatId, PatId),
}
