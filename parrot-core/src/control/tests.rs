//! The control thread with handovers made by hand.

use std::io;
use std::sync::{Arc, Mutex};

use super::*;
use crate::plan::{Load, Options, PLAN_VERSION, Plan};

/// Ends of the windows it was told of, and whether each was the last.
#[derive(Clone, Default)]
struct Windows(Arc<Mutex<Vec<(Nanos, bool)>>>);

impl Sink for Windows {
    fn name(&self) -> &str {
        "windows"
    }

    fn handle(&mut self, event: &Event<'_>) -> io::Result<()> {
        if let Event::Window(window) = event {
            self.0.lock().unwrap().push((window.at, window.last));
        }
        Ok(())
    }
}

fn program() -> Program {
    let plan = Plan {
        version: PLAN_VERSION,
        seed: 1,
        load: Load::default(),
        servers: Vec::new(),
        sessions: Vec::new(),
        requests: Vec::new(),
        endpoints: Vec::new(),
        files: Vec::new(),
        user_agents: Vec::new(),
        transactions: Vec::new(),
        tags: Vec::new(),
        repeats: Vec::new(),
        sources: Vec::new(),
        options: Options::default(),
    };
    Program::link(plan, Vec::new()).unwrap()
}

#[test]
fn a_run_that_ends_within_the_last_second_of_a_window_has_one_last_window() {
    let (program, windows) = (program(), Windows::default());
    let mut control = Control::new(&program, Clock::start(), vec![Box::new(windows.clone())]);
    let (engine, from_engine) = mpsc::sync_channel(2);
    let (spare, _spares) = mpsc::channel();
    let mut recorder = Box::new(Recorder::new(program.shape()));
    recorder.second = 9;
    engine.send(Handover::Second(recorder, Vec::new())).unwrap();
    engine.send(Handover::Done(Ending { cut: None, alive: 0, in_flight: 0 })).unwrap();
    let ending = control.gather(&from_engine, &spare, &StopHandle::default(), &|_| panic!("nobody asked"));
    control.finish(ending, None);
    let windows = windows.0.lock().unwrap();
    assert!(matches!(windows.as_slice(), [(at, true)] if *at < WINDOW), "{windows:?}");
}
