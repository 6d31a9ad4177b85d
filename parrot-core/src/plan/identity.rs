//! Which plan is which.

use sha2::{Digest, Sha256};

use super::Plan;

/// What tells a Plan from others: equal plans have equal ones.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Identity {
    /// SHA-256 of the Plan's bytes.
    pub sha256: [u8; 32],
    /// How many bytes these are.
    pub length: u64,
}

impl Plan {
    /// What tells it from others. It takes all of the Plan's bytes to know: a Program remembers.
    pub fn identity(&self) -> Identity {
        let bytes = self.to_bytes();
        Identity { sha256: Sha256::digest(&bytes).into(), length: bytes.len() as u64 }
    }

    /// The Plan as it travels.
    pub fn to_bytes(&self) -> Vec<u8> {
        // invariant: a Plan is plain data of known lengths, which its format always accepts.
        #[expect(clippy::expect_used)]
        postcard::to_stdvec(self).expect("a Plan has bytes")
    }
}
