//! The order of arrivals over the whole run.
//!
//! A phase starts exactly its planned number of users: their times are the order statistics of as many uniform draws, which is a
//! Poisson process given its count. They are drawn one by one, so nothing is stored but the last (docs/compatibility.md, `arrivals`).

use super::choice::choose;
use crate::plan::{EndpointId, Plan, SessionId};
use crate::rng::{Domain, Point, draw};
use crate::time::Nanos;

/// One user's start.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Arrival {
    /// The user's number, from 1.
    pub user: u64,
    /// When it should start, in the run's time.
    pub at: Nanos,
    /// What it runs.
    pub session: SessionId,
    /// Where it connects unless told otherwise.
    pub server: EndpointId,
    /// The phase that it starts in (index): for static users the one that lasts at their time.
    pub phase: usize,
}

/// Walks the arrivals of a run in the order of their planned times, static users first among equals.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Index of the phase that draws next.
    phase: usize,
    /// When each phase starts, and when the last one ends.
    phase_starts: Vec<Nanos>,
    /// Users of it drawn so far.
    drawn: u64,
    /// The last order statistic drawn, in 0..1 of its duration.
    fraction: f64,
    /// Time of the next phase user, once drawn.
    next_drawn: Option<Nanos>,
    next_static: usize,
    next_user: u64,
}

impl Schedule {
    /// The start of the run.
    pub fn new(plan: &Plan) -> Self {
        Self {
            phase: 0,
            phase_starts: Self::phase_starts(plan),
            drawn: 0,
            fraction: 0.0,
            next_drawn: None,
            next_static: 0,
            next_user: 1,
        }
    }

    /// Users that the whole run starts.
    pub fn planned(plan: &Plan) -> u64 {
        plan.load.phases.iter().map(|phase| phase.started).sum::<u64>() + plan.load.static_users.len() as u64
    }

    /// When each phase starts, in the run's time, and when the last one ends.
    pub fn phase_starts(plan: &Plan) -> Vec<Nanos> {
        let mut at = plan.load.warm_up;
        let mut starts = vec![at];
        for phase in &plan.load.phases {
            at += phase.duration;
            starts.push(at);
        }
        starts
    }

    /// When the next user starts; none after the last.
    pub fn peek(&mut self, plan: &Plan) -> Option<Nanos> {
        match (self.peek_static(plan), self.peek_phase(plan)) {
            (Some(fixed), Some(drawn)) => Some(fixed.min(drawn)),
            (fixed, drawn) => fixed.or(drawn),
        }
    }

    /// The next user's start; none after the last.
    pub fn next(&mut self, plan: &Plan) -> Option<Arrival> {
        let drawn = self.peek_phase(plan);
        let fixed = self.peek_static(plan).filter(|fixed| drawn.is_none_or(|drawn| *fixed <= drawn));
        let at = fixed.or(drawn)?;
        let user = self.next_user;
        self.next_user += 1;
        let (session, phase) = if fixed.is_some() {
            let session = plan.load.static_users[self.next_static].session;
            self.next_static += 1;
            let begun = self.phase_starts.partition_point(|start| *start <= at);
            (session, begun.saturating_sub(1).min(plan.load.phases.len().saturating_sub(1)))
        } else {
            self.next_drawn = None;
            let popularity = &plan.load.popularities[plan.load.phases[self.phase].popularity.index()];
            let session = choose(popularity.iter().copied(), choice(plan, user, 0));
            (SessionId(session as u32), self.phase)
        };
        let server = choose(plan.servers.iter().map(|server| server.weight), choice(plan, user, 1));
        Some(Arrival { user, at, session, server: plan.servers[server].endpoint, phase })
    }

    fn peek_static(&self, plan: &Plan) -> Option<Nanos> {
        plan.load.static_users.get(self.next_static).map(|user| plan.load.warm_up + user.start)
    }

    /// Draws the next phase user's time unless that is done, moving on to the next phase when this one is exhausted.
    fn peek_phase(&mut self, plan: &Plan) -> Option<Nanos> {
        while self.next_drawn.is_none() {
            let phase = plan.load.phases.get(self.phase)?;
            if self.drawn >= phase.started {
                self.phase += 1;
                (self.drawn, self.fraction) = (0, 0.0);
                continue;
            }
            let point = Point { user: self.phase as u64, step: self.drawn, occurrence: 0 };
            let unit = draw(plan.seed, Domain::Arrival, point).unit();
            let remaining = (phase.drawn - self.drawn).max(1) as f64;
            // The least of `remaining` uniforms in what is left of (fraction, 1).
            self.fraction += (1.0 - self.fraction) * -(unit.ln() / remaining).exp_m1();
            self.drawn += 1;
            self.next_drawn =
                Some(self.phase_starts[self.phase] + Nanos((self.fraction * phase.duration.0 as f64) as u64));
        }
        self.next_drawn
    }
}

