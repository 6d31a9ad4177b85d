//! What the figures were measured on, without names.

use std::fs;

/// Cores, processor, memory, kernel.
pub(super) fn describe(cores: usize) -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let (cpuinfo, meminfo, kernel) =
        (read("/proc/cpuinfo"), read("/proc/meminfo"), read("/proc/sys/kernel/osrelease"));
    let (model, memory) = (field(&cpuinfo, "model name"), field(&meminfo, "MemTotal"));
    format!("{cores} cores ({model}), {memory} of memory, Linux {}", kernel.trim())
}

fn field<'a>(text: &'a str, name: &str) -> &'a str {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.map_or("unknown", |rest| rest.trim_start_matches([':', ' ', '\t']).trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_or_unknown() {
        assert_eq!(field("processor\t: 0\nmodel name\t: Some CPU\n", "model name"), "Some CPU");
        assert_eq!(field("MemTotal:       24684096 kB\n", "MemTotal"), "24684096 kB");
        assert_eq!(field("", "model name"), "unknown");
    }
}
