//! Clients and monitors: which machines there are, and which of them this program can use.

use std::net::IpAddr;

use parrot_core::limits::ENGINES_PER_WORKER_MAX;

use crate::ast::{Client, Tsung};
use crate::diagnostic::{Report, Setup};
use crate::load::Settings;

/// The name of this machine, without domain; empty if the system does not tell.
pub(super) fn machine_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    short(name.trim()).to_owned()
}

/// Checks that all load is made here; gives the engines that the clients of this machine ask for.
pub(super) fn lower(tsung: &Tsung, settings: &Settings, machine: &str, report: &mut Report<'_>) -> u32 {
    // As in Tsung, once one client is inside the controller, all later ones are.
    let mut inside = false;
    let mut cpus: u32 = 0;
    for client in &tsung.clients {
        inside |= client.use_controller_vm;
        check(client, inside, settings, machine, report);
        // The machines of a batch system are counted by the system, not by `cpu`.
        if client.batch_system.is_some() || !inside && !is_here(&client.host.value, machine) {
            continue;
        }
        let fitted = cpus <= ENGINES_PER_WORKER_MAX;
        cpus = cpus.saturating_add(client.cpu);
        if fitted && cpus > ENGINES_PER_WORKER_MAX {
            report.warn(client.at, Setup::TooManyCpus { max: ENGINES_PER_WORKER_MAX });
        }
    }
    cpus.min(ENGINES_PER_WORKER_MAX)
}

/// Checks that monitors are ones that exist.
pub(super) fn check_monitors(tsung: &Tsung, machine: &str, report: &mut Report<'_>) {
    for monitor in &tsung.monitors {
        let host = monitor.host.value.clone();
        if monitor.is_batch {
            report.warn(monitor.at, Setup::MonitorNotYet { host, kind: "batch" });
        } else if monitor.kind != "erlang" || !is_here(&host, machine) {
            report.warn(monitor.at, Setup::MonitorNotYet { host, kind: monitor.kind });
        }
    }
}

fn check(client: &Client, inside: bool, settings: &Settings, machine: &str, report: &mut Report<'_>) {
    let host = &client.host.value;
    if settings.local || is_here(host, machine) && !is_address(host) {
        return;
    }
    if let Some(system) = &client.batch_system {
        report.not_yet(client.at, Setup::BatchClient { system: system.clone() });
    } else if host.is_empty() && !inside {
        report.error(client.host.at, Setup::ClientWithoutHost);
    } else if is_address(host) && !settings.ip_hosts {
        report.error(client.host.at, Setup::ClientIsAddress { host: host.clone() });
    } else if inside || is_here(host, machine) {
        if !host.is_empty() && !is_here(host, machine) {
            report.warn(client.at, Setup::ClientRunsHere { host: host.clone() });
        }
    } else {
        report.not_yet(client.at, Setup::RemoteClient { host: host.clone() });
    }
}

fn is_address(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok()
}

fn is_here(host: &str, machine: &str) -> bool {
    host == "localhost"
        || !machine.is_empty() && short(host) == machine
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn short(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine() {
        for host in ["localhost", "shop7", "shop7.example.org", "127.0.0.2", "::1"] {
            assert!(is_here(host, "shop7"), "{host}");
        }
        for host in ["", "shop8", "10.0.0.1", "localhost2"] {
            assert!(!is_here(host, "shop7"), "{host}");
        }
        assert!(!is_here("", ""));
    }
}
