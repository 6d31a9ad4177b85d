//! How long configurations take to load, and how much memory: a large one, and a collection of public ones where it is there.

use std::fs;
use std::path::{Path, PathBuf};

use crate::bench::{Bench, Bound, Column, Figures, Row, loader};
use crate::big_config;
use crate::binary::workspace;
use crate::dir::Dir;

const REQUESTS: u32 = 100_000;

pub(super) fn measure(bench: &Bench) -> Vec<Row> {
    let requests = bench.settings.count(REQUESTS);
    let dir = Dir::new("bench-load");
    let text = big_config::of_requests(requests as usize);
    let size = text.len() as f64 / 1e6;
    let large = [dir.file("large.xml", text)];
    let public = public_configurations();
    let [mut secs, mut mib, mut public_secs] = [(); 3].map(|()| Figures::default());
    for _ in 0..bench.settings.rounds {
        let load = loader::measure(&large);
        secs.push(Column::Parrot, load.secs);
        mib.push(Column::Parrot, load.peak_mib);
        if !public.is_empty() {
            public_secs.push(Column::Parrot, loader::measure(&public).secs);
        }
    }
    vec![
        Row::medians(format!("load of {requests} requests, {size:.1} MB: seconds"), &secs)
            .must(Bound::Below(1.0)),
        Row::medians("– most memory, MiB", &mib).must(Bound::AtMost(300.0)),
        Row::medians(format!("load of {} public configurations: seconds", public.len()), &public_secs)
            .must(Bound::Below(2.0)),
    ]
}

/// The files of the collection that the corpus test reads, `shared/corpus` beside the workspace or further up.
fn public_configurations() -> Vec<PathBuf> {
    let corpus =
        workspace().ancestors().map(|above| above.join("shared/corpus")).find(|folder| folder.is_dir());
    let folders = corpus.into_iter().flat_map(|corpus| ["configs", "bad"].map(|name| corpus.join(name)));
    folders.flat_map(|folder| files(&folder)).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect()
}
