//! The body of a response as its extractors see it.

/// Room for one body, taken apart once for all the variables that look at it. Its buffers serve the next body.
#[derive(Debug, Default)]
pub struct Documents {}
