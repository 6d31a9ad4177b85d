//! The comparison with real Tsung: one configuration, two runs at the same time against two servers of their own, two
//! reports as lines of text, which must be equal.
//!
//! Where ours differs on purpose (docs/compatibility.md), the test says so with a [`Mend`]: what Tsung's report must hold,
//! and what ours holds in its place. A mend that finds nothing to mend fails: Tsung would do it right.
//!
//! `ORACLE_SHOW=1` prints Tsung's report.

mod mend;
mod report;

pub use mend::{Mend, Mends};
pub use report::{Order, Report};

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use crate::dir::Dir;
use crate::fixture::Fixture;
use crate::log::TsungLog;
use crate::parrot::{self, Run};
use crate::server::{Recording, Script, Server};
use crate::{rows, tsung};

/// A run of Tsung on a fixture takes about eight seconds.
const LIMIT: Duration = Duration::from_secs(60);

/// A fixture, its servers and its data.
#[derive(Debug)]
pub struct Case {
    fixture: Fixture,
    scripts: Vec<Script>,
    files: Vec<(String, Vec<u8>)>,
    arguments: Vec<String>,
    order: Order,
    /// Ports without a server and other texts, as `(place, text)`.
    texts: Vec<(String, String)>,
}

/// What one side did.
#[derive(Debug)]
pub struct Side {
    /// The process.
    pub run: Run,
    /// What its servers were sent, in the order of the case's servers.
    pub recordings: Vec<Recording>,
    /// Its tsung.log.
    pub log: TsungLog,
    /// Its protocol dump, empty when there is none.
    pub dump: Vec<rows::DumpRow>,
    /// Its match log.
    pub matches: Vec<rows::MatchRow>,
    /// All of the above as comparable lines.
    pub report: Report,
    _dir: Dir,
}

/// Both sides.
#[derive(Debug)]
pub struct Pair {
    /// Real Tsung.
    pub tsung: Side,
    /// Ours.
    pub ours: Side,
}

impl Case {
    /// A case on `fixtures/<name>.xml`.
    pub fn new(name: &str) -> Self {
        Self {
            fixture: Fixture::read(name),
            scripts: Vec::new(),
            files: Vec::new(),
            arguments: Vec::new(),
            order: Order::Exact,
            texts: Vec::new(),
        }
    }

    /// One server more: `@PORT@` for the first, `@PORT2@` for the second…
    #[must_use]
    pub fn server(mut self, script: Script) -> Self {
        self.scripts.push(script);
        self
    }

    /// A data file in the folder `@DATA@`.
    #[must_use]
    pub fn file(mut self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.files.push((name.to_owned(), bytes.as_ref().to_vec()));
        self
    }

    /// An argument more on the command line.
    #[must_use]
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Puts a port in a place of the fixture.
    #[must_use]
    pub fn port(self, place: &str, port: u16) -> Self {
        self.text(place, &port.to_string())
    }

    /// Puts a text in a place of the fixture.
    #[must_use]
    pub fn text(mut self, place: &str, text: &str) -> Self {
        self.texts.push((place.to_owned(), text.to_owned()));
        self
    }

    /// Compares requests as a bag, not as sequences: for fixtures with draws.
    #[must_use]
    pub fn unordered(mut self) -> Self {
        self.order = Order::Bag;
        self
    }

    /// Runs both sides at the same time.
    pub fn run(&self) -> Pair {
        thread::scope(|scope| {
            let tsung = scope.spawn(|| {
                let side = self.side("tsung", tsung::start);
                if std::env::var_os("ORACLE_SHOW").is_some() {
                    println!("{}", side.report);
                }
                side
            });
            let ours = scope.spawn(|| self.side("ours", parrot::start));
            let tsung = tsung.join().unwrap_or_else(|_| panic!("the run of Tsung failed, see above"));
            let ours = ours.join().unwrap_or_else(|_| panic!("our run failed, see above"));
            Pair { tsung, ours }
        })
    }

    fn side(&self, name: &str, start: fn(&Dir, &std::path::Path, &[&str]) -> parrot::Running) -> Side {
        let dir = Dir::new(name);
        let data = dir.folder("data");
        for (name, bytes) in &self.files {
            std::fs::write(data.join(name), bytes).expect("a data file");
        }
        let servers: Vec<Server> = self.scripts.iter().cloned().map(Server::start).collect();
        let ports: Vec<u16> = servers.iter().map(Server::port).collect();
        let mut fixture = self.fixture.clone().with_ports(&ports).with("@DATA@", &data.display());
        for (place, text) in &self.texts {
            fixture = fixture.with(place, text);
        }
        let xml: PathBuf = fixture.write(&dir);
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let run = start(&dir, &xml, &arguments).finish(LIMIT);
        let recordings: Vec<Recording> = servers.into_iter().map(Server::stop).collect();
        let folder = run.folder().to_owned();
        let log = TsungLog::read(&folder);
        let dump = if rows::has_dump(&folder) { rows::dump(&folder) } else { rows::local_dump(&folder) };
        let matches = rows::matches(&folder);
        let mut side = Side { run, recordings, log, dump, matches, report: Report::default(), _dir: dir };
        side.report = Report::of(&side, self.order);
        side
    }
}

impl Side {
    /// Beginnings of the rows of the dump and of the match log that this side lacks at the ends of its sessions: Tsung may
    /// lose its last rows.
    fn lost_rows(&self, other: &Self) -> Vec<String> {
        let (own, all) = (self.report.rows(), other.report.rows());
        let sum = |counts: &BTreeMap<String, usize>| counts.values().sum::<usize>();
        assert!(2 * sum(&own) >= sum(&all), "most rows of the dump are missing: {own:?} of {all:?}");
        let lost = all.iter().flat_map(|(begin, count)| {
            let from = own.get(begin).copied().unwrap_or(0) + 1;
            (from..=*count).map(move |n| format!("{begin}{n} "))
        });
        lost.collect()
    }
}

impl Pair {
    /// Both reports must be equal, but for what `mends` says.
    ///
    /// # Panics
    /// With all lines that only one side has.
    pub fn assert_same(&self, mends: &Mends) {
        let wanted = mends.apply(self.tsung.report.clone());
        let wanted: BTreeSet<&str> = wanted.lines().collect();
        let found: BTreeSet<&str> = self.ours.report.lines().collect();
        let missing: Vec<&&str> = wanted.difference(&found).collect();
        let lost = self.tsung.lost_rows(&self.ours);
        let surplus: Vec<&&str> = found
            .difference(&wanted)
            .filter(|line| !lost.iter().any(|begin| line.starts_with(begin)))
            .collect();
        if missing.is_empty() && surplus.is_empty() {
            return;
        }
        let list = |lines: &[&&str]| lines.iter().map(|line| format!("  {line}\n")).collect::<String>();
        panic!(
            "ours differs from Tsung\nwanted, not found:\n{}found, not wanted:\n{}",
            list(&missing),
            list(&surplus)
        );
    }
}
