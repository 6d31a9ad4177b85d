//! The controller's side of a run: takes workers, gives them the Plan, starts them together, gathers what they tell, and notices who
//! is lost. The run always ends.
//!
//! Pure: `handle_*` methods take the time and what happened; afterwards [`Controller::poll_send`] and
//! [`Controller::poll_happening`] are emptied, and [`Controller::poll_timeout`] says when to call [`Controller::handle_timeout`].

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::frame::{self, Bytes, Frame, Kind, Tag};
use super::happening::{DropReason, Happening, Obstacle, Settings};
use super::member::{Member, Standing};
use super::message::{
    Chunk, Cut, Dismissal, Echo, Ending, Fetch, Go, Hash, Hello, Order, Probe, Report, RunKey, Welcome,
    WorkerId,
};
use crate::limits::{
    CHUNK_BYTES, ENGINES_MAX, ENGINES_PER_WORKER_MAX, TEXT_CHARS_MAX, WORKERS_GIVEN_UP_KNOWN, WORKERS_MAX,
};
use crate::service::Grant;
use crate::time::Nanos;

/// A worker that is silent for so long is lost.
pub const WORKER_SILENCE_MAX: Nanos = Nanos::from_secs(10);
/// How long the end waits for workers that have told everything to say goodbye.
const PARTING_MAX: Nanos = Nanos::from_millis(500);
/// Meanwhile they are told so often that everything has arrived: a worker that misses it believes that it is alone.
const PARTING_AGAIN_AFTER: Nanos = Nanos::from_millis(100);
/// From the decision to start to the start: the order has to arrive everywhere before.
const START_AHEAD: Nanos = Nanos::from_millis(10);
/// It looks at itself at least this often, so that it knows its own sleep from the workers' silence.
const LOOK_EVERY: Nanos = Nanos::from_millis(250);
/// A gap of this length between two calls is the controller's own sleep, not the workers' silence.
const OWN_STALL: Nanos = Nanos::SECOND;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Stage {
    Gathering,
    /// All are ready, and were told of.
    Gathered,
    Running,
    /// All have told everything.
    Parting {
        since: Nanos,
        tell_at: Nanos,
    },
    Over,
}

/// The controller.
#[derive(Debug)]
pub struct Controller {
    run: u64,
    key: Option<RunKey>,
    wanted: usize,
    deadline: Nanos,
    welcome: Welcome,
    stock: BTreeMap<Hash, Arc<Vec<u8>>>,
    members: BTreeMap<WorkerId, Member>,
    /// Those that may have something to be sent: with many members looking at all of them for each frame is the greatest cost.
    to_serve: BTreeSet<WorkerId>,
    /// Workers that were given up or have left, the last ones at the end: whatever they say comes too late.
    given_up: VecDeque<WorkerId>,
    epoch: u32,
    stage: Stage,
    stopping: bool,
    looked_at: Nanos,
    drops: BTreeMap<DropReason, u64>,
    out: VecDeque<(WorkerId, Vec<u8>)>,
    happenings: VecDeque<Happening>,
}

impl Controller {
    /// A controller that waits for workers from now on.
    pub fn new(now: Nanos, settings: Settings) -> Self {
        let Settings { run, key, workers, patience, plan, files } = settings;
        let welcome = Welcome { plan: plan.0, files: files.iter().map(|(piece, _)| *piece).collect() };
        let stock = files.into_iter().chain([plan]).map(|(piece, bytes)| (piece.sha256, bytes)).collect();
        Self {
            run,
            key,
            wanted: workers.clamp(1, WORKERS_MAX),
            deadline: now + patience,
            welcome,
            stock,
            members: BTreeMap::new(),
            to_serve: BTreeSet::new(),
            given_up: VecDeque::new(),
            epoch: 0,
            stage: Stage::Gathering,
            stopping: false,
            looked_at: now,
            drops: BTreeMap::new(),
            out: VecDeque::new(),
            happenings: VecDeque::new(),
        }
    }

