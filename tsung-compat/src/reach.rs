//! Which files a configuration may name: any, as in Tsung, or only those in its own folder.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use crate::load::{Settings, Source};

/// Which files a configuration may name.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    folder: Option<Folder>,
}

/// The folder of a configuration.
#[derive(Debug)]
struct Folder {
    /// As it was named, from the root.
    named: PathBuf,
    /// Without links.
    real: PathBuf,
}

impl Reach {
    /// What the settings allow this configuration to name.
    pub(crate) fn new(source: &Source, settings: &Settings) -> Self {
        if !settings.confined {
            return Self::default();
        }
        let parent = match source {
            Source::File(path) => path.parent().unwrap_or_else(|| Path::new("")),
            Source::Stdin(_) => Path::new(""),
        };
        let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        let named = from_root(parent).unwrap_or_default();
        // A folder that is not there holds nothing, and neither does the empty path.
        let real = parent.canonicalize().unwrap_or_default();
        Self { folder: Some(Folder { named, real }) }
    }

    /// The path to read the file by, or `None` if it lies outside.
    ///
    /// Names are judged before the disk is asked: what is outside is refused alike, there or not.
    pub(crate) fn admit(&self, path: &Path) -> Option<PathBuf> {
        let Some(folder) = &self.folder else {
            return Some(path.to_owned());
        };
        let within = |path: &Path, folder: &Path| folder != Path::new("") && path.starts_with(folder);
        let named = from_root(path)?;
        if !within(&named, &folder.named) && !within(&named, &folder.real) {
            return None;
        }
        match path.canonicalize() {
            Ok(real) => within(&real, &folder.real).then_some(real),
            // It cannot be read either, and the reader says why.
            Err(_) => Some(path.to_owned()),
        }
    }
}

/// The path from the root, with `.` and `..` resolved by name only.
fn from_root(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for component in std::path::absolute(path).ok()?.components() {
        match component {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            other => plain.push::<&OsStr>(other.as_os_str()),
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::fixture::folder;

    #[test]
    fn without_confinement_every_path_stays_as_it_is() {
        let reach = Reach::new(&Source::Stdin(Vec::new()), &Settings::default());
        for path in ["/etc/passwd", "../x", "a//b"] {
            assert_eq!(reach.admit(Path::new(path)).as_deref(), Some(Path::new(path)));
        }
    }

    #[test]
    fn only_the_folder_is_in_reach() {
        let top = folder("reach");
        for name in ["in/sub", "in-between"] {
            fs::create_dir_all(top.join(name)).unwrap();
        }
        for name in ["in/a.csv", "in/sub/b.csv", "out.csv", "in-between/c.csv"] {
            fs::write(top.join(name), "1\n").unwrap();
        }
        symlink(top.join("in"), top.join("link")).unwrap();
        symlink(top.join("out.csv"), top.join("in/out.csv")).unwrap();
        symlink(&top, top.join("in/up")).unwrap();
        symlink(top.join("in/sub/b.csv"), top.join("in/b.csv")).unwrap();
        let settings = Settings { confined: true, ..Settings::default() };
        for config in ["in/tsung.xml", "link/tsung.xml", "in/sub/../tsung.xml"] {
            let reach = Reach::new(&Source::File(top.join(config)), &settings);
            let admits = |name: &str| reach.admit(&top.join(name)).is_some();
            for inside in ["in/a.csv", "in/b.csv", "in/./sub/b.csv", "in/sub/../a.csv", "in/absent.csv"] {
                assert!(admits(inside), "{config}: {inside}");
            }
            for outside in [
                "out.csv",
                "in/../out.csv",
                "in/out.csv",
                "in/up/out.csv",
                "in-between/c.csv",
                "in/../in-between/absent.csv",
                "/etc/passwd",
                "/no/such/file",
            ] {
                assert!(!admits(outside), "{config}: {outside}");
            }
        }
        let nowhere = Reach::new(&Source::File(top.join("absent/tsung.xml")), &settings);
        assert!(nowhere.admit(&top.join("in/a.csv")).is_none());
        fs::remove_dir_all(top).unwrap();
    }
}
