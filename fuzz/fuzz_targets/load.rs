//! Any bytes as a configuration: `cargo +nightly fuzz run load fixtures`, in the workspace's folder.

#![no_main]

#[path = "../src/judge.rs"]
mod judge;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(complaint) = judge::judge(bytes) {
        panic!("{complaint}");
    }
});
