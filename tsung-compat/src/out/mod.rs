//! Tsung's files: readers of the run's events that write them; and what `status` and `stop` say.

mod fullstats;
mod json_log;
mod lines;
mod match_dumps;
mod match_log;
mod number;
mod plan;
mod protocol_dump;
mod script_log;
mod status;
#[cfg(test)]
mod test_file;
mod traffic_dump;
mod tsung_log;
mod wall_clock;

pub use fullstats::Fullstats;
pub use json_log::JsonLog;
pub use match_dumps::MatchDumps;
pub use match_log::MatchLog;
pub use plan::plan_text;
pub use protocol_dump::{LocalDumps, OWN_DUMP_FILE, ProtocolDump};
pub use script_log::{SCRIPT_LOG, ScriptLog};
pub use status::{KEPT, NO_ANSWER, NOT_STARTED, Status, StatusPhase, nothing_to_stop};
pub use traffic_dump::TrafficDump;
pub use tsung_log::TsungLog;
