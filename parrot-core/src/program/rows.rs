//! Data files as rows: split on LF, empty lines at the end dropped, nothing else interpreted (docs/compatibility.md, `file-rows`).

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::LinkError;
use crate::plan::{OpKind, Plan, VariableSource};

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
pub(super) fn link(plan: &Plan, files: Vec<Vec<u8>>) -> Result<Vec<Rows>, LinkError> {
    let mut files = files.into_iter();
    // A script may want the whole of a file that has no rows.
    let mut read = vec![false; plan.files.len()];
    for op in plan.sessions.iter().flat_map(|session| &session.ops) {
        if let OpKind::SetVariables { source: VariableSource::File { file, .. }, .. } = &op.kind {
            read[file.index()] = true;
        }
    }
    plan.files
        .iter()
        .zip(read)
        .map(|(file, read)| {
            let fits = |bytes: &Vec<u8>| <[u8; 32]>::from(Sha256::digest(bytes)) == file.sha256;
            let bytes =
                files.next().filter(fits).ok_or_else(|| LinkError::DataFile { name: file.name.clone() })?;
            let rows = Rows::new(bytes);
            if read && rows.is_empty() {
                return Err(LinkError::EmptyDataFile { name: file.name.clone() });
            }
            Ok(rows)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::DataFile;

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
        let plan = Plan { files: vec![DataFile::new("f", b"a")], ..Plan::empty() };
        assert!(link(&plan, vec![b"a".to_vec()]).is_ok());
        assert!(matches!(link(&plan, vec![b"b".to_vec()]), Err(LinkError::DataFile { .. })));
        assert!(matches!(link(&plan, vec![]), Err(LinkError::DataFile { .. })));
    }
}
