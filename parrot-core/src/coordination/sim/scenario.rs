//! What a seed decides: how many workers, what they have to do, and what happens to them.

use std::rc::Rc;

use super::chance::{Dice, Stream};
use super::services::{INTERACTIONS, Shared};
use crate::coordination::RunKey;
use crate::service::Facts;
use crate::time::Nanos;

/// How the network behaves. Shares are in thousandths.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weather {
    pub(super) loss: u64,
    pub(super) repeats: u64,
    /// Least and greatest delay.
    pub(super) delay: (Nanos, Nanos),
    /// Frames that take up to 2 s longer.
    pub(super) late: u64,
    /// Frames that are damaged beyond recognition. Version numbers of the first frames are not: TCP does not damage anything,
    /// and a worker may trust what a frame says of its version.
    pub(super) damage: u64,
    /// Frames in which anything may be changed: with them nothing holds but that nobody panics.
    pub(super) scramble: u64,
    /// Whether strangers send to the controller.
    pub(super) strangers: bool,
}

impl Weather {
    fn calm(dice: &mut Dice) -> Self {
        let delay = (Nanos::from_micros(20), dice.span(Nanos::from_micros(30), Nanos::from_millis(5)));
        Self { loss: 0, repeats: 0, delay, late: 0, damage: 0, scramble: 0, strangers: false }
    }

    fn rough(dice: &mut Dice) -> Self {
        let low = dice.span(Nanos::from_micros(20), Nanos::from_millis(50));
        Self {
            loss: dice.below(4) * 50,
            repeats: dice.below(200),
            delay: (low, low + dice.millis(0, 400)),
            late: dice.below(2) * 50,
            damage: dice.below(2) * 50,
            scramble: 0,
            strangers: dice.permille(500),
        }
    }
}

/// A while during which a worker cannot be reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Partition {
    pub(super) worker: usize,
    pub(super) from: Nanos,
    pub(super) until: Nanos,
    /// What the controller sends is concerned.
    pub(super) outward: bool,
    /// What the worker sends is concerned.
    pub(super) inward: bool,
    /// Frames are kept and arrive afterwards, as TCP would do it, or are lost.
    pub(super) holds: bool,
}

impl Partition {
    pub(super) fn covers(&self, worker: usize, outward: bool, now: Nanos) -> bool {
        let concerned = if outward { self.outward } else { self.inward };
        self.worker == worker && concerned && self.from <= now && now < self.until
    }
}

/// A process that does not run for a while (SIGSTOP).
#[derive(Clone, Copy, Debug)]
pub(super) struct Pause {
    pub(super) from: Nanos,
    pub(super) until: Nanos,
}

/// What a worker does and suffers.
#[derive(Clone, Debug)]
pub(super) struct WorkerFate {
    pub(super) engines: u32,
    /// When its process begins.
    pub(super) begins: Nanos,
    /// Its clock then.
    pub(super) clock: Nanos,
    /// It has the Plan already.
    pub(super) preloaded: bool,
    /// It cannot run the Plan.
    pub(super) unable: bool,
    /// The key that it knows.
    pub(super) key: Option<RunKey>,
    /// It lives in the controller's process, whose thread may be held up.
    pub(super) shares_process: bool,
    /// It is told to stop by itself.
    pub(super) stop: Option<Nanos>,
    /// kill -9.
    pub(super) crash: Option<Nanos>,
    pub(super) pause: Option<Pause>,
}

/// What kind of run a seed is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Mood {
    /// Nothing happens: all must be perfect.
    Calm,
    /// The network is bad.
    Rough,
    /// And processes crash, pause, or cannot be reached.
    Faults,
    /// Workers are late, missing, too many, unable; the start is called off.
    Start,
}

/// One run.
#[derive(Clone, Debug)]
pub(super) struct Scenario {
    pub(super) seed: u64,
    pub(super) mood: Mood,
    pub(super) weather: Weather,
    pub(super) partitions: Vec<Partition>,
    pub(super) workers: Vec<WorkerFate>,
    /// Workers that the run wants.
    pub(super) wanted: usize,
    pub(super) patience: Nanos,
    pub(super) key: Option<RunKey>,
    /// The controller's clock at the beginning.
    pub(super) clock: Nanos,
    pub(super) controller_crash: Option<Nanos>,
    pub(super) controller_pause: Option<Pause>,
    pub(super) stop: Option<Nanos>,
    /// From Ready to the start.
    pub(super) hesitation: Nanos,
    /// Seconds and users of each phase.
    pub(super) phases: Vec<(u64, u64)>,
    /// Rows that each engine writes in a second, beside those of its users, each on its own.
    pub(super) chatter: u32,
    /// Bytes of the Plan.
    pub(super) plan_bytes: usize,
    pub(super) shared: Rc<Shared>,
}

impl WorkerFate {
    /// Whether a run with this key takes it.
    pub(super) fn knows(&self, key: Option<RunKey>) -> bool {
        key.is_none() || self.key == key
    }
}

