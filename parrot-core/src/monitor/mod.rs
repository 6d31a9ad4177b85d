//! How busy the machine is that the generator runs on, and what it has to give. Reads /proc; what the text means is decided in
//! [`proc_text`].

mod machine;
mod proc_text;

pub use machine::machine;

use std::fs;

use crate::sink::HostMetric;
use proc_text::CpuTimes;

/// Reads the machine's load now and then.
#[derive(Debug, Default)]
pub struct HostMonitor {
    /// At the last reading; the first one is since boot, as Tsung's.
    cpu: CpuTimes,
}

impl HostMonitor {
    /// One that has read nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// All that can be read now; what a machine does not tell is left out.
    pub fn read(&mut self) -> Vec<(HostMetric, f64)> {
        let cpu = read("/proc/stat").and_then(|text| CpuTimes::parse(&text)).and_then(|now| {
            let before = std::mem::replace(&mut self.cpu, now);
            now.busy_percent_since(&before)
        });
        let memory = read("/proc/meminfo").and_then(|text| proc_text::available_mib(&text));
        let load = read("/proc/loadavg").and_then(|text| proc_text::load_of_one_minute(&text));
        let values = [(HostMetric::Cpu, cpu), (HostMetric::FreeMemory, memory), (HostMetric::Load, load)];
        values.into_iter().filter_map(|(metric, value)| Some((metric, value?))).collect()
    }
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_tells_all_three() {
        let mut monitor = HostMonitor::new();
        let readings = monitor.read();
        let metrics: Vec<_> = readings.iter().map(|(metric, _)| *metric).collect();
        assert_eq!(metrics, HostMetric::ALL);
        for (metric, value) in readings {
            let range = match metric {
                HostMetric::Cpu => 0.0..=100.0,
                HostMetric::FreeMemory => 1.0..=1e9,
                HostMetric::Load => 0.0..=1e5,
            };
            assert!(range.contains(&value), "{metric:?} {value}");
        }
    }
}
