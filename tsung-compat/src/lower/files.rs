//! Files that the configuration names: data files of `file_server`, bodies of requests. Relative paths count from the current
//! directory, as in Tsung.

use std::collections::HashMap;
use std::path::Path;

use parrot_core::limits::DATA_FILE_BYTES_MAX;
use parrot_core::plan::{DataFile, FileId};

use super::tables::to_u32;
use crate::diagnostic::{Invocation, Report, Setup};
use crate::limits;
use crate::reach::Reach;
use crate::source::read_limited;
use crate::xml::Spanned;

/// A data file as declared by an option.
#[derive(Debug)]
pub(super) struct Declared {
    pub(super) id: Spanned<String>,
    pub(super) path: Spanned<String>,
}

/// Which option declares a file. An id of one is nothing to the other.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) enum Server {
    /// `file_server`.
    Shared,
    /// `local_file_server`.
    Local,
}

/// The data files that are there.
#[derive(Debug, Default)]
pub(super) struct DataFiles {
    /// Each id of a server once.
    files: Vec<File>,
    /// By server, indices of ids.
    of_ids: [HashMap<String, usize>; 2],
    /// Indices of those that sessions read: only they go into the Plan, in this order.
    read: Vec<usize>,
    /// Place of each in `read`.
    numbers: HashMap<usize, usize>,
    /// Bytes of all bodies so far.
    body_bytes: u64,
}

#[derive(Debug)]
struct File {
    server: Server,
    id: String,
    /// None where it cannot be read.
    bytes: Option<Vec<u8>>,
}

/// Reads the declared files, those of both servers. The last declaration of an id holds, as in Tsung.
pub(super) fn read(
    (shared, local): (&[Declared], &[Declared]),
    reach: &Reach,
    report: &mut Report<'_>,
) -> DataFiles {
    let mut files = DataFiles::default();
    let mut bytes_left = DATA_FILE_BYTES_MAX;
    for (server, declared) in [(Server::Shared, shared), (Server::Local, local)] {
        let last: HashMap<&str, usize> =
            declared.iter().enumerate().map(|(index, file)| (file.id.value.as_str(), index)).collect();
        for (index, file) in declared.iter().enumerate() {
            if last.get(file.id.value.as_str()) != Some(&index) {
                report.warn(file.path.at, Setup::FileOverridden { id: file.id.value.clone() });
                continue;
            }
            let bytes = content("data file", &file.path, bytes_left, reach, report);
            bytes_left -= bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
            let id = file.id.value.clone();
            files.of_ids[server as usize].insert(id.clone(), files.files.len());
            files.files.push(File { server, id, bytes });
        }
    }
    files
}

impl DataFiles {
    fn index(&self, server: Server, id: &str) -> Option<usize> {
        self.of_ids[server as usize].get(id).copied()
    }

    /// The file of that id, which a session is going to read.
    pub(super) fn find(&mut self, server: Server, id: &str) -> Option<FileId> {
        let index = self.index(server, id)?;
        let next = self.read.len();
        let number = *self.numbers.entry(index).or_insert(next);
        if number == next {
            self.read.push(index);
        }
        Some(FileId(to_u32(number)))
    }

    /// Whether a file has no row to give.
    pub(super) fn is_empty(&self, file: FileId) -> bool {
        let bytes = self.read.get(file.index()).and_then(|index| self.files[*index].bytes.as_ref());
        bytes.is_some_and(|bytes| bytes.iter().all(|&byte| byte == b'\n'))
    }

    /// Ids of all files of a server.
    pub(super) fn ids(&self, server: Server) -> impl Iterator<Item = &str> {
        self.files.iter().filter(move |file| file.server == server).map(|file| file.id.as_str())
    }

    /// Whether there is a file of that id.
    pub(super) fn has(&self, server: Server, id: &str) -> bool {
        self.index(server, id).is_some()
    }

    /// Whether the file of that id could be read.
    pub(super) fn is_there(&self, server: Server, id: &str) -> bool {
        self.index(server, id).is_some_and(|index| self.files[index].bytes.is_some())
    }

    /// Whether some session reads it.
    pub(super) fn is_read(&self, server: Server, id: &str) -> bool {
        self.index(server, id).is_some_and(|index| self.numbers.contains_key(&index))
    }

    /// The bytes of a request's body.
    pub(super) fn body(
        &mut self,
        path: &Spanned<String>,
        reach: &Reach,
        report: &mut Report<'_>,
    ) -> Option<Vec<u8>> {
        let bytes_left = limits::BODY_BYTES_MAX.saturating_sub(self.body_bytes);
        let bytes_max = bytes_left.min(limits::BODY_FILE_BYTES_MAX);
        let bytes = content("body file", path, bytes_max, reach, report)?;
        self.body_bytes += bytes.len() as u64;
        Some(bytes)
    }

    /// The Plan's list, and the bytes in the same order.
    pub(super) fn into_parts(mut self) -> (Vec<DataFile>, Vec<Vec<u8>>) {
        let named = self.read.iter().map(|index| {
            let file = &mut self.files[*index];
            let bytes = file.bytes.take().unwrap_or_default();
            // Ids hold no blanks: both servers may have one of that name.
            let name = match file.server {
                Server::Shared => file.id.clone(),
                Server::Local => format!("local {}", file.id),
            };
            (DataFile::new(name, &bytes), bytes)
        });
        named.unzip()
    }
}

/// Whether a file can be read that only the run needs.
pub(super) fn look_at(what: &'static str, path: &Spanned<String>, reach: &Reach, report: &mut Report<'_>) {
    content(what, path, limits::BODY_FILE_BYTES_MAX, reach, report);
}

/// The bytes of a file. `None` after a report of why not.
fn content(
    what: &'static str,
    path: &Spanned<String>,
    bytes_max: u64,
    reach: &Reach,
    report: &mut Report<'_>,
) -> Option<Vec<u8>> {
    let (at, path) = (path.at, path.value.clone());
    let Some(admitted) = reach.admit(Path::new(&path)) else {
        report.error(at, Invocation::OutsideFolder { what, path });
        return None;
    };
    read_limited(&admitted, bytes_max)
        .map_err(|error| report.error(at, Setup::FileUnreadable { what, path, error }))
        .ok()
}
