//! The look ahead before a run starts, in words: what it will need, what will run out and when, and what to do about it.

use parrot_core::load::{
    DESCRIPTORS_RESERVED, Forecast, Machine, Processes, RESPONSE_TIME_ASSUMED, Shortage,
};
use parrot_core::plan::{EndpointId, Plan};
use parrot_core::time::Nanos;

use crate::screen;

/// Phases told one by one.
const PHASES_SHOWN_MAX: usize = 3;
const YEAR_SECS: f64 = 31_557_600.0;
/// Processes of one machine that share a load at most.
const PROCESSES_MAX: u64 = 64;
/// Shortages told; the others come later.
const SHORTAGES_SHOWN_MAX: usize = 3;

/// What was found.
#[derive(Debug)]
pub(crate) struct Preflight {
    /// What the run will need, a line for each topic.
    pub(crate) needs: Vec<String>,
    /// What will run out, with remedies.
    pub(crate) warnings: Vec<String>,
    /// Processes of this machine that share the load, so that each may open its connections; at least 1.
    pub(crate) processes: u64,
}

impl Preflight {
    /// Looks ahead. `joining` is the number of workers where these make the load; they are taken to be like this machine.
    /// `engines` are those of each of them, or all of this machine's.
    pub(crate) fn new(plan: &Plan, machine: &Machine, joining: Option<u32>, engines: u32) -> Self {
        let forecast = Forecast::new(plan);
        if forecast.planned() == 0 {
            let needs = vec!["preflight: no users are planned".to_owned()];
            return Self { needs, warnings: Vec::new(), processes: 1 };
        }
        let engines = u64::from(engines);
        let shared = match joining {
            Some(workers) => Processes::joining(u64::from(workers), engines),
            None => Processes::started(processes(&forecast, machine, engines), engines),
        };
        let processes = if joining.is_some() { 1 } else { shared.count };
        let mut needs =
            vec![phases(&forecast), users(&forecast, plan), supplies(&forecast, plan, machine, shared)];
        if processes > 1 {
            needs.push(format!(
                "preflight: {processes} processes share the load, so that each may open its connections"
            ));
        }
        let shortages = forecast.shortages(machine, shared);
        let mut warnings: Vec<String> =
            shortages.iter().take(SHORTAGES_SHOWN_MAX).map(|shortage| warning(shortage, plan)).collect();
        if shortages.len() > SHORTAGES_SHOWN_MAX {
            warnings.push(format!("warning: {} more things run out", shortages.len() - SHORTAGES_SHOWN_MAX));
        }
        Self { needs, warnings, processes }
    }

    /// Tells the user.
    pub(crate) fn show(&self) {
        self.needs.iter().chain(&self.warnings).for_each(|line| screen::err(line));
    }
}

/// Where a process may open hardly more descriptors than it needs for itself, more processes are no help.
fn processes(forecast: &Forecast, machine: &Machine, engines: u64) -> u64 {
    if machine.descriptors < 2 * DESCRIPTORS_RESERVED {
        return 1;
    }
    forecast.processes_needed(machine.descriptors, engines, PROCESSES_MAX)
}

fn phases(forecast: &Forecast) -> String {
    let mut parts: Vec<String> = forecast
        .phases
        .iter()
        .take(PHASES_SHOWN_MAX)
        .map(|phase| {
            let (number, users, rate) = (phase.number, phase.users, rounded(phase.rate));
            format!("phase {number}: {users} in {} ({rate}/s)", span(phase.duration))
        })
        .collect();
    if forecast.phases.len() > PHASES_SHOWN_MAX {
        parts.push(format!("{} more phases", forecast.phases.len() - PHASES_SHOWN_MAX));
    }
    if forecast.static_users > 0 {
        parts.push(format!("{} at times of their own", forecast.static_users));
    }
    format!("preflight: {} users planned: {}", forecast.planned(), parts.join(", "))
}

fn users(forecast: &Forecast, plan: &Plan) -> String {
    let about = if forecast.at_least { "at least" } else { "about" };
    let length = if forecast.session_secs > YEAR_SECS {
        "longer than a year".to_owned()
    } else {
        format!("{about} {} s", rounded(forecast.session_secs))
    };
    let cut = match plan.load.duration {
        Some(duration) if duration.as_secs_f64() < forecast.session_secs => {
            format!("; the load is cut after {}", span(duration))
        }
        _ => String::new(),
    };
    format!(
        "preflight: {about} {} users at once, from {} on; a session lasts {length} ({} ms assumed for a response){cut}",
        rounded(forecast.users_peak),
        span(forecast.users_peak_at),
        RESPONSE_TIME_ASSUMED.as_millis()
    )
}

