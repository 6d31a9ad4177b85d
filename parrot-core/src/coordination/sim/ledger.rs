//! What really happened, and whether controller and workers say so: the rules that every run keeps.

mod closing;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use super::network::Damage;
use super::scenario::{Mood, Pause, Scenario};
use super::services::Model;
use super::waiting::Answered;
use super::world::Audience;
use crate::coordination::{
    CONTROLLER_SILENCE_MAX, Cut, Dismissal, DropReason, Ending, GRACE, Obstacle, Outcome, WINDOW,
    WORKER_SILENCE_MAX,
};
use crate::load::Schedule;
use crate::plan::Plan;
use crate::sink::Record;
use crate::stats::Delta;
use crate::time::Nanos;

/// Shorter pauses are not told from silence.
const STALL: Nanos = Nanos::SECOND;
/// Round trips that a worker's estimate of the clock rests on.
const PROBES_KEPT: usize = 16;

/// An engine's books.
#[derive(Debug, Default)]
pub(super) struct EngineAccount {
    worker: usize,
    handed: Vec<Delta>,
    /// How many of them arrived.
    arrived: usize,
    rows_handed: u32,
    rows_arrived: u32,
    ending: Option<Ending>,
    /// The controller knows of its end.
    ended: bool,
}

impl EngineAccount {
    fn has_told_all(&self) -> bool {
        self.ending.is_some() && self.arrived == self.handed.len() && self.rows_arrived == self.rows_handed
    }
}

/// A worker's books.
#[derive(Debug, Default)]
pub(super) struct WorkerAccount {
    /// When the controller last took one of its frames.
    heard: Nanos,
    /// When it last took one of the controller's.
    hears: Option<Nanos>,
    /// The last round trips of its probes.
    round_trips: VecDeque<Nanos>,
    /// It took the news that it is not wanted.
    dismissed: bool,
    /// Left before the start, or lost in the run.
    given_up: bool,
    lost: bool,
    pub(super) crashed: bool,
    /// The Plan is ready.
    pub(super) linked: bool,
    /// It was told to stop by itself.
    pub(super) stopped: bool,
    /// The controller has its goodbye.
    said_goodbye: bool,
    /// Its controller, in the same process, was over before it.
    pub(super) outlives: bool,
    /// Why its engines were told to stop, at first.
    cut: Option<Cut>,
    pub(super) outcome: Option<Outcome>,
}

/// The books of a run. All times are true ones.
#[derive(Debug)]
pub(super) struct Ledger {
    scenario: Scenario,
    pub(super) engines: BTreeMap<u32, EngineAccount>,
    pub(super) workers: Vec<WorkerAccount>,
    users: BTreeMap<u64, u32>,
    planned: u64,
    joined: BTreeSet<usize>,
    /// All are ready, as far as the controller knows.
    ready: bool,
    go_at: Option<Nanos>,
    pub(super) stopped: bool,
    /// When a run under way was told to stop at first, and why.
    stopped_at: Option<(Nanos, Cut)>,
    /// What the users share.
    pub(super) model: Model,
    /// End of the last window, and whether all had told of it.
    closed: (Nanos, bool),
    pub(super) last_engine_done: Nanos,
    ending: Option<Ending>,
    pub(super) obstacle: Option<Obstacle>,
    /// Frames that the controller had to drop, and those that it might have.
    must_drop: BTreeMap<DropReason, u64>,
    may_drop: u64,
    /// Names of what happened, to know what all runs together have seen.
    pub(super) seen: BTreeSet<String>,
    /// The first rule that was broken.
    pub(super) violation: Option<String>,
    pub(super) audience: Audience,
}

impl Ledger {
    pub(super) fn new(scenario: &Scenario, plan: &Plan, audience: Audience) -> Self {
        Self {
            scenario: scenario.clone(),
            engines: BTreeMap::new(),
            workers: scenario.workers.iter().map(|_| WorkerAccount::default()).collect(),
            users: BTreeMap::new(),
            planned: Schedule::planned(plan),
            joined: BTreeSet::new(),
            ready: false,
            go_at: None,
            stopped: false,
            stopped_at: None,
            model: Model::new(Rc::clone(&scenario.shared)),
            closed: (Nanos::ZERO, true),
            last_engine_done: Nanos::ZERO,
            ending: None,
            obstacle: None,
            must_drop: BTreeMap::new(),
            may_drop: 0,
            seen: BTreeSet::new(),
            violation: None,
            audience,
        }
    }

