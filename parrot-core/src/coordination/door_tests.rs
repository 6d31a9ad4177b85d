//! Before the run: who may join, who leaves, and what is said of those that are missing.

use super::frame::{self, Frame, Kind, Tag};
use super::*;
use crate::limits::{ENGINES_MAX, ENGINES_PER_WORKER_MAX};
use crate::time::Nanos;

const T: Nanos = Nanos::SECOND;
const PLAN: Piece = Piece { sha256: [7; 32], length: 3 };

fn controller(workers: usize, key: Option<RunKey>) -> Controller {
    let patience = Nanos::from_secs(30);
    let plan = (PLAN, b"abc".to_vec().into());
    Controller::new(T, Settings { run: 5, key, workers, patience, plan, files: Vec::new() })
}

fn hello(name: &str, engines: u32, key: Option<RunKey>) -> Hello {
    Hello { name: name.to_owned(), engines, key }
}

/// Carries frames to and fro until both have said everything at this moment.
fn talk(now: Nanos, controller: &mut Controller, workers: &mut [(WorkerId, Worker)]) {
    for _ in 0..40 {
        for (id, worker) in &mut *workers {
            if worker.poll_timeout() <= now {
                worker.handle_timeout(now);
            }
            while let Some(frame) = worker.poll_send(now) {
                controller.handle_frame(now, *id, &frame);
            }
        }
        while let Some((whom, frame)) = controller.poll_send(now) {
            if let Some((_, worker)) = workers.iter_mut().find(|(id, _)| *id == whom) {
                worker.handle_frame(now, &frame).unwrap();
            }
        }
    }
}

fn happenings(controller: &mut Controller) -> Vec<Happening> {
    std::iter::from_fn(|| controller.poll_happening()).collect()
}

fn commands(worker: &mut Worker) -> Vec<Command> {
    std::iter::from_fn(|| worker.poll_command()).collect()
}

/// A worker that has the Plan and will be ready once it is linked.
fn worker(number: u8) -> (WorkerId, Worker) {
    let hello = hello(&format!("w{number}"), 1, None);
    ([number; 16], Worker::new(T, hello, Some(PLAN.sha256)))
}

#[test]
fn more_engines_than_a_run_may_have_are_refused_at_the_door() {
    let mut controller = controller(9, None);
    let mut offer = |number: u8, engines| {
        let hello = frame::encode(&hello("w", engines, None));
        controller.handle_frame(T, [number; 16], &frame::write(Kind::Hello, Tag::default(), &hello));
        let (_, answer) = controller.poll_send(T).unwrap();
        let frame = Frame::read(&answer).unwrap();
        let refusal = (frame.kind == Kind::Dismissal).then(|| frame.body::<Dismissal>().unwrap());
        (refusal, controller.engines())
    };
    let full = ENGINES_MAX / ENGINES_PER_WORKER_MAX - 1;
    for number in 1..=full {
        assert_eq!(offer(number as u8, ENGINES_PER_WORKER_MAX).0, None);
    }
    assert_eq!(offer(100, ENGINES_PER_WORKER_MAX - 1), (None, ENGINES_MAX - 1));
    assert_eq!(offer(101, 2), (Some(Dismissal::TooManyEngines), ENGINES_MAX - 1));
    assert_eq!(offer(102, 1), (None, ENGINES_MAX));
}

#[test]
fn a_worker_that_is_stopped_says_goodbye_and_its_place_is_free_at_once() {
    for linked in [false, true] {
        let mut controller = controller(1, None);
        let mut workers = [worker(1), worker(2)];
        talk(T, &mut controller, &mut workers[..1]);
        if linked {
            workers[0].1.handle_linked(T, Ok(()));
            talk(T, &mut controller, &mut workers[..1]);
        }
        let ready = happenings(&mut controller).contains(&Happening::Ready);
        assert_eq!(ready, linked);
        workers[0].1.stop(T);
        talk(T, &mut controller, &mut workers);
        assert_eq!(commands(&mut workers[0].1).last(), Some(&Command::End(Outcome::Stopped)));
        let joined = |name: &str| Happening::Joined { name: name.to_owned(), engines: 1 };
        assert_eq!(happenings(&mut controller), [Happening::Left { name: "w1".to_owned() }, joined("w2")]);
        workers[1].1.handle_linked(T, Ok(()));
        talk(T, &mut controller, &mut workers);
        assert_eq!(happenings(&mut controller), [Happening::Ready]);
    }
}

