//! Ten thousand users who think ten seconds between requests: a thousand requests per second from many connections that are nearly
//! always idle, which is what most load tests look like.
//!
//! The server never sleeps: waking another core costs the one who writes to it more than all the rest of a request, and that is not
//! the generator's doing. What then remains of the machine's own price shows a loop that does nothing but the system calls.

use std::time::Duration;

use crate::bench::bare_loop;
use crate::bench::cost::Cost;
use crate::bench::delay_server::DelayServer;
use crate::bench::generator;
use crate::bench::scenario::{GET, Scenario, repeated, think};
use crate::bench::{Bench, Bound, Column, Figures, Row};

const RATE: u32 = 1_000;
/// Time in which the users arrive, and how long each thinks: 10 000 are there at a time.
const THINK_SECS: u32 = 10;
/// Pauses of a user; requests are one more.
const PAUSES: u32 = 2;
/// What our share of Tsung's cost may be.
const SHARE_OF_TSUNG: f64 = 1.0 / 15.0;

pub(super) fn measure(bench: &Bench) -> Vec<Row> {
    let Bench { settings, cores, .. } = bench;
    let server = DelayServer::start(Duration::ZERO);
    let (port, core) = (server.port(), cores.generator());
    let steps = format!("{}{GET}", repeated(PAUSES, &format!("{GET}{}", think(THINK_SECS))));
    let scenario =
        Scenario::arrivals(&[port], settings.count(RATE), THINK_SECS, steps).longer(PAUSES * THINK_SECS);
    let one = Scenario::crowd(port, 1, GET);
    let start = generator::parrot(&one, &core, 1, |_| {}).cost;
    let tsung_start = bench.has_tsung.then(|| generator::tsung(&one, &core, |_| {}).cost);
    let users = settings.count(RATE) * THINK_SECS;
    let requests = users * (PAUSES + 1);
    let planned = f64::from(requests);
    let (mut cpu, mut missing) = (Figures::default(), Figures::default());
    let mut add = |column, cost: Cost, start: Cost, requests: u64| {
        cpu.push(column, cost.cpu_us_each(start, requests));
        missing.push(column, planned - requests as f64);
    };
    for _ in 0..settings.long_rounds() {
        let bare = bare_loop::run(&core, port, settings.count(RATE), users, requests);
        add(Column::Reference, bare, Cost::default(), u64::from(requests));
        let run = generator::parrot(&scenario, &core, 1, |_| {});
        add(Column::Parrot, run.cost, start, run.requests());
        if let Some(start) = tsung_start {
            let run = generator::tsung(&scenario, &core, |_| {});
            add(Column::Tsung, run.cost, start, run.requests());
        }
    }
    vec![
        Row::medians("10 000 thinking users, 1 000 req/s: CPU per request, µs", &cpu),
        Row::medians("– the same, over that of bare system calls", &cpu.ratios(Column::Reference)),
        Row::medians("– the same, over Tsung's", &cpu.ratios(Column::Tsung))
            .must(Bound::AtMost((SHARE_OF_TSUNG * 1e3).round() / 1e3)),
        Row::worst("– requests of the plan that were not made", &missing).must(Bound::Zero),
    ]
}
