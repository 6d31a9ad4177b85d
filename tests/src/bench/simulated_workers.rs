//! A hundred workers in one thread: each joins, reports as much as a busy one every second, and ends. Their frames are real, their
//! engines are not.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use parrot_core::coordination::{Command, Ending, Hello, Outcome, Worker, WorkerId, worker_id};
use parrot_core::stats::{Class, Counter, Delta, Recorder, SeriesId, Shape};
use parrot_core::time::Nanos;
use zmq::{Context, DEALER, DONTWAIT, Socket};

/// Values of each series in a second.
const VALUES: u64 = 100;
/// Between two looks at all workers.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// What they report.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work {
    /// Workers, of one engine each.
    pub(super) workers: u64,
    /// Series of each, fixed ones included.
    pub(super) series: usize,
    /// Seconds of reports.
    pub(super) secs: u64,
    /// All of it must be over by then.
    pub(super) limit: Duration,
}

struct Simulated {
    socket: Socket,
    machine: Worker,
    /// When the run's time is zero, and the engine's number.
    started: Option<(Nanos, u32)>,
    reported: u64,
    outcome: Option<Outcome>,
}

/// Joins them all to the run and plays their part to its end.
///
/// # Panics
/// When a worker ends otherwise than well, or not in time.
pub(super) fn work(endpoint: &str, work: Work) {
    let context = Context::new();
    let begun = Instant::now();
    let now = || Nanos(u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX));
    let mut workers: Vec<Simulated> =
        (0..work.workers).map(|number| Simulated::new(&context, endpoint, number, now())).collect();
    let mut recorder = Recorder::new(Shape { series: work.series, phases: 1 });
    while workers.iter().any(|worker| worker.outcome.is_none()) {
        assert!(begun.elapsed() < work.limit, "simulated workers do not come to their end");
        for worker in workers.iter_mut().filter(|worker| worker.outcome.is_none()) {
            worker.turn(now(), &work, &mut recorder);
        }
        std::thread::sleep(LOOK_EVERY);
    }
    let mut outcomes = BTreeMap::new();
    for worker in &workers {
        *outcomes.entry(format!("{:?}", worker.outcome)).or_insert(0) += 1;
    }
    assert_eq!(outcomes.len(), 1, "{outcomes:?}");
    assert!(workers.iter().all(|worker| worker.outcome == Some(Outcome::Done)), "{outcomes:?}");
}

impl Simulated {
    fn new(context: &Context, endpoint: &str, number: u64, now: Nanos) -> Self {
        let id: WorkerId = worker_id([number * 2 + 1, 0x5eed]);
        let socket = context.socket(DEALER).expect("a socket");
        socket.set_identity(&id).expect("an address");
        socket.set_linger(1_000).expect("an option");
        socket.connect(endpoint).expect("the controller's port");
        let hello = Hello { name: format!("simulated:{number}"), engines: 1, key: None };
        Self { socket, machine: Worker::new(now, hello, None), started: None, reported: 0, outcome: None }
    }

    fn turn(&mut self, now: Nanos, work: &Work, recorder: &mut Recorder) {
        while let Ok(frame) = self.socket.recv_bytes(DONTWAIT) {
            self.machine.handle_frame(now, &frame).expect("frames of a controller");
        }
        self.report(now, work, recorder);
        self.machine.handle_timeout(now);
        while let Some(command) = self.machine.poll_command() {
            match command {
                Command::Link(_) => self.machine.handle_linked(now, Ok(())),
                Command::Start { at, first_engine, .. } => self.started = Some((at, first_engine)),
                Command::Stop(_) | Command::Grant { .. } => {}
                Command::End(outcome) => self.outcome = Some(outcome),
            }
        }
        while let Some(frame) = self.machine.poll_send(now) {
            // What does not go now goes again.
            let _ = self.socket.send(frame, DONTWAIT);
        }
    }

    fn report(&mut self, now: Nanos, work: &Work, recorder: &mut Recorder) {
        let Some((at, engine)) = self.started else { return };
        while self.reported < work.secs && now.since(at) >= Nanos::from_secs(self.reported + 1) {
            fill(recorder, engine, self.reported, work.series);
            self.machine.handle_stats(now, Delta::of(recorder));
            recorder.clear();
            self.reported += 1;
            if self.reported == work.secs {
                self.machine.handle_engine_done(now, engine, Ending::default());
            }
        }
    }
}

/// A second in which every series has values all over three decades.
fn fill(recorder: &mut Recorder, engine: u32, second: u64, series: usize) {
    (recorder.engine, recorder.second) = (engine, second);
    recorder.count(Counter::Status(200), VALUES);
    recorder.count(Counter::BytesReceived, 100_000);
    for series in 0..series as u32 {
        for value in 0..VALUES {
            let micros = 100 + (value * 7_919 + u64::from(series) * 104_729 + second * 31) % 100_000;
            recorder.sample(SeriesId(series), 0, Class::Ok, Nanos::from_micros(micros));
        }
    }
}
