//! What fake users share: which of them ask for what, and what the controller's services may answer. A model beside the real services,
//! which says for every grant whether it is due.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use crate::plan::{FileId, TransactionId};
use crate::rng::{Domain, Point, draw};
use crate::service::{Ask, Facts, Grant};
use crate::time::Nanos;

/// Interactions of a run.
pub(super) const INTERACTIONS: u32 = 3;

/// What the users of a run share.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    pub(super) facts: Facts,
    /// Users in a thousand that ask for something.
    pub(super) asking: u64,
    /// The user that ends the run.
    pub(super) aborts: Option<u64>,
}

/// What a user does in the middle of its life.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    Read(FileId),
    Meet,
    Send(TransactionId),
    Receive(TransactionId),
    Abort,
}

impl Shared {
    /// What a user asks for, and whether it loses its patience while it waits.
    pub(super) fn act(&self, seed: u64, user: u64) -> Option<(Act, bool)> {
        if self.aborts == Some(user) {
            return Some((Act::Abort, false));
        }
        let below = |step, n| draw(seed, Domain::User, Point { user, step, occurrence: 0 }).below(n);
        if below(1, 1_000) >= self.asking {
            return None;
        }
        let id = TransactionId(below(2, u64::from(INTERACTIONS)) as u32);
        let act = match below(3, 100) {
            0..50 => Act::Read(FileId(below(4, self.facts.rows.len() as u64) as u32)),
            50..65 => Act::Meet,
            65..85 => Act::Send(id),
            _ => Act::Receive(id),
        };
        Some((act, below(5, 20) == 0))
    }
}

/// A grant that has to come.
#[derive(Debug)]
enum Due {
    Rows(FileId),
    Exactly(Grant),
}

/// The books of one engine.
#[derive(Debug, Default)]
struct Account {
    /// What it has asked for and the controller has not heard.
    asked: VecDeque<Ask>,
    /// What the services owe it.
    due: VecDeque<Due>,
    /// What is on its way to it.
    granted: VecDeque<Grant>,
    /// Rows that it may give out, by file: first and end.
    leases: BTreeMap<FileId, (u64, u64)>,
    is_over: bool,
}

/// The model.
#[derive(Debug)]
pub(super) struct Model {
    shared: Rc<Shared>,
    engines: BTreeMap<u32, Account>,
    /// First row of each file that no grant has named.
    next_rows: BTreeMap<FileId, u64>,
    /// Rows that users have read.
    read: BTreeSet<(FileId, u64)>,
    clocks: BTreeMap<TransactionId, Nanos>,
    /// Engines of those that wait at the barrier, and when the last one came.
    at_barrier: Vec<u32>,
    came: Nanos,
    /// Names of what happened.
    pub(super) seen: BTreeSet<&'static str>,
}

impl Model {
    pub(super) fn new(shared: Rc<Shared>) -> Self {
        Self {
            shared,
            engines: BTreeMap::new(),
            next_rows: BTreeMap::new(),
            read: BTreeSet::new(),
            clocks: BTreeMap::new(),
            at_barrier: Vec::new(),
            came: Nanos::ZERO,
            seen: BTreeSet::new(),
        }
    }

    pub(super) fn asks(&mut self, engine: u32, ask: Ask) {
        self.engines.entry(engine).or_default().asked.push_back(ask);
    }

    /// The controller hears an ask.
    pub(super) fn heard(&mut self, now: Nanos, engine: u32, ask: Ask) -> Result<(), String> {
        let account = self.engines.entry(engine).or_default();
        if account.is_over || account.asked.pop_front() != Some(ask) {
            return Err(format!("{ask:?} is not what engine {engine} asked next"));
        }
        match ask {
            Ask::Rows { file, .. } => account.due.push_back(Due::Rows(file)),
            Ask::InteractionSend { id, at } => {
                let sent = self.clocks.entry(id).or_insert(at);
                *sent = at.max(*sent);
                account.due.push_back(Due::Exactly(Grant::Interaction { elapsed: None }));
            }
            Ask::InteractionReceive { id, at } => {
                let elapsed = self.clocks.get(&id).map(|sent| at.since(*sent));
                account.due.push_back(Due::Exactly(Grant::Interaction { elapsed }));
            }
            Ask::Barrier => {
                self.at_barrier.push(engine);
                self.came = now;
                if self.at_barrier.len() >= self.shared.facts.barrier_users as usize {
                    self.open("The barrier opens");
                }
            }
            Ask::Abort => {}
        }
        Ok(())
    }

