//! Frames that nobody should send, to either end, at every stage of a run: dropped and counted, never a panic, never much memory,
//! and strangers change nothing.

use std::sync::Arc;

use super::chance::{Dice, Stream};
use super::network::{random_bytes, scramble};
use super::tests::for_seeds;
use crate::coordination::frame::{self, Bytes, Frame, Kind, Tag};
use crate::coordination::message::{Chunk, Echo, Fetch, Go, Order, Probe, Report, Welcome};
use crate::coordination::{
    Command, Controller, Cut, Dismissal, DropReason, Ending, Happening, Hello, Outcome, Piece, Settings,
    Worker, WorkerId,
};
use crate::plan::{FileId, Method, SessionId, TagId, TransactionId};
use crate::service::{Ask, Facts, Grant, Services};
use crate::sink::{
    DumpRow, MatchEvent, MatchRow, Record, ResponseText, Sample, ScriptText, Traffic, TrafficRow,
};
use crate::stats::{Counter, Delta, Recorder, SeriesId, Shape};
use crate::time::Nanos;

const RUN: u64 = 77;
const ID: WorkerId = [1; 16];
const STRANGER: WorkerId = [2; 16];
/// Steps of a run at which it is attacked.
const STAGES: u64 = 40;
/// Frames that may wait after one frame came in.
const ANSWERS_MAX: usize = 4;

fn piece() -> Piece {
    Piece { sha256: [7; 32], length: 3 }
}

fn delta(engine: u32) -> Delta {
    let mut recorder = Recorder::new(Shape { series: SeriesId::FIXED as usize, phases: 1 });
    (recorder.engine, recorder.users) = (engine, 3);
    recorder.count(Counter::UserStarted, 3);
    Delta::of(&recorder)
}

/// A controller and its only worker with two engines, and no network between them.
struct Pair {
    now: Nanos,
    controller: Controller,
    worker: Worker,
    services: Services,
    happenings: Vec<Happening>,
    commands: Vec<Command>,
}

impl Pair {
    fn new() -> Self {
        let settings = Settings {
            run: RUN,
            key: None,
            workers: 1,
            patience: Nanos::from_secs(30),
            plan: (piece(), Arc::new(b"abc".to_vec())),
            files: Vec::new(),
        };
        let hello = Hello { name: "w".into(), engines: 2, key: None };
        Self {
            now: Nanos::SECOND,
            controller: Controller::new(Nanos::SECOND, settings),
            worker: Worker::new(Nanos::SECOND, hello, Some(piece().sha256)),
            services: Services::new(
                Facts { rows: vec![9], barrier_users: 3, barrier_timeout: Nanos::SECOND, transactions: 1 },
                2,
            ),
            happenings: Vec::new(),
            commands: Vec::new(),
        }
    }

    /// One exchange of what both have to say, and what their surroundings do at this step.
    fn step(&mut self, step: u64) {
        self.now += Nanos::from_millis(20);
        let now = self.now;
        if self.worker.poll_timeout() <= now {
            self.worker.handle_timeout(now);
        }
        if self.controller.poll_timeout() <= now {
            self.controller.handle_timeout(now);
        }
        while let Some(command) = self.worker.poll_command() {
            if let Command::Link(_) = command {
                self.worker.handle_linked(now, Ok(()));
            }
            self.commands.push(command);
        }
        if step > 20 {
            self.worker.handle_stats(now, delta(step as u32 % 2));
        }
        if step == 36 {
            let ending = Ending { cut: None, in_flight: 1 };
            (0..2).for_each(|engine| self.worker.handle_engine_done(now, engine, ending));
        }
        for _ in 0..8 {
            while let Some(frame) = self.worker.poll_send(now) {
                self.controller.handle_frame(now, ID, &frame);
            }
            while let Some((whom, frame)) = self.controller.poll_send(now) {
                if whom == ID {
                    let _ = self.worker.handle_frame(now, &frame);
                }
            }
        }
        while let Some(happening) = self.controller.poll_happening() {
            if happening == Happening::Ready {
                self.controller.go(now);
            }
            if let Happening::Asked { engine, ask } = happening {
                self.services.handle_ask(now, engine, ask);
            }
            self.happenings.push(happening);
        }
        self.services.handle_timeout(now);
        while let Some((engine, grant)) = self.services.poll_grant() {
            self.controller.grant(engine, grant);
        }
    }

