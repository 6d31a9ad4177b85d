//! What must hold when a run is over.

use std::collections::BTreeMap;

use super::super::scenario::Mood;
use super::Ledger;
use crate::coordination::{DropReason, Outcome};
use crate::time::Nanos;

impl Ledger {
    /// A run that is stopped or aborted is so for all that did not stop by themselves.
    pub(super) fn check_cut(&mut self, now: Nanos) {
        let Some((_, cut)) = self.stopped_at else { return };
        let others = self.engines.iter().find(|(_, account)| {
            let worker = &self.workers[account.worker];
            let cuts = account.ending.and_then(|ending| ending.cut);
            account.ended && !worker.stopped && !worker.lost && cuts.is_some_and(|cuts| cuts != cut)
        });
        let others = others.map(|(number, _)| *number);
        self.require(now, others.is_none(), || format!("engine {others:?} does not end with {cut:?}"));
    }

    /// What must hold when everything is over.
    pub(in super::super) fn close(&mut self, now: Nanos, drops: &BTreeMap<DropReason, u64>) {
        for reason in [DropReason::Version, DropReason::Oversized, DropReason::Garbage, DropReason::Stale] {
            let must = self.must_drop.get(&reason).copied().unwrap_or_default();
            let counted = drops.get(&reason).copied().unwrap_or_default();
            // Members that were given up are stale, too.
            let may = if reason == DropReason::Stale { u64::MAX } else { must + self.may_drop };
            self.require(now, (must..=may).contains(&counted), || {
                format!("{counted} frames dropped as {reason:?} instead of {must} to {may}")
            });
        }
        let Self { scenario, workers, .. } = self;
        let harmless = scenario.controller_crash.is_none()
            && workers.iter().all(|w| !w.given_up && !w.crashed && w.outcome != Some(Outcome::Orphaned));
        if self.ending.is_some() && harmless {
            let (started, planned, stopped) = (self.users.len() as u64, self.planned, self.stopped);
            let all = started == planned || stopped || self.workers.iter().any(|worker| worker.stopped);
            self.require(now, all, || format!("{started} of {planned} users started"));
            let missing = (0..self.workers.len()).find(|worker| !self.has_told_all(*worker));
            self.require(now, missing.is_none(), || format!("something of worker {missing:?} is missing"));
        }
        self.check_expectations(now);
        self.seen.extend(self.model.seen.iter().map(|what| (*what).to_owned()));
    }

    /// What scenarios promise.
    fn check_expectations(&mut self, now: Nanos) {
        let scenario = &self.scenario;
        let own = scenario.workers.iter().all(|worker| worker.shares_process);
        let short = own || scenario.controller_pause.is_none_or(|p| p.until - p.from <= Nanos::from_secs(15));
        let alone = scenario.partitions.is_empty()
            && scenario.controller_crash.is_none()
            && scenario.workers.iter().all(|w| w.crash.is_none() && w.pause.is_none() && w.stop.is_none());
        let welcome = scenario.workers.iter().filter(|worker| worker.knows(scenario.key)).count();
        let (able, wanted) =
            (welcome >= scenario.wanted && !scenario.workers.iter().any(|w| w.unable), scenario.wanted);
        let mood = scenario.mood;
        if mood != Mood::Start && alone && short {
            let lost = self.workers.iter().any(|worker| worker.given_up);
            self.require(now, !lost, || "a worker was given up without a reason".into());
            let begun = self.has_begun() || self.stopped;
            self.require(now, begun, || "it never started".into());
        }
        let weather = &self.scenario.weather;
        // Six acknowledgements in a row are hardly ever lost.
        let reliable =
            alone && self.scenario.controller_pause.is_none() && weather.loss + weather.damage <= 100;
        if reliable && mood != Mood::Start && self.ending.is_some() {
            let well = self.workers.iter().all(|worker| worker.outcome == Some(Outcome::Done));
            self.require(now, well, || "a worker did not end well".into());
        }
        let crashed = self.scenario.controller_crash.is_some();
        let ended = self.ending.is_some() || self.obstacle.is_some() || crashed;
        self.require(now, ended, || "the controller has no result".into());
        let started = self.has_begun();
        self.require(now, able || !started || mood == Mood::Start, || "it started with too few".into());
        self.require(now, !(welcome < wanted && started), || "it started without all workers".into());
    }
}
