//! Small GETs over 64 connections that stay open, as fast as they go.

use crate::bench::cost::Cost;
use crate::bench::generator;
use crate::bench::nginx::Nginx;
use crate::bench::rivals::{self, Done};
use crate::bench::scenario::{GET, Scenario, repeated};
use crate::bench::{Bench, Bound, Column, Figures, Row};

pub(super) const CONNECTIONS: u32 = 64;
/// Requests of a run of ours, for each connection: some seconds.
pub(super) const EACH: u32 = 6_000;
const TSUNG_EACH: u32 = 1_500;
const AB_REQUESTS: u32 = 200_000;
const WRK_SECS: u32 = 3;

pub(super) fn scenario(port: u16, each: u32) -> Scenario {
    Scenario::crowd(port, CONNECTIONS, repeated(each, GET)).longer(60)
}

pub(super) fn measure(bench: &Bench) -> Vec<Row> {
    let Bench { settings, cores, .. } = bench;
    let nginx = Nginx::start(cores);
    let (port, core) = (nginx.keeping(), cores.generator());
    let (ours, tsungs) = (settings.count(EACH), settings.count(TSUNG_EACH));
    let start = generator::parrot(&scenario(port, 1), &core, 1, |_| {}).cost;
    let tsung_start = bench.has_tsung.then(|| generator::tsung(&scenario(port, 1), &core, |_| {}).cost);
    let (mut cpu, mut rate) = (Figures::default(), Figures::default());
    for _ in 0..settings.rounds {
        let mut add = |column, cost: Cost, start: Cost, requests: u64| {
            cpu.push(column, cost.cpu_us_each(start, requests));
            // Tsung takes seconds to start and to end, more and less each time.
            if column != Column::Tsung {
                let secs = cost.took.saturating_sub(start.took).as_secs_f64();
                rate.push(column, requests as f64 / secs);
            }
        };
        // wrk and ab start in less than a tick of the kernel's account.
        let mut add_rival =
            |column, Done { cost, requests, .. }| add(column, cost, Cost::default(), requests);
        if bench.has_wrk {
            add_rival(Column::Wrk, rivals::wrk(cores, port, CONNECTIONS, settings.count(WRK_SECS)));
        }
        if bench.has_ab {
            let requests = settings.count(AB_REQUESTS);
            add_rival(Column::Ab, rivals::ab(cores, port, CONNECTIONS, requests, true));
        }
        let run = generator::parrot(&scenario(port, ours), &core, 1, |_| {});
        add(Column::Parrot, run.cost, start, run.requests() - u64::from(CONNECTIONS));
        if let Some(start) = tsung_start {
            let run = generator::tsung(&scenario(port, tsungs), &core, |_| {});
            add(Column::Tsung, run.cost, start, run.requests().saturating_sub(u64::from(CONNECTIONS)));
        }
    }
    vec![
        Row::medians("keep-alive GET, 64 connections: CPU per request, µs", &cpu),
        Row::medians("– the same, over wrk's", &cpu.ratios(Column::Wrk)).must(Bound::AtMost(1.05)),
        Row::medians("– requests per second", &rate),
    ]
}
