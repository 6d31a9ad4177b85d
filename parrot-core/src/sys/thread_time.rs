//! How long a thread has had a core or waited for one: all of its time but sleep, and but what it was stopped for.

use std::fs::File;
use std::os::unix::fs::FileExt;

use crate::time::Nanos;

/// The time of the thread that opened it.
#[derive(Debug)]
pub struct ThreadTime {
    file: Option<File>,
}

impl ThreadTime {
    /// The calling thread's.
    pub fn of_this_thread() -> Self {
        Self { file: File::open("/proc/thread-self/schedstat").ok() }
    }

    /// Time on a core or waiting for one, since the thread began; exact to a tick of the kernel's. None where the kernel does
    /// not tell.
    pub fn awake(&self) -> Option<Nanos> {
        let mut text = [0; 128];
        let length = self.file.as_ref()?.read_at(&mut text, 0).ok()?;
        parse(std::str::from_utf8(text.get(..length)?).ok()?)
    }
}

/// `on a core, waiting, turns`, the first two in nanoseconds. A kernel that does not account for waiting leaves that zero.
fn parse(text: &str) -> Option<Nanos> {
    let mut fields = text.split_ascii_whitespace().map(str::parse);
    let (running, waiting): (u64, u64) = (fields.next()?.ok()?, fields.next()?.ok()?);
    (waiting > 0).then_some(Nanos(running.saturating_add(waiting)))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn waiting_is_part_of_it_where_it_is_told() {
        assert_eq!(parse("559618155 1633733947 263\n"), Some(Nanos(2_193_352_102)));
        for text in ["559618155 0 1\n", "", "1", "a b c"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn work_counts_and_sleep_does_not() {
        let time = ThreadTime::of_this_thread();
        let spin = |span| {
            let start = Instant::now();
            while start.elapsed() < span {}
        };
        let span = Duration::from_millis(200);
        spin(span);
        // Not told here, or never had to wait: nothing to compare.
        let Some(before) = time.awake() else { return };
        std::thread::sleep(span);
        let asleep = time.awake().unwrap() - before;
        spin(span);
        let busy = time.awake().unwrap() - before;
        assert!(busy >= Nanos::from_millis(150), "{busy:?}");
        assert!(asleep < busy, "{asleep:?} {busy:?}");
    }
}