    /// A frame from whoever has this address. What is none is dropped, counted and told.
    pub fn handle_frame(&mut self, now: Nanos, from: WorkerId, bytes: &[u8]) {
        self.look(now);
        let handled =
            Frame::read(bytes).map_err(DropReason::from).and_then(|frame| self.handle(now, from, &frame));
        self.to_serve.insert(from);
        self.end_when_all_are_done(now);
        if let Err(why) = handled {
            if why == DropReason::Version {
                // Whoever reads it learns at least our version.
                self.dismiss(from, Tag::default(), Dismissal::Unknown);
            }
            self.drop_frame(why);
        }
    }

    /// A frame that is not even from a possible address.
    pub fn handle_garbage(&mut self) {
        self.drop_frame(DropReason::Garbage);
    }

    /// Starts the run, once all are [`Happening::Ready`]; gives the time of the run's beginning.
    pub fn go(&mut self, now: Nanos) -> Option<Nanos> {
        // While the run has not begun: whatever happened before the start is no pause of the run.
        self.look(now);
        if self.stage != Stage::Gathered {
            return None;
        }
        self.stage = Stage::Running;
        let at = now + START_AHEAD;
        let engines = self.engines();
        let mut first_engine = 0;
        for (index, member) in (0..).zip(self.members.values_mut()) {
            member.index = index;
            member.first_engine = first_engine;
            member.standing = Standing::Running;
            member.talk.send(&Order::Go(Go { at, first_engine, engines }));
            first_engine += member.hello.engines;
        }
        self.serve_all();
        Some(at)
    }

    /// Gives an engine what its users have asked for.
    pub fn grant(&mut self, engine: u32, grant: Grant) {
        if let Some((id, member)) = self.members.iter_mut().find(|(_, member)| member.owns(engine)) {
            member.talk.send(&Order::Grant { engine, grant });
            self.to_serve.insert(*id);
        }
    }

    /// Ends the run in order, for this reason. Before its start it is called off.
    pub fn stop(&mut self, now: Nanos, cut: Cut) {
        self.look(now);
        match self.stage {
            Stage::Gathering | Stage::Gathered => self.call_off(Obstacle::CalledOff),
            Stage::Running if !self.stopping => {
                self.stopping = true;
                let running = self.members.values_mut().filter(|m| m.standing == Standing::Running);
                running.for_each(|member| member.talk.send(&Order::Stop(cut)));
                self.serve_all();
            }
            Stage::Running | Stage::Parting { .. } | Stage::Over => {}
        }
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Nanos) {
        self.look(now);
        if self.stage == Stage::Over {
            return;
        }
        self.serve_all();
        self.give_up_the_silent(now);
        if self.stage == Stage::Gathering && self.deadline <= now {
            let names = |ready: bool| {
                let members =
                    self.members.values().filter(|member| (member.standing == Standing::Ready) == ready);
                members.map(|member| member.hello.name.clone()).collect()
            };
            let (ready, preparing) = (names(true), names(false));
            self.call_off(Obstacle::WorkersMissing { ready, preparing, wanted: self.wanted });
        }
        self.end_when_all_are_done(now);
    }

    /// A frame to send.
    pub fn poll_send(&mut self, now: Nanos) -> Option<(WorkerId, Vec<u8>)> {
        if let Some(frame) = self.out.pop_front() {
            return Some(frame);
        }
        while let Some(id) = self.to_serve.first().copied() {
            let member = self.members.get_mut(&id).filter(|m| !matches!(m.standing, Standing::Gone(_)));
            if let Some(frame) = member.and_then(|member| next_frame(member, &self.stock, now)) {
                return Some((id, frame));
            }
            self.to_serve.remove(&id);
        }
        None
    }

    /// Something that happened.
    pub fn poll_happening(&mut self) -> Option<Happening> {
        self.happenings.pop_front()
    }

