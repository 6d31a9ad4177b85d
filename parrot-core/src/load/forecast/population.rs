//! All users of a plan: which sessions they run, and what they hold together over time.

use super::PhaseForecast;
use super::curve::{Crowd, Curve};
use super::session::{Outline, Place};
use crate::plan::{EndpointId, Plan};

/// Targets whose ports are looked at: those with the most connections.
const TARGETS_MAX: usize = 3;
/// Phases times kinds of sessions that are followed one by one; beyond, sessions of similar length are taken together.
const STREAMS_MAX: usize = 4_000;

/// How sessions hold something.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stay {
    /// Length of the session, in seconds.
    pub(super) length: f64,
    /// Held while the session lasts.
    pub(super) open: f64,
    /// Held from its end on.
    pub(super) at_end: f64,
    /// Held from somewhere inside on: the middle stands for all.
    pub(super) inside: f64,
    /// For how long the last two hold it, in seconds.
    pub(super) held: f64,
}

/// The sessions of a plan, outlined, and which share of the users run them.
pub(super) struct Population {
    pub(super) outlines: Vec<Outline>,
    /// Sessions and shares of each setting of popularities; shares sum to 1.
    shares: Vec<Vec<(usize, f64)>>,
    /// Shares of the servers that users draw.
    servers: Vec<(EndpointId, f64)>,
    /// Users planned of each session.
    users: Vec<f64>,
}

impl Population {
    pub(super) fn of(plan: &Plan) -> Self {
        let outlines: Vec<_> = plan.sessions.iter().map(|session| Outline::of(plan, session)).collect();
        let length = |index: usize| outlines.get(index).map_or(0.0, |outline: &Outline| outline.length_secs);
        let shares = plan.load.popularities.iter().map(|weights| {
            let mut shares = shares(weights.iter().copied());
            shares.sort_by(|a, b| length(a.0).total_cmp(&length(b.0)));
            shares
        });
        let shares: Vec<Vec<(usize, f64)>> = shares.collect();
        let mut by_setting = vec![0.0; shares.len()];
        for phase in &plan.load.phases {
            by_setting[phase.popularity.index()] += phase.started as f64;
        }
        let mut users = vec![0.0; outlines.len()];
        for (shares, started) in shares.iter().zip(by_setting) {
            shares.iter().for_each(|(index, share)| users[*index] += share * started);
        }
        plan.load.static_users.iter().for_each(|user| users[user.session.index()] += 1.0);
        let servers = self::shares(plan.servers.iter().map(|server| server.weight));
        let servers =
            servers.into_iter().map(|(index, share)| (plan.servers[index].endpoint, share)).collect();
        Self { outlines, shares, servers, users }
    }

    /// Share of the users that draw a server at this place.
    fn drawn(&self, endpoint: EndpointId) -> f64 {
        self.servers.iter().filter(|(place, _)| *place == endpoint).map(|(_, share)| share).sum()
    }

    /// The share of a place that is this endpoint.
    fn part(&self, place: Place, endpoint: EndpointId) -> f64 {
        place.map_or_else(|| self.drawn(endpoint), |place| f64::from(u8::from(place == endpoint)))
    }

    /// How a session holds ports for connections to an endpoint.
    pub(super) fn stay(&self, outline: &Outline, endpoint: EndpointId, held: f64) -> Stay {
        let at_end = outline.last.map_or(0.0, |place| self.part(place, endpoint));
        let mut all = f64::from(u8::from(outline.last.is_some()));
        let mut inside = 0.0;
        for ((from, to), times) in &outline.moves {
            all += times;
            // Who drew the server that it is to go to has it already.
            if *to != endpoint {
                inside += times * self.part(*from, endpoint);
            }
        }
        let open = if all > 0.0 { (at_end + inside) / all } else { 0.0 };
        Stay { length: outline.length_secs, open, at_end, inside, held }
    }

