//! Clients and monitors: which machines there are, and which of them this program can use.

use std::net::IpAddr;

use crate::ast::{Client, Tsung};
use crate::diagnostic::{Report, Setup};
use crate::load::Settings;

/// The name of this machine, without domain; empty if the system does not tell.
pub(super) fn machine_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    short(name.trim()).to_owned()
}

/// Checks that all load is made here, and that monitors are ones that exist.
pub(super) fn check(tsung: &Tsung, settings: &Settings, machine: &str, report: &mut Report<'_>) {
    // As in Tsung, once one client is inside the controller, all later ones are.
    let mut inside = false;
    for client in &tsung.clients {
        inside |= client.use_controller_vm;
        check_client(client, inside, settings, machine, report);
    }
    for monitor in &tsung.monitors {
        if monitor.kind != "erlang" || !is_here(&monitor.host.value, machine) {
            let host = monitor.host.value.clone();
            report.warn(monitor.at, Setup::MonitorNotYet { host, kind: monitor.kind.clone() });
        }
    }
}

fn check_client(client: &Client, inside: bool, settings: &Settings, machine: &str, report: &mut Report<'_>) {
    let host = &client.host.value;
    if settings.local || is_here(host, machine) && !is_address(host) {
        return;
    }
    if is_address(host) && !settings.ip_hosts {
        report.error(client.host.at, Setup::ClientIsAddress { host: host.clone() });
    } else if inside || is_here(host, machine) {
        if !host.is_empty() && !is_here(host, machine) {
            report.warn(client.at, Setup::ClientRunsHere { host: host.clone() });
        }
    } else {
        report.error(client.at, Setup::RemoteClient { host: host.clone() });
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
