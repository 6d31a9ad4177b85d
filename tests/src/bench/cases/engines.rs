//! One engine and two on the same cores: what the second adds, and what a request then costs.
//!
//! The server keeps its core where there are three; on fewer cores all share, for both counts of engines alike.

use super::keepalive::{CONNECTIONS, EACH, scenario};
use crate::bench::generator;
use crate::bench::nginx::Nginx;
use crate::bench::{Bench, Column, Figures, Row};

const ENGINES: [usize; 2] = [1, 2];

pub(super) fn measure(bench: &Bench) -> Vec<Row> {
    let Bench { settings, cores, .. } = bench;
    let nginx = Nginx::start(cores);
    let list = cores.two_engines();
    let starts =
        ENGINES.map(|engines| generator::parrot(&scenario(nginx.keeping(), 1), &list, engines, |_| {}).cost);
    let mut figures = ENGINES.map(|_| (Figures::default(), Figures::default()));
    for _ in 0..settings.rounds {
        for ((engines, start), (cpu, rate)) in ENGINES.iter().zip(starts).zip(&mut figures) {
            let load = scenario(nginx.keeping(), settings.count(EACH));
            let run = generator::parrot(&load, &list, *engines, |_| {});
            let requests = run.requests() - u64::from(CONNECTIONS);
            cpu.push(Column::Parrot, run.cost.cpu_us_each(start, requests));
            let secs = run.cost.took.saturating_sub(start.took).as_secs_f64();
            rate.push(Column::Parrot, requests as f64 / secs);
        }
    }
    let rows = ENGINES.iter().zip(&figures).flat_map(|(engines, (cpu, rate))| {
        let plural = if *engines == 1 { "" } else { "s" };
        [
            Row::medians(format!("{engines} engine{plural}, keep-alive: requests per second"), rate),
            Row::medians("– CPU per request, µs", cpu),
        ]
    });
    rows.collect()
}
