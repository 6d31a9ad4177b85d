//! Controller and workers on a simulated network, all from one seed: loss, delay, repetition, damage, partitions, crashes, pauses, and
//! clocks that differ. What a run must keep, whatever happens to it, is checked by `ledger`.
//!
//! `PARROT_SEED=123 cargo test -p parrot-core sim_replay -- --nocapture` shows what happens in one run.

mod chance;
mod controller_node;
mod engine;
mod fuzz_tests;
mod ledger;
mod network;
mod scenario;
mod services;
mod tests;
mod waiting;
mod window_book;
mod worker_node;
mod world;