    /// The endpoints with the most connections of all users together.
    pub(super) fn busiest(&self, plan: &Plan) -> Vec<EndpointId> {
        let mut weights = vec![0.0; plan.endpoints.len()];
        let mut add = |endpoint: EndpointId, connections: f64| {
            if let Some(weight) = weights.get_mut(endpoint.index()) {
                *weight += connections;
            }
        };
        let mut drawn = 0.0;
        for (outline, users) in self.outlines.iter().zip(&self.users) {
            let moves = outline.moves.iter().map(|((from, _), times)| (*from, *times));
            for (place, times) in moves.chain(outline.last.map(|place| (place, 1.0))) {
                match place {
                    None => drawn += users * times,
                    Some(endpoint) => add(endpoint, users * times),
                }
            }
        }
        self.servers.iter().for_each(|(endpoint, share)| add(*endpoint, drawn * share));
        let mut used: Vec<usize> = (0..weights.len()).filter(|index| weights[*index] > 0.0).collect();
        used.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]));
        used.into_iter().take(TARGETS_MAX).map(|index| EndpointId(index as u32)).collect()
    }

    /// Mean length over all planned users, and whether any of their sessions may take longer.
    pub(super) fn mean_length(&self) -> (f64, bool) {
        let planned = || self.outlines.iter().zip(&self.users).filter(|(_, users)| **users > 0.0);
        let users: f64 = planned().map(|(_, users)| users).sum();
        let secs: f64 = planned().map(|(outline, users)| outline.length_secs * users).sum();
        let mean = if users > 0.0 { secs / users } else { 0.0 };
        (mean, planned().any(|(outline, _)| outline.at_least))
    }

    /// The sum of what all users hold.
    pub(super) fn curve(
        &self,
        plan: &Plan,
        phases: &[PhaseForecast],
        stay: impl Fn(&Outline) -> Stay,
    ) -> Curve {
        let stays: Vec<Stay> = self.outlines.iter().map(stay).collect();
        let kinds_max = (STREAMS_MAX / phases.len().max(1)).max(1);
        let kinds: Vec<_> = self.shares.iter().map(|shares| alike(shares, &stays, kinds_max)).collect();
        let mut crowd = Crowd::default();
        for (phase, planned) in phases.iter().zip(&plan.load.phases) {
            let from = phase.start.as_secs_f64();
            // With `maxnumber` the first users come at the full rate, and then nobody.
            let part = if planned.drawn > 0 { phase.users as f64 / planned.drawn as f64 } else { 0.0 };
            let to = from + phase.duration.as_secs_f64() * part;
            for (share, stay) in kinds.get(planned.popularity.index()).into_iter().flatten() {
                let rate = phase.rate * share;
                crowd.stream(from, to, rate * stay.open, stay.length);
                let end = stay.length;
                crowd.stream(from + end, to + end, rate * stay.at_end, stay.held);
                let middle = stay.length / 2.0;
                crowd.stream(from + middle, to + middle, rate * stay.inside, stay.held);
            }
        }
        for user in &plan.load.static_users {
            let at = (plan.load.warm_up + user.start).as_secs_f64();
            let stay = stays[user.session.index()];
            crowd.single(at, stay.open, stay.length);
            crowd.single(at + stay.length, stay.at_end, stay.held);
            crowd.single(at + stay.length / 2.0, stay.inside, stay.held);
        }
        let cut = plan.load.duration.map_or(f64::INFINITY, |span| (plan.load.warm_up + span).as_secs_f64());
        crowd.curve(cut)
    }
}

/// Indices and shares of those that can be chosen at all; without any weight it is the last (see [`super::choose`]).
fn shares(weights: impl ExactSizeIterator<Item = f64> + Clone) -> Vec<(usize, f64)> {
    let count = weights.len();
    let total: f64 = weights.clone().filter(|weight| *weight > 0.0).sum();
    if total > 0.0 {
        let chosen = weights.enumerate().filter(|(_, weight)| *weight > 0.0);
        chosen.map(|(index, weight)| (index, weight / total)).collect()
    } else {
        count.checked_sub(1).map(|last| (last, 1.0)).into_iter().collect()
    }
}

/// Shares and stays of sessions sorted by length; neighbours are taken together until there are `kinds_max` at most.
fn alike(shares: &[(usize, f64)], stays: &[Stay], kinds_max: usize) -> Vec<(f64, Stay)> {
    let together = shares.len().div_ceil(kinds_max).max(1);
    let mean = |chunk: &[(usize, f64)]| {
        let share: f64 = chunk.iter().map(|(_, share)| share).sum();
        let mean = |field: fn(&Stay) -> f64| {
            chunk.iter().map(|(index, part)| part * field(&stays[*index])).sum::<f64>() / share
        };
        let stay = Stay {
            length: mean(|stay| stay.length),
            open: mean(|stay| stay.open),
            at_end: mean(|stay| stay.at_end),
            inside: mean(|stay| stay.inside),
            held: mean(|stay| stay.held),
        };
        (share, stay)
    };
    shares.chunks(together).map(mean).collect()
}
