//! Loads configurations in a process of its own and says what that took: `bench loader FILE…`. Its memory is that of the load alone.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use tsung_compat::{Settings, Source, check};

use super::memory;

/// The word that makes the benchmarks' program do this.
pub const WORD: &str = "loader";

/// What a load took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Load {
    /// Seconds.
    pub(super) secs: f64,
    /// The most memory that was resident at a time, in MiB.
    pub(super) peak_mib: f64,
}

/// Loads all of these files, one after the other, and prints the seconds and the most memory in KiB.
///
/// # Errors
/// When a file is not there.
pub fn main(files: &[String]) -> Result<(), String> {
    let begun = Instant::now();
    for file in files {
        let path = PathBuf::from(file);
        fs::metadata(&path).map_err(|error| format!("{file}: {error}"))?;
        let settings = Settings { local: true, ..Settings::default() };
        std::hint::black_box(check(&Source::File(path), &settings));
    }
    println!("{} {}", begun.elapsed().as_secs_f64(), memory::peak_kib());
    Ok(())
}

/// What the program `bench` needs to load these files.
///
/// # Panics
/// When it fails.
pub(super) fn measure(files: &[PathBuf]) -> Load {
    let bench = std::env::current_exe().expect("the path of this program");
    let output = Command::new(bench).arg(WORD).args(files).output().expect("this program runs again");
    let said = String::from_utf8_lossy(&output.stdout);
    parse(&said).unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&output.stderr)))
}

fn parse(said: &str) -> Option<Load> {
    let (secs, kib) = said.trim().split_once(' ')?;
    Some(Load { secs: secs.parse().ok()?, peak_mib: kib.parse::<f64>().ok()? / 1_024.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says_is_understood() {
        assert_eq!(parse("0.5 2048\n"), Some(Load { secs: 0.5, peak_mib: 2.0 }));
        assert_eq!(parse("no\n"), None);
        assert!(main(&["/no/such/file".to_owned()]).is_err());
    }
}
