//! Are reported latencies true? Against a server that answers after a known time and measures what it really took.

use std::time::Duration;

use crate::bench::delay_server::DelayServer;
use crate::bench::generator;
use crate::bench::rivals;
use crate::bench::scenario::{GET, Scenario, repeated};
use crate::bench::statistics::{mean, median, quantile};
use crate::bench::{Bench, Bound, Column, Figures, Row};

/// Few, so that neither side is busy.
const CONNECTIONS: u32 = 4;
const DELAYS_MS: [u32; 2] = [1, 5];
const SECS: u32 = 3;

/// Milliseconds beyond the server's own figure of the same run.
#[derive(Default)]
struct Beyond {
    mean: Figures,
    p99: Figures,
    /// The server's own means of all runs, ours and wrk's.
    server: Vec<f64>,
}

pub(super) fn measure(bench: &Bench) -> Vec<Row> {
    let mut rows = Vec::new();
    for delay_ms in DELAYS_MS {
        let mut beyond = Beyond::default();
        for _ in 0..bench.settings.rounds {
            beyond.round(bench, delay_ms);
        }
        let mut server = Figures::default();
        server.push(Column::Reference, median(&beyond.server));
        rows.extend([
            Row::medians(format!("server that answers after {delay_ms} ms: its own mean, ms"), &server),
            Row::medians("– reported mean less the server's own, ms", &beyond.mean),
            Row::medians("– the same, over wrk's", &beyond.mean.ratios(Column::Wrk))
                .must(Bound::AtMost(1.25)),
            Row::medians("– reported p99 less the server's own, ms", &beyond.p99),
        ]);
    }
    rows
}

impl Beyond {
    fn round(&mut self, bench: &Bench, delay_ms: u32) {
        let Bench { settings, cores, .. } = bench;
        let delay = Duration::from_millis(u64::from(delay_ms));
        if bench.has_wrk {
            let server = DelayServer::start(delay);
            let done = rivals::wrk(cores, server.port(), CONNECTIONS, settings.count(SECS));
            self.add(Column::Wrk, done.mean_ms, done.p99_ms, &server.stop());
        }
        let server = DelayServer::start(delay);
        let each = settings.count(SECS * 1_000 / delay_ms);
        let scenario = Scenario::crowd(server.port(), CONNECTIONS, repeated(each, GET));
        let run = generator::parrot(&scenario, &cores.generator(), 1, |_| {});
        // From the write of the request to the end of the response: what wrk measures, too.
        let (mean, p99) = (run.series("service", "mean_ms"), run.series("service", "p99_ms"));
        self.add(Column::Parrot, mean, p99, &server.stop());
    }

    fn add(&mut self, column: Column, mean_ms: f64, p99_ms: f64, took: &[f64]) {
        self.server.push(mean(took));
        self.mean.push(column, (mean_ms - mean(took)).abs());
        self.p99.push(column, p99_ms - quantile(took, 0.99));
    }
}