/// The order to start and the goodbye pass each other.
#[test]
fn a_worker_that_leaves_as_the_run_starts_is_lost_at_once() {
    let mut controller = controller(1, None);
    let mut workers = [worker(1)];
    talk(T, &mut controller, &mut workers);
    workers[0].1.handle_linked(T, Ok(()));
    talk(T, &mut controller, &mut workers);
    controller.go(T).unwrap();
    workers[0].1.stop(T);
    talk(T, &mut controller, &mut workers);
    let seen = happenings(&mut controller);
    let lost = Happening::Lost { name: "w1".to_owned(), engines: 0..1, users: 0 };
    assert!(seen.contains(&lost), "{seen:?}");
    let failed = Ending { cut: Some(Cut::Failed), in_flight: 0 };
    assert_eq!(seen.last(), Some(&Happening::Over(failed)));
}

#[test]
fn whoever_does_not_know_the_key_gets_no_answer() {
    let key = Some([3; 16]);
    let mut controller = controller(1, key);
    let mut offer = |number: u8, key| {
        let hello = frame::encode(&hello("w", 1, key));
        controller.handle_frame(T, [number; 16], &frame::write(Kind::Hello, Tag::default(), &hello));
        controller.poll_send(T).map(|(_, frame)| Frame::read(&frame).unwrap().kind)
    };
    assert_eq!(offer(1, None), None);
    assert_eq!(offer(2, Some([4; 16])), None);
    assert_eq!(offer(3, key), Some(Kind::Welcome));
    assert_eq!(offer(4, Some([4; 16])), None);
    assert_eq!(offer(4, key), Some(Kind::Dismissal));
    assert_eq!(controller.drops().get(&DropReason::Stale), Some(&3));
}

#[test]
fn a_worker_without_a_controller_says_so() {
    let (_, mut alone) = worker(1);
    let (mut now, mut hellos) = (T, 0);
    while commands(&mut alone).is_empty() {
        now = alone.poll_timeout().max(now + Nanos::from_millis(1));
        assert!(now <= T + Nanos::from_secs(601), "it waits for ever");
        alone.handle_timeout(now);
        hellos += std::iter::from_fn(|| alone.poll_send(now)).count();
        if let Some(command) = alone.poll_command() {
            assert_eq!(command, Command::End(Outcome::NoController));
            break;
        }
    }
    assert!(now >= T + Nanos::from_secs(600) && hellos >= 600, "{now:?}, {hellos}");
}

#[test]
fn those_that_are_missing_are_told_from_those_that_are_late() {
    let mut controller = controller(3, None);
    let mut workers = [worker(1), worker(2)];
    talk(T, &mut controller, &mut workers);
    workers[1].1.handle_linked(T, Ok(()));
    let mut now = T;
    while now < T + Nanos::from_secs(30) {
        now += Nanos::from_millis(200);
        talk(now, &mut controller, &mut workers);
        controller.handle_timeout(now);
    }
    let obstacle = Obstacle::WorkersMissing {
        ready: vec!["w2".to_owned()],
        preparing: vec!["w1".to_owned()],
        wanted: 3,
    };
    assert_eq!(happenings(&mut controller).last(), Some(&Happening::CannotStart(obstacle)));
}

/// Between the two the surroundings may open files or ask people.
#[test]
fn a_long_time_from_ready_to_the_start_is_no_pause_of_the_run() {
    let mut controller = controller(1, None);
    let mut workers = [worker(1)];
    talk(T, &mut controller, &mut workers);
    workers[0].1.handle_linked(T, Ok(()));
    talk(T, &mut controller, &mut workers);
    assert_eq!(happenings(&mut controller).last(), Some(&Happening::Ready));
    let later = T + Nanos::from_secs(8);
    controller.go(later).unwrap();
    controller.handle_timeout(later);
    assert_eq!(happenings(&mut controller), []);
}
