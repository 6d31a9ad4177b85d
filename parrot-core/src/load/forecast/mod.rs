//! What a plan will need and what will run out, told before the first user starts: from the Plan and the machine's facts alone.
//!
//! Users come at their phase's rate and stay as long as their session is expected to take, so the number of users at once is a
//! line that bends where phases begin and end, once for arrivals and once, a session later, for departures. Connections are one
//! for each user. Closing one that the server keeps open takes a local port for a minute.

mod curve;
mod session;

use self::curve::{Crowd, Curve};
use self::session::{Outline, Place};
use super::Schedule;
use crate::plan::{EndpointId, Plan};
use crate::time::Nanos;

/// Time that a response is taken to need: nobody knows it before the run. A tenth of a second is slow for a machine next door
/// and quick for a site under load.
pub const RESPONSE_TIME_ASSUMED: Nanos = Nanos::from_millis(100);
/// Descriptors of a process that are no connections: files, polls, timers, the control sockets.
pub const DESCRIPTORS_RESERVED: u64 = 64;
/// Own memory of a connected user, and what the kernel keeps for its socket, in bytes.
const USER_BYTES: u64 = 1024 + 4 * 1024;
/// For how long a port stays taken after a connection was closed from this side (TCP_TIMEWAIT_LEN of Linux).
const TIME_WAIT_SECS: f64 = 60.0;
/// Until such a port is given out again where the kernel may reuse it.
const REUSE_SECS: f64 = 1.0;
/// Targets whose ports are looked at: those with the most connections.
const TARGETS_MAX: usize = 3;
/// Phases times kinds of sessions that are followed one by one; beyond, sessions of similar length are taken together.
const STREAMS_MAX: usize = 4_000;

/// What the machine has to give.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Machine {
    /// Descriptors that one process may open at most.
    pub descriptors: u64,
    /// Local ports to connect from.
    pub local_ports: u64,
    /// Which ports in TIME_WAIT are given out again.
    pub port_reuse: PortReuse,
    /// Memory to be had, in bytes, where the machine tells.
    pub memory_bytes: Option<u64>,
}

/// Which ports in TIME_WAIT are given out again after a second.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PortReuse {
    /// None.
    Never,
    /// Those of connections within the machine.
    Loopback,
    /// All.
    Always,
}

/// What a plan is expected to need.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// Users of each phase.
    pub phases: Vec<PhaseForecast>,
    /// Users with a time of their own.
    pub static_users: u64,
    /// Mean length of a session over all planned users, in seconds.
    pub session_secs: f64,
    /// Sessions may take longer than told: loops that only the run can end.
    pub at_least: bool,
    /// Most users at once: the mean, around which chance plays.
    pub users_peak: f64,
    /// When there are as many first, in the run's time.
    pub users_peak_at: Nanos,
    users: Curve,
    targets: Vec<TargetForecast>,
}

/// Arrivals of a phase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PhaseForecast {
    /// The `phase` attribute.
    pub number: u32,
    /// Its start in the run's time.
    pub start: Nanos,
    /// How long it lasts.
    pub duration: Nanos,
    /// Users that it starts.
    pub users: u64,
    /// Users a second while it starts them.
    pub rate: f64,
}

/// Ports that connections to one place take.
#[derive(Clone, Debug)]
struct TargetForecast {
    endpoint: EndpointId,
    is_loopback: bool,
    /// With ports in TIME_WAIT.
    ports: Curve,
    /// Where those are given out again after a second.
    ports_reused: Curve,
}

/// Something that will run out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shortage {
    /// Descriptors of a process.
    Descriptors {
        /// When, in the run's time.
        at: Nanos,
        /// At the peak.
        needed: u64,
        /// To be had.
        available: u64,
    },
    /// Local ports to connect to one place from.
    Ports {
        /// Ports in TIME_WAIT are among them: the machine does not give them out again before its time.
        waiting: bool,
        /// The place.
        endpoint: EndpointId,
        /// When, in the run's time.
        at: Nanos,
        /// At the peak.
        needed: u64,
        /// To be had.
        available: u64,
    },
    /// So many local ports are taken that looking for a free one makes connects slow.
    FreePorts {
        /// The place.
        endpoint: EndpointId,
        /// When, in the run's time.
        at: Nanos,
        /// At the peak.
        needed: u64,
        /// To be had.
        available: u64,
    },
    /// Memory.
    Memory {
        /// When, in the run's time.
        at: Nanos,
        /// Bytes at the peak.
        needed: u64,
        /// Bytes to be had.
        available: u64,
    },
}

