//! Files that are there completely or not at all.

use std::fs;
use std::io;
use std::path::Path;

/// Writes under another name first, then takes the place of `path`.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let part = Path::new(&name);
    fs::write(part, bytes).and_then(|()| fs::rename(part, path)).inspect_err(|_| {
        // The error that matters is the first one.
        let _ = fs::remove_file(part);
    })
}