    /// A frame to the controller; what it answers to it goes nowhere.
    fn attack_controller(&mut self, from: WorkerId, bytes: &[u8]) {
        self.controller.handle_frame(self.now, from, bytes);
        let answers = std::iter::from_fn(|| self.controller.poll_send(self.now)).take(100).count();
        assert!(answers <= ANSWERS_MAX, "{answers} answers");
    }

    fn attack_worker(&mut self, bytes: &[u8]) {
        let _ = self.worker.handle_frame(self.now, bytes);
        assert!(std::iter::from_fn(|| self.worker.poll_send(self.now)).take(100).count() <= ANSWERS_MAX);
    }

    /// Ends well, with every delta that was handed over.
    fn ended_well(&self) -> bool {
        let ending = Ending { cut: None, in_flight: 2 };
        self.happenings.contains(&Happening::Over(ending))
            && self.commands.last() == Some(&Command::End(Outcome::Done))
    }
}

/// Numbers at the edges of what can be said.
fn number(dice: &mut Dice) -> u64 {
    match dice.below(4) {
        0 => dice.below(4),
        1 => u64::MAX - dice.below(3),
        2 => 1 << dice.below(64),
        _ => dice.below(u64::MAX),
    }
}

fn tag(dice: &mut Dice) -> Tag {
    let (run, epoch) = if dice.permille(800) { (RUN, 1) } else { (dice.below(2), dice.below(3) as u32) };
    let (sequence, acknowledged) = match dice.below(3) {
        0 => (number(dice), number(dice)),
        _ => (dice.below(80), dice.below(80)),
    };
    Tag { run, epoch, sequence, acknowledged }
}

fn ask(dice: &mut Dice) -> Ask {
    let (id, at) = (TransactionId(number(dice) as u32), Nanos(number(dice)));
    let rows = Ask::Rows { file: FileId(number(dice) as u32), users: number(dice) as u32 };
    let known = Ask::Rows { file: FileId(0), users: number(dice) as u32 };
    let clocks = [Ask::InteractionSend { id, at }, Ask::InteractionReceive { id, at }];
    [rows, known, clocks[0], clocks[1], Ask::Barrier, Ask::Abort][dice.index(6)]
}

/// A record with numbers that no plan has.
fn record(dice: &mut Dice) -> Record {
    let at = Nanos(number(dice));
    let (user, session, action) = (number(dice), SessionId(number(dice) as u32), number(dice) as u32);
    match dice.below(6) {
        0 => Record::Dump(DumpRow {
            at,
            user,
            method: Method::Get,
            host: "\n;\u{7f}".into(),
            url: vec![0xff; dice.index(9)],
            status: Some(number(dice) as u16),
            size: number(dice),
            duration: Nanos(number(dice)),
            transaction: Some(TransactionId(number(dice) as u32)),
            matched: Some(MatchEvent::Stop),
            error: Some(Counter::RepeatUndefined(number(dice) as u32)),
            tag: Some(TagId(number(dice) as u32)),
        }),
        1 => Record::Match(MatchRow {
            at,
            user,
            session,
            action,
            event: MatchEvent::NoMatch,
            transaction: Some(TransactionId(number(dice) as u32)),
            name: Some("\r\n".into()),
        }),
        2 => Record::Traffic(TrafficRow { at, user, piece: Traffic::Received(vec![0; dice.index(9)]) }),
        3 => Record::Samples(vec![Sample { series: SeriesId(action), value: at }; dice.index(3)]),
        4 => Record::Script(ScriptText {
            at,
            user,
            session,
            action,
            failed: dice.below(2) == 0,
            text: vec![0xff; dice.index(9)],
        }),
        _ => Record::Response(ResponseText { user, session, action, text: vec![0; dice.index(9)] }),
    }
}

