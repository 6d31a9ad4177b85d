//! What a plan will need and what will run out, told before the first user starts: from the Plan and the machine's facts alone.
//!
//! Users come at their phase's rate and stay as long as their session is expected to take, so the number of users at once is a
//! line that bends where phases begin and end, once for arrivals and once, a session later, for departures. Connections are one
//! for each user. Closing one that the server keeps open takes a local port for a minute.

mod curve;
mod population;
mod session;

use std::cmp::Reverse;

use self::curve::Curve;
use self::population::{Population, Stay};
use super::Schedule;
use crate::plan::{EndpointId, Plan};
use crate::time::Nanos;

/// Time that a response is taken to need: nobody knows it before the run. A tenth of a second is slow for a machine next door
/// and quick for a site under load.
pub const RESPONSE_TIME_ASSUMED: Nanos = Nanos::from_millis(100);
/// Descriptors of a process that are no connections: files, the control sockets, what libraries open.
pub const DESCRIPTORS_RESERVED: u64 = 64;
/// Descriptors of an engine: its poll, timer and bell, and where it reads how long it waited for a core.
const DESCRIPTORS_PER_ENGINE: u64 = 4;
/// Descriptors that the first process has for each further one: its lifeline and its connection.
const DESCRIPTORS_PER_PROCESS: u64 = 2;
/// Own memory of a connected user, and what the kernel keeps for its socket (3.8 KiB measured on Linux 6.18), in bytes.
const USER_BYTES: u64 = 1024 + 4 * 1024;
/// For how long a port stays taken after a connection was closed from this side (TCP_TIMEWAIT_LEN of Linux).
const TIME_WAIT_SECS: f64 = 60.0;
/// Until such a port is given out again where the kernel may reuse it.
const REUSE_SECS: f64 = 1.0;

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

/// Processes among which the users are shared out evenly.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Processes {
    /// How many.
    pub count: u64,
    /// Descriptors of each that are no connections of users.
    pub reserved: u64,
}

impl Processes {
    /// So many that one of them starts, with so many engines among them.
    pub const fn started(count: u64, engines: u64) -> Self {
        let own = Self::joining(count, engines.div_ceil(count));
        let reserved = own.reserved.saturating_add(DESCRIPTORS_PER_PROCESS.saturating_mul(count - 1));
        Self { count, reserved }
    }

    /// So many workers that join, with so many engines each.
    pub const fn joining(count: u64, engines: u64) -> Self {
        let reserved = DESCRIPTORS_RESERVED.saturating_add(DESCRIPTORS_PER_ENGINE.saturating_mul(engines));
        Self { count, reserved }
    }

    /// Connections for which there is room, where each may open so many descriptors.
    const fn room(self, descriptors: u64) -> u64 {
        descriptors.saturating_sub(self.reserved).saturating_mul(self.count)
    }

    /// Users of which chance does not make more than there is room for in each.
    fn users(self, descriptors: u64) -> f64 {
        safely_within(descriptors.saturating_sub(self.reserved)) * self.count as f64
    }
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
    /// Descriptors of the processes together.
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
        let population = Population::of(plan);
        let phases = phases(plan);
        let (session_secs, at_least) = population.mean_length();
        let users = population.curve(plan, &phases, |outline| Stay {
            length: outline.length_secs,
            open: 1.0,
            ..Stay::default()
        });
        let (users_peak, users_peak_at) = users.peak();
        let targets = population.busiest(plan).into_iter().map(|endpoint| {
            let ports =
                |held| population.curve(plan, &phases, |outline| population.stay(outline, endpoint, held));
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

    /// Descriptors of all processes together.
    pub fn descriptors(&self, processes: Processes) -> u64 {
        self.connections().saturating_add(processes.reserved.saturating_mul(processes.count))
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

    /// Processes, at most so many, among which users and `engines` have to be shared out so that each keeps below its limit of
    /// descriptors; where none will do, those that come nearest.
    pub fn processes_needed(&self, descriptors: u64, engines: u64, at_most: u64) -> u64 {
        let started = |count: &u64| Processes::started(*count, engines);
        let enough = (1..=at_most).find(|count| self.users_peak <= started(count).users(descriptors));
        let roomiest =
            || (1..=at_most).max_by_key(|count| (started(count).room(descriptors), Reverse(*count)));
        enough.or_else(roomiest).unwrap_or(1)
    }

    /// What will run out in these processes, on machines like this, the first to do so first.
    pub fn shortages(&self, machine: &Machine, processes: Processes) -> Vec<Shortage> {
        let mut found = Vec::new();
        if let Some(at) = self.users.first_above(processes.users(machine.descriptors)) {
            let needed = self.descriptors(processes);
            let available = machine.descriptors.saturating_mul(processes.count);
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

#[cfg(test)]
mod tests;
