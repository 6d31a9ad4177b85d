//! Runs a command to its end, with what it is to read, and keeps what it says.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::dir::Dir;

/// What was printed, and how it ended.
#[derive(Debug)]
pub struct Said {
    /// Exit status; none after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Runs a command in a folder and with a home of its own.
///
/// # Panics
/// When it cannot be run, or prints what is no text.
pub fn call(program: &Path, dir: &Dir, args: &[&str], stdin: &str) -> Said {
    let mut child = Command::new(program)
        .args(args)
        .current_dir(dir.path())
        .env("HOME", dir.path().join("home"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    // A program that does not read closes the pipe.
    let _ = child.stdin.take().expect("a pipe").write_all(stdin.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().expect("its end");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Said { code: status.code(), out: text(stdout), err: text(stderr) }
}

impl Said {
    /// The run folder: always the last line.
    ///
    /// # Panics
    /// When that names none.
    pub fn folder(&self) -> PathBuf {
        let last = self.out.lines().next_back().unwrap_or_default();
        let folder = last.strip_prefix("Log directory is: ");
        PathBuf::from(folder.unwrap_or_else(|| panic!("no folder\n{}\n{}", self.out, self.err)))
    }
}