    /// A rule: without `holds` the run has failed.
    pub(super) fn require(&mut self, now: Nanos, holds: bool, rule: impl FnOnce() -> String) {
        // Scrambled frames may say anything.
        if !holds && self.violation.is_none() && self.scenario.weather.scramble == 0 {
            self.violation = Some(format!("at {:.6} s: {}", now.as_secs_f64(), rule()));
        }
    }

    /// Notes that something happened, by its name without details.
    pub(super) fn see(&mut self, what: &impl std::fmt::Debug) {
        let text = format!("{what:?}");
        self.seen.insert(text.split(" {").next().unwrap_or_default().replace('"', ""));
    }

    /// The controller took a frame.
    pub(super) fn controller_took(&mut self, now: Nanos, worker: Option<usize>, damage: Damage) {
        match damage {
            Damage::None => {
                if let Some(worker) = worker {
                    self.workers[worker].heard = now;
                }
            }
            Damage::Sure(reason) => *self.must_drop.entry(reason).or_default() += 1,
            Damage::Cut | Damage::Any => self.may_drop += 1,
        }
    }

    /// The controller took a worker's goodbye.
    pub(super) fn says_goodbye(&mut self, worker: usize) {
        self.workers[worker].said_goodbye |= self.joined.contains(&worker);
    }

    /// Nobody that has said goodbye may still be waited for.
    pub(super) fn check_goodbyes(&mut self, now: Nanos) {
        let waits = |(index, worker): (usize, &WorkerAccount)| {
            let over = self.obstacle.is_some() || self.ending.is_some();
            worker.said_goodbye
                && !over
                && !worker.given_up
                && worker.outcome == Some(Outcome::Stopped)
                && self.joined.contains(&index)
        };
        let waits = self.workers.iter().enumerate().any(waits);
        self.require(now, !waits, || "somebody is waited for who has said goodbye".to_owned());
    }

    /// A worker took a frame that counts as a sign of life, maybe with the answer to a probe.
    pub(super) fn worker_took(&mut self, now: Nanos, worker: usize, round_trip: Option<Nanos>) {
        let account = &mut self.workers[worker];
        account.hears = Some(now);
        account.round_trips.extend(round_trip);
        if account.round_trips.len() > PROBES_KEPT {
            account.round_trips.pop_front();
        }
    }

    /// A worker took a dismissal.
    pub(super) fn worker_is_dismissed(&mut self, worker: usize) {
        self.workers[worker].dismissed = true;
    }

    /// Whether a worker was ever welcomed.
    pub(super) fn is_welcome(&self, worker: usize) -> bool {
        self.workers[worker].hears.is_some()
    }

    pub(super) fn joins(&mut self, now: Nanos, worker: usize) {
        let first = self.joined.insert(worker);
        self.require(now, first && self.go_at.is_none(), || format!("worker {worker} joins again"));
        let knows = self.scenario.workers[worker].knows(self.scenario.key);
        self.require(now, knows, || format!("worker {worker} joins without the key"));
        self.workers[worker].heard = now;
    }

    pub(super) fn is_ready(&mut self, now: Nanos) {
        let there = self.joined.iter().filter(|worker| !self.workers[**worker].given_up).count();
        let all = there == self.scenario.wanted && !self.ready;
        self.require(now, all, || format!("ready with {there} workers"));
        self.ready = true;
    }

    pub(super) fn stops(&mut self, now: Nanos) {
        self.stopped = true;
        if self.has_begun() {
            self.stopped_at.get_or_insert((now, Cut::Stopped));
        }
    }

    /// A user has ended the run.
    pub(super) fn aborts(&mut self, now: Nanos) {
        self.stopped = true;
        self.stopped_at.get_or_insert((now, Cut::Aborted));
    }

    /// A worker tells its engines to stop.
    pub(super) fn worker_stops(&mut self, now: Nanos, worker: usize, cut: Cut) {
        self.workers[worker].cut.get_or_insert(cut);
        let told = self.stopped_at.map(|(_, cut)| cut);
        // By itself, or because nobody is there to tell.
        let right = cut == Cut::Stopped || told == Some(cut);
        self.require(now, right, || format!("worker {worker} stops for {cut:?} instead of {told:?}"));
    }

    /// A rule about what the users share.
    pub(super) fn shares(&mut self, now: Nanos, rule: impl FnOnce(&mut Model) -> Result<(), String>) {
        if let Err(broken) = rule(&mut self.model) {
            self.require(now, false, || broken);
        }
    }

