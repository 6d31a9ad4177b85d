//! Which arrival phase the run is in, and how often it changed.

use crate::time::Nanos;

/// Starts of the arrival phases, in the run's time.
#[derive(Debug)]
pub(super) struct Phases {
    starts: Vec<Nanos>,
    /// For each phase, once known: whether users were still to come when it began.
    wanted: Vec<bool>,
    /// Phases whose beginning was counted or dropped.
    counted: usize,
}

impl Phases {
    pub(super) fn new(starts: Vec<Nanos>) -> Self {
        // The first phase is no change of phase.
        let counted = starts.len().min(1);
        Self { wanted: vec![false; counted], starts, counted }
    }

    /// Tells that all before `until` was looked at, and whether users are still to come. To be called before the users who
    /// start up to `until` are taken into account: a phase that brings the last users is a phase.
    pub(super) fn look(&mut self, until: Nanos, users_to_come: bool) {
        while self.starts.get(self.wanted.len()).is_some_and(|start| *start < until) {
            self.wanted.push(users_to_come);
        }
    }

    /// Changes of phase up to `at` that were not counted before.
    pub(super) fn take_changes(&mut self, at: Nanos) -> u64 {
        let begun = self.begun(at).min(self.wanted.len()).max(self.counted);
        let changes = self.wanted[self.counted..begun].iter().filter(|wanted| **wanted).count();
        self.counted = begun;
        changes as u64
    }

    /// Phases that have begun.
    pub(super) fn begun(&self, at: Nanos) -> usize {
        self.starts.partition_point(|start| *start <= at)
    }

    /// All phases.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phases(secs: &[u64]) -> Phases {
        Phases::new(secs.iter().map(|s| Nanos::from_secs(*s)).collect())
    }

    #[test]
    fn the_first_phase_is_no_change_and_later_ones_count_once() {
        let mut phases = phases(&[1, 11, 12]);
        phases.look(Nanos::from_secs(10), true);
        assert_eq!(phases.take_changes(Nanos::from_secs(10)), 0);
        phases.look(Nanos::from_secs(20), true);
        assert_eq!(phases.take_changes(Nanos::from_secs(20)), 2);
        phases.look(Nanos::from_secs(30), true);
        assert_eq!(phases.take_changes(Nanos::from_secs(30)), 0);
    }

    #[test]
    fn a_phase_that_brings_the_last_users_counts_and_one_without_users_does_not() {
        let mut phases = phases(&[0, 5, 8]);
        phases.look(Nanos::from_secs(6), true);
        phases.look(Nanos::from_secs(10), false);
        assert_eq!(phases.take_changes(Nanos::from_secs(10)), 1);
    }

    #[test]
    fn a_phase_later_than_the_end_does_not_count() {
        let mut phases = phases(&[0, 5]);
        phases.look(Nanos::from_secs(6), true);
        assert_eq!(phases.take_changes(Nanos::from_millis(4_900)), 0);
        assert_eq!(phases.take_changes(Nanos::from_secs(5)), 1);
    }

    #[test]
    fn no_phases_at_all() {
        let mut phases = phases(&[]);
        phases.look(Nanos::from_secs(6), true);
        assert_eq!(
            (phases.take_changes(Nanos::from_secs(9)), phases.begun(Nanos::ZERO), phases.len()),
            (0, 0, 0)
        );
    }
}