impl Forecast {
    /// Looks ahead. Takes a time linear in the size of the Plan.
    pub fn new(plan: &Plan) -> Self {
        let sessions = Sessions::of(plan);
        let phases = phases(plan);
        let (session_secs, at_least) = sessions.mean_length();
        let users = sessions.curve(plan, &phases, |outline| Stay {
            length: outline.length_secs,
            open: 1.0,
            ..Stay::default()
        });
        let (users_peak, users_peak_at) = users.peak();
        let targets = sessions.busiest(plan).into_iter().map(|endpoint| {
            let ports =
                |held| sessions.curve(plan, &phases, |outline| sessions.stay(outline, endpoint, held));
            let is_loopback = plan.endpoints.get(endpoint.index()).is_some_and(|e| is_loopback(&e.host));
            let (ports, ports_reused) = (ports(TIME_WAIT_SECS), ports(REUSE_SECS));
            TargetForecast { endpoint, is_loopback, ports, ports_reused }
        });
        let targets = targets.collect();
        Self {
            static_users: plan.load.static_users.len() as u64,
            session_secs,
            at_least,
            users_peak,
            users_peak_at: run_time(users_peak_at),
            phases,
            users,
            targets,
        }
    }

    /// Users that the plan starts.
    pub fn planned(&self) -> u64 {
        self.phases.iter().map(|phase| phase.users).sum::<u64>() + self.static_users
    }

    /// Most connections at once, chance included.
    pub fn connections(&self) -> u64 {
        with_chance(self.users_peak).min(self.planned())
    }

    /// Descriptors of a process that carries all users.
    pub fn descriptors(&self) -> u64 {
        self.connections().saturating_add(DESCRIPTORS_RESERVED)
    }

    /// Memory of the users and their sockets at the peak, in bytes.
    pub fn memory_bytes(&self) -> u64 {
        self.connections().saturating_mul(USER_BYTES)
    }

    /// The place whose connections take the most local ports, and how many, as this machine gives them out.
    pub fn ports(&self, machine: &Machine) -> Option<(EndpointId, u64)> {
        let needed = |target: &TargetForecast| with_chance(target.curve(machine).peak().0);
        let targets = self.targets.iter().map(|target| (target.endpoint, needed(target)));
        targets.max_by_key(|(_, needed)| *needed)
    }

    /// Processes among which users have to be shared out so that each keeps below its limit of descriptors.
    pub fn processes_needed(&self, descriptors_per_process: u64) -> u64 {
        let each = safely_within(descriptors_per_process.saturating_sub(DESCRIPTORS_RESERVED)).max(1.0);
        ((self.users_peak / each).ceil() as u64).max(1)
    }

    /// What will run out, the first to do so first.
    pub fn shortages(&self, machine: &Machine) -> Vec<Shortage> {
        let mut found = Vec::new();
        let room = machine.descriptors.saturating_sub(DESCRIPTORS_RESERVED);
        if let Some(at) = self.users.first_above(safely_within(room)) {
            let (needed, available) = (self.descriptors(), machine.descriptors);
            found.push((at, Shortage::Descriptors { at: run_time(at), needed, available }));
        }
        let ports = self.targets.iter().filter_map(|target| target.shortage(machine));
        found.extend(ports);
        if let Some(available) = machine.memory_bytes
            && let Some(at) = self.users.first_above(safely_within(available / USER_BYTES))
        {
            let needed = self.memory_bytes();
            found.push((at, Shortage::Memory { at: run_time(at), needed, available }));
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        found.into_iter().map(|(_, shortage)| shortage).collect()
    }
}

impl TargetForecast {
    fn is_reused(&self, machine: &Machine) -> bool {
        match machine.port_reuse {
            PortReuse::Never => false,
            PortReuse::Loopback => self.is_loopback,
            PortReuse::Always => true,
        }
    }

