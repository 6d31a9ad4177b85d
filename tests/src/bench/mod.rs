//! The benchmarks: what tsung-parrot costs and how exact it is, beside wrk, ab and real Tsung. `docs/performance.md` says in plain
//! words how each figure comes about.
//!
//! One program, `bench`, that ends by itself: each case starts its servers and, in turns, each generator that is installed, and
//! gives rows of the table. Servers and generators run on different cores and talk over 127.0.0.1.

mod arrival_server;
pub mod bare_loop;
mod cases;
mod cores;
mod cost;
mod cpu;
mod delay_server;
mod generator;
mod listening;
pub mod loader;
mod machine;
mod memory;
mod nginx;
pub mod plain_generator;
mod rivals;
mod scenario;
mod settings;
mod simulated_workers;
mod statistics;
mod table;

pub use settings::Settings;
use table::{Bound, Column, Figures, Row, Table};

use std::time::Instant;

use cores::Cores;

/// What the cases need to know.
#[derive(Debug)]
struct Bench {
    settings: Settings,
    cores: Cores,
    has_wrk: bool,
    has_ab: bool,
    has_tsung: bool,
}

/// Runs the cases and prints the table. Progress goes to standard error. Gives the number of bounds that were missed; counts that
/// were made smaller are not judged.
///
/// # Errors
/// A text for the user when what is asked for cannot be measured here.
pub fn run(settings: Settings) -> Result<usize, String> {
    let cases = cases::chosen(&settings.cases)?;
    for program in ["taskset", "setpriv"] {
        if !rivals::is_installed(program) {
            return Err(format!("{program} is absent: install the package util-linux"));
        }
    }
    if cases.iter().any(|case| case.needs_nginx) && !nginx::is_installed() {
        return Err(
            "nginx is absent: install the package nginx-light, or choose other cases with BENCH".to_owned()
        );
    }
    // Servers here and all children hold many connections.
    parrot_core::sys::raise_descriptor_limit()
        .map_err(|error| format!("cannot raise the descriptor limit: {error}"))?;
    let cores = Cores::of_this_machine();
    cores.stay_with_servers();
    let bench = Bench {
        has_wrk: rivals::is_installed("wrk"),
        has_ab: rivals::is_installed("ab"),
        has_tsung: generator::tsung_is_installed(),
        cores,
        settings,
    };
    let mut table = Table::default();
    for case in cases {
        let begun = Instant::now();
        eprint!("{}…", case.name);
        table.extend((case.measure)(&bench));
        eprintln!(" {:.0} s", begun.elapsed().as_secs_f64());
    }
    let Settings { rounds, scale, .. } = bench.settings;
    println!("{}; {rounds} rounds", machine::describe(bench.cores.count()));
    if scale < 1.0 {
        println!("counts made smaller by BENCH_SCALE={scale}: the figures mean nothing");
    }
    println!("\n{}", table.markdown());
    Ok(if bench.settings.is_full() { table.missed() } else { 0 })
}