    /// A user goes on that had to wait.
    pub(super) fn is_answered(&mut self, now: Nanos, worker: usize, answered: Answered) {
        let Answered { user, waited, met } = answered;
        let bound = match self.scenario.mood {
            // Two ways there and back: others may have asked just before.
            Mood::Calm => Nanos(self.scenario.weather.delay.1.0 * 4) + Nanos::from_millis(1),
            Mood::Rough => Nanos::from_secs(30),
            Mood::Faults | Mood::Start => Nanos::NEVER,
        };
        // At the barrier users wait for each other; the model knows when it has to open.
        self.require(now, met || waited <= bound, || {
            format!("user {user} of worker {worker} waited for {waited:?}")
        });
    }

    /// A window closes.
    pub(super) fn window_closes(&mut self, now: Nanos, at: Nanos, end: Nanos) {
        let (last, _) = self.closed;
        let complete = self.engines.values().all(|account| {
            let over = account.ended || self.workers[account.worker].lost;
            over || account.handed.iter().take(account.arrived).any(|delta| reaches(delta, end))
        });
        let pause = self.scenario.controller_pause.map_or(Nanos::ZERO, |pause| pause.until);
        let woken = pause.since(self.go_at.unwrap_or_default());
        let due = end + GRACE;
        // A controller that has slept reads first what has come meanwhile.
        let latest = if woken + GRACE > due { woken + GRACE } else { due };
        let right = end == last + WINDOW && at >= end && (complete || at >= due) && at <= latest + Nanos(1);
        self.require(now, right, || {
            format!("the window up to {end:?} closes at {at:?} after {last:?} (complete: {complete})")
        });
        self.see(&if complete { "A window" } else { "A window without all" });
        self.closed = (end, complete);
    }

    /// Users that started, by all windows together.
    pub(super) fn windows_hold(&mut self, now: Nanos, started: Option<u64>) {
        let arrived = self.engines.values().flat_map(|account| account.handed.iter().take(account.arrived));
        let expected: u64 = arrived.map(Delta::started).sum();
        self.require(now, started.is_none_or(|started| started == expected), || {
            format!("windows hold {started:?} of {expected} users")
        });
    }

    pub(super) fn goes(&mut self, at: Nanos) {
        self.go_at = Some(at);
    }

    pub(super) const fn has_begun(&self) -> bool {
        self.go_at.is_some()
    }

    /// A worker starts its engines; `at` is its idea of the run's beginning.
    pub(super) fn starts(
        &mut self,
        now: Nanos,
        worker: usize,
        at: Nanos,
        numbers: std::ops::Range<u32>,
        of: u32,
    ) {
        let Some(go_at) = self.go_at else {
            return self.require(now, false, || format!("worker {worker} starts before the order"));
        };
        let error = at.since(go_at).max(go_at.since(at));
        let shortest = self.workers[worker].round_trips.iter().min().copied().unwrap_or_default();
        self.require(now, error.0 <= shortest.0 / 2 + 1, || {
            format!("worker {worker} is wrong by {error:?} with a round trip of {shortest:?}")
        });
        self.require(now, numbers.end <= of, || format!("engines {numbers:?} of {of}"));
        for number in numbers {
            let account = EngineAccount { worker, ..EngineAccount::default() };
            let twice = self.engines.insert(number, account).is_some();
            self.require(now, !twice, || format!("two engines have number {number}"));
        }
    }

    pub(super) fn user_starts(&mut self, now: Nanos, engine: u32, user: u64) {
        let starts = self.users.entry(user).or_default();
        *starts += 1;
        let once = *starts == 1;
        self.require(now, once, || format!("engine {engine} starts user {user} again"));
    }

    pub(super) fn hands_stats(&mut self, engine: u32, delta: &Delta) {
        self.engines.entry(engine).or_default().handed.push(delta.clone());
    }

    pub(super) fn hands_rows(&mut self, engine: u32, count: usize) {
        self.engines.entry(engine).or_default().rows_handed += count as u32;
    }

    pub(super) fn engine_is_done(&mut self, now: Nanos, engine: u32, ending: Ending) {
        self.last_engine_done = now;
        let account = self.engines.entry(engine).or_default();
        account.ending = Some(ending);
        let told = self.workers[account.worker].cut;
        self.require(now, ending.cut.is_none() || ending.cut == told, || {
            format!("engine {engine} ends with {:?} instead of {told:?}", ending.cut)
        });
    }