fn choice(plan: &Plan, user: u64, step: u64) -> crate::rng::Draw {
    draw(plan.seed, Domain::Choice, Point { user, step, occurrence: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Load, Phase, PopularityId, Server, Session, StaticUser};

    fn plan(phases: &[(u64, u64, u64)], static_ms: &[u64]) -> Plan {
        let session = Session { name: "s".into(), persistent: true, variables: Vec::new(), ops: Vec::new() };
        Plan {
            version: crate::plan::PLAN_VERSION,
            seed: 7,
            load: Load {
                warm_up: Nanos::SECOND,
                phases: phases
                    .iter()
                    .enumerate()
                    .map(|(index, (secs, drawn, started))| Phase {
                        number: index as u32 + 1,
                        duration: Nanos::from_secs(*secs),
                        drawn: *drawn,
                        started: *started,
                        popularity: PopularityId(0),
                    })
                    .collect(),
                static_users: static_ms
                    .iter()
                    .map(|ms| StaticUser { start: Nanos::from_millis(*ms), session: SessionId(0) })
                    .collect(),
                duration: None,
                popularities: vec![vec![1.0]],
            },
            servers: vec![Server { endpoint: EndpointId(0), weight: 1.0 }],
            sessions: vec![session],
            requests: Vec::new(),
            endpoints: Vec::new(),
            files: Vec::new(),
            user_agents: Vec::new(),
            transactions: Vec::new(),
            tags: Vec::new(),
            repeats: Vec::new(),
            sources: Vec::new(),
            options: crate::plan::Options::default(),
        }
    }

    fn all(plan: &Plan) -> Vec<Arrival> {
        let mut schedule = Schedule::new(plan);
        let mut arrivals = Vec::new();
        while let Some(peeked) = schedule.peek(plan) {
            let arrival = schedule.next(plan).expect("peeked");
            assert_eq!(arrival.at, peeked);
            arrivals.push(arrival);
        }
        assert_eq!(schedule.next(plan), None);
        arrivals
    }

    #[test]
    fn every_planned_user_starts_inside_its_phase() {
        let plan = plan(&[(10, 1000, 1000), (5, 0, 0), (20, 3000, 3000)], &[]);
        let arrivals = all(&plan);
        assert_eq!(arrivals.len() as u64, Schedule::planned(&plan));
        assert!(arrivals.is_sorted_by_key(|a| a.at));
        assert!(arrivals.iter().map(|a| a.user).eq(1..=4000));
        let starts = Schedule::phase_starts(&plan);
        assert_eq!(starts, [1, 11, 16, 36].map(Nanos::from_secs));
        for arrival in &arrivals {
            assert!(arrival.at >= starts[arrival.phase] && arrival.at < starts[arrival.phase + 1]);
        }
        assert_eq!(arrivals.iter().filter(|a| a.phase == 0).count(), 1000);
    }

    #[test]
    fn an_empty_phase_in_the_middle_lasts_its_duration() {
        let arrivals = all(&plan(&[(2, 10, 10), (60, 0, 0), (2, 10, 10)], &[]));
        assert!(arrivals[10].at >= Nanos::from_secs(63));
    }

    #[test]
    fn maxnumber_keeps_the_first_of_the_drawn_users() {
        let capped = all(&plan(&[(10, 1000, 100)], &[]));
        let whole = all(&plan(&[(10, 1000, 1000)], &[]));
        assert_eq!(
            capped.iter().map(|a| a.at).collect::<Vec<_>>(),
            whole[..100].iter().map(|a| a.at).collect::<Vec<_>>()
        );
    }

    #[test]
    fn static_users_are_ranked_among_the_others() {
        let arrivals = all(&plan(&[(10, 100, 100)], &[0, 0, 5_000, 30_000]));
        assert_eq!(arrivals.len(), 104);
        assert_eq!((arrivals[0].at, arrivals[1].at), (Nanos::SECOND, Nanos::SECOND));
        assert_eq!(arrivals[103].at, Nanos::from_secs(31));
        assert!(arrivals.is_sorted_by_key(|a| a.at));
    }

    /// Gaps of a Poisson process are exponential: Kolmogorov-Smirnov distance of 20 000 gaps from that law.
    #[test]
    fn gaps_are_exponential() {
        let arrivals = all(&plan(&[(1000, 20_000, 20_000)], &[]));
        let mut gaps: Vec<f64> =
            arrivals.windows(2).map(|w| (w[1].at - w[0].at).as_secs_f64() * 20.0).collect();
        gaps.sort_by(f64::total_cmp);
        let n = gaps.len() as f64;
        let distance = gaps
            .iter()
            .enumerate()
            .map(|(i, gap)| ((1.0 - (-gap).exp()) - (i as f64 + 0.5) / n).abs())
            .fold(0.0, f64::max);
        assert!(distance < 1.63 / n.sqrt(), "KS distance {distance}");
    }
}
