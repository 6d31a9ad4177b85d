//! The load generation engine behind tsung-parrot.
//!
//! Pure modules (`coordination`, `plan`, `program`, `rng`, `script`, `load`, `user`, `protocol`, `extract`, `service`, `stats`, `sink`'s traits) are
//! deterministic: they open no sockets, start no threads and read no clock; every input carries the time. The modules with
//! effects (`engine`, `net`, `sys`, `cluster`, `control`, `monitor`) may import pure ones, never the reverse. The crate knows nothing of XML, of
//! Tsung's file formats or of its statistic names: those live in `tsung-compat`. See `docs/architecture.md`.

pub mod cluster;
pub mod control;
pub mod coordination;
pub mod engine;
pub mod extract;
pub mod limits;
pub mod load;
pub mod monitor;
pub mod net;
pub mod plan;
pub mod program;
pub mod protocol;
pub mod rng;
pub mod script;
pub mod service;
pub mod sink;
pub mod stats;
pub mod sys;
pub mod time;
pub mod user;
