//! Reading the files of a configuration: only regular ones, and never more than a limit.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// The bytes of a file; the error is text for the user.
///
/// A device may never end, and a pipe that nobody writes to never begins.
pub(crate) fn read_limited(path: &Path, bytes_max: u64) -> Result<Vec<u8>, String> {
    // The one device that people name as a file.
    if path == Path::new("/dev/null") {
        return Ok(Vec::new());
    }
    let metadata = fs::metadata(path).map_err(|error| plain(&error))?;
    if metadata.is_dir() {
        return Err("it is a directory".to_owned());
    }
    if !metadata.is_file() {
        return Err("it is a device or a pipe, not a file".to_owned());
    }
    if metadata.len() > bytes_max {
        return Err(format!("it has {} bytes, {bytes_max} are the limit", metadata.len()));
    }
    let file = File::open(path).map_err(|error| plain(&error))?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default() + 1);
    // It may have grown, and files of the kernel have no length.
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(|error| plain(&error))?;
    if bytes.len() as u64 > bytes_max {
        return Err(format!("it has more than {bytes_max} bytes, which are the limit"));
    }
    Ok(bytes)
}

/// The system's words without its number.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_has_more_than_it_says() {
        // A file of the kernel says 0, as one does that has grown since it was asked.
        let path = Path::new("/proc/self/status");
        assert!(read_limited(path, 1024 * 1024).is_ok_and(|bytes| bytes.len() > 100));
        assert_eq!(read_limited(path, 100).unwrap_err(), "it has more than 100 bytes, which are the limit");
    }

    #[test]
    fn a_file_that_is_too_large() {
        let folder = crate::fixture::folder("too-large");
        let path = folder.join("x");
        fs::write(&path, [0; 11]).unwrap();
        assert_eq!(read_limited(&path, 10).unwrap_err(), "it has 11 bytes, 10 are the limit");
        assert_eq!(read_limited(&path, 11).map(|bytes| bytes.len()), Ok(11));
        fs::remove_dir_all(folder).unwrap();
    }
}
