//! When a window of the run's statistics closes: when all workers have told of it, or when the late ones have had their time.

use crate::time::Nanos;

/// Length of a window (docs/compatibility.md, `window-length`).
pub(crate) const WINDOW: Nanos = Nanos::from_secs(10);
/// How long a window is kept open for workers that are late with its last second.
pub(super) const GRACE: Nanos = Nanos::from_secs(2);

/// Decides on the ends of windows.
#[derive(Debug)]
pub(crate) struct Windows {
    next: Nanos,
    /// Nobody counts as late before.
    patient_until: Nanos,
}

impl Windows {
    pub(crate) const fn new() -> Self {
        Self { next: WINDOW, patient_until: Nanos::ZERO }
    }

    /// The controller itself was away: what the workers told meanwhile has to be read first.
    pub(crate) fn be_patient(&mut self, now: Nanos) {
        self.patient_until = now + GRACE;
    }

    /// The end of a window that closes now. `reported_until` are the seconds that all running engines have reported; without any
    /// nothing is missing.
    pub(crate) fn poll(&mut self, now: Nanos, reported_until: Option<u64>) -> Option<Nanos> {
        let complete =
            now >= self.next && reported_until.is_none_or(|seconds| Nanos::from_secs(seconds) >= self.next);
        let late = now >= self.next + GRACE && now >= self.patient_until;
        if !complete && !late {
            return None;
        }
        let end = self.next;
        self.next += WINDOW;
        Some(end)
    }

    /// When to look again at the latest.
    pub(crate) fn due(&self, now: Nanos) -> Nanos {
        if now < self.next { self.next } else { (self.next + GRACE).max(self.patient_until) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn secs(secs: u64) -> Nanos {
        Nanos::from_secs(secs)
    }

    #[test]
    fn a_window_waits_for_the_last_and_no_longer_than_its_grace() {
        let mut windows = Windows::new();
        assert_eq!(windows.poll(secs(10), Some(9)), None);
        assert_eq!(windows.due(secs(10)), secs(12));
        assert_eq!(windows.poll(secs(11), Some(10)), Some(secs(10)));
        assert_eq!(windows.poll(secs(21), Some(19)), None);
        assert_eq!(windows.poll(secs(22), Some(19)), Some(secs(20)));
        assert_eq!(windows.poll(secs(22), Some(19)), None);
    }

    #[test]
    fn nothing_closes_before_its_time() {
        let mut windows = Windows::new();
        assert_eq!(windows.poll(Nanos::from_millis(9_990), Some(10)), None);
        assert_eq!(windows.poll(Nanos::from_millis(9_990), None), None);
        assert_eq!(windows.poll(secs(10), None), Some(secs(10)));
        assert_eq!(windows.due(secs(11)), secs(20));
    }

    #[test]
    fn after_a_pause_of_ones_own_the_others_are_not_late() {
        let mut windows = Windows::new();
        windows.be_patient(secs(25));
        assert_eq!(windows.poll(secs(25), Some(9)), None);
        assert_eq!(windows.poll(secs(25), Some(24)), Some(secs(10)));
        assert_eq!(windows.poll(secs(25), Some(24)), Some(secs(20)));
        windows.be_patient(secs(45));
        assert_eq!(windows.poll(secs(46), Some(24)), None);
        assert_eq!(windows.poll(secs(47), Some(24)), Some(secs(30)));
    }
}