    /// The controller hears of an engine's end.
    pub(super) fn engine_ends(&mut self, now: Nanos, engine: u32) {
        let account = self.engines.entry(engine).or_default();
        let right = !std::mem::replace(&mut account.ended, true) && account.has_told_all();
        self.model.forgets([engine]);
        self.require(now, right, || format!("engine {engine} ends too early or again"));
    }

    pub(super) fn stats_arrive(&mut self, now: Nanos, delta: &Delta) {
        let engine = delta.engine;
        let (closed, complete) = self.closed;
        self.require(now, !complete || !reaches_only(delta, closed), || {
            format!("second {} of engine {engine} comes after its window, which was complete", delta.second)
        });
        let account = self.engines.entry(engine).or_default();
        let expected = account.handed.get(account.arrived) == Some(delta);
        account.arrived += 1;
        let arrived = account.arrived;
        self.require(now, expected, || {
            format!("delta {arrived} of engine {engine} is not what it handed over")
        });
    }

    pub(super) fn records_arrive(&mut self, now: Nanos, records: &[Record]) {
        for record in records {
            let Record::Match(row) = record else {
                return self.require(now, false, || format!("nobody wrote {record:?}"));
            };
            let engine = row.session.0;
            let account = self.engines.entry(engine).or_default();
            account.rows_arrived += 1;
            let expected = account.rows_arrived == row.action && row.action <= account.rows_handed;
            self.require(now, expected, || format!("row {} of engine {engine} out of order", row.action));
        }
    }

    pub(super) fn stalls(&mut self, now: Nanos, length: Nanos) {
        self.see(&"Stalled");
        let slept = self.scenario.controller_pause.map_or(Nanos::ZERO, |pause| pause.until - pause.from);
        // It notices from its last look on, which was up to a quarter of a second before.
        let bound = slept + Nanos::from_millis(300);
        self.require(now, slept > Nanos::ZERO && length <= bound, || format!("stalled for {length:?}"));
    }

    /// A worker left before the start.
    pub(super) fn leaves(&mut self, now: Nanos, worker: usize) {
        self.check_silence(now, worker);
        self.see(&"Left");
        self.ready = false;
        self.workers[worker].given_up = true;
        let running = self.has_begun();
        self.require(now, !running, || format!("worker {worker} left a run under way"));
    }

    /// A running worker is lost.
    pub(super) fn loses(&mut self, now: Nanos, worker: usize, numbers: std::ops::Range<u32>, users: u64) {
        self.check_silence(now, worker);
        self.model.forgets(numbers.clone());
        let reported = self.engines.values().any(|account| account.worker == worker && account.arrived > 0);
        self.see(&if reported { "Lost" } else { "Lost before its first report" });
        let account = &mut self.workers[worker];
        (account.given_up, account.lost) = (true, true);
        // Its engines may not even have started.
        let mine = self.engines.iter().filter(|(_, account)| account.worker == worker);
        let others = mine.clone().any(|(number, _)| !numbers.contains(number));
        let live: u64 = mine
            .filter_map(|(_, account)| account.handed.iter().take(account.arrived).next_back())
            .map(|delta| delta.users)
            .sum();
        let right =
            !others && live == users && numbers.len() == self.scenario.workers[worker].engines as usize;
        self.require(now, right, || format!("lost {numbers:?} with {users} users, which were {live}"));
    }

    /// Whoever is given up was silent, or has said goodbye.
    fn check_silence(&mut self, now: Nanos, worker: usize) {
        if self.workers[worker].outcome == Some(Outcome::Stopped) {
            return self.see(&"Goodbye");
        }
        let silence = awake(self.workers[worker].heard, now, self.scenario.controller_pause);
        let crashed = self.workers[worker].crashed;
        self.require(now, silence >= WORKER_SILENCE_MAX, || {
            format!("worker {worker} (crashed: {crashed}) is given up after {silence:?}")
        });
    }

    pub(super) fn cannot_start(&mut self, now: Nanos, local: Nanos, obstacle: Obstacle) {
        let deadline = self.scenario.clock + self.scenario.patience;
        let right = match &obstacle {
            Obstacle::CalledOff => self.stopped,
            Obstacle::Unable { name, why } => {
                why == "out of  ports"
                    && index_of(name).is_some_and(|worker| {
                        self.scenario.workers.get(worker).is_some_and(|worker| worker.unable)
                    })
            }
            Obstacle::WorkersMissing { ready, preparing, wanted } => {
                let known: BTreeSet<usize> =
                    ready.iter().chain(preparing).filter_map(|name| index_of(name)).collect();
                let linked = ready.iter().filter_map(|name| index_of(name));
                let joined = self.joined.iter().copied().filter(|worker| !self.workers[*worker].given_up);
                let waited = awake(Nanos::ZERO, now, self.scenario.controller_pause);
                !self.ready
                    && ready.len() + preparing.len() == known.len()
                    && linked
                        .into_iter()
                        .all(|worker| self.workers.get(worker).is_some_and(|worker| worker.linked))
                    && waited >= self.scenario.patience
                    && *wanted == self.scenario.wanted
                    && local >= deadline
                    && joined.eq(known.iter().copied())
            }
        };
        self.require(now, right && !self.has_begun(), || format!("cannot start: {obstacle:?}"));
        self.see(&obstacle);
        self.obstacle = Some(obstacle);
    }

