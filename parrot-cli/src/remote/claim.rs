//! Being the only run of one's name, for as long as the process lives.
//!
//! The kernel frees the lock when the process dies in whatever way, so files of a run that was killed stand in nobody's way.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::{folder, socket_path, stem};

/// Times that an ending run may take the files away between two steps here.
const ATTEMPTS_MAX: u32 = 100;
/// Bytes read of a lock file: a number and a path.
const HOLDER_BYTES_MAX: u64 = 8 * 1024;

/// The claim to a name; given up, with its files, when dropped.
#[derive(Debug)]
pub(crate) struct Claim {
    file: File,
    lock: PathBuf,
    socket: PathBuf,
}

/// Who has a name, as far as it has said.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Holder {
    /// Its process.
    pub pid: Option<String>,
    /// Its run folder.
    pub folder: Option<PathBuf>,
}

/// Why a name cannot be had.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// A run of that name is going on.
    Taken(Holder),
    /// There is no place for the files.
    NoPlace(io::Error),
}

impl Claim {
    /// Claims a name below `home` (`~/.tsung`), which must be there.
    pub(crate) fn take(home: &Path, id: Option<&str>) -> Result<Self, Refusal> {
        let mut name = stem(id);
        name.push(".lock");
        let lock = folder(home).join(name);
        for _ in 0..ATTEMPTS_MAX {
            make_private(&folder(home)).map_err(Refusal::NoPlace)?;
            let opened = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o600)
                .open(&lock);
            let mut file = match opened {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(Refusal::NoPlace(error)),
            };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(Refusal::Taken(Holder::read(&file))),
                Err(TryLockError::Error(error)) => return Err(Refusal::NoPlace(error)),
            }
            // A run that ended just now may have removed the file that was opened here: its lock guards nothing.
            if is_at(&file, &lock) {
                let pid = std::process::id();
                file.set_len(0).and_then(|()| writeln!(file, "{pid}")).map_err(Refusal::NoPlace)?;
                return Ok(Self { file, lock, socket: socket_path(home, id) });
            }
        }
        Err(Refusal::NoPlace(io::Error::other("the lock file keeps vanishing")))
    }

    /// Tells others where this run writes.
    pub(crate) fn tell_folder(&mut self, folder: &Path) {
        // Only the message to a second run of this name would miss it.
        let _ = self.file.write_all(folder.as_os_str().as_bytes()).and_then(|()| self.file.write_all(b"\n"));
    }

    /// Where this run is to be reached.
    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // While the lock is held: afterwards the names may be another run's.
        let _ = fs::remove_file(&self.socket);
        let _ = fs::remove_file(&self.lock);
        // It stays where other runs have their files.
        let _ = self.lock.parent().map(fs::remove_dir);
    }
}

impl Holder {
    fn read(mut file: &File) -> Self {
        let mut bytes = Vec::new();
        let read = file.rewind().and_then(|()| file.take(HOLDER_BYTES_MAX).read_to_end(&mut bytes));
        let mut lines = bytes.split(|b| *b == b'\n').filter(|line| read.is_ok() && !line.is_empty());
        let pid = lines.next().map(|line| String::from_utf8_lossy(line).into_owned());
        let folder = lines.next().map(|line| PathBuf::from(OsString::from_vec(line.to_vec())));
        Self { pid, folder }
    }
}

/// A folder for this user alone.
fn make_private(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::set_permissions(path, Permissions::from_mode(0o700)).or_else(|error| {
                // Removed in between: the next step notices.
                if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
            })
        }
        made => made,
    }
}

fn is_at(file: &File, path: &Path) -> bool {
    let place = |meta: &fs::Metadata| (meta.dev(), meta.ino());
    matches!((file.metadata(), fs::metadata(path)), (Ok(open), Ok(named)) if place(&open) == place(&named))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    }

    #[test]
    fn a_name_is_had_once_and_others_are_told_by_whom() {
        let home = Scratch::new("claim").expect("a scratch folder");
        let mut one = Claim::take(home.path(), Some("a")).expect("free");
        let other = Claim::take(home.path(), Some("b")).expect("another name");
        assert_eq!((mode(&home.path().join("run")), mode(&one.lock)), (0o700, 0o600));
        let holder = |id| match Claim::take(home.path(), id) {
            Err(Refusal::Taken(holder)) => holder,
            other => panic!("{other:?}"),
        };
        let pid = Some(std::process::id().to_string());
        assert_eq!(holder(Some("a")), Holder { pid: pid.clone(), folder: None });
        one.tell_folder(Path::new("/logs/1"));
        assert_eq!(holder(Some("a")), Holder { pid, folder: Some("/logs/1".into()) });
        drop(one);
        drop(Claim::take(home.path(), Some("a")).expect("free again"));
        assert!(other.lock.exists());
        drop(other);
        assert_eq!(fs::read_dir(home.path()).expect("the home").count(), 0, "nothing is left");
    }

    #[test]
    fn files_of_the_dead_stand_in_nobodys_way() {
        let home = Scratch::new("claim").expect("a scratch folder");
        fs::create_dir(home.path().join("run")).expect("a folder");
        fs::write(home.path().join("run/@default.lock"), "1\n/very/long/path\n").expect("a file");
        let claim = Claim::take(home.path(), None).expect("nobody holds it");
        let text = fs::read_to_string(&claim.lock).expect("the lock");
        assert_eq!(text, format!("{}\n", std::process::id()));
        assert_eq!(mode(&home.path().join("run")), 0o700);
    }

    #[test]
    fn a_lock_on_a_removed_file_counts_for_nothing() {
        let home = Scratch::new("claim").expect("a scratch folder");
        let path = home.path().join("x");
        let file = File::create(&path).expect("a file");
        assert!(is_at(&file, &path));
        fs::remove_file(&path).expect("removed");
        assert!(!is_at(&file, &path));
        File::create(&path).expect("another one");
        assert!(!is_at(&file, &path));
    }

    #[test]
    fn without_a_place_there_is_no_claim() {
        let home = Scratch::new("claim").expect("a scratch folder");
        fs::write(home.path().join("run"), "").expect("a file in the way");
        assert!(matches!(Claim::take(home.path(), None), Err(Refusal::NoPlace(_))));
        assert!(matches!(Claim::take(&home.path().join("absent"), None), Err(Refusal::NoPlace(_))));
    }
}