    /// When to call [`Self::handle_timeout`].
    pub fn poll_timeout(&self) -> Nanos {
        let silence = |member: &Member| match member.is_needed() {
            true => member.heard_at + WORKER_SILENCE_MAX,
            false => Nanos::NEVER,
        };
        let members = self.members.values().filter(|m| !matches!(m.standing, Standing::Gone(_)));
        let due = members
            .map(|member| silence(member).min(member.talk.next_due().unwrap_or(Nanos::NEVER)))
            .fold(self.looked_at + LOOK_EVERY, Nanos::min);
        match self.stage {
            Stage::Gathering => due.min(self.deadline),
            Stage::Parting { since, tell_at } => due.min(tell_at).min(since + PARTING_MAX),
            Stage::Over => Nanos::NEVER,
            Stage::Gathered | Stage::Running => due,
        }
    }

    /// Seconds of the run that all running workers have reported; none when none runs.
    pub fn reported_until(&self) -> Option<u64> {
        let running = self.members.values().filter(|member| member.standing == Standing::Running);
        running.filter_map(Member::reported_until).min()
    }

    /// Engines of all workers.
    pub fn engines(&self) -> u32 {
        self.members.values().map(|member| member.hello.engines).sum()
    }

    /// Frames dropped so far, by reason.
    pub const fn drops(&self) -> &BTreeMap<DropReason, u64> {
        &self.drops
    }

    /// Most messages of one worker that came too early.
    #[cfg(test)]
    pub(super) fn early(&self) -> usize {
        self.members.values().map(|member| member.talk.early()).max().unwrap_or_default()
    }

    fn handle(&mut self, now: Nanos, from: WorkerId, frame: &Frame<'_>) -> Result<(), DropReason> {
        if frame.kind == Kind::Hello {
            return self.handle_hello(now, from, frame.body()?);
        }
        let Some(member) = self.members.get_mut(&from) else {
            let given_up = self.given_up.contains(&from);
            let why = if given_up { Dismissal::GivenUp } else { Dismissal::Unknown };
            self.dismiss(from, frame.tag, why);
            return Err(DropReason::Stale);
        };
        if !member.talk.is_ours(frame.tag) {
            return Err(DropReason::Stale);
        }
        match frame.kind {
            Kind::Probe => {
                let Probe { sent } = frame.body()?;
                member.probe = Some(sent);
            }
            Kind::Fetch => {
                let fetch: Fetch = frame.body()?;
                if !can_serve(&self.stock, fetch) {
                    return Err(DropReason::Garbage);
                }
                // One at a time: a worker that asks much must not fill the memory with answers.
                member.fetch = Some(fetch);
            }
            Kind::Report => member.talk.handle_lane(frame)?,
            Kind::Bye => {
                let () = frame.body()?;
                match member.standing {
                    Standing::Done(ending) => member.standing = Standing::Gone(ending),
                    Standing::Gone(_) => {}
                    // Of a run that was called off all may go.
                    _ if self.stage == Stage::Over => {}
                    Standing::Joined | Standing::Ready | Standing::Running => {
                        self.part_with(from);
                        return Ok(());
                    }
                }
            }
            Kind::Hello | Kind::Welcome | Kind::Echo | Kind::Chunk | Kind::Order | Kind::Dismissal => {
                return Err(DropReason::Garbage);
            }
        }
        member.heard_at = now;
        member.talk.handle_tag(frame.tag);
        self.take_reports(from)
    }

    fn handle_hello(&mut self, now: Nanos, from: WorkerId, mut hello: Hello) -> Result<(), DropReason> {
        if hello.engines == 0 || hello.engines > ENGINES_PER_WORKER_MAX {
            return Err(DropReason::Garbage);
        }
        if self.key.is_some() && hello.key != self.key {
            // Whoever does not know the key learns nothing here.
            return Err(DropReason::Stale);
        }
        if !self.members.contains_key(&from) {
            if self.given_up.contains(&from) {
                self.dismiss(from, Tag::default(), Dismissal::GivenUp);
                return Err(DropReason::Stale);
            }
            if self.stage != Stage::Gathering || self.members.len() >= self.wanted {
                self.dismiss(from, Tag::default(), Dismissal::Full);
                return Ok(());
            }
            if self.engines() + hello.engines > ENGINES_MAX {
                self.dismiss(from, Tag::default(), Dismissal::TooManyEngines);
                return Ok(());
            }
            self.epoch += 1;
            hello.name = printable(&hello.name);
            let (name, engines) = (hello.name.clone(), hello.engines);
            self.members.insert(from, Member::new(now, hello, self.run, self.epoch));
            self.happenings.push_back(Happening::Joined { name, engines });
        }
        if let Some(member) = self.members.get_mut(&from)
            && member.standing == Standing::Joined
        {
            member.heard_at = now;
            let welcome = member.talk.frame(Kind::Welcome, &self.welcome);
            self.out.push_back((from, welcome));
        }
        Ok(())
    }

