//! Runs real Tsung (Debian's package) on a configuration.

use std::path::Path;
use std::process::{self, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::dir::Dir;
use crate::parrot::{self, Run, Running};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// Where Debian puts the program that starts Tsung.
pub const PROGRAM: &str = "/usr/bin/tsung";
/// Where Debian puts the report script.
const STATS: &str = "/usr/lib/x86_64-linux-gnu/tsung/bin/tsung_stats.pl";
/// And the one for percentiles.
const PERCENTILE: &str = "/usr/lib/x86_64-linux-gnu/tsung/bin/tsung_percentile.pl";

/// Starts `tsung -n -i <own id> -l <dir>/log -f <xml> <more> start`, with a home and a working folder of its own.
///
/// # Panics
/// When Tsung is not installed: the comparison with it is no test that may be left out.
pub fn start(dir: &Dir, xml: &Path, more: &[&str]) -> Running {
    assert!(Path::new(PROGRAM).exists(), "real Tsung is not installed: apt-get install tsung");
    start_with(Command::new(PROGRAM), dir, xml, more)
}

/// The same with a command that runs Tsung with the arguments that are added to it.
pub fn start_with(mut command: Command, dir: &Dir, xml: &Path, more: &[&str]) -> Running {
    // Erlang nodes of one machine need names of their own.
    let id = format!("o{}x{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    command.args(["-n", "-i", &id, "-l"]).arg(dir.folder("log")).arg("-f").arg(xml).args(more).arg("start");
    parrot::launch(command, dir, &dir.folder("home"))
}

/// Runs Tsung as [`start`] does and waits for its end.
pub fn run(dir: &Dir, xml: &Path, more: &[&str], limit: Duration) -> Run {
    start(dir, xml, more).finish(limit)
}

/// Runs `tsung_stats.pl` in a run's folder; gives all it printed.
///
/// # Panics
/// When it is not installed or fails.
pub fn report(dir: &Dir, folder: &Path) -> String {
    assert!(
        Path::new(STATS).exists(),
        "tsung_stats.pl is not installed: apt-get install tsung libtemplate-perl gnuplot-nox"
    );
    let output = Command::new(STATS)
        .current_dir(folder)
        .env("HOME", dir.folder("home"))
        .output()
        .expect("tsung_stats.pl must start");
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8_lossy(&printed).into_owned();
    assert!(output.status.success(), "tsung_stats.pl failed: {printed}");
    printed
}

/// Runs `tsung_percentile.pl` in a run's folder; gives all it printed.
///
/// # Panics
/// When it is not installed or fails.
pub fn percentiles(folder: &Path) -> String {
    assert!(
        Path::new(PERCENTILE).exists(),
        "tsung_percentile.pl is not installed: apt-get install tsung libjson-perl"
    );
    let output =
        Command::new(PERCENTILE).current_dir(folder).output().expect("tsung_percentile.pl must start");
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8_lossy(&printed).into_owned();
    assert!(output.status.success(), "tsung_percentile.pl failed: {printed}");
    printed
}
