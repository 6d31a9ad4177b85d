//! The text of files in /proc. Pure: opens nothing.

/// Clock ticks of all cores together since boot.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct CpuTimes {
    busy: u64,
    total: u64,
}

impl CpuTimes {
    /// From /proc/stat.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let line = text.lines().find_map(|line| line.strip_prefix("cpu "))?;
        // user nice system idle iowait irq softirq steal; what follows is contained in user and nice.
        let ticks: Vec<u64> = line.split_whitespace().take(8).map_while(|tick| tick.parse().ok()).collect();
        let idle = *ticks.get(3)? + ticks.get(4).copied().unwrap_or(0);
        let total: u64 = ticks.iter().sum();
        Some(Self { busy: total - idle, total })
    }

    /// Busy share in percent between an earlier reading and this one; none when no time passed.
    pub(super) fn busy_percent_since(&self, earlier: &Self) -> Option<f64> {
        let total = self.total.saturating_sub(earlier.total);
        let busy = self.busy.saturating_sub(earlier.busy).min(total);
        (total > 0).then(|| 100.0 * busy as f64 / total as f64)
    }
}

/// Available memory in MiB, from /proc/meminfo.
pub(super) fn available_mib(text: &str) -> Option<f64> {
    let field = |name: &str| -> Option<f64> {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    };
    // Kernels before 3.14 do not tell what is available.
    let kib = field("MemAvailable:")
        .or_else(|| Some(field("MemFree:")? + field("Buffers:")? + field("Cached:")?))?;
    Some(kib / 1024.0)
}

/// Numbers in a range that is given by its first and last, as in /proc/sys/net/ipv4/ip_local_port_range.
pub(super) fn size_of_range(text: &str) -> Option<u64> {
    let mut ends = text.split_whitespace().map(str::parse::<u64>);
    let (first, last) = (ends.next()?.ok()?, ends.next()?.ok()?);
    Some(last.checked_sub(first)? + 1)
}

/// Load average of one minute, from /proc/loadavg.
pub(super) fn load_of_one_minute(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_is_all_but_idle_and_waiting_between_two_readings() {
        let before = CpuTimes::parse("cpu  100 10 40 800 50 0 0 0 7 7\ncpu0 1 1 1 1\n").unwrap();
        let after = CpuTimes::parse("cpu  130 10 50 840 60 5 5 0 9 9\n").unwrap();
        assert_eq!(before, CpuTimes { busy: 150, total: 1000 });
        assert_eq!(before.busy_percent_since(&CpuTimes::default()), Some(15.0));
        assert_eq!(after.busy_percent_since(&before), Some(50.0));
        assert_eq!(after.busy_percent_since(&after), None);
        assert_eq!(before.busy_percent_since(&after), None);
    }

    #[test]
    fn memory_is_what_is_available_or_what_old_kernels_tell() {
        assert_eq!(available_mib("MemTotal: 4096 kB\nMemFree: 1 kB\nMemAvailable:  1536 kB\n"), Some(1.5));
        assert_eq!(available_mib("MemFree: 512 kB\nBuffers: 256 kB\nCached: 256 kB\n"), Some(1.0));
        assert_eq!(available_mib("MemTotal: 4096 kB\n"), None);
    }

    #[test]
    fn nonsense_gives_nothing() {
        assert_eq!(CpuTimes::parse("intr 5\n"), None);
        assert_eq!(CpuTimes::parse("cpu  x y\n"), None);
        assert_eq!((size_of_range("1"), size_of_range("9 8"), size_of_range("a 8")), (None, None, None));
        assert_eq!(size_of_range("32768\t60999\n"), Some(28_232));
        assert_eq!(load_of_one_minute(""), None);
        assert_eq!(load_of_one_minute("2.59 1.10 0.80 3/512 4242\n"), Some(2.59));
    }
}
