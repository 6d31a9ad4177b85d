//! `make bench`: measures tsung-parrot beside other load generators. See docs/performance.md.
//!
//! Exit status: 0 measured, 1 a bound was missed, 2 what was asked for cannot be measured.

use std::process::ExitCode;

use tests::bench::{Settings, bare_loop, loader, plain_generator, run};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let result = match args.split_first() {
        Some((word, rest)) if word == plain_generator::WORD => plain_generator::main(rest).map(|()| 0),
        Some((word, rest)) if word == bare_loop::WORD => bare_loop::main(rest).map(|()| 0),
        Some((word, rest)) if word == loader::WORD => loader::main(rest).map(|()| 0),
        Some((word, _)) => Err(format!("'{word}' is no argument: BENCH='keepalive arrivals' chooses cases")),
        None => Settings::from_env().and_then(run),
    };
    match result {
        Ok(0) => ExitCode::SUCCESS,
        Ok(missed) => {
            eprintln!("bench: {missed} figures do not hold what they must");
            ExitCode::from(1)
        }
        Err(text) => {
            eprintln!("bench: {text}");
            ExitCode::from(2)
        }
    }
}
