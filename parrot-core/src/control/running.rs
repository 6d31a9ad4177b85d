//! The run itself, as its controller sees it: statistics become windows, events go to the sinks, losses are noted.

use super::gathering::Run;
use super::report::Report;
use super::sinks::Sinks;
use crate::coordination::{Cut, Ending, Happening, WINDOW, Windows};
use crate::load::Schedule;
use crate::monitor::HostMonitor;
use crate::service::{Facts, Services};
use crate::sink::{EndReason, Event, Remark, Sink};
use crate::stats::{Counter, Incident, Recorder, Rule, Timeline};
use crate::sys::Clock;
use crate::time::Nanos;

/// When the machine is looked at first; then once a window.
const FIRST_HOST_READING: Nanos = Nanos::SECOND;
/// Longest time between two words about the progress.
const PROGRESS_EVERY: Nanos = Nanos::from_millis(1_500);

pub(super) struct Running {
    run: Run,
    /// Counts from the start of the run.
    clock: Clock,
    timeline: Timeline,
    sinks: Sinks,
    host: HostMonitor,
    windows: Windows,
    services: Services,
    next_host_reading: Nanos,
    /// Where statistics are unpacked.
    scratch: Recorder,
    /// Seconds that all engines had reported when the progress was told last, and when that was.
    told: (u64, Nanos),
    failure: Option<String>,
}

impl Running {
    /// A run that begins at this time of its process.
    pub(super) fn new(run: Run, at: Nanos, rules: Vec<Rule>, sinks: Vec<Box<dyn Sink>>) -> Self {
        let plan = &run.program.plan;
        let clock = run.clock.from(at);
        let mut sinks = Sinks::new(sinks);
        sinks.send(&Event::Started { unix_secs: clock.start_unix_secs() });
        let mut starts = Schedule::phase_starts(plan);
        starts.truncate(plan.load.phases.len());
        let shape = run.program.shape();
        let mut timeline = Timeline::new(shape, Schedule::planned(plan), starts);
        timeline.watch(rules);
        Self {
            clock,
            timeline,
            sinks,
            host: HostMonitor::new(),
            windows: Windows::new(),
            services: Services::new(Facts::new(&run.program), run.machine.engines()),
            next_host_reading: FIRST_HOST_READING,
            scratch: Recorder::new(shape),
            told: (0, Nanos::ZERO),
            failure: None,
            run,
        }
    }

    /// Goes on until the run is over.
    pub(super) fn drive(mut self) -> Report {
        let ending = loop {
            let now = self.clock.now();
            let due = self.next_host_reading.min(self.windows.due(now));
            let due = due.min(self.services.poll_timeout().unwrap_or(Nanos::NEVER));
            self.run.turn(due.since(now).min(Nanos::SECOND));
            if let Some(ending) = self.take_happenings() {
                break ending;
            }
            let now = self.clock.now();
            self.serve(now);
            self.read_host(now);
            while let Some(end) = self.windows.poll(now, self.run.machine.reported_until()) {
                self.write_window(end, false);
            }
            self.tell_progress(now);
        };
        self.finish(ending)
    }

    fn take_happenings(&mut self) -> Option<Ending> {
        while let Some(happening) = self.run.machine.poll_happening() {
            match happening {
                Happening::Stats(delta) => {
                    delta.fill(&mut self.scratch);
                    self.timeline.record(&self.scratch);
                    self.scratch.clear();
                }
                Happening::Asked { engine, ask } => {
                    self.services.handle_ask(self.clock.now(), engine, ask);
                }
                Happening::Records { worker, records } => {
                    self.sinks.send(&Event::Records { worker, records: &records });
                }
                Happening::Stalled(span) => {
                    self.windows.be_patient(self.clock.now());
                    self.timeline.note(Incident::ControllerStalled(span));
                }
                Happening::Ended { engine } => self.services.forget_engines([engine]),
                Happening::Lost { name, engines, users } => {
                    self.failure.get_or_insert_with(|| format!("worker {name} is lost"));
                    self.services.forget_engines(engines.clone());
                    self.timeline.forget_engines(engines);
                    self.timeline.note(Incident::WorkerLost { name, users });
                }
                Happening::Trouble { name, text } => {
                    self.failure = Some(format!("worker {name}: {text}"));
                    self.sinks.send(&Event::Remark(&Remark::Trouble { name, text }));
                }
                Happening::Dropped { why, count } => {
                    self.sinks.send(&Event::Remark(&Remark::FramesDropped { why, count }));
                }
                Happening::Over(ending) => return Some(ending),
                Happening::Joined { .. }
                | Happening::Left { .. }
                | Happening::Ready
                | Happening::CannotStart(_) => {}
            }
        }
        None
    }

    /// Answers what users have asked for.
    fn serve(&mut self, now: Nanos) {
        if self.services.poll_timeout().is_some_and(|at| at <= now) {
            self.services.handle_timeout(now);
        }
        while let Some((engine, grant)) = self.services.poll_grant() {
            self.run.machine.grant(engine, grant);
        }
        if self.services.wants_abort() {
            self.run.machine.stop(self.run.clock.now(), Cut::Aborted);
        }
    }

    fn read_host(&mut self, now: Nanos) {
        if now < self.next_host_reading {
            return;
        }
        self.next_host_reading += WINDOW;
        for (metric, value) in self.host.read() {
            self.timeline.host(metric, value);
        }
    }

    fn tell_progress(&mut self, now: Nanos) {
        let reported = self.run.machine.reported_until().unwrap_or(self.told.0);
        if reported <= self.told.0 && now.since(self.told.1) < PROGRESS_EVERY {
            return;
        }
        self.told = (reported, now);
        self.sinks.send(&Event::Progress(&self.timeline.progress(now)));
    }

    fn write_window(&mut self, at: Nanos, last: bool) {
        let window = self.timeline.close_window(at, self.clock.unix_secs(at) as u64, last);
        self.sinks.send(&Event::Window(&window));
    }

    fn finish(mut self, ending: Ending) -> Report {
        let now = self.clock.now();
        // A short run has told nothing yet.
        self.sinks.send(&Event::Progress(&self.timeline.progress(now)));
        if matches!(ending.cut, Some(Cut::Duration | Cut::Aborted)) {
            self.timeline.count(Counter::RunAborted, 1);
        }
        while let Some(end) = self.windows.poll(now, None) {
            self.write_window(end, false);
        }
        self.write_window(now, true);
        let end = match ending.cut {
            None => EndReason::Completed,
            // A worker that was stopped by itself does not stop the run: its users are missing.
            Some(Cut::Stopped) if self.run.stop.is_stopped() => EndReason::Stopped,
            Some(Cut::Stopped) => EndReason::Completed,
            Some(Cut::Duration) => EndReason::DurationReached,
            Some(Cut::Aborted) => EndReason::Aborted,
            Some(Cut::Failed) => EndReason::Failed,
        };
        let start = self.clock.start_unix_secs();
        let summary = self.timeline.finish(end, start, now, ending.in_flight);
        self.sinks.send(&Event::Finished(&summary));
        let failure = self.failure.filter(|_| end == EndReason::Failed);
        Report { summary, sink_errors: self.sinks.into_errors(), failure }
    }
}
