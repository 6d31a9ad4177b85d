//! Tsung's files: readers of the run's events that write them.

mod match_dumps;
mod match_log;
mod number;
mod protocol_dump;
#[cfg(test)]
mod test_file;
mod tsung_log;
mod wall_clock;

pub use match_dumps::MatchDumps;
pub use match_log::MatchLog;
pub use protocol_dump::ProtocolDump;
pub use tsung_log::TsungLog;
