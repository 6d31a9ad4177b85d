//! Host names to addresses: literals at once, names on a thread of their own, remembered for a second.
//!
//! Engines never wait: a look-up that has to be made wakes the engine when it is done. Addresses of a name are used in turn.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::{io, thread};

use mio::Waker;

use crate::limits::{DNS_CACHE_SECS, RESOLVED_NAMES_MAX};
use crate::plan::Transport;
use crate::program::LinkedEndpoint;
use crate::time::Nanos;

/// A name and the address family wanted.
type Question = (Arc<str>, Transport);

/// What is known of a name now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lookup {
    /// Its next address.
    Found(SocketAddr),
    /// It has none.
    Unknown,
    /// Being asked for; [`Resolver::poll_answer`] will tell.
    Pending,
}

struct Known {
    addresses: Vec<IpAddr>,
    asked_at: Nanos,
    turn: usize,
}

/// Resolves names for one engine.
pub struct Resolver {
    /// None: being asked for.
    names: HashMap<Question, Option<Known>>,
    questions: Sender<Question>,
    answers: Receiver<(Question, Vec<IpAddr>)>,
}

impl Resolver {
    /// Starts its thread, which wakes the engine through `waker`.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(waker: Arc<Waker>) -> io::Result<Self> {
        let (questions, asked) = mpsc::channel::<Question>();
        let (answer, answers) = mpsc::channel();
        // Not joined at the end: a name server that never answers must not hold up the end of the run.
        thread::Builder::new().name("resolver".into()).spawn(move || {
            for question in asked {
                let addresses = resolve(&question);
                if answer.send((question, addresses)).is_err() || waker.wake().is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { names: HashMap::new(), questions, answers })
    }

    /// The next address of an endpoint, if it is known now.
    pub fn lookup(&mut self, now: Nanos, endpoint: &LinkedEndpoint) -> Lookup {
        let port = endpoint.endpoint.port;
        if let Ok(address) = endpoint.host.parse::<IpAddr>() {
            return Lookup::Found(SocketAddr::new(address, port));
        }
        let question = (endpoint.host.clone(), endpoint.endpoint.transport);
        match self.names.get_mut(&question) {
            Some(None) => Lookup::Pending,
            Some(Some(known)) if known.is_fresh(now) => known.next(port),
            _ => {
                self.names.insert(question.clone(), None);
                // The thread lives as long as this sender.
                let _ = self.questions.send(question);
                Lookup::Pending
            }
        }
    }

    /// An answer that has come: the name, and what it is for whom waited for it. `port` completes the address.
    pub fn poll_answer(&mut self, now: Nanos) -> Option<Arc<str>> {
        let (question, addresses) = self.answers.try_recv().ok()?;
        let name = question.0.clone();
        if self.names.len() >= RESOLVED_NAMES_MAX {
            // Names that responses made up are seldom asked for twice.
            self.names.retain(|_, known| known.as_ref().is_none_or(|known| known.is_fresh(now)));
        }
        self.names.insert(question, Some(Known { addresses, asked_at: now, turn: 0 }));
        Some(name)
    }
}

impl Known {
    fn is_fresh(&self, now: Nanos) -> bool {
        now.since(self.asked_at) < Nanos::from_secs(DNS_CACHE_SECS)
    }

    fn next(&mut self, port: u16) -> Lookup {
        if self.addresses.is_empty() {
            return Lookup::Unknown;
        }
        let address = self.addresses[self.turn % self.addresses.len()];
        self.turn = self.turn.wrapping_add(1);
        Lookup::Found(SocketAddr::new(address, port))
    }
}

fn resolve((name, transport): &Question) -> Vec<IpAddr> {
    let Ok(addresses) = (&**name, 0).to_socket_addrs() else {
        return Vec::new();
    };
    let wanted = |address: &IpAddr| match transport {
        Transport::Tcp => address.is_ipv4(),
        Transport::Tcp6 => address.is_ipv6(),
    };
    let mut found: Vec<IpAddr> = addresses.map(|address| address.ip()).filter(wanted).collect();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_out_of_date_are_forgotten() {
        let (questions, _asked) = mpsc::channel();
        let (answer, answers) = mpsc::channel();
        let mut resolver = Resolver { names: HashMap::new(), questions, answers };
        for number in 0..3 * RESOLVED_NAMES_MAX as u64 {
            answer.send(((format!("h{number}").into(), Transport::Tcp), Vec::new())).unwrap();
            assert!(resolver.poll_answer(Nanos::from_millis(number)).is_some());
        }
        assert!(resolver.names.len() <= RESOLVED_NAMES_MAX);
    }
}