/// A frame that can be read and says something that no honest process says, or says it at the wrong time.
fn lie(dice: &mut Dice) -> Vec<u8> {
    let (kind, body) = match dice.below(18) {
        0 => (
            Kind::Hello,
            frame::encode(&Hello {
                name: "x".repeat(dice.index(99)),
                engines: number(dice) as u32,
                key: None,
            }),
        ),
        1 => (Kind::Probe, frame::encode(&Probe { sent: Nanos(number(dice)) })),
        2 => (Kind::Fetch, frame::encode(&Fetch { sha256: [7; 32], offset: number(dice) })),
        3 => (Kind::Bye, Vec::new()),
        4 => (Kind::Report, frame::encode(&Report::Ready)),
        5 => (Kind::Report, frame::encode(&Report::Unable("no".into()))),
        6 => (Kind::Report, frame::encode(&Report::Stats(delta(number(dice) as u32)))),
        7 => {
            let records = (0..dice.index(4)).map(|_| record(dice)).collect();
            (Kind::Report, frame::encode(&Report::Records(records)))
        }
        8 => {
            let cut = [None, Some(Cut::Failed)][dice.index(2)];
            let ending = Ending { cut, in_flight: number(dice) };
            (Kind::Report, frame::encode(&Report::Done { engine: dice.below(3) as u32, ending }))
        }
        9 => (Kind::Report, frame::encode(&Report::Trouble("\u{1b}[2J".repeat(dice.index(500))))),
        10 => {
            let plan = Piece { sha256: [dice.below(8) as u8; 32], length: number(dice) };
            (Kind::Welcome, frame::encode(&Welcome { plan, files: vec![plan; dice.index(9)] }))
        }
        11 => {
            let probe = Some(Nanos(number(dice)));
            (Kind::Echo, frame::encode(&Echo { probe, now: Nanos(number(dice)) }))
        }
        12 => {
            let bytes = Bytes(vec![0; dice.index(9)]);
            (Kind::Chunk, frame::encode(&Chunk { sha256: [7; 32], offset: number(dice), bytes }))
        }
        13 => {
            let at = Nanos(number(dice));
            let go = Go { at, first_engine: number(dice) as u32, engines: number(dice) as u32 };
            (Kind::Order, frame::encode(&Order::Go(go)))
        }
        14 => (Kind::Order, frame::encode(&Order::Stop(Cut::Stopped))),
        15 => (Kind::Report, frame::encode(&Report::Ask { engine: dice.below(3) as u32, ask: ask(dice) })),
        16 => {
            let rows = Grant::Rows {
                file: FileId(number(dice) as u32),
                first: number(dice),
                count: number(dice) as u32,
            };
            let grant = [rows, Grant::Barrier { users: number(dice) as u32 }][dice.index(2)];
            (Kind::Order, frame::encode(&Order::Grant { engine: number(dice) as u32, grant }))
        }
        _ => (Kind::Dismissal, frame::encode(&Dismissal::GivenUp)),
    };
    frame::write(kind, tag(dice), &body)
}

/// A lie, a damaged lie, or no frame at all.
fn poison(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = lie(dice);
    match dice.below(4) {
        0 => scramble(dice, &mut bytes),
        1 => bytes = random_bytes(dice),
        _ => {}
    }
    bytes
}

