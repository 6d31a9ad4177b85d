//! Random numbers of the kernel: addresses and names of runs, never anything that a run depends on.

use std::fs::File;
use std::io::{self, Read};

/// Two random numbers.
///
/// # Errors
/// When the kernel gives none.
pub fn random() -> io::Result<[u64; 2]> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let number = u128::from_le_bytes(bytes);
    Ok([number as u64, (number >> 64) as u64])
}
