//! The run's own log, `tsung_controller@HOST.log`: what happened when, in words, for people.

use std::io::{self, Write};

use parrot_core::load::Schedule;
use parrot_core::plan::{Phase, Plan};
use parrot_core::sink::{Event, Progress, Remark, Sink, Summary, Window, verdict_text};
use parrot_core::stats::{Finding, Grade, Verdict};
use parrot_core::sys::{Clock, LocalTime};

use crate::{summary, workers};

/// Importance of a line; the less the greater.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Level {
    Error,
    Warning,
    Notice,
    Info,
    Debug,
}

impl Level {
    const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

/// Writes the log; as a sink it follows the run's phases.
#[derive(Debug)]
pub(crate) struct NodeLog<W> {
    out: W,
    clock: Clock,
    /// Lines less important than this are left out.
    level: Level,
    /// Phase of the last line about phases.
    phase: usize,
    /// Reasons against the run that were told.
    told: Vec<Finding>,
}

impl<W: Write> NodeLog<W> {
    pub(crate) const fn new(out: W, clock: Clock, level: Level) -> Self {
        Self { out, clock, level, phase: 0, told: Vec::new() }
    }

    /// Writes a line, or as many as the text has.
    pub(crate) fn write(&mut self, level: Level, text: &str) -> io::Result<()> {
        if level > self.level {
            return Ok(());
        }
        let now = LocalTime::from_unix(self.clock.unix_secs(self.clock.now()));
        for line in text.lines() {
            writeln!(self.out, "{now} {:<7} {line}", level.name())?;
        }
        self.out.flush()
    }

    fn progress(&mut self, progress: &Progress) -> io::Result<()> {
        let Progress { phase, phases, started, planned, users, errors, requests_per_second, .. } = progress;
        if *phase != self.phase {
            self.phase = *phase;
            let text = if phase > phases {
                format!("all phases are over, {users} users are still there")
            } else {
                format!("phase {phase} of {phases} begins, {started} of {planned} users started so far")
            };
            self.write(Level::Notice, &text)?;
        }
        self.reasons(&progress.verdict)?;
        self.write(
            Level::Debug,
            &format!(
                "{users} users, {started} started, {requests_per_second} requests/s, {errors} errors so far"
            ),
        )
    }

    /// Tells reasons that are new, or worse than they were.
    fn reasons(&mut self, verdict: &Verdict) -> io::Result<()> {
        for finding in &verdict.findings {
            let known = |told: &Finding| told.grade >= finding.grade && told.reason.is_same(&finding.reason);
            if !self.told.iter().any(known) {
                self.told.push(finding.clone());
                self.write(Level::Warning, &format!("the run becomes {}", in_words(finding)))?;
            }
        }
        Ok(())
    }

    fn verdict(&mut self, verdict: &Verdict) -> io::Result<()> {
        let grade = verdict.grade();
        let level = if grade == Grade::Valid { Level::Notice } else { Level::Warning };
        let (headline, meaning) = (verdict_text::headline(grade), verdict_text::meaning(grade));
        self.write(level, &format!("verdict {headline}: {meaning}"))?;
        verdict.findings.iter().try_for_each(|finding| self.write(level, &in_words(finding)))
    }

    fn window(&mut self, window: &Window) -> io::Result<()> {
        let Window { users, users_max, connections, .. } = window;
        self.write(
            Level::Info,
            &format!("{users} users (at most {users_max} so far), {connections} connections"),
        )
    }

    fn finished(&mut self, summary: &Summary) -> io::Result<()> {
        let Summary { end, duration, planned, started, finished, alive, in_flight, .. } = summary;
        self.write(
            Level::Notice,
            &format!(
                "the run {} after {:.3} s: {planned} users planned, {started} started, {finished} finished, \
                 {alive} still there, {in_flight} requests unanswered",
                summary::end(*end),
                duration.as_secs_f64()
            ),
        )?;
        self.verdict(&summary.verdict)?;
        summary.thresholds.iter().try_for_each(|result| {
            let (level, word) =
                if result.passed { (Level::Notice, "passed") } else { (Level::Warning, "FAILED") };
            self.write(level, &format!("--fail-if {word}: {}", verdict_text::rule(result)))
        })
    }
}

fn in_words(finding: &Finding) -> String {
    let Finding { grade, reason } = finding;
    format!(
        "{}: {}; {}",
        verdict_text::headline(*grade),
        verdict_text::sentence(reason),
        verdict_text::remedy(reason)
    )
}

impl<W: Write> Sink for NodeLog<W> {
    fn name(&self) -> &str {
        "the controller's log"
    }

