//! The engine's connections: a slab whose tokens tell a connection from an earlier one in the same place.

use mio::Token;
use mio::net::TcpStream;
use slab::Slab;

use crate::time::Nanos;
use crate::user::PlaceRef;

/// Token of the timer.
pub(super) const TIMER: Token = Token(usize::MAX);
/// Token of the waker.
pub(super) const WAKER: Token = Token(usize::MAX - 1);

/// A connection that is open or being opened.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) stream: TcpStream,
    /// Key of the user that it belongs to.
    pub(super) user: usize,
    /// Where it goes.
    pub(super) place: PlaceRef,
    pub(super) open: bool,
    /// Last time that anything was sent or received.
    pub(super) active_at: Nanos,
    generation: u32,
}

/// All connections of an engine.
#[derive(Debug, Default)]
pub(super) struct Connections {
    slab: Slab<Connection>,
    generation: u32,
}

impl Connections {
    /// The token that the next connection will have.
    pub(super) fn next_token(&self) -> Token {
        token(self.slab.vacant_key(), self.generation)
    }

    /// Keeps a connection that was registered under [`Self::next_token`].
    pub(super) fn insert(&mut self, stream: TcpStream, user: usize, place: PlaceRef, now: Nanos) -> usize {
        let generation = self.generation;
        // The two highest tokens are taken: stay well below.
        self.generation = (self.generation + 1) & 0x7fff_ffff;
        self.slab.insert(Connection { stream, user, place, open: false, active_at: now, generation })
    }

    /// Key of the connection that a token stands for, if that is still there.
    pub(super) fn find(&self, token: Token) -> Option<usize> {
        let key = token.0 & 0xffff_ffff;
        self.slab.get(key).filter(|connection| connection.generation as usize == token.0 >> 32).map(|_| key)
    }

    /// Token of a connection.
    pub(super) fn token(&self, key: usize) -> Option<Token> {
        self.slab.get(key).map(|connection| token(key, connection.generation))
    }

    pub(super) fn get(&self, key: usize) -> Option<&Connection> {
        self.slab.get(key)
    }

    pub(super) fn get_mut(&mut self, key: usize) -> Option<&mut Connection> {
        self.slab.get_mut(key)
    }

    /// Forgets a connection; dropping it closes its socket.
    pub(super) fn remove(&mut self, key: usize) -> Option<Connection> {
        self.slab.try_remove(key)
    }
}

fn token(key: usize, generation: u32) -> Token {
    Token(key | (generation as usize) << 32)
}