    /// The services were told that time has passed.
    pub(super) fn times_out(&mut self, now: Nanos) {
        if !self.at_barrier.is_empty() && self.came + self.shared.facts.barrier_timeout <= now {
            self.open("The barrier opens for fewer");
        }
    }

    fn open(&mut self, what: &'static str) {
        self.seen.insert(what);
        let mut users = BTreeMap::<u32, u32>::new();
        self.at_barrier.drain(..).for_each(|engine| *users.entry(engine).or_default() += 1);
        for (engine, users) in users {
            let due = Due::Exactly(Grant::Barrier { users });
            self.engines.entry(engine).or_default().due.push_back(due);
        }
    }

    /// The services grant something.
    pub(super) fn grants(&mut self, engine: u32, grant: Grant) -> Result<(), String> {
        let account = self.engines.entry(engine).or_default();
        let due = account.due.pop_front().filter(|_| !account.is_over);
        let right = match (&due, grant) {
            (Some(Due::Rows(wanted)), Grant::Rows { file, first, count }) => {
                let next = self.next_rows.entry(file).or_default();
                let fresh = first >= *next && count > 0;
                *next = first + u64::from(count);
                *wanted == file && fresh
            }
            (Some(Due::Exactly(wanted)), grant) => *wanted == grant,
            _ => false,
        };
        account.granted.push_back(grant);
        if right { Ok(()) } else { Err(format!("engine {engine} is granted {grant:?} where {due:?} is due")) }
    }

    /// Nothing may be left that the services could have answered.
    pub(super) fn check_at_rest(&self, now: Nanos) -> Result<(), String> {
        if let Some((engine, account)) = self.engines.iter().find(|(_, account)| !account.due.is_empty()) {
            return Err(format!("{:?} of engine {engine} is left", account.due));
        }
        let late = !self.at_barrier.is_empty() && self.came + self.shared.facts.barrier_timeout <= now;
        if late { Err(format!("{:?} wait at a closed barrier", self.at_barrier)) } else { Ok(()) }
    }

    /// A grant arrives at its engine.
    pub(super) fn arrives(&mut self, engine: u32, grant: Grant) -> Result<(), String> {
        let account = self.engines.entry(engine).or_default();
        if account.granted.pop_front() != Some(grant) {
            return Err(format!("{grant:?} is not what was granted to engine {engine} next"));
        }
        if let Grant::Rows { file, first, count } = grant {
            let lease = (first, first + u64::from(count));
            let old = account.leases.insert(file, lease).filter(|(next, end)| next < end);
            if let Some(old) = old {
                return Err(format!("engine {engine} gets {lease:?} of {file:?} and still has {old:?}"));
            }
        }
        Ok(())
    }

    /// A user reads a row.
    pub(super) fn reads(&mut self, engine: u32, file: FileId, row: u64) -> Result<(), String> {
        let first = self.read.insert((file, row));
        let lease = self.engines.get_mut(&engine).and_then(|account| account.leases.get_mut(&file));
        let expected = lease.filter(|(next, end)| *next == row && row < *end).map(|lease| lease.0 += 1);
        if row >= self.shared.facts.rows[file.index()] {
            self.seen.insert("A file is read again");
        }
        match expected {
            Some(()) if first => Ok(()),
            _ => Err(format!("engine {engine} reads row {row} of {file:?}, first: {first}")),
        }
    }

    /// These engines have ended or are lost.
    pub(super) fn forgets(&mut self, engines: impl IntoIterator<Item = u32>) {
        for engine in engines {
            self.at_barrier.retain(|waiting| *waiting != engine);
            let account = self.engines.entry(engine).or_default();
            account.is_over = true;
            account.due.clear();
        }
    }
}
