//! Reading the files of a configuration: only regular ones, and never more than a limit.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

/// The bytes of a file; the error is text for the user.
///
/// A device may never end, and a pipe that nobody writes to never begins.
pub(crate) fn read_limited(path: &Path, bytes_max: u64) -> Result<Vec<u8>, String> {
    // The one device that people name as a file.
    if path == Path::new("/dev/null") {
        return Ok(Vec::new());
    }
    let metadata = fs::metadata(path).map_err(|error| error.to_string())?;
    if metadata.is_dir() {
        return Err("it is a directory".to_owned());
    }
    if !metadata.is_file() {
        return Err("it is a device or a pipe, not a file".to_owned());
    }
    if metadata.len() > bytes_max {
        return Err(format!("it has {} bytes, {bytes_max} are the limit", metadata.len()));
    }
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default() + 1);
    // It may have grown, and files of the kernel have no length.
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > bytes_max {
        return Err(format!("it has more than {bytes_max} bytes, which are the limit"));
    }
    Ok(bytes)
}
