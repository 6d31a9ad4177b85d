//! The body of a response as its extractors see it.

use super::json::{Json, NotJson};

/// Room for one body, taken apart once for all the variables that look at it. Its buffers serve the next body.
#[derive(Debug, Default)]
pub struct Documents {
    json: Json,
    /// What came of reading the body as JSON, once that was tried.
    json_read: Option<Result<(), NotJson>>,
}

/// The body is not what it was to be read as.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Unparsable {
    /// Nobody has tried to read this body so before.
    pub is_new: bool,
}

impl Documents {
    /// Forgets the last body: the next one has not been looked at.
    pub fn clear(&mut self) {
        self.json_read = None;
    }

    /// The body as JSON; it must be the same one since [`Self::clear`].
    ///
    /// # Errors
    /// When it is none.
    pub fn json(&mut self, body: &[u8]) -> Result<&Json, Unparsable> {
        let is_new = self.json_read.is_none();
        let json = &mut self.json;
        match self.json_read.get_or_insert_with(|| json.parse(body)) {
            Ok(()) => Ok(&self.json),
            Err(NotJson) => Err(Unparsable { is_new }),
        }
    }
}
