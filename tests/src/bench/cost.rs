//! What a run costs: CPU time of its process tree, and time.

use std::time::{Duration, Instant};

use super::cpu;

/// CPU time and time of a run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cost {
    /// CPU time of the process tree, in user mode and in the kernel.
    pub(super) cpu: Duration,
    /// From start to end.
    pub(super) took: Duration,
}

impl Cost {
    /// CPU time beyond what the start alone costs, per piece of work, in microseconds.
    pub(super) fn cpu_us_each(&self, start: Self, pieces: u64) -> f64 {
        self.cpu.saturating_sub(start.cpu).as_secs_f64() * 1e6 / pieces as f64
    }
}

/// The cost of the one child that `run` starts and waits for, and what `run` gives.
pub(super) fn of<T>(run: impl FnOnce() -> T) -> (Cost, T) {
    let (before, begun) = (cpu::of_children(), Instant::now());
    let result = run();
    let took = begun.elapsed();
    (Cost { cpu: cpu::of_children() - before, took }, result)
}
