//! Writing to the terminal. A closed pipe is no reason to fail: what cannot be written is let go.

use std::io::{self, IsTerminal, Write};

use crate::failure::Failure;

/// A line on standard output.
pub(crate) fn out(line: &str) {
    let mut stdout = io::stdout().lock();
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}

/// What a command is asked for, on standard output. Whoever reads it may stop reading; any other trouble is one.
///
/// # Errors
///
/// Nobody gets it: the disk is full, for example.
pub(crate) fn result(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::System { what: "cannot write to standard output", error })
        }
        _ => Ok(()),
    }
}

/// A line on standard error.
pub(crate) fn err(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Whether standard error shows colours: it is a terminal, and nobody asked for none (<https://no-color.org>).
pub(crate) fn colours() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