    /// Ports that are taken for good.
    fn curve(&self, machine: &Machine) -> &Curve {
        if self.is_reused(machine) { &self.ports_reused } else { &self.ports }
    }

    fn shortage(&self, machine: &Machine) -> Option<(f64, Shortage)> {
        let (endpoint, available) = (self.endpoint, machine.local_ports);
        let taken = self.curve(machine);
        if let Some(at) = taken.first_above(safely_within(available)) {
            let needed = with_chance(taken.peak().0);
            let waiting = !self.is_reused(machine);
            return Some((at, Shortage::Ports { waiting, endpoint, at: run_time(at), needed, available }));
        }
        // The kernel tries the ports of one parity first; when those are taken, each connect walks over thousands of them.
        let at = self.ports.first_above(safely_within(available / 2))?;
        let needed = with_chance(self.ports.peak().0);
        Some((at, Shortage::FreePorts { endpoint, at: run_time(at), needed, available }))
    }
}

/// Sums of floats end a hair beside the time that is meant.
fn run_time(secs: f64) -> Nanos {
    Nanos::from_micros((secs * 1e6).round() as u64)
}

/// Three standard deviations of a Poisson number: more than that is not met in practice.
const CHANCE: f64 = 3.0;

/// The most that a number of this mean is to be expected to reach.
fn with_chance(mean: f64) -> u64 {
    (mean + CHANCE * mean.sqrt()).ceil() as u64
}

/// The mean of which chance does not make more than `limit`.
fn safely_within(limit: u64) -> f64 {
    // m + 3·√m = limit, solved for √m.
    ((-CHANCE + (CHANCE * CHANCE + 4.0 * limit as f64).sqrt()) / 2.0).powi(2)
}

fn is_loopback(host: &str) -> bool {
    let is_number = |rest: &str| rest.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    host == "::1"
        || host.eq_ignore_ascii_case("localhost")
        || host.strip_prefix("127.").is_some_and(is_number)
}

fn phases(plan: &Plan) -> Vec<PhaseForecast> {
    let starts = Schedule::phase_starts(plan);
    let phases = plan.load.phases.iter().zip(starts);
    phases
        .map(|(phase, start)| {
            let secs = phase.duration.as_secs_f64();
            let rate = if secs > 0.0 { phase.drawn as f64 / secs } else { 0.0 };
            PhaseForecast {
                number: phase.number,
                start,
                duration: phase.duration,
                users: phase.started,
                rate,
            }
        })
        .collect()
}

/// How sessions hold something.
#[derive(Clone, Copy, Debug, Default)]
struct Stay {
    /// Length of the session, in seconds.
    length: f64,
    /// Held while the session lasts.
    open: f64,
    /// Held from its end on.
    at_end: f64,
    /// Held from somewhere inside on: the middle stands for all.
    inside: f64,
    /// For how long the last two hold it, in seconds.
    held: f64,
}

/// The sessions of a plan, outlined, and which share of the users run them.
struct Sessions {
    outlines: Vec<Outline>,
    /// Sessions and shares of each setting of popularities; shares sum to 1.
    shares: Vec<Vec<(usize, f64)>>,
    /// Shares of the servers that users draw.
    servers: Vec<(EndpointId, f64)>,
    /// Users planned of each session.
    users: Vec<f64>,
}

impl Sessions {
    fn of(plan: &Plan) -> Self {
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
    fn stay(&self, outline: &Outline, endpoint: EndpointId, held: f64) -> Stay {
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
    fn busiest(&self, plan: &Plan) -> Vec<EndpointId> {
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
    fn mean_length(&self) -> (f64, bool) {
        let planned = || self.outlines.iter().zip(&self.users).filter(|(_, users)| **users > 0.0);
        let users: f64 = planned().map(|(_, users)| users).sum();
        let secs: f64 = planned().map(|(outline, users)| outline.length_secs * users).sum();
        let mean = if users > 0.0 { secs / users } else { 0.0 };
        (mean, planned().any(|(outline, _)| outline.at_least))
    }

    /// The sum of what all users hold.
    fn curve(&self, plan: &Plan, phases: &[PhaseForecast], stay: impl Fn(&Outline) -> Stay) -> Curve {
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

#[cfg(test)]
mod tests;