    /// What a worker has told in order.
    fn take_reports(&mut self, from: WorkerId) -> Result<(), DropReason> {
        let mut outcome = Ok(());
        while let Some(member) = self.members.get_mut(&from)
            && let Some(report) = member.talk.pop()
        {
            match report {
                Report::Ready if member.standing == Standing::Joined => member.standing = Standing::Ready,
                Report::Unable(why) if member.standing == Standing::Joined => {
                    let name = member.hello.name.clone();
                    self.call_off(Obstacle::Unable { name, why: printable(&why) });
                }
                Report::Stats(delta)
                    if delta.is_sound() && member.note(delta.engine, delta.second, delta.users) =>
                {
                    self.happenings.push_back(Happening::Stats(delta));
                }
                Report::Records(records) if member.standing == Standing::Running => {
                    self.happenings.push_back(Happening::Records { worker: member.index, records });
                }
                Report::Done { engine, ending } if member.note_end(engine, ending) => {
                    self.happenings.push_back(Happening::Ended { engine });
                }
                Report::Ask { engine, ask } if member.owns(engine) => {
                    self.happenings.push_back(Happening::Asked { engine, ask });
                }
                Report::Trouble(text) if member.standing == Standing::Running => {
                    let name = member.hello.name.clone();
                    self.happenings.push_back(Happening::Trouble { name, text: printable(&text) });
                }
                _ => outcome = Err(DropReason::Garbage),
            }
        }
        self.look_who_is_ready();
        outcome
    }

    fn look_who_is_ready(&mut self) {
        if self.stage != Stage::Gathering {
            return;
        }
        let ready = self.members.values().filter(|member| member.standing == Standing::Ready).count();
        if ready == self.wanted {
            self.stage = Stage::Gathered;
            self.happenings.push_back(Happening::Ready);
        }
    }

    fn give_up_the_silent(&mut self, now: Nanos) {
        let silent = |member: &Member| member.is_needed() && now.since(member.heard_at) >= WORKER_SILENCE_MAX;
        let lost: Vec<WorkerId> =
            self.members.iter().filter(|(_, member)| silent(member)).map(|(id, _)| *id).collect();
        for id in lost {
            let Some((run, epoch)) = self.part_with(id) else { continue };
            self.dismiss(id, Tag { run, epoch, ..Tag::default() }, Dismissal::GivenUp);
        }
    }

    /// Goes on without a worker. Gives the identity that it had.
    fn part_with(&mut self, id: WorkerId) -> Option<(u64, u32)> {
        let member = self.members.remove(&id)?;
        if self.given_up.len() >= WORKERS_GIVEN_UP_KNOWN {
            self.given_up.pop_front();
        }
        self.given_up.push_back(id);
        let name = member.hello.name.clone();
        if member.standing == Standing::Running {
            let (engines, users) = (member.numbers(), member.users());
            self.happenings.push_back(Happening::Lost { name, engines, users });
        } else {
            // Its place is free again.
            if self.stage == Stage::Gathered {
                self.stage = Stage::Gathering;
            }
            self.happenings.push_back(Happening::Left { name });
        }
        Some(member.talk.identity())
    }