    fn handle(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Progress(progress) => self.progress(progress),
            Event::Window(window) => self.window(window),
            Event::Remark(Remark::Trouble { name, text }) => {
                self.write(Level::Error, &format!("worker {name}: {text}"))
            }
            Event::Remark(Remark::FramesDropped { why, count }) => {
                self.write(Level::Warning, &workers::dropped(*why, *count))
            }
            Event::Started { .. } | Event::Records { .. } => Ok(()),
            Event::Finished(summary) => self.finished(summary),
        }
    }
}

/// Phases listed one by one.
const PHASES_LISTED_MAX: usize = 20;

/// What a plan is about, for the first lines of the log.
pub(crate) fn facts(plan: &Plan) -> Vec<String> {
    let servers = plan.servers.iter().filter_map(|server| plan.endpoints.get(server.endpoint.index()));
    let servers: Vec<String> = servers.map(|place| format!("{}:{}", place.host, place.port)).collect();
    let mut facts = vec![
        format!(
            "{} sessions, {} requests, {} data files; servers: {}",
            plan.sessions.len(),
            plan.requests.len(),
            plan.files.len(),
            servers.join(", ")
        ),
        format!(
            "{} users planned in {} phases, {} of them at times of their own; seed {}",
            Schedule::planned(plan),
            plan.load.phases.len(),
            plan.load.static_users.len(),
            plan.seed
        ),
    ];
    facts.extend(plan.load.phases.iter().take(PHASES_LISTED_MAX).enumerate().map(|(index, phase)| {
        let Phase { number, duration, started, .. } = phase;
        format!("phase {} (number {number}): {} s, {started} users", index + 1, duration.as_secs_f64())
    }));
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use parrot_core::stats::Reason;

    fn lines(level: Level) -> Vec<String> {
        let mut log = NodeLog::new(Vec::new(), Clock::start(), level);
        log.write(Level::Warning, "one\ntwo").expect("written");
        for (phase, users) in [(0, 0), (1, 3), (1, 5), (2, 6), (3, 2)] {
            let progress = Progress { phase, phases: 2, users, ..Progress::default() };
            log.handle(&Event::Progress(&progress)).expect("written");
        }
        let text = String::from_utf8(log.out).expect("text");
        // Without date and time.
        text.lines().map(|line| line.get(20..).unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn phases_are_told_once() {
        assert_eq!(
            lines(Level::Notice),
            [
                "warning one",
                "warning two",
                "notice  phase 1 of 2 begins, 0 of 0 users started so far",
                "notice  phase 2 of 2 begins, 0 of 0 users started so far",
                "notice  all phases are over, 2 users are still there",
            ]
        );
    }

    #[test]
    fn a_reason_is_told_when_it_appears_and_when_it_gets_worse() {
        let mut log = NodeLog::new(Vec::new(), Clock::start(), Level::Warning);
        let busy = |grade, share| Finding {
            grade,
            reason: Reason::EngineBusy { engine: 0, second: 1, share, limit: 0.8 },
        };
        let dropped = Finding { grade: Grade::Doubtful, reason: Reason::RecordsDropped(1) };
        for findings in [
            vec![busy(Grade::Doubtful, 0.85)],
            vec![busy(Grade::Doubtful, 0.88)],
            vec![busy(Grade::Invalid, 0.98), dropped.clone()],
            vec![busy(Grade::Invalid, 0.99), dropped],
        ] {
            let progress = Progress { verdict: Verdict { findings }, ..Progress::default() };
            log.handle(&Event::Progress(&progress)).expect("written");
        }
        let text = String::from_utf8(log.out).expect("text");
        let told: Vec<_> = text.lines().filter_map(|line| line.get(28..68)).collect();
        assert_eq!(
            told,
            [
                "the run becomes DOUBTFUL: engine 0 was b",
                "the run becomes INVALID: engine 0 was bu",
                "the run becomes DOUBTFUL: 1 rows of the "
            ],
            "{text}"
        );
    }

    #[test]
    fn the_level_decides() {
        assert_eq!(lines(Level::Error), Vec::<String>::new());
        assert_eq!(lines(Level::Debug).len(), 2 + 3 + 5);
    }
}
