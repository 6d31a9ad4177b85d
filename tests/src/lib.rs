//! What the end-to-end and oracle tests are made of: a scriptable recording server, runners for our binary and for real
//! Tsung, readers of the files both write, and the comparison of two runs.
//!
//! Everything here stops the test with its own words when it cannot do its work: it is used by tests only.
#![expect(clippy::expect_used, reason = "a harness that cannot go on fails the test and says why")]

pub mod bench;
pub mod big_config;
pub mod binary;
pub mod cluster;
pub mod command;
pub mod dir;
pub mod fixture;
pub mod fullstats;
pub mod json;
pub mod json_log;
pub mod log;
pub mod oracle;
pub mod parrot;
pub mod process;
pub mod rows;
pub mod server;
pub mod traffic;
pub mod tsung;
