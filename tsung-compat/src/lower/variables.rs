//! A session's variables, and texts that use them.

use std::collections::HashMap;

use parrot_core::plan::{Piece, Slot, Template};

use super::functions;
use super::tables::to_u32;
use super::template::{Token, lex};
use super::text::TextBytes;
use crate::diagnostic::{Report, Scenario, Tested};
use crate::source::Span;

/// The predefined variable.
const USER_ID: &str = "tsung_userid";

/// The variables of one session.
#[derive(Debug)]
pub(super) struct Variables {
    text: TextBytes,
    names: Vec<String>,
    slots: HashMap<Vec<u8>, Slot>,
    set: Vec<bool>,
    /// First place that uses each variable, and whether that is a test.
    used: HashMap<Slot, (Span, Option<Tested>)>,
}

impl Variables {
    pub(super) fn new(text: TextBytes) -> Self {
        let mut variables =
            Self { text, names: Vec::new(), slots: HashMap::new(), set: Vec::new(), used: HashMap::new() };
        let user_id = variables.slot(USER_ID.as_bytes());
        debug_assert_eq!(user_id, Slot::USER_ID);
        variables.set[0] = true;
        variables
    }

    /// The slot of a variable that a step sets.
    pub(super) fn set(&mut self, name: &str) -> Slot {
        let slot = self.slot(&self.text.bytes(name));
        self.set[slot.index()] = true;
        slot
    }

    /// The slot of a variable that a step reads.
    pub(super) fn read(&mut self, name: &str, at: Span) -> Slot {
        let slot = self.slot(&self.text.bytes(name));
        self.used.entry(slot).or_insert((at, None));
        slot
    }

    /// The slot of a variable that a step tests.
    pub(super) fn test(&mut self, name: &str, at: Span, tested: Tested) -> Slot {
        let slot = self.slot(&self.text.bytes(name));
        self.used.entry(slot).or_insert((at, Some(tested)));
        slot
    }

    fn slot(&mut self, name: &[u8]) -> Slot {
        if let Some(slot) = self.slots.get(name) {
            return *slot;
        }
        let slot = Slot(to_u32(self.names.len()));
        let shown = match std::str::from_utf8(name) {
            Ok(text) => text.to_owned(),
            Err(_) => name.iter().map(|&byte| char::from(byte)).collect(),
        };
        self.names.push(shown);
        self.set.push(false);
        self.slots.insert(name.to_vec(), slot);
        slot
    }

    /// Bytes with `%%…%%` in them.
    pub(super) fn template(&mut self, bytes: &[u8], at: Span, report: &mut Report<'_>) -> Template {
        let mut template = Template::default();
        for token in lex(bytes) {
            match token {
                Token::Text(text) => template.push_text(text),
                Token::Variable(name) => {
                    let slot = self.slot(name);
                    self.used.entry(slot).or_insert((at, None));
                    template.0.push(Piece::Variable(slot));
                }
                Token::Call { module: b"ts_user_server", function: b"get_unique_id" } => {
                    template.0.push(Piece::UserId);
                }
                Token::Call { module, function } => {
                    let (module, function) =
                        (String::from_utf8_lossy(module), String::from_utf8_lossy(function));
                    functions::not_yet(&module, &function, at, report);
                }
                Token::Dropped(dropped) => {
                    let dropped = String::from_utf8_lossy(dropped).chars().take(40).collect();
                    report.warn(at, Scenario::UnterminatedVariable { dropped });
                }
            }
        }
        template
    }

    /// Warns of variables that nothing sets, and gives the names by slot.
    pub(super) fn finish(self, session: &str, report: &mut Report<'_>) -> Vec<String> {
        let mut unset: Vec<_> = self.used.into_iter().filter(|(slot, _)| !self.set[slot.index()]).collect();
        unset.sort_by_key(|(_, (at, _))| *at);
        for (slot, (at, tested)) in unset {
            let set =
                self.names.iter().zip(&self.set).filter(|(_, set)| **set).map(|(name, _)| name.as_str());
            let name = self.names[slot.index()].clone();
            let suggestion = report.closest(&name, set);
            let session = session.to_owned();
            report.warn(at, Scenario::VariableNeverSet { name, session, tested, suggestion });
        }
        self.names
    }
}
