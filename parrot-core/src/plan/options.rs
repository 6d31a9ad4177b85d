//! Settings that hold for the whole run.

use serde::{Deserialize, Serialize};

use crate::time::Nanos;

/// Limits, timeouts and socket settings.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Options {
    /// Failed connects or sends that a user survives in its whole life.
    pub retries_max: u32,
    /// Unit of the linear back-off after failed connects, and the pause after a failed send.
    pub retry_timeout: Nanos,
    /// Longest time to connect; none by default.
    pub connect_timeout: Option<Nanos>,
    /// Longest gap between two packets while a response is awaited.
    pub idle_timeout: Nanos,
    /// SO_RCVBUF in bytes; the kernel decides when absent.
    pub tcp_receive_buffer: Option<u32>,
    /// SO_SNDBUF in bytes; the kernel decides when absent.
    pub tcp_send_buffer: Option<u32>,
    /// Users that open the barrier.
    pub barrier_users: u32,
    /// The barrier opens for fewer when nobody has come to it for so long.
    pub barrier_timeout: Nanos,
    /// What is written about each request.
    pub dump: Dump,
    /// Single values of what is timed are kept, beside their statistics.
    pub keep_samples: bool,
}

impl Default for Options {
    /// Tsung's defaults (docs/compatibility.md, `option-defaults`).
    fn default() -> Self {
        Self {
            retries_max: 3,
            retry_timeout: Nanos::from_millis(10),
            connect_timeout: None,
            idle_timeout: Nanos::from_secs(600),
            tcp_receive_buffer: None,
            tcp_send_buffer: None,
            barrier_users: 100,
            barrier_timeout: Nanos::from_secs(3_600),
            dump: Dump::None,
            keep_samples: false,
        }
    }
}

/// What is written about each request.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Dump {
    /// Nothing.
    None,
    /// A row for each response.
    Protocol,
    /// The same, the rows of each worker in a file of their own.
    ProtocolLocal,
    /// All that is sent and received, and when users start and end.
    Traffic {
        /// So many bytes of each piece.
        bytes_max: u32,
    },
}

impl Dump {
    /// Whether there is a row for each response.
    pub const fn has_rows(self) -> bool {
        matches!(self, Self::Protocol | Self::ProtocolLocal)
    }

    /// How many bytes of each piece that is sent or received are written, where they are.
    pub const fn traffic_bytes_max(self) -> Option<usize> {
        match self {
            Self::Traffic { bytes_max } => Some(bytes_max as usize),
            Self::None | Self::Protocol | Self::ProtocolLocal => None,
        }
    }
}
