//! A connection for each user: the server closing first, beside ab; and the client closing first, over four ports.

use crate::bench::generator::{self, ParrotRun};
use crate::bench::nginx::Nginx;
use crate::bench::rivals;
use crate::bench::scenario::{GET, Scenario};
use crate::bench::{Bench, Bound, Column, Figures, Row};

/// What ab does in a run.
const AB_CONNECTIONS: u32 = 64;
const AB_REQUESTS: u32 = 20_000;
/// Users of ours come at this share of the rate that ab reached in the same round: ab is always busy, and a generator that sleeps and
/// wakes for single users would be charged for that; at the full rate there would only be a queue.
const SHARE_OF_AB: f64 = 0.75;
const SECS: u32 = 2;
/// Without ab to compare with.
const RATE: u32 = 5_000;
/// Client closing: more users than one target has ports.
const CLOSING_RATE: u32 = 5_000;
const CLOSING_SECS: u32 = 7;
/// Tsung draws its own number of users, and loses some at higher rates.
const TSUNG_RATE: u32 = 500;
const TSUNG_SECS: u32 = 5;

pub(super) fn measure(bench: &Bench) -> Vec<Row> {
    let Bench { settings, cores, .. } = bench;
    let nginx = Nginx::start(cores);
    let core = cores.generator();
    let ours = |ports: &[u16], rate, secs| -> ParrotRun {
        generator::parrot(&Scenario::arrivals(ports, settings.count(rate), secs, GET), &core, 1, |_| {})
    };
    let one = Scenario::crowd(nginx.closing(), 1, GET);
    let start = generator::parrot(&one, &core, 1, |_| {}).cost;
    let tsung_start = bench.has_tsung.then(|| generator::tsung(&one, &core, |_| {}).cost);
    let [mut cpu, mut lost, mut cpu_closing, mut lost_closing] = [(); 4].map(|()| Figures::default());
    for _ in 0..settings.rounds {
        let mut rate = RATE;
        if bench.has_ab {
            let done = rivals::ab(cores, nginx.closing(), AB_CONNECTIONS, settings.count(AB_REQUESTS), false);
            cpu.push(Column::Ab, done.cost.cpu_us_each(Default::default(), done.requests));
            let reached = done.requests as f64 / done.cost.took.as_secs_f64();
            rate = (reached * SHARE_OF_AB) as u32;
        }
        let run = ours(&[nginx.closing()], rate, SECS);
        cpu.push(Column::Parrot, run.cost.cpu_us_each(start, run.requests()));
        lost.push(Column::Parrot, run.lost());
        let run = ours(nginx.keeping_all(), CLOSING_RATE, CLOSING_SECS);
        cpu_closing.push(Column::Parrot, run.cost.cpu_us_each(start, run.requests()));
        lost_closing.push(Column::Parrot, run.lost());
        if let Some(start) = tsung_start {
            let rate = settings.count(TSUNG_RATE);
            let scenario = Scenario::arrivals(&[nginx.closing()], rate, TSUNG_SECS, GET);
            let run = generator::tsung(&scenario, &core, |_| {});
            cpu.push(Column::Tsung, run.cost.cpu_us_each(start, run.requests()));
            lost.push(Column::Tsung, run.lost());
        }
    }
    vec![
        Row::medians("a connection per user, server closes first: CPU per user, µs", &cpu),
        Row::medians("– the same, over ab's", &cpu.ratios(Column::Ab)).must(Bound::AtMost(1.25)),
        Row::worst("– users lost (most of all rounds)", &lost).must(Bound::Zero),
        Row::medians("client closes first, 4 ports, 5 000 users/s: CPU per user, µs", &cpu_closing),
        Row::worst("– users lost (most of all rounds)", &lost_closing).must(Bound::Zero),
    ]
}
