//! CPU time of process trees, from /proc.
//!
//! The kernel adds the times of a child and of all that this child waited for to its parent's account when the parent has waited for
//! it. So the growth of our own account of children around one child is what this child's whole tree has cost, to a tick of 10 ms.

use std::fs;
use std::time::Duration;

/// The kernel shows times in hundredths of a second to programs, whatever its own tick is (USER_HZ).
const TICKS_PER_SEC: u64 = 100;
/// Fields of /proc/<pid>/stat after the name, counted from 0: the parent, then user and system time of waited-for children.
const PARENT: usize = 1;
const CHILDREN_USER: usize = 13;
const CHILDREN_SYSTEM: usize = 14;

/// CPU time of all children so far that were waited for.
pub(super) fn of_children() -> Duration {
    let text = fs::read_to_string("/proc/self/stat").expect("/proc tells of this process");
    let ticks = children_ticks(&text).expect("/proc/self/stat has the form of proc(5)");
    Duration::from_millis(ticks * 1_000 / TICKS_PER_SEC)
}

fn children_ticks(stat: &str) -> Option<u64> {
    let fields = fields(stat)?;
    let ticks = |field: usize| fields.get(field)?.parse::<u64>().ok();
    Some(ticks(CHILDREN_USER)? + ticks(CHILDREN_SYSTEM)?)
}

/// The parent that /proc/<pid>/stat names.
pub(super) fn parent(stat: &str) -> Option<u32> {
    fields(stat)?.get(PARENT)?.parse().ok()
}

/// What follows the name; the name itself may hold blanks and brackets.
fn fields(stat: &str) -> Option<Vec<&str>> {
    let (_, rest) = stat.rsplit_once(')')?;
    Some(rest.split_whitespace().collect())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const STAT: &str =
        "4242 (a (b) c) S 17 4242 4242 0 -1 4194304 1 2 3 4 5 6 700 80 20 0 1 0 99 1000 50 184467 1 1";

    #[test]
    fn the_fields_are_those_of_the_manual_page() {
        assert_eq!(parent(STAT), Some(17));
        assert_eq!(children_ticks(STAT), Some(780));
        assert_eq!(children_ticks("1 (x) S 1 2"), None);
        assert_eq!(parent("no brackets"), None);
    }

    #[test]
    fn a_child_counts_once_it_was_waited_for() {
        let before = of_children();
        let busy = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
        assert!(Command::new("sh").args(["-c", busy]).status().expect("a shell").success());
        assert!(of_children() > before);
    }
}
