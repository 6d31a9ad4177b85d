//! What `status` and `stop` say: wrappers of Tsung read these lines, so every blank is Tsung's.

use std::fmt;

/// What `status` says when no run of that name is going on.
pub const NOT_STARTED: &str = "Tsung is not started";
/// What `status` says of a run that does not answer.
pub const NO_ANSWER: &str = "No status: Can't communicate with Tsung controller ";
/// What a run that is kept after its end says.
pub const KEPT: &str = "All slaves have stopped; keep controller and web dashboard alive. \n\
                        Hit CTRL-C or click Stop on the dashboard to stop.";

/// What `stop` says when no run of that name is going on; `host` is the machine's short name.
pub fn nothing_to_stop(host: &str) -> String {
    format!("\"Tsung is not running on {host}\"")
}

/// Where a run is, as `status` tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Status {
    /// Requests a second since the last dump of the statistics.
    pub request_rate: f64,
    /// Live users.
    pub users: u64,
    /// Open connections.
    pub connected: i64,
    /// Where it is among its arrival phases.
    pub phase: StatusPhase,
}

/// Where a run is among its arrival phases.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StatusPhase {
    /// In this one, counted from 1; the warm-up belongs to the first.
    Arrivals(usize),
    /// All users have started.
    LastUsers,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { request_rate, users, connected, phase } = self;
        writeln!(f, "Tsung is running [OK]")?;
        writeln!(f, " Current request rate:    {request_rate:.2} req/sec")?;
        writeln!(f, " Current users:           {users}")?;
        writeln!(f, " Current connected users: {connected} ")?;
        match phase {
            StatusPhase::Arrivals(0 | 1) => writeln!(f, " Current phase:           1"),
            // Three blanks fewer, as Tsung.
            StatusPhase::Arrivals(phase) => writeln!(f, " Current phase:        {phase}"),
            StatusPhase::LastUsers => {
                writeln!(f, " Current phase:           last, waiting for pending clients")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(request_rate: f64, users: u64, connected: i64, phase: StatusPhase) -> String {
        Status { request_rate, users, connected, phase }.to_string()
    }

    /// As Tsung 1.7.0 printed them.
    #[test]
    fn status_reads_as_tsungs_to_the_last_blank() {
        assert_eq!(
            text(2.5512, 7, 7, StatusPhase::Arrivals(1)),
            "Tsung is running [OK]\n Current request rate:    2.55 req/sec\n Current users:           7\n \
             Current connected users: 7 \n Current phase:           1\n"
        );
        assert_eq!(
            text(562.22, 201, 208, StatusPhase::Arrivals(2)),
            "Tsung is running [OK]\n Current request rate:    562.22 req/sec\n Current users:           201\n \
             Current connected users: 208 \n Current phase:        2\n"
        );
        let last = "Tsung is running [OK]\n Current request rate:    0.00 req/sec\n Current users:           0\n \
                    Current connected users: 0 \n Current phase:           last, waiting for pending clients\n";
        assert_eq!(text(0.0, 0, 0, StatusPhase::LastUsers), last);
        assert!(text(0.0, 0, 0, StatusPhase::Arrivals(0)).ends_with(" Current phase:           1\n"));
        assert_eq!(nothing_to_stop("vm"), "\"Tsung is not running on vm\"");
        assert!(KEPT.contains("alive. \nHit CTRL-C"));
    }
}
