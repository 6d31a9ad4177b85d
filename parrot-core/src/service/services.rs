//! The controller's side of the services: a state machine without effects.

use std::collections::{BTreeMap, VecDeque};

use super::barrier::Barrier;
use super::{Ask, Grant};
use crate::limits::{LEASES_PER_ENGINE, ROWS_PER_LEASE_MAX};
use crate::plan::TransactionId;
use crate::program::Program;
use crate::time::Nanos;

/// What services know of a run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Facts {
    /// Rows of each file.
    pub rows: Vec<u64>,
    /// Users that open the barrier.
    pub barrier_users: u32,
    /// The barrier opens for fewer when nobody has come for so long.
    pub barrier_timeout: Nanos,
    /// How many interactions and transactions there are.
    pub transactions: u32,
}

impl Facts {
    /// What is to be known of a Program.
    pub fn new(program: &Program) -> Self {
        let options = &program.plan.options;
        Self {
            rows: program.rows.iter().map(|rows| rows.len() as u64).collect(),
            barrier_users: options.barrier_users,
            barrier_timeout: options.barrier_timeout,
            transactions: program.plan.transactions.len() as u32,
        }
    }
}

/// Answers what all engines of a run ask. Each engine's asks must come in the order in which it sent them, each once.
#[derive(Clone, Debug)]
pub struct Services {
    facts: Facts,
    engines: u32,
    /// Next row of each file.
    next_rows: Vec<u64>,
    barrier: Barrier,
    /// When each interaction was last sent.
    clocks: BTreeMap<TransactionId, Nanos>,
    grants: VecDeque<(u32, Grant)>,
    aborts: bool,
}

impl Services {
    /// Services for a run of so many engines in total.
    pub fn new(facts: Facts, engines: u32) -> Self {
        Self {
            engines,
            next_rows: vec![0; facts.rows.len()],
            barrier: Barrier::new(facts.barrier_users, facts.barrier_timeout),
            clocks: BTreeMap::new(),
            grants: VecDeque::new(),
            aborts: false,
            facts,
        }
    }

    /// Takes an engine's ask; what it asks of things that the Plan does not have is dropped.
    pub fn handle_ask(&mut self, now: Nanos, engine: u32, ask: Ask) {
        match ask {
            Ask::Rows { file, users } => {
                if let Some(first) = self.next_rows.get(file.index()).copied() {
                    let count = self.lease_rows(file.index()).max(users.min(ROWS_PER_LEASE_MAX));
                    self.next_rows[file.index()] = first.wrapping_add(u64::from(count));
                    self.grants.push_back((engine, Grant::Rows { file, first, count }));
                }
            }
            Ask::Barrier => {
                self.barrier.arrive(now, engine);
                self.grants.extend(self.barrier.open(now));
            }
            Ask::InteractionSend { id, at } => {
                if id.0 < self.facts.transactions {
                    // Words of engines pass each other on the way: the last to send counts, not the last to be heard.
                    let sent = self.clocks.entry(id).or_insert(at);
                    *sent = at.max(*sent);
                }
                self.grants.push_back((engine, Grant::Interaction { elapsed: None }));
            }
            Ask::InteractionReceive { id, at } => {
                let elapsed = self.clocks.get(&id).map(|sent| at.since(*sent));
                self.grants.push_back((engine, Grant::Interaction { elapsed }));
            }
            Ask::Abort => self.aborts = true,
        }
    }

    /// The next grant to send, and to which engine.
    pub fn poll_grant(&mut self) -> Option<(u32, Grant)> {
        self.grants.pop_front()
    }

    /// When [`Self::handle_timeout`] has something to do.
    pub fn poll_timeout(&self) -> Option<Nanos> {
        self.barrier.opens_at()
    }

    /// The time has come that was asked for.
    pub fn handle_timeout(&mut self, now: Nanos) {
        self.grants.extend(self.barrier.open(now));
    }

    /// These engines are lost: nobody of theirs waits any more, and nothing is to be sent to them.
    pub fn forget_engines(&mut self, engines: impl IntoIterator<Item = u32>) {
        for engine in engines {
            self.barrier.forget(engine);
            self.grants.retain(|(to, _)| *to != engine);
        }
    }

    /// A user has ended the run.
    pub fn wants_abort(&self) -> bool {
        self.aborts
    }

    /// Rows of one lease: few enough that the engines share the file, many enough that they seldom ask.
    fn lease_rows(&self, file: usize) -> u32 {
        let rows = self.facts.rows[file] / (LEASES_PER_ENGINE * u64::from(self.engines.max(1)));
        rows.clamp(1, u64::from(ROWS_PER_LEASE_MAX)) as u32
    }
}
