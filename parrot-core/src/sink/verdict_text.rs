//! The words of the verdict and of thresholds, for all who show them.

use crate::stats::{Figure, Grade, Reason, RuleResult};
use crate::time::Nanos;

/// A grade as a headline has it.
pub const fn headline(grade: Grade) -> &'static str {
    match grade {
        Grade::Valid => "VALID",
        Grade::Doubtful => "DOUBTFUL",
        Grade::Invalid => "INVALID",
    }
}

/// A grade as files and rules have it.
pub const fn grade_word(grade: Grade) -> &'static str {
    match grade {
        Grade::Valid => "valid",
        Grade::Doubtful => "doubtful",
        Grade::Invalid => "invalid",
    }
}

/// What a grade means.
pub const fn meaning(grade: Grade) -> &'static str {
    match grade {
        Grade::Valid => "the generator did what was planned",
        Grade::Doubtful => "the generator was disturbed, look at the reasons before using the figures",
        Grade::Invalid => "what was measured is not what was planned",
    }
}

/// The name of a reason for programs; never changes.
pub const fn code(reason: &Reason) -> &'static str {
    match reason {
        Reason::StartLag { .. } => "start_lag",
        Reason::EngineBusy { .. } => "engine_busy",
        Reason::LoopStall { .. } => "loop_stall",
        Reason::RecordsDropped(_) => "records_dropped",
        Reason::WorkerLost { .. } => "worker_lost",
        Reason::UsersUnaccounted(_) | Reason::LifetimeUnaccounted { .. } => "accounting",
        Reason::ControllerStalled { .. } => "controller_stalled",
        Reason::NeverStarted(_) => "never_started",
        Reason::PortsExhausted(_) => "ports_exhausted",
        Reason::DescriptorsExhausted(_) => "descriptors_exhausted",
    }
}

/// The figure of a reason, the limit above which it is one, and the unit of both.
pub fn figures(reason: &Reason) -> (f64, f64, &'static str) {
    match reason {
        Reason::StartLag { lag, limit, .. } => (ms(*lag), ms(*limit), "ms"),
        Reason::EngineBusy { share, limit, .. } => (share * 100.0, limit * 100.0, "%"),
        Reason::LoopStall { stall, limit, .. } | Reason::ControllerStalled { stall, limit } => {
            (ms(*stall), ms(*limit), "ms")
        }
        Reason::LifetimeUnaccounted { off, limit } => (ms(*off), ms(*limit), "ms"),
        Reason::RecordsDropped(records) => (*records as f64, 0.0, "records"),
        Reason::WorkerLost { users, .. } | Reason::UsersUnaccounted(users) | Reason::NeverStarted(users) => {
            (*users as f64, 0.0, "users")
        }
        Reason::PortsExhausted(connects) | Reason::DescriptorsExhausted(connects) => {
            (*connects as f64, 0.0, "connects")
        }
    }
}

/// A reason as a sentence without a dot.
pub fn sentence(reason: &Reason) -> String {
    let figure_and_limit =
        |figure, limit| format!("{} (limit {})", duration(ms(figure)), duration(ms(limit)));
    match reason {
        Reason::StartLag { share, lag, limit } => {
            format!(
                "users started late: {} % of them within {}",
                share * 100.0,
                figure_and_limit(*lag, *limit)
            )
        }
        Reason::EngineBusy { engine, second, share, limit } => format!(
            "engine {engine} was busy for {:.0} % of second {second} (limit {:.0} %)",
            share * 100.0,
            limit * 100.0
        ),
        Reason::LoopStall { engine, second, stall, limit } => {
            let figures = figure_and_limit(*stall, *limit);
            format!("engine {engine} stood still for {figures}, until second {second}")
        }
        Reason::RecordsDropped(records) => {
            format!("{records} rows of the dump or of match.log were dropped: the disk was too slow")
        }
        Reason::WorkerLost { name, users } => format!("worker {name} was lost with {users} live users"),
        Reason::UsersUnaccounted(users) => {
            format!("{users} users are not accounted for: started, ended and live ones do not add up")
        }
        Reason::LifetimeUnaccounted { off, limit } => {
            let figures = figure_and_limit(*off, *limit);
            format!("sessions and live users differ by a user time of {figures}")
        }
        Reason::ControllerStalled { stall, limit } => {
            format!("the controller stood still for {}", figure_and_limit(*stall, *limit))
        }
        Reason::NeverStarted(users) => format!("{users} planned users were never started"),
        Reason::PortsExhausted(connects) => {
            format!("{connects} connects failed because this machine had no local port left")
        }
        Reason::DescriptorsExhausted(connects) => {
            format!("{connects} connects failed because no file descriptor was left")
        }
    }
}

