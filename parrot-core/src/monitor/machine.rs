//! What this machine has to give to a run, for the forecast.

use super::{proc_text, read};
use crate::load::{Machine, PortReuse};
use crate::sys::descriptor_limit;

/// Linux's own range of local ports, 32768 to 60999.
const LOCAL_PORTS: u64 = 28_232;

/// This machine, with Linux's defaults for what it does not tell.
pub fn machine() -> Machine {
    let ports = read("/proc/sys/net/ipv4/ip_local_port_range");
    let reuse = read("/proc/sys/net/ipv4/tcp_tw_reuse");
    let memory_mib = read("/proc/meminfo").and_then(|text| proc_text::available_mib(&text));
    Machine {
        descriptors: descriptor_limit().unwrap_or(u64::MAX),
        local_ports: ports.and_then(|text| proc_text::size_of_range(&text)).unwrap_or(LOCAL_PORTS),
        port_reuse: match reuse.as_deref().map(str::trim) {
            Some("0") => PortReuse::Never,
            Some("1") => PortReuse::Always,
            _ => PortReuse::Loopback,
        },
        memory_bytes: memory_mib.map(|mib| (mib * 1024.0 * 1024.0) as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_something_to_give() {
        let machine = machine();
        assert!(machine.descriptors >= 64 && machine.local_ports > 0, "{machine:?}");
        assert!(machine.memory_bytes.is_some_and(|bytes| bytes > 1024 * 1024), "{machine:?}");
    }
}
