//! The run folder: where it is made, what it is called, and the names of the files in it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use parrot_core::sys::LocalTime;

/// Folders of one minute; far more than can be started.
const PER_MINUTE_MAX: u32 = 10_000;

/// Makes a folder of its own below `parent`, which is made first where it does not exist: `20261122-0716`, and
/// `20261122-0716-2`… for later ones of the same minute.
pub(crate) fn create(parent: &Path, now: LocalTime) -> io::Result<PathBuf> {
    fs::create_dir_all(parent)?;
    for attempt in 1..=PER_MINUTE_MAX {
        let folder = parent.join(name(now, attempt));
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "too many runs in this minute"))
}

fn name(now: LocalTime, attempt: u32) -> String {
    let LocalTime { year, month, day, hour, minute, .. } = now;
    let minute = format!("{year}{month:02}{day:02}-{hour:02}{minute:02}");
    if attempt == 1 { minute } else { format!("{minute}-{attempt}") }
}

/// Where Tsung keeps a user's things: `~/.tsung`; none without a home.
pub(crate) fn tsung_home() -> Option<PathBuf> {
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty())?;
    Some(PathBuf::from(home).join(".tsung"))
}

/// The controller's name, which its log and its machine's statistics carry: `tsung_controller_h4@vm`.
pub(crate) fn node_name(id: Option<&str>, host: &str) -> String {
    match id {
        Some(id) => format!("tsung_controller_{id}@{host}"),
        None => format!("tsung_controller@{host}"),
    }
}

/// The machine's name up to its first dot.
pub(crate) fn host_name() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match name.trim().split('.').next() {
        Some(short) if !short.is_empty() => short.to_owned(),
        _ => "localhost".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    const NOW: LocalTime = LocalTime { year: 2026, month: 1, day: 2, hour: 3, minute: 4, second: 5 };

    #[test]
    fn runs_of_one_minute_get_folders_of_their_own() {
        let scratch = Scratch::new("folder").expect("a scratch folder");
        let parent = scratch.path().join("not/there/yet");
        let made: Vec<_> = (0..3).map(|_| create(&parent, NOW).expect("a folder")).collect();
        let names: Vec<_> = made.iter().map(|p| p.file_name().expect("a name").to_string_lossy()).collect();
        assert_eq!(names, ["20260102-0304", "20260102-0304-2", "20260102-0304-3"]);
        assert_eq!(fs::read_dir(&parent).expect("the parent").count(), 3, "nothing else is left there");
    }

    #[test]
    fn a_parent_that_cannot_be_is_an_error() {
        let scratch = Scratch::new("folder").expect("a scratch folder");
        let file = scratch.path().join("file");
        fs::write(&file, "").expect("a file");
        assert!(create(&file.join("log"), NOW).is_err());
    }

    #[test]
    fn the_node_carries_the_instance() {
        assert_eq!(node_name(None, "vm"), "tsung_controller@vm");
        assert_eq!(node_name(Some("h4"), "vm"), "tsung_controller_h4@vm");
    }

    #[test]
    fn the_host_name_is_short() {
        let name = host_name();
        assert!(!name.is_empty() && !name.contains(['.', '\n', ' ']), "{name:?}");
    }
}
