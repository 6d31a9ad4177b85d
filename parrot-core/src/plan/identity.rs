//! Which plan is which.

use sha2::{Digest, Sha256};

use super::Plan;

impl Plan {
    /// SHA-256 of the Plan's bytes: equal plans have equal ones.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.to_bytes()).into()
    }

    /// The Plan as it travels.
    pub fn to_bytes(&self) -> Vec<u8> {
        // invariant: a Plan is plain data of known lengths, which its format always accepts.
        #[expect(clippy::expect_used)]
        postcard::to_stdvec(self).expect("a Plan has bytes")
    }
}