#[test]
fn fuzz_frames_are_read_or_refused() {
    let mut dice = Dice::new(1, Stream::Fuzz);
    for _ in 0..60_000 {
        let bytes = poison(&mut dice);
        let Ok(frame) = Frame::read(&bytes) else { continue };
        // Every body, whatever the kind says.
        let _ = frame.body::<Hello>();
        let _ = frame.body::<Welcome>();
        let _ = frame.body::<Chunk>();
        let _ = frame.body::<Fetch>();
        let _ = frame.body::<Echo>();
        let _ = frame.body::<Order>();
        let _ = frame.body::<Dismissal>();
        if let Ok(Report::Stats(delta)) = frame.body::<Report>()
            && delta.is_sound()
        {
            delta.fill(&mut Recorder::new(Shape { series: 1, phases: 1 }));
        }
    }
}

#[test]
fn fuzz_members_harm_only_themselves() {
    for_seeds(1_500, "fuzz_members", |seed| {
        let mut dice = Dice::new(seed, Stream::Fuzz);
        let mut pair = Pair::new();
        let attacked_from = dice.below(STAGES);
        for step in 0..STAGES {
            pair.step(step);
            if step >= attacked_from {
                for _ in 0..dice.below(6) {
                    let bytes = poison(&mut dice);
                    pair.attack_controller(ID, &bytes);
                    let bytes = poison(&mut dice);
                    pair.attack_worker(&bytes);
                }
            }
        }
        // Whatever they believe by now, the time-outs end it.
        (0..10).for_each(|_| {
            pair.now += Nanos::from_secs(30);
            pair.step(STAGES);
        });
        let bound = pair.worker.waiting();
        assert!(bound <= 100, "{bound} messages wait");
    });
}

#[test]
fn fuzz_nothing_is_believed_before_the_welcome() {
    let mut worker = Worker::new(Nanos::SECOND, Hello { name: "w".into(), engines: 2, key: None }, None);
    // What a worker without a membership would call its own.
    let tag = Tag { sequence: 1, ..Tag::default() };
    for (kind, body) in [
        (Kind::Order, frame::encode(&Order::Stop(Cut::Stopped))),
        (Kind::Echo, frame::encode(&Echo { probe: Some(Nanos::ZERO), now: Nanos::ZERO })),
        (Kind::Chunk, frame::encode(&Chunk { sha256: [7; 32], offset: 0, bytes: Bytes::default() })),
        (Kind::Report, frame::encode(&Report::Ready)),
    ] {
        let _ = worker.handle_frame(Nanos::SECOND, &frame::write(kind, tag, &body));
        worker.handle_timeout(Nanos::SECOND);
    }
    let said: Vec<_> = std::iter::from_fn(|| worker.poll_send(Nanos::SECOND)).collect();
    assert!(said.iter().all(|bytes| bytes[2] == Kind::Hello as u8), "{said:?}");
    assert_eq!(worker.poll_command(), None);
}

#[test]
fn fuzz_strangers_change_nothing() {
    for_seeds(1_500, "fuzz_strangers", |seed| {
        let mut dice = Dice::new(seed, Stream::Fuzz);
        let mut pair = Pair::new();
        // The only place is taken after the first steps.
        let attacked_from = 2 + dice.below(STAGES);
        let mut sent = 0;
        for step in 0..STAGES + 10 {
            pair.step(step);
            if step >= attacked_from {
                for _ in 0..dice.below(6) {
                    let bytes = poison(&mut dice);
                    let is_hello = Frame::read(&bytes).is_ok_and(|frame| frame.kind == Kind::Hello);
                    sent += u64::from(!is_hello);
                    pair.attack_controller(STRANGER, &bytes);
                }
            }
        }
        assert!(pair.ended_well(), "seed {seed}: {:?}", pair.commands);
        let dropped: u64 = pair.controller.drops().values().sum();
        assert!(dropped >= sent, "seed {seed}: {dropped} of {sent} dropped");
        let known = [DropReason::Stale, DropReason::Garbage, DropReason::Version, DropReason::Oversized];
        assert!(pair.controller.drops().keys().all(|reason| known.contains(reason)));
    });
}
