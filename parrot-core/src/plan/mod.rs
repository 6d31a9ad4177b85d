//! The Plan: what a run does, as plain data.
//!
//! Front ends produce it, `program` links it, the wire carries it. It holds nothing compiled and nothing that depends on the
//! machine; two equal plans have equal bytes, so their hash is their identity. All text that may reach the network is bytes:
//! the front end has already decided on encodings.

mod check;
#[cfg(test)]
mod check_tests;
#[cfg(test)]
mod empty;
mod http;
mod identity;
mod load;
mod op;
mod options;
mod request;
pub mod script;
mod template;

pub use check::PlanError;
pub use http::{AddedCookie, Host, HttpRequest, Method, Part, Target};
pub use identity::Identity;
pub use load::{Load, Phase, PopularityId, StaticUser};
pub use op::{
    AbortScope, Comparison, Condition, Filter, ForEach, InteractionAction, Number, Op, OpKind, Place,
    RowOrder, SourceFile, Think, VariableSource,
};
pub use options::{Dump, Options};
pub use request::{Content, DynVariable, Exchange, Extraction, Match, MatchAction, Pattern, Request};
pub use script::{FunctionId, Script};
pub use template::{Piece, Template};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Bumped with every change of the Plan's shape; workers of another version are refused.
pub const PLAN_VERSION: u16 = 3;

/// Declares an index into one of the Plan's tables.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The index itself.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}
use id;

id!(
    /// A session: index into [`Plan::sessions`], in document order.
    SessionId
);
id!(
    /// A request: index into [`Plan::requests`].
    RequestId
);
id!(
    /// A place to connect to: index into [`Plan::endpoints`].
    EndpointId
);
id!(
    /// A data file: index into [`Plan::files`].
    FileId
);
id!(
    /// A transaction or interaction: index into [`Plan::transactions`].
    TransactionId
);
id!(
    /// A request tag: index into [`Plan::tags`].
    TagId
);
id!(
    /// An operation of a session: index into [`Session::ops`].
    OpIndex
);
id!(
    /// A variable of a session: index into [`Session::variables`].
    Slot
);

impl Slot {
    /// The one predefined variable, `tsung_userid`.
    pub const USER_ID: Self = Self(0);
}

/// A whole run.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Plan {
    /// [`PLAN_VERSION`] of the writer.
    pub version: u16,
    /// Every draw is a function of this number. Never taken from the clock here: the front end decides.
    pub seed: u64,
    /// Who starts when.
    pub load: Load,
    /// Where users connect, unless a request says otherwise. Never empty.
    pub servers: Vec<Server>,
    /// What users do, in document order. Never empty.
    pub sessions: Vec<Session>,
    /// All requests of all sessions.
    pub requests: Vec<Request>,
    /// All places that servers and requests name, each once.
    pub endpoints: Vec<Endpoint>,
    /// Data files that sessions read rows from; their bytes travel beside the Plan.
    pub files: Vec<DataFile>,
    /// User agents to draw from, in document order; empty when requests carry a fixed one. Weights sum to 100.
    pub user_agents: Vec<UserAgent>,
    /// Names of transactions and interactions as written (without prefix), each once.
    pub transactions: Vec<String>,
    /// Request tags as written, each once.
    pub tags: Vec<String>,
    /// Names of `repeat` loops, for the counters that carry them.
    pub repeats: Vec<String>,
    /// Names of variables that `foreach` loops go through, for the counters that carry them.
    pub lists: Vec<String>,
    /// Source files that [`Place`]s refer to; the first is the configuration itself.
    pub sources: Vec<SourceFile>,
    /// Functions that sessions call.
    pub script: Script,
    /// Limits, timeouts and socket settings.
    pub options: Options,
}

/// A `<server>`: where a user connects by default.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Server {
    /// The place.
    pub endpoint: EndpointId,
    /// Relative share of the users.
    pub weight: f64,
}

/// Host, port and transport.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Endpoint {
    /// Name or literal address, without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How bytes travel.
    pub transport: Transport,
}

/// How bytes travel to an endpoint.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub enum Transport {
    /// TCP, IPv4 addresses.
    Tcp,
    /// TCP, IPv6 addresses.
    Tcp6,
}

/// What one kind of user does: a flat list of operations with jump targets.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Session {
    /// As written; not necessarily unique.
    pub name: String,
    /// A connection closed by the peer between two requests does not end the user.
    pub persistent: bool,
    /// Variable names by slot; slot 0 is `tsung_userid`.
    pub variables: Vec<String>,
    /// The operations. Op *i* is Tsung's action *i + 1* unless its `action` says otherwise.
    pub ops: Vec<Op>,
}

/// A data file that sessions read rows from.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct DataFile {
    /// The `id` by which sessions name it.
    pub name: String,
    /// Length in bytes.
    pub length: u64,
    /// SHA-256 of the content.
    pub sha256: [u8; 32],
}

impl DataFile {
    /// Describes a file by its content.
    pub fn new(name: impl Into<String>, bytes: &[u8]) -> Self {
        Self { name: name.into(), length: bytes.len() as u64, sha256: Sha256::digest(bytes).into() }
    }
}

/// One value of the `User-Agent` header and its share in percent.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct UserAgent {
    /// The header's value.
    pub text: Vec<u8>,
    /// Share in percent.
    pub probability: u32,
}