    fn end_when_all_are_done(&mut self, now: Nanos) {
        if self.stage == Stage::Running && !self.members.values().any(Member::is_needed) {
            self.stage = Stage::Parting { since: now, tell_at: now + PARTING_AGAIN_AFTER };
        }
        let Stage::Parting { since, tell_at } = self.stage else { return };
        if tell_at <= now {
            self.stage = Stage::Parting { since, tell_at: now + PARTING_AGAIN_AFTER };
            self.members.values_mut().for_each(|member| member.talk.acknowledge_again());
        }
        let all_gone = self.members.values().all(|member| matches!(member.standing, Standing::Gone(_)));
        if all_gone || now.since(since) >= PARTING_MAX {
            self.be_over();
        }
    }

    fn be_over(&mut self) {
        self.stage = Stage::Over;
        let endings = self.members.values().filter_map(|member| match member.standing {
            Standing::Done(ending) | Standing::Gone(ending) => Some(ending),
            _ => None,
        });
        // A run goes on without a lost worker; without any it has failed.
        let ending = endings.reduce(Ending::and).unwrap_or(Ending { cut: Some(Cut::Failed), in_flight: 0 });
        self.happenings.push_back(Happening::Over(ending));
    }

    fn call_off(&mut self, obstacle: Obstacle) {
        if self.stage == Stage::Over {
            return;
        }
        self.stage = Stage::Over;
        let members: Vec<_> = self.members.iter().map(|(id, m)| (*id, m.talk.identity())).collect();
        for (id, (run, epoch)) in members {
            self.dismiss(id, Tag { run, epoch, ..Tag::default() }, Dismissal::CalledOff);
        }
        self.happenings.push_back(Happening::CannotStart(obstacle));
    }

    fn serve_all(&mut self) {
        self.to_serve.extend(self.members.keys());
    }

    fn dismiss(&mut self, whom: WorkerId, tag: Tag, why: Dismissal) {
        self.out.push_back((whom, frame::write(Kind::Dismissal, tag, &frame::encode(&why))));
    }

    fn drop_frame(&mut self, why: DropReason) {
        let count = self.drops.entry(why).or_default();
        *count += 1;
        // Told at the first, second, fourth, eighth…: a flood of frames must not become one of messages.
        if count.is_power_of_two() {
            let count = *count;
            self.happenings.push_back(Happening::Dropped { why, count });
        }
    }

    /// Notices its own sleep: the workers were neither silent nor late then, nobody listened.
    fn look(&mut self, now: Nanos) {
        let gap = now.since(self.looked_at);
        self.looked_at = self.looked_at.max(now);
        if gap < OWN_STALL {
            return;
        }
        self.deadline += gap;
        for member in self.members.values_mut() {
            member.heard_at = (member.heard_at + gap).min(now);
        }
        if self.stage == Stage::Running {
            self.happenings.push_back(Happening::Stalled(gap));
        }
    }
}

/// Text of a worker as it may be shown: one short line.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(TEXT_CHARS_MAX).collect()
}

/// What a member is sent next.
fn next_frame(member: &mut Member, stock: &BTreeMap<Hash, Arc<Vec<u8>>>, now: Nanos) -> Option<Vec<u8>> {
    if let Some(frame) = member.talk.poll_lane(now) {
        return Some(frame);
    }
    if let Some(chunk) = member.fetch.take().and_then(|fetch| chunk(stock, fetch)) {
        return Some(member.talk.frame(Kind::Chunk, &chunk));
    }
    let probe = member.probe.take();
    let owes = probe.is_some() || member.talk.owes_acknowledgement();
    owes.then(|| member.talk.frame(Kind::Echo, &Echo { probe, now }))
}

fn can_serve(stock: &BTreeMap<Hash, Arc<Vec<u8>>>, fetch: Fetch) -> bool {
    stock.get(&fetch.sha256).is_some_and(|bytes| fetch.offset <= bytes.len() as u64)
}

fn chunk(stock: &BTreeMap<Hash, Arc<Vec<u8>>>, fetch: Fetch) -> Option<Chunk> {
    let bytes = stock.get(&fetch.sha256)?;
    let from = usize::try_from(fetch.offset).ok().filter(|from| *from <= bytes.len())?;
    let until = bytes.len().min(from + CHUNK_BYTES);
    Some(Chunk { sha256: fetch.sha256, offset: fetch.offset, bytes: Bytes(bytes[from..until].to_vec()) })
}
