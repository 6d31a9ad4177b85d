//! Ten thousand users that are connected and wait: what one costs in memory, beyond what four cost.

use std::thread;
use std::time::{Duration, Instant};

use crate::bench::generator;
use crate::bench::memory::{self, Kernel};
use crate::bench::nginx::Nginx;
use crate::bench::scenario::{GET, Scenario, think};
use crate::bench::{Bench, Bound, Column, Figures, Row};
use crate::parrot::Running;

const USERS: u32 = 10_000;
const FEW: u32 = 4;
const ARRIVAL_SECS: u32 = 10;
/// From the request on; long enough for the last users to come while the first still wait.
const THINK_SECS: u32 = 15;
/// Few come at once.
const FEW_THINK_SECS: u32 = 5;
/// Tsung needs some time to start.
const ALL_CONNECTED: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(100);
/// Time for connections and buffers to come to rest.
const SETTLE: Duration = Duration::from_secs(1);

/// What users cost while they wait.
#[derive(Clone, Copy)]
struct Held {
    resident_kib: u64,
    kernel: Kernel,
}

pub(super) fn measure(bench: &Bench) -> Vec<Row> {
    let Bench { settings, cores, .. } = bench;
    let nginx = Nginx::start(cores);
    let core = cores.generator();
    let users = settings.count(USERS).max(10 * FEW);
    let steps = |secs| format!("{GET}{}", think(secs));
    let scenario = |users: u32| match users {
        FEW => Scenario::crowd(nginx.keeping(), FEW, steps(FEW_THINK_SECS)).longer(FEW_THINK_SECS),
        _ => Scenario::arrivals(
            &[nginx.keeping()],
            users.div_ceil(ARRIVAL_SECS),
            ARRIVAL_SECS,
            steps(THINK_SECS),
        )
        .longer(THINK_SECS),
    };
    // The connections of its own start are gone then.
    thread::sleep(SETTLE);
    let watch = Watch { own: nginx.descriptors(), nginx: &nginx };
    let parrot = |users| {
        let (mut held, before) = (None, memory::kernel());
        generator::parrot(&scenario(users), &core, 1, |running| held = watch.held(running, before, users));
        held
    };
    let tsung = |users| {
        let (mut held, before) = (None, memory::kernel());
        generator::tsung(&scenario(users), &core, |running| held = watch.held(running, before, users));
        held
    };
    let few = (parrot(FEW), bench.has_tsung.then(|| tsung(FEW)).flatten());
    let [mut resident, mut slab, mut buffers] = [(); 3].map(|()| Figures::default());
    let mut add = |column, few: Option<Held>, many: Option<Held>| {
        let (Some(few), Some(many)) = (few, many) else { return };
        let each = |few: u64, many: u64| (many as f64 - few as f64) / f64::from(users - FEW);
        resident.push(column, each(few.resident_kib, many.resident_kib));
        slab.push(column, each(few.kernel.slab_kib, many.kernel.slab_kib));
        buffers.push(column, each(few.kernel.tcp_buffers_kib, many.kernel.tcp_buffers_kib));
    };
    for round in 0..settings.long_rounds() {
        add(Column::Parrot, few.0, parrot(users));
        // Its figure is far away and does not move.
        if bench.has_tsung && round == 0 {
            add(Column::Tsung, few.1, tsung(users));
        }
    }
    vec![
        Row::medians("10 000 idle connected users: resident memory per user, KiB", &resident)
            .must(Bound::AtMost(1.5)),
        Row::medians("– kernel structures per connection, both ends, KiB", &slab),
        Row::medians("– data in TCP buffers per connection, KiB", &buffers),
    ]
}

struct Watch<'a> {
    nginx: &'a Nginx,
    /// Descriptors that nginx has open without any connection.
    own: usize,
}

impl Watch<'_> {
    /// Memory once all users are connected; none when that does not happen in time. The kernel's is beyond that before the run.
    fn held(&self, running: &mut Running, before: Kernel, users: u32) -> Option<Held> {
        let begun = Instant::now();
        // Real Tsung loses some users: most are enough.
        let enough = self.own + (users - users / 50) as usize;
        while self.nginx.descriptors() < enough {
            if begun.elapsed() > ALL_CONNECTED || !running.process.running() {
                return None;
            }
            thread::sleep(LOOK);
        }
        thread::sleep(SETTLE);
        let (after, resident_kib) = (memory::kernel(), memory::resident_kib(running.process.id()));
        let kernel = Kernel {
            tcp_buffers_kib: after.tcp_buffers_kib.saturating_sub(before.tcp_buffers_kib),
            slab_kib: after.slab_kib.saturating_sub(before.slab_kib),
        };
        Some(Held { resident_kib, kernel })
    }
}