fn supplies(forecast: &Forecast, plan: &Plan, machine: &Machine, shared: Processes) -> String {
    let memory = forecast.memory_bytes();
    let of = machine.memory_bytes.map_or_else(String::new, |bytes| format!(" of {}", size(bytes)));
    let ports = forecast.ports(machine).map_or_else(String::new, |(endpoint, ports)| {
        format!(", {ports} of {} local ports to {}", machine.local_ports, place(plan, endpoint))
    });
    format!(
        "preflight: up to {} connections: {} of {} descriptors, {}{of} memory{ports}",
        forecast.connections(),
        forecast.descriptors(shared),
        machine.descriptors.saturating_mul(shared.count),
        size(memory)
    )
}

fn warning(shortage: &Shortage, plan: &Plan) -> String {
    match *shortage {
        Shortage::Descriptors { at, needed, available } => format!(
            "warning: descriptors run out after {}: {needed} are needed, {available} allowed\n  \
             help: raise the hard limit (ulimit -Hn, or LimitNOFILE of a service)",
            span(at)
        ),
        Shortage::Ports { waiting, endpoint, at, needed, available } => {
            let reuse = if waiting {
                "a port stays taken for 60 s after its connection was closed; set net.ipv4.tcp_tw_reuse to 1, "
            } else {
                ""
            };
            format!(
                "warning: local ports to {} run out after {}: {needed} are needed, {available} there\n  \
                 help: {reuse}widen net.ipv4.ip_local_port_range, or add servers",
                place(plan, endpoint),
                span(at)
            )
        }
        Shortage::FreePorts { endpoint, at, needed, available } => format!(
            "warning: connects to {} get slow after {}: from then on more than half of the {available} local ports are \
             open or closed less than 60 s ago ({needed} at the peak)\n  \
             help: widen net.ipv4.ip_local_port_range, or add servers",
            place(plan, endpoint),
            span(at)
        ),
        Shortage::Memory { at, needed, available } => format!(
            "warning: memory runs out after {}: {} are needed, {} there\n  \
             help: start fewer users at once, or use a machine with more memory",
            span(at),
            size(needed),
            size(available)
        ),
    }
}

fn place(plan: &Plan, endpoint: EndpointId) -> String {
    plan.endpoints
        .get(endpoint.index())
        .map_or_else(String::new, |place| format!("{}:{}", place.host, place.port))
}

/// `8.3 s`, `61 s`, `12:05 min`, `1:00:00 h`.
fn span(time: Nanos) -> String {
    let secs = time.as_secs();
    match secs {
        0..100 => format!("{} s", rounded(time.as_secs_f64())),
        100..3600 => format!("{}:{:02} min", secs / 60, secs % 60),
        _ => format!("{}:{:02}:{:02} h", secs / 3600, secs / 60 % 60, secs % 60),
    }
}

/// A decimal where it matters.
fn rounded(number: f64) -> String {
    let digits = if number < 10.0 { 1 } else { 0 };
    let text = format!("{number:.digits$}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

fn size(bytes: u64) -> String {
    let mib = bytes as f64 / (1024.0 * 1024.0);
    if mib < 1024.0 { format!("{} MiB", rounded(mib)) } else { format!("{} GiB", rounded(mib / 1024.0)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_numbers_are_short() {
        let spans = [0.04, 8.26, 61.0, 99.9, 725.0, 3_600.0, 36_061.0].map(|s| span(Nanos::from_secs_f64(s)));
        assert_eq!(spans, ["0 s", "8.3 s", "61 s", "100 s", "12:05 min", "1:00:00 h", "10:01:01 h"]);
        assert_eq!([0.25, 2.0, 9.96, 12.3, 1e6].map(rounded), ["0.2", "2", "10", "12", "1000000"]);
        assert_eq!([512, 1 << 20, 40 << 20, 3 << 29].map(size), ["0 MiB", "1 MiB", "40 MiB", "1.5 GiB"]);
    }
}
