//! Do users arrive as they should, at random and on time? On the server's clock, beside the plainest generator there is.

use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::bench::arrival_server::{ArrivalServer, Arrivals};
use crate::bench::generator::{self, ParrotRun};
use crate::bench::plain_generator;
use crate::bench::scenario::{GET, Scenario};
use crate::bench::statistics::{dispersion, exponential_distance, gaps};
use crate::bench::{Bench, Bound, Column, Figures, Row};

/// Rate per second, and seconds.
const SLOW: (u32, u32) = (500, 10);
const FAST: (u32, u32) = (5_000, 5);
/// Bins for the dispersion.
const BIN_SECS: f64 = 0.01;
/// When the user of the exact start is planned.
const FIRST_MS: u32 = 500;
/// How often the end of the process is looked for.
const LOOK: Duration = Duration::from_millis(1);
const ENDS_WITHIN: Duration = Duration::from_secs(30);

/// Figures of one rate.
#[derive(Default)]
struct AtRate {
    off_percent: Figures,
    distance: Figures,
    dispersion: Figures,
    lag_ms: Figures,
}

pub(super) fn measure(bench: &Bench) -> Vec<Row> {
    let [mut slow, mut fast] = [(); 2].map(|()| AtRate::default());
    let [mut late_ms, mut exit_ms] = [(); 2].map(|()| Figures::default());
    for round in 0..bench.settings.rounds {
        for (figures, rate_secs) in [(&mut slow, SLOW), (&mut fast, FAST)] {
            figures.round(bench, rate_secs, round);
        }
        // Tsung can be asked for this rate only; a round of it is enough to see what it does.
        if bench.has_tsung && round == 0 {
            slow.tsung(bench);
        }
        let (late, exit) = punctual(bench);
        late_ms.push(Column::Parrot, late);
        exit_ms.push(Column::Parrot, exit);
    }
    let mut rows = slow.rows("arrivals at 500/s", None);
    rows.extend(fast.rows("arrivals at 5 000/s", Some(Bound::Below(1.0))));
    rows.push(
        Row::worst("first request after its planned time, ms (most of all rounds)", &late_ms)
            .must(Bound::AtMost(20.0)),
    );
    rows.push(
        Row::worst("exit after the last user's end, ms (most of all rounds)", &exit_ms)
            .must(Bound::AtMost(200.0)),
    );
    rows
}

impl AtRate {
    fn round(&mut self, bench: &Bench, (rate, secs): (u32, u32), round: usize) {
        let (rate, core) = (bench.settings.count(rate), bench.cores.generator());
        let server = ArrivalServer::start();
        let plain_lag_ms = plain_generator::run(&core, server.port(), rate, secs, round as u64);
        self.lag_ms.push(Column::Reference, plain_lag_ms);
        self.add(Column::Reference, rate, &server.stop());
        let server = ArrivalServer::start();
        let run = generator::parrot(&Scenario::arrivals(&[server.port()], rate, secs, GET), &core, 1, |_| {});
        self.add(Column::Parrot, rate, &server.stop());
        self.lag_ms.push(Column::Parrot, run.number("/start_lag/p99_9_ms"));
    }

    fn tsung(&mut self, bench: &Bench) {
        let (rate, secs) = SLOW;
        let rate = bench.settings.count(rate);
        let server = ArrivalServer::start();
        let scenario = Scenario::arrivals(&[server.port()], rate, secs, GET);
        generator::tsung(&scenario, &bench.cores.generator(), |_| {});
        self.add(Column::Tsung, rate, &server.stop());
    }

    fn add(&mut self, column: Column, rate: u32, Arrivals { times, .. }: &Arrivals) {
        let (Some(first), Some(last)) = (times.first(), times.last()) else { return };
        let (rate, reached) = (f64::from(rate), (times.len() - 1) as f64 / (last - first));
        self.off_percent.push(column, (reached / rate - 1.0).abs() * 100.0);
        self.distance.push(column, exponential_distance(&gaps(times), rate));
        self.dispersion.push(column, dispersion(times, BIN_SECS));
    }

    fn rows(&self, name: &str, lag: Option<Bound>) -> Vec<Row> {
        let ours = Row::medians("– start lag p99.9 by the generator's own account, ms", &self.lag_ms);
        vec![
            Row::medians(format!("{name}: rate off by, %"), &self.off_percent).must(Bound::AtMost(1.0)),
            Row::medians("– KS distance of the gaps from the exponential", &self.distance),
            Row::medians("– the same, over the plain generator's", &self.distance.ratios(Column::Reference))
                .must(Bound::AtMost(1.5)),
            Row::medians("– dispersion per 10 ms (1 = Poisson)", &self.dispersion),
            match lag {
                Some(bound) => ours.must(bound),
                None => ours,
            },
        ]
    }
}

/// One user at a planned time: how late its request was there, and how long after its end the process ended, in milliseconds.
fn punctual(bench: &Bench) -> (f64, f64) {
    let server = ArrivalServer::start();
    let scenario = Scenario::one_at(server.port(), FIRST_MS, GET);
    let mut ended = None;
    let run = generator::parrot(&scenario, &bench.cores.generator(), 1, |running| {
        let begun = Instant::now();
        while running.process.running() && begun.elapsed() < ENDS_WITHIN {
            thread::sleep(LOOK);
        }
        ended = Some(Instant::now());
    });
    let noted = server.stop();
    let late = noted.first_request.map_or(f64::NAN, |at| late_ms(&run, at));
    let exit = match (ended, noted.last_end) {
        (Some(ended), Some(last)) => ended.saturating_duration_since(last).as_secs_f64() * 1e3,
        _ => f64::NAN,
    };
    (late, exit)
}

fn late_ms(run: &ParrotRun, at: SystemTime) -> f64 {
    let unix_secs = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    (unix_secs - run.number("/start_unix_secs")) * 1e3 - f64::from(FIRST_MS)
}
