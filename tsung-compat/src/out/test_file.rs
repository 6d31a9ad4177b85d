//! A file in memory that a test can read while a sink writes it.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Clones share their content.
#[derive(Clone, Default)]
pub(crate) struct TestFile(Arc<Mutex<Vec<u8>>>);

impl TestFile {
    /// What was written so far.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }

    /// The same, byte for byte.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Write for TestFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
