//! Text with holes: what a `%%…%%` string becomes.

use serde::{Deserialize, Serialize};

use super::{FunctionId, Slot};

/// Text with variables in it. An empty list is the empty text.
#[derive(Clone, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub struct Template(pub Vec<Piece>);

/// One piece of a [`Template`].
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub enum Piece {
    /// Literal bytes; never empty, never two in a row.
    Text(Vec<u8>),
    /// The value of a variable, or `undefined`.
    Variable(Slot),
    /// The user's number (`%%ts_user_server:get_unique_id%%`).
    UserId,
    /// What a function gives for `{Session, Variables}`, where that is an integer or a text; nothing else shows.
    Function(FunctionId),
}

impl Template {
    /// A text without holes.
    pub fn text(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        if bytes.is_empty() { Self::default() } else { Self(vec![Piece::Text(bytes)]) }
    }

    /// Appends literal bytes, joining them with a literal end.
    pub fn push_text(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(Piece::Text(last)) => last.extend_from_slice(bytes),
            _ => self.0.push(Piece::Text(bytes.to_vec())),
        }
    }

    /// Appends another template.
    pub fn append(&mut self, other: &Self) {
        for piece in &other.0 {
            match piece {
                Piece::Text(bytes) => self.push_text(bytes),
                hole => self.0.push(hole.clone()),
            }
        }
    }

    /// Gives back room that it grew in.
    pub fn shrink_to_fit(&mut self) {
        self.0.shrink_to_fit();
        for piece in &mut self.0 {
            if let Piece::Text(bytes) = piece {
                bytes.shrink_to_fit();
            }
        }
    }

    /// The text, if it has no holes.
    pub fn as_text(&self) -> Option<&[u8]> {
        match self.0.as_slice() {
            [] => Some(b""),
            [Piece::Text(bytes)] => Some(bytes),
            _ => None,
        }
    }
}
