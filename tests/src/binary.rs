//! Finds the tsung-parrot binary that belongs to these tests, and refuses an old one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

/// The binary of the tests' or benchmarks' own target folder: `target/<profile>/tsung-parrot`.
///
/// # Panics
/// When it is absent, or older than a source file of the crates it is built from.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let test = std::env::current_exe().expect("the path of this test");
        let folder = test.parent().expect("a program lives in a folder");
        // Tests live in target/<profile>/deps, the benchmarks in target/<profile>.
        let profile = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
        let path = profile.join("tsung-parrot");
        let Ok(built) = fs::metadata(&path).and_then(|meta| meta.modified()) else {
            panic!("{} is absent: run `cargo build --workspace` first", path.display());
        };
        let (newest, source) = newest_source();
        assert!(
            built >= newest,
            "{} is older than {}: run `cargo build --workspace` first",
            path.display(),
            source.display()
        );
        path
    })
}

/// Folder of the workspace.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests crate is a folder of the workspace")
}

fn newest_source() -> (SystemTime, PathBuf) {
    let mut newest = (SystemTime::UNIX_EPOCH, PathBuf::new());
    for name in ["parrot-core", "parrot-cli", "tsung-compat"] {
        look_at(&workspace().join(name).join("src"), &mut newest);
        look_at(&workspace().join(name).join("Cargo.toml"), &mut newest);
    }
    newest
}

fn look_at(path: &Path, newest: &mut (SystemTime, PathBuf)) {
    let Ok(meta) = fs::metadata(path) else { return };
    if meta.is_dir() {
        let entries = fs::read_dir(path).expect("a source folder");
        entries.flatten().for_each(|entry| look_at(&entry.path(), newest));
    } else if let Ok(at) = meta.modified()
        && at > newest.0
    {
        *newest = (at, path.to_owned());
    }
}