    pub(super) fn is_over(&mut self, now: Nanos, ending: Ending) {
        let counted = self.engines.iter().filter(|(_, account)| !self.workers[account.worker].lost);
        let endings: Option<Vec<Ending>> =
            counted.map(|(_, account)| account.ending.filter(|_| account.ended)).collect();
        let expected = endings.map(|endings| {
            let failed = Ending { cut: Some(Cut::Failed), ..Ending::default() };
            endings.into_iter().reduce(Ending::and).unwrap_or(failed)
        });
        self.require(now, expected == Some(ending), || format!("over with {ending:?}, not {expected:?}"));
        self.ending = Some(ending);
        self.see(&ending.cut);
        self.check_cut(now);
        if self.scenario.mood == Mood::Calm {
            // The report, its acknowledgement, the goodbye.
            let stopped = self.stopped_at.map_or(Nanos::NEVER, |(at, _)| at);
            let done = stopped.min(self.last_engine_done);
            let late = now.since(done);
            // Before them the order to stop, if there was one.
            let bound = Nanos(self.scenario.weather.delay.1.0 * 4) + Nanos::from_millis(1);
            self.require(now, late <= bound, || format!("the end comes {late:?} late"));
        }
    }

    /// A worker has ended.
    pub(super) fn ends(&mut self, now: Nanos, worker: usize, outcome: Outcome) {
        self.workers[worker].outcome = Some(outcome);
        self.see(&outcome);
        let account = &self.workers[worker];
        let silence = account.hears.map(|hears| awake(hears, now, self.scenario.workers[worker].pause));
        let right = match outcome {
            Outcome::Done => self.has_told_all(worker),
            Outcome::Dismissed(Dismissal::GivenUp) => account.given_up,
            Outcome::Dismissed(Dismissal::Full) => {
                !self.joined.contains(&worker) && self.scenario.workers[worker].knows(self.scenario.key)
            }
            Outcome::Dismissed(Dismissal::CalledOff) => self.obstacle.is_some(),
            Outcome::Orphaned => {
                !account.dismissed
                    && !self.scenario.workers[worker].shares_process
                    && silence.is_some_and(|silence| silence >= CONTROLLER_SILENCE_MAX)
            }
            Outcome::Unable => self.scenario.workers[worker].unable,
            Outcome::Stopped if account.outlives => true,
            Outcome::Stopped => {
                account.stopped && self.engines.values().all(|engine| engine.worker != worker)
            }
            Outcome::Dismissed(Dismissal::Unknown | Dismissal::TooManyEngines)
            | Outcome::OtherVersion(_)
            | Outcome::NoController => false,
        };
        self.require(now, right, || format!("worker {worker} ends {outcome:?} (silence {silence:?})"));
    }

    fn has_told_all(&self, worker: usize) -> bool {
        let mut mine = self.engines.values().filter(|account| account.worker == worker);
        mine.all(EngineAccount::has_told_all)
    }
}

/// Whether a second reaches up to this end of a window.
fn reaches(delta: &Delta, end: Nanos) -> bool {
    Nanos::from_secs(delta.second + 1) >= end
}

/// Whether it belongs to a window that ends here, or to one before.
fn reaches_only(delta: &Delta, end: Nanos) -> bool {
    Nanos::from_secs(delta.second + 1) <= end
}

/// How long a process ran between two moments; pauses too short to be noticed count as running.
fn awake(from: Nanos, until: Nanos, pause: Option<Pause>) -> Nanos {
    let slept = pause
        .filter(|pause| pause.until - pause.from >= STALL)
        .map_or(Nanos::ZERO, |pause| pause.until.min(until).since(pause.from.max(from)));
    until.since(from) - slept
}

/// The worker of this name.
pub(super) fn index_of(name: &str) -> Option<usize> {
    name.strip_prefix('w')?.parse().ok()
}
