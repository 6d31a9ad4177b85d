//! Memory of a process tree, and what the kernel holds for sockets, from /proc.

use std::collections::BTreeMap;
use std::fs;

use super::cpu;

/// What the kernel holds, of the whole machine.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Kernel {
    /// Data waiting in TCP buffers (`mem` of /proc/net/sockstat), in KiB.
    pub(super) tcp_buffers_kib: u64,
    /// The kernel's own structures (`Slab` of /proc/meminfo), in KiB.
    pub(super) slab_kib: u64,
}

/// The kernel's side now.
pub(super) fn kernel() -> Kernel {
    let (sockstat, meminfo) = (read("/proc/net/sockstat"), read("/proc/meminfo"));
    parse_kernel(&sockstat, &meminfo).expect("/proc/net/sockstat and /proc/meminfo have their usual form")
}

/// Resident memory of a process and all its descendants, in KiB.
pub(super) fn resident_kib(root: u32) -> u64 {
    tree(root).iter().filter_map(|id| field_kib(&read(&format!("/proc/{id}/status")), "VmRSS:")).sum()
}

/// The most memory that was resident at a time in this process, in KiB.
pub(super) fn peak_kib() -> u64 {
    field_kib(&read("/proc/self/status"), "VmHWM:").unwrap_or(0)
}

/// Open descriptors of a process and all its descendants.
pub(super) fn descriptors(root: u32) -> usize {
    let count = |id: &u32| fs::read_dir(format!("/proc/{id}/fd")).map_or(0, Iterator::count);
    tree(root).iter().map(count).sum()
}

/// A process and all its descendants.
fn tree(root: u32) -> Vec<u32> {
    let mut parents = BTreeMap::new();
    for entry in fs::read_dir("/proc").expect("/proc").flatten() {
        let name = entry.file_name();
        // Processes may end while they are looked at.
        if let Some(id) = name.to_str().and_then(|name| name.parse::<u32>().ok())
            && let Some(parent) = cpu::parent(&read(&format!("/proc/{id}/stat")))
        {
            parents.insert(id, parent);
        }
    }
    parents.keys().copied().filter(|id| descends(*id, root, &parents)).collect()
}

fn descends(id: u32, root: u32, parents: &BTreeMap<u32, u32>) -> bool {
    let mut above = id;
    // Numbers are used again: a table that was read while processes came and went may hold a circle.
    for _ in 0..parents.len() {
        if above == root {
            return true;
        }
        match parents.get(&above) {
            Some(parent) => above = *parent,
            None => return false,
        }
    }
    false
}

fn parse_kernel(sockstat: &str, meminfo: &str) -> Option<Kernel> {
    const KIB_PER_PAGE: u64 = 4;
    let tcp = sockstat.lines().find_map(|line| line.strip_prefix("TCP: "))?;
    let words: Vec<&str> = tcp.split_whitespace().collect();
    let value = |name: &str| words.chunks(2).find(|pair| pair[0] == name)?.get(1)?.parse::<u64>().ok();
    Some(Kernel { tcp_buffers_kib: value("mem")? * KIB_PER_PAGE, slab_kib: field_kib(meminfo, "Slab:")? })
}

/// A line `Name:   1234 kB`.
fn field_kib(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::process;

    use super::*;

    #[test]
    fn reads_what_the_kernel_tells() {
        let sockstat = "sockets: used 17\nTCP: inuse 21 orphan 0 tw 3 alloc 25 mem 308\nUDP: inuse 1 mem 0\n";
        let meminfo = "MemTotal:       24684096 kB\nSlab:             123456 kB\n";
        let expected = Kernel { tcp_buffers_kib: 1_232, slab_kib: 123_456 };
        assert_eq!(parse_kernel(sockstat, meminfo), Some(expected));
        assert_eq!(parse_kernel("TCP: inuse 1\n", meminfo), None);
        assert_eq!(parse_kernel(sockstat, ""), None);
    }

    #[test]
    fn a_tree_is_a_process_and_all_below_it() {
        let parents = BTreeMap::from([(1, 0), (10, 1), (11, 10), (12, 11), (20, 1), (30, 31), (31, 30)]);
        let tree: Vec<u32> = parents.keys().copied().filter(|id| descends(*id, 10, &parents)).collect();
        assert_eq!(tree, [10, 11, 12]);
    }

    #[test]
    fn this_process_has_memory_and_descriptors() {
        assert!(resident_kib(process::id()) > 100);
        assert!(peak_kib() > 100);
        let _open = fs::File::open("/proc/self/stat").unwrap();
        assert!(descriptors(process::id()) > 1);
        assert!(kernel().slab_kib > 0);
    }
}
