//! What a controller costs with a hundred workers of fifty series each: simulated ones, in this program, with real frames over TCP.

use std::fmt::Write as _;
use std::time::Duration;

use crate::bench::scenario::{GET, Scenario};
use crate::bench::simulated_workers::{self, Work};
use crate::bench::{Bench, Bound, Column, Figures, Row, cores, cost};
use crate::binary::binary;
use crate::cluster;
use crate::dir::Dir;
use crate::parrot;

const WORKERS: u32 = 100;
const SERIES: usize = 50;
/// Series that every run has.
const FIXED: usize = parrot_core::stats::SeriesId::FIXED as usize;
const SECS: u64 = 20;
/// A run of so many seconds costs what start and end do.
const SHORT_SECS: u64 = 1;

pub(super) fn measure(bench: &Bench) -> Vec<Row> {
    let (workers, secs) =
        (bench.settings.count(WORKERS), u64::from(bench.settings.count(SECS as u32)).max(SHORT_SECS + 1));
    let mut share = Figures::default();
    for _ in 0..bench.settings.long_rounds() {
        let short = run(bench, workers, SHORT_SECS);
        let long = run(bench, workers, secs);
        let cpu = long.cpu.saturating_sub(short.cpu).as_secs_f64();
        share.push(Column::Parrot, cpu / (secs - SHORT_SECS) as f64 * 100.0);
    }
    let title = format!("controller of {workers} workers with {SERIES} series each: % of a core");
    vec![Row::medians(title, &share).must(Bound::AtMost(25.0))]
}

fn run(bench: &Bench, workers: u32, secs: u64) -> cost::Cost {
    let dir = Dir::new("bench-controller");
    let mut steps = String::new();
    for number in 0..SERIES - FIXED {
        // Writing to a String cannot fail.
        let _ = write!(steps, r#"<transaction name="t{number}">{GET}</transaction>"#);
    }
    // The one user of the plan belongs to a worker that does not run it.
    let scenario = Scenario::arrivals(&[9], 1, 1, steps);
    let xml = dir.file("scenario.xml", scenario.xml());
    let limit = Duration::from_secs(secs + 60);
    let mut command = cores::on(&bench.cores.generator(), binary());
    let workers_text = workers.to_string();
    command.args(["-w0", "--listen", "tcp://127.0.0.1:0", "--wait-workers", &workers_text, "-l"]);
    command.arg(dir.folder("log")).arg("-f").arg(xml).arg("start");
    let (cost, run) = cost::of(|| {
        let running = parrot::launch(command, &dir, &dir.folder("home"));
        let endpoint = cluster::endpoint(&running);
        let work = Work { workers: u64::from(workers), series: SERIES, secs, limit };
        simulated_workers::work(&endpoint, work);
        running.finish(limit)
    });
    let folder = run.folder();
    let log = crate::log::TsungLog::read(folder);
    assert_eq!(log.total("200"), i64::from(workers) * secs as i64 * 100, "every report has arrived once");
    cost
}