impl Scenario {
    pub(super) fn of(seed: u64) -> Self {
        let mut dice = Dice::new(seed, Stream::Scenario);
        let mood = [Mood::Calm, Mood::Rough, Mood::Faults, Mood::Start][seed as usize % 4];
        let weather = match mood {
            Mood::Calm => Weather::calm(&mut dice),
            Mood::Rough => Weather::rough(&mut dice),
            Mood::Faults | Mood::Start if dice.permille(500) => Weather::calm(&mut dice),
            Mood::Faults | Mood::Start => Weather::rough(&mut dice),
        };
        let wanted = 1 + dice.index(5);
        let key = dice.permille(500).then_some([7; 16]);
        let mut scenario = Self {
            seed,
            mood,
            weather,
            partitions: Vec::new(),
            workers: (0..wanted).map(|_| fate(&mut dice, key)).collect(),
            wanted,
            patience: Nanos::from_secs(60),
            key,
            clock: clock(&mut dice),
            controller_crash: None,
            controller_pause: None,
            stop: dice.permille(200).then(|| dice.millis(0, 25_000)),
            hesitation: if dice.permille(500) { Nanos::ZERO } else { dice.millis(0, 1_500) },
            phases: (0..dice.below(3)).map(|_| (1 + dice.below(8), dice.below(120))).collect(),
            chatter: 0,
            plan_bytes: if dice.permille(20) { 600_000 } else { dice.index(2_000) },
            shared: Rc::new(shared(&mut dice)),
        };
        match mood {
            Mood::Calm | Mood::Rough => {}
            Mood::Faults => scenario.add_faults(&mut dice),
            Mood::Start => scenario.spoil_the_start(&mut dice),
        }
        scenario
    }

    /// The same with frames in which anything is changed.
    pub(super) fn scrambled(mut self, share: u64) -> Self {
        self.weather.scramble = share;
        self.weather.strangers = true;
        self
    }

    fn add_faults(&mut self, dice: &mut Dice) {
        if dice.permille(50) {
            // The controller's thread is held up: a worker of its process waits for ever.
            self.workers.truncate(1);
            self.wanted = 1;
            self.workers[0].shares_process = true;
            let from = dice.millis(0, 15_000);
            self.controller_pause = Some(Pause { from, until: from + dice.millis(15_000, 60_000) });
            return;
        }
        if dice.permille(250) {
            // Of the controller alone: nobody may be lost by it when it is short.
            self.controller_pause = Some(pause(dice));
            if self.weather.delay.1 <= Nanos::from_millis(5) && dice.permille(100) {
                // More than may wait while the controller sleeps; a slow network would never catch up.
                self.chatter = 400;
            }
            return;
        }
        if dice.permille(100) {
            self.controller_crash = Some(dice.millis(0, 20_000));
        }
        for (index, worker) in self.workers.iter_mut().enumerate() {
            worker.crash = dice.permille(250).then(|| dice.millis(0, 20_000));
            worker.pause = dice.permille(250).then(|| pause(dice));
            worker.stop = dice.permille(100).then(|| worker.begins + dice.millis(0, 20_000));
            if dice.permille(250) {
                let from = dice.millis(0, 20_000);
                let until = from + dice.millis(100, 30_000);
                let (outward, inward) = [(true, true), (true, false), (false, true)][dice.index(3)];
                let holds = dice.permille(500);
                self.partitions.push(Partition { worker: index, from, until, outward, inward, holds });
            }
        }
        self.controller_pause = dice.permille(200).then(|| pause(dice));
    }

    fn spoil_the_start(&mut self, dice: &mut Dice) {
        self.patience = dice.millis(3_000, 20_000);
        for worker in &mut self.workers {
            let late = dice.permille(200);
            worker.begins = dice.millis(0, if late { 25_000 } else { 2_000 });
            worker.unable = dice.permille(50);
            worker.stop = dice.permille(100).then(|| worker.begins + dice.millis(0, 1_500));
            worker.crash = dice.permille(100).then(|| worker.begins + dice.millis(0, 1_000));
            worker.pause = dice.permille(200).then(|| {
                let from = worker.begins + dice.millis(0, 1_500);
                Pause { from, until: from + dice.millis(10, 14_000) }
            });
        }
        match dice.below(4) {
            0 => drop(self.workers.pop()),
            1 => self.workers.extend((0..=dice.below(2)).map(|_| {
                let begins = dice.millis(0, 15_000);
                let key = if dice.permille(500) { self.key } else { Some([8; 16]) };
                WorkerFate { begins, ..fate(dice, key) }
            })),
            2 => {
                let (from, until) = (dice.millis(0, 1_000), dice.millis(1_500, 16_000));
                self.controller_pause = Some(Pause { from, until });
            }
            _ => {}
        }
        if dice.permille(150) {
            self.stop = Some(dice.millis(0, 3_000));
        }
    }
}

fn shared(dice: &mut Dice) -> Shared {
    // One that engines share row by row, one of which they get many, maybe one of a single row.
    let mut rows = vec![1 + dice.below(60), 10_000];
    rows.truncate(1 + dice.index(2));
    rows.extend(dice.permille(300).then_some(1));
    Shared {
        facts: Facts {
            rows,
            barrier_users: 1 + dice.below(6) as u32,
            barrier_timeout: dice.millis(1_000, 5_000),
            transactions: INTERACTIONS,
        },
        asking: [0, 300, 900][dice.index(3)],
        aborts: dice.permille(80).then(|| 1 + dice.below(60)),
    }
}

fn fate(dice: &mut Dice, key: Option<RunKey>) -> WorkerFate {
    WorkerFate {
        engines: 1 + dice.below(3) as u32,
        begins: dice.millis(0, 300),
        clock: clock(dice),
        preloaded: dice.permille(500),
        unable: false,
        key,
        shares_process: false,
        stop: None,
        crash: None,
        pause: None,
    }
}

/// Any clock: one that has just begun, one of a machine that has run for years.
fn clock(dice: &mut Dice) -> Nanos {
    match dice.below(3) {
        0 => Nanos::ZERO,
        1 => dice.span(Nanos::ZERO, Nanos::from_secs(10)),
        _ => dice.span(Nanos::ZERO, Nanos::from_secs(100_000_000)),
    }
}

fn pause(dice: &mut Dice) -> Pause {
    let from = dice.millis(0, 15_000);
    let length = if dice.permille(500) { dice.millis(10, 30_000) } else { dice.millis(10, 9_000) };
    Pause { from, until: from + length }
}
