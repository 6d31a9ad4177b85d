//! Data files as rows: split on LF, empty lines at the end dropped, nothing else interpreted (docs/compatibility.md, `file-rows`).

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::LinkError;
use crate::plan::DataFile;

/// The rows of one data file.
#[derive(Debug)]
pub struct Rows {
    /// As they were read: a copy of a file may be too large.
    bytes: Arc<Vec<u8>>,
    /// Start and end of each row.
    spans: Vec<(usize, usize)>,
}

impl Rows {
    /// Splits a file.
    pub fn new(bytes: Vec<u8>) -> Self {
        let mut spans = Vec::new();
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', &bytes).chain([bytes.len()]) {
            spans.push((start, end));
            start = end + 1;
        }
        while spans.last().is_some_and(|(start, end)| start == end) {
            spans.pop();
        }
        Self { bytes: Arc::new(bytes), spans }
    }

    /// The whole file.
    pub fn bytes(&self) -> Arc<Vec<u8>> {
        Arc::clone(&self.bytes)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// A row; numbers beyond the last start again at the first. Empty for a file without rows.
    pub fn row(&self, number: u64) -> &[u8] {
        if self.spans.is_empty() {
            return b"";
        }
        let (start, end) = self.spans[(number % self.spans.len() as u64) as usize];
        &self.bytes[start..end]
    }
}

/// Checks the files against the Plan and splits them.
pub(super) fn link(planned: &[DataFile], files: Vec<Vec<u8>>) -> Result<Vec<Rows>, LinkError> {
    let mut files = files.into_iter();
    planned
        .iter()
        .map(|file| {
            let fits = |bytes: &Vec<u8>| <[u8; 32]>::from(Sha256::digest(bytes)) == file.sha256;
            let bytes =
                files.next().filter(fits).ok_or_else(|| LinkError::DataFile { name: file.name.clone() })?;
            let rows = Rows::new(bytes);
            if rows.is_empty() {
                return Err(LinkError::EmptyDataFile { name: file.name.clone() });
            }
            Ok(rows)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_split_as_tsung_does() {
        let rows = Rows::new(b"a;1\r\n\nb\n\n\n".to_vec());
        assert_eq!(rows.len(), 3);
        assert_eq!(
            (rows.row(0), rows.row(1), rows.row(2), rows.row(3)),
            (&b"a;1\r"[..], &b""[..], &b"b"[..], &b"a;1\r"[..])
        );
        assert!(Rows::new(b"\n\n".to_vec()).is_empty());
        assert_eq!(Rows::new(b"last".to_vec()).row(5), b"last");
    }

    #[test]
    fn a_changed_file_is_refused() {
        let file = DataFile { name: "f".into(), length: 1, sha256: Sha256::digest(b"a").into() };
        assert!(link(std::slice::from_ref(&file), vec![b"a".to_vec()]).is_ok());
        assert!(matches!(
            link(std::slice::from_ref(&file), vec![b"b".to_vec()]),
            Err(LinkError::DataFile { .. })
        ));
        assert!(matches!(link(&[file], vec![]), Err(LinkError::DataFile { .. })));
    }
}
