//! What a worker fetches before a run: the Plan and its data files, piece by piece, each checked against its hash.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::message::{Chunk, Fetch, Hash, Piece, Welcome};
use crate::limits::{DATA_FILE_BYTES_MAX, FETCHES_MAX, PLAN_BYTES_MAX, PLAN_FILES_MAX};
use crate::time::Nanos;

/// Asked again after this.
const ASK_AGAIN_AFTER: Nanos = Nanos::from_millis(500);

/// Why the pieces cannot be had.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum ProvisionError {
    /// More than a run may have.
    #[error("the plan or its data files are larger than the limit")]
    TooLarge,
    /// What came is not what was announced.
    #[error("the plan or a data file arrives damaged")]
    Damaged,
}

/// What was fetched: the Plan's bytes and those of its files.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Provisions {
    /// The Plan.
    pub plan: Vec<u8>,
    /// Its data files, in its order.
    pub files: Vec<Vec<u8>>,
}

/// Fetching under way.
#[derive(Debug)]
pub(super) struct Provision {
    welcome: Welcome,
    /// Pieces that are there.
    complete: BTreeMap<Hash, Vec<u8>>,
    /// The piece under way.
    bytes: Vec<u8>,
    ask_at: Nanos,
    attempts: u32,
}

impl Provision {
    pub(super) fn new(welcome: Welcome) -> Result<Self, ProvisionError> {
        let fits = welcome.plan.length <= PLAN_BYTES_MAX
            && welcome.files.len() <= PLAN_FILES_MAX
            && welcome.files.iter().all(|file| file.length <= DATA_FILE_BYTES_MAX);
        if !fits {
            return Err(ProvisionError::TooLarge);
        }
        Ok(Self { welcome, complete: BTreeMap::new(), bytes: Vec::new(), ask_at: Nanos::ZERO, attempts: 0 })
    }

    fn wanted(&self) -> Option<Piece> {
        let pieces = std::iter::once(&self.welcome.plan).chain(&self.welcome.files);
        pieces.copied().find(|piece| !self.complete.contains_key(&piece.sha256))
    }

    /// What to ask for now.
    pub(super) fn poll_fetch(&mut self, now: Nanos) -> Option<Fetch> {
        if now < self.ask_at {
            return None;
        }
        let sha256 = self.wanted()?.sha256;
        self.ask_at = now + ASK_AGAIN_AFTER;
        Some(Fetch { sha256, offset: self.bytes.len() as u64 })
    }

    /// When to ask.
    pub(super) const fn ask_at(&self) -> Nanos {
        self.ask_at
    }

    /// Takes what was asked for; anything else is dropped.
    pub(super) fn handle(&mut self, chunk: &Chunk) -> Result<(), ProvisionError> {
        let Some(piece) = self.wanted() else { return Ok(()) };
        if chunk.sha256 != piece.sha256 || chunk.offset != self.bytes.len() as u64 {
            return Ok(());
        }
        self.ask_at = Nanos::ZERO;
        self.bytes.extend_from_slice(&chunk.bytes.0);
        let length = self.bytes.len() as u64;
        if length < piece.length && !chunk.bytes.0.is_empty() {
            return Ok(());
        }
        let bytes = std::mem::take(&mut self.bytes);
        if length == piece.length && <Hash>::from(Sha256::digest(&bytes)) == piece.sha256 {
            self.complete.insert(piece.sha256, bytes);
            self.attempts = 0;
            return Ok(());
        }
        self.attempts += 1;
        if self.attempts < FETCHES_MAX { Ok(()) } else { Err(ProvisionError::Damaged) }
    }

    /// Everything, once it is there.
    pub(super) fn take(&mut self) -> Option<Provisions> {
        if self.wanted().is_some() {
            return None;
        }
        let plan = self.complete.get(&self.welcome.plan.sha256).cloned()?;
        let files = self.welcome.files.iter().map(|file| self.complete.get(&file.sha256).cloned());
        let files = files.collect::<Option<_>>()?;
        self.complete.clear();
        Some(Provisions { plan, files })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coordination::frame::Bytes;

    fn piece(bytes: &[u8]) -> Piece {
        Piece { sha256: Sha256::digest(bytes).into(), length: bytes.len() as u64 }
    }

    fn serve(
        provision: &mut Provision,
        stock: &[&[u8]],
        step: usize,
    ) -> Result<Option<Provisions>, ProvisionError> {
        let mut now = Nanos::ZERO;
        for _ in 0..1_000 {
            now += ASK_AGAIN_AFTER;
            let Some(fetch) = provision.poll_fetch(now) else { break };
            let bytes = stock.iter().find(|bytes| piece(bytes).sha256 == fetch.sha256).unwrap();
            let from = fetch.offset as usize;
            let bytes = Bytes(bytes[from..bytes.len().min(from + step)].to_vec());
            let chunk = Chunk { sha256: fetch.sha256, offset: fetch.offset, bytes };
            provision.handle(&chunk)?;
            // A late repetition changes nothing.
            provision.handle(&chunk)?;
        }
        Ok(provision.take())
    }

    #[test]
    fn pieces_are_put_together_and_equal_ones_fetched_once() {
        let stock: [&[u8]; 3] = [b"the plan", b"rows\n", b""];
        let files = vec![piece(stock[1]), piece(stock[2]), piece(stock[1])];
        let mut provision = Provision::new(Welcome { plan: piece(stock[0]), files }).unwrap();
        let got = serve(&mut provision, &stock, 3).unwrap().unwrap();
        assert_eq!(got.plan, b"the plan");
        assert_eq!(got.files, [b"rows\n".to_vec(), Vec::new(), b"rows\n".to_vec()]);
    }

    #[test]
    fn damage_is_noticed() {
        let wrong = Piece { sha256: piece(b"abc").sha256, length: 2 };
        let mut provision = Provision::new(Welcome { plan: wrong, files: Vec::new() }).unwrap();
        assert_eq!(serve(&mut provision, &[b"abc"], 2), Err(ProvisionError::Damaged));
        let huge = Piece { sha256: [0; 32], length: u64::MAX };
        assert!(Provision::new(Welcome { plan: huge, files: Vec::new() }).is_err());
    }
}