/// What to do about a reason.
pub const fn remedy(reason: &Reason) -> &'static str {
    match reason {
        Reason::StartLag { .. } => "give the generator cores of its own, or more engine threads",
        Reason::EngineBusy { .. } => "use more engine threads, or keep other programs off their cores",
        Reason::LoopStall { .. } => {
            "look for what stopped the process or kept it from its core, and for patterns that take long"
        }
        Reason::RecordsDropped(_) => "write to a faster disk, or do without the dump",
        Reason::WorkerLost { .. } => "look at that worker's machine and log, and run again",
        Reason::UsersUnaccounted(_) | Reason::LifetimeUnaccounted { .. } => {
            "statistics were lost or counted twice: please report this"
        }
        Reason::ControllerStalled { .. } => {
            "look for what stopped it; windows of that time may hold what came late"
        }
        Reason::NeverStarted(_) => "look at the other reasons and at the log for what kept them from it",
        Reason::PortsExhausted(_) => {
            "widen net.ipv4.ip_local_port_range, use more servers or ports, or keep connections open"
        }
        Reason::DescriptorsExhausted(_) => {
            "raise the hard limit of open files (ulimit -Hn) for the generator"
        }
    }
}

/// What became of a rule, in a sentence without a dot.
pub fn rule(result: &RuleResult) -> String {
    let RuleResult { rule, figure, windows, .. } = result;
    let rule = rule.trim();
    match windows {
        Some(windows) if windows.failed > 0 => format!(
            "{rule}: {} in the window that ended at {} s; windows that failed: {}",
            value(*figure),
            windows.worst_end.as_secs(),
            windows.failed
        ),
        _ => format!("{rule}: {}", value(*figure)),
    }
}

/// A figure with its unit.
fn value(figure: Figure) -> String {
    match figure {
        Figure::Grade(grade) => format!("the verdict is {}", headline(grade)),
        Figure::Milliseconds(ms) => duration(ms),
        Figure::Number(number) => number.to_string(),
        Figure::Percent(percent) => format!("{percent:.2} %"),
        Figure::NoValues => "no values, nothing was measured".to_owned(),
    }
}

/// Milliseconds with the digits that matter.
fn duration(ms: f64) -> String {
    match ms {
        v if v < 100.0 => format!("{v:.1} ms"),
        v => format!("{v:.0} ms"),
    }
}

fn ms(span: Nanos) -> f64 {
    span.as_micros() as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Windows;

    const MS: fn(u64) -> Nanos = Nanos::from_millis;

    #[test]
    fn reasons_have_their_figures() {
        let busy = Reason::EngineBusy { engine: 2, second: 9, share: 0.9712, limit: 0.95 };
        for (reason, code, figure, limit, unit, text) in [
            (
                Reason::StartLag { share: 0.999, lag: Nanos::from_micros(12_345), limit: MS(10) },
                "start_lag",
                12.345,
                10.0,
                "ms",
                "users started late: 99.9 % of them within 12.3 ms (limit 10.0 ms)",
            ),
            (busy, "engine_busy", 97.12, 95.0, "%", "engine 2 was busy for 97 % of second 9 (limit 95 %)"),
            (
                Reason::LoopStall { engine: 0, second: 3, stall: MS(2_010), limit: MS(50) },
                "loop_stall",
                2_010.0,
                50.0,
                "ms",
                "engine 0 stood still for 2010 ms (limit 50.0 ms), until second 3",
            ),
            (
                Reason::WorkerLost { name: "w1".to_owned(), users: 7 },
                "worker_lost",
                7.0,
                0.0,
                "users",
                "worker w1 was lost with 7 live users",
            ),
            (
                Reason::LifetimeUnaccounted { off: MS(1_500), limit: MS(3) },
                "accounting",
                1_500.0,
                3.0,
                "ms",
                "sessions and live users differ by a user time of 1500 ms (limit 3.0 ms)",
            ),
        ] {
            assert_eq!((super::code(&reason), sentence(&reason).as_str()), (code, text));
            let told = figures(&reason);
            assert!((told.0 - figure).abs() < 1e-9 && (told.1 - limit).abs() < 1e-9, "{told:?}");
            assert_eq!(told.2, unit);
            assert!(!remedy(&reason).ends_with('.'));
        }
    }

    #[test]
    fn rules_say_what_they_saw() {
        let result =
            |figure, windows| RuleResult { rule: " a > b ".to_owned(), passed: false, figure, windows };
        let windows = |failed| Some(Windows { worst_end: Nanos::from_secs(20), failed });
        for (figure, windows, expected) in [
            (Figure::NoValues, None, "a > b: no values, nothing was measured"),
            (Figure::Number(12.0), None, "a > b: 12"),
            (Figure::Percent(1.5), None, "a > b: 1.50 %"),
            (Figure::Grade(Grade::Doubtful), None, "a > b: the verdict is DOUBTFUL"),
            (
                Figure::Milliseconds(301.0),
                windows(2),
                "a > b: 301 ms in the window that ended at 20 s; windows that failed: 2",
            ),
            (Figure::Milliseconds(3.01), windows(0), "a > b: 3.0 ms"),
        ] {
            assert_eq!(rule(&result(figure, windows)), expected);
        }
    }
}
