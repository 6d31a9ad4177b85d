//! What a session is expected to take, from its operations alone: time, and connections to which places.
//!
//! Loops with fixed bounds are multiplied; what only the run decides (`repeat`, loops of `match`, texts) is taken at its least,
//! and conditions as holding.

use std::collections::BTreeMap;

use super::RESPONSE_TIME_ASSUMED;
use crate::plan::{
    EndpointId, Exchange, MatchAction, Number, Op, OpKind, Plan, Request, Session, Target, Think,
};

/// Where a user is connected: an endpoint, or none for the server that was drawn for it.
pub(super) type Place = Option<EndpointId>;

/// What a session is expected to take.
#[derive(Clone, Debug, Default)]
pub(super) struct Outline {
    /// From the user's start to its end, in seconds.
    pub(super) length_secs: f64,
    /// It may well take longer.
    pub(super) at_least: bool,
    /// How often the user goes from one place to another, closing its connection.
    pub(super) moves: BTreeMap<(Place, EndpointId), f64>,
    /// Where its last connection is; none without any request.
    pub(super) last: Option<Place>,
}

impl Outline {
    pub(super) fn of(plan: &Plan, session: &Session) -> Self {
        let rounds = Rounds::of(&session.ops);
        let targets = next_targets(plan, &session.ops);
        let mut outline = Self { at_least: rounds.at_least, ..Self::default() };
        for (index, op) in session.ops.iter().enumerate() {
            let times = rounds.times[index];
            match &op.kind {
                OpKind::Think(think) => match mean_secs(think) {
                    Some(secs) => outline.length_secs += times * secs,
                    None => outline.at_least = true,
                },
                OpKind::Request(id) => {
                    outline.length_secs += times * RESPONSE_TIME_ASSUMED.as_secs_f64();
                    if let Some(request) = plan.requests.get(id.index()) {
                        outline.at_least |= may_loop(request);
                        outline.go(target(request), times);
                    }
                }
                OpKind::ForEnd { body, .. } => {
                    // Back at the start of the body, one time less than the body runs.
                    let again = times - rounds.times_around(index);
                    let first = targets.get(body.index()).copied().flatten().filter(|(at, _)| *at < index);
                    outline.go_back(first.map(|(_, target)| target), again);
                }
                _ => {}
            }
        }
        outline
    }

    fn go(&mut self, target: Target, times: f64) {
        let here = self.last;
        match target {
            Target::Pinned(endpoint) => {
                self.move_to(endpoint, times);
                self.last = Some(Some(endpoint));
            }
            // Where a URL leads that is known at run time cannot be told: most stay.
            Target::Current | Target::Dynamic => self.last = Some(here.flatten()),
        }
    }

    /// From the end of a loop's body to its first request.
    fn go_back(&mut self, first: Option<Target>, times: f64) {
        if let Some(Target::Pinned(endpoint)) = first {
            self.move_to(endpoint, times);
        }
    }

    fn move_to(&mut self, endpoint: EndpointId, times: f64) {
        if let Some(place) = self.last.filter(|place| *place != Some(endpoint) && times > 0.0) {
            *self.moves.entry((place, endpoint)).or_default() += times;
        }
    }
}

/// How often each operation runs.
struct Rounds {
    times: Vec<f64>,
    /// Rounds of the loop that ends at an operation.
    of_loop: BTreeMap<usize, f64>,
    at_least: bool,
}

impl Rounds {
    fn of(ops: &[Op]) -> Self {
        let mut found = Self { times: vec![1.0; ops.len()], of_loop: BTreeMap::new(), at_least: false };
        // From the end: a loop is met before its body, and left at the body's first operation.
        let mut open: Vec<(usize, f64)> = Vec::new();
        let mut times = 1.0;
        for (index, op) in ops.iter().enumerate().rev() {
            while let Some((_, outside)) = open.pop_if(|(body, _)| index < *body) {
                times = outside;
            }
            match &op.kind {
                OpKind::ForEnd { to, increment, body, .. } => {
                    let start = body.index().checked_sub(1).and_then(|before| ops.get(before));
                    let rounds = for_rounds(start.map(|op| &op.kind), to, *increment);
                    found.at_least |= rounds.is_none();
                    let rounds = rounds.unwrap_or(1.0);
                    open.push((body.index(), times));
                    found.of_loop.insert(index, rounds);
                    times *= rounds;
                }
                OpKind::RepeatEnd { .. } | OpKind::ForEachEnd { .. } => found.at_least = true,
                _ => {}
            }
            found.times[index] = times;
        }
        found
    }

    /// How often the loop that ends here is entered.
    fn times_around(&self, end: usize) -> f64 {
        self.times[end] / self.of_loop.get(&end).copied().unwrap_or(1.0)
    }
}

/// Bodies that a `<for>` runs; none where only the run can tell, or where it never ends.
fn for_rounds(start: Option<&OpKind>, to: &Number, increment: u64) -> Option<f64> {
    let (Some(OpKind::ForStart { from: Number::Fixed(from), .. }), Number::Fixed(to)) = (start, to) else {
        return None;
    };
    if from >= to {
        return Some(1.0);
    }
    (increment > 0).then(|| 1.0 + from.abs_diff(*to).div_ceil(increment) as f64)
}

fn mean_secs(think: &Think) -> Option<f64> {
    match think {
        Think::Fixed(span) => Some(span.as_secs_f64()),
        Think::Exponential { mean } => Some(mean.as_secs_f64()),
        Think::Uniform { min_ms, max_ms } => Some((*min_ms as f64 + *max_ms as f64) / 2e3),
        Think::Text(_) => None,
    }
}

fn may_loop(request: &Request) -> bool {
    let loops = |action| matches!(action, MatchAction::Loop { .. } | MatchAction::Restart { .. });
    request.matches.iter().any(|found| loops(found.action))
}

fn target(request: &Request) -> Target {
    let Exchange::Http(http) = &request.exchange;
    http.target
}

/// For each operation, which is the first request at or after it, and where that goes.
fn next_targets(plan: &Plan, ops: &[Op]) -> Vec<Option<(usize, Target)>> {
    let mut next = None;
    let mut targets = vec![None; ops.len()];
    for (index, op) in ops.iter().enumerate().rev() {
        if let OpKind::Request(id) = &op.kind {
            next = plan.requests.get(id.index()).map(|request| (index, target(request)));
        }
        targets[index] = next;
    }
    targets
}
