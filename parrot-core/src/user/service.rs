//! Steps that need what all users of the run share: the user asks, waits, and goes on with the answer.

use super::run::op;
use super::{Context, State, User};
use crate::plan::{FileId, InteractionAction, OpKind, TransactionId};
use crate::service::{Answer, Ask};
use crate::stats::{Class, SeriesId};
use crate::time::Nanos;

impl User {
    /// The answer to its ask is there; poll it.
    pub fn handle_answer(&mut self, now: Nanos, answer: Answer, cx: &mut Context<'_>) {
        if self.state != State::Waiting {
            return;
        }
        match answer {
            // The op runs again from its beginning, and finds its row.
            Answer::Row(row) => self.state = State::Granted(row),
            Answer::Barrier => {
                self.intended = now;
                self.pass();
            }
            Answer::Interaction { elapsed } => {
                let at = op(cx.program, self.session, self.at).map(|op| &op.kind);
                if let (Some(elapsed), Some(OpKind::Interaction { id, .. })) = (elapsed, at) {
                    cx.sample(SeriesId::transaction(*id), self.phase(), Class::Ok, elapsed);
                }
                self.pass();
            }
        }
    }

    /// The op has nothing more to do.
    fn pass(&mut self) {
        self.at += 1;
        self.state = State::Running;
    }

    /// The next row of a file; none when the engine has to ask for more first.
    pub(super) fn take_row(&mut self, file: FileId, cx: &mut Context<'_>) -> Option<u64> {
        if let Some(next) = self.rows.iter_mut().find(|next| next.file == file) {
            next.row = next.row.wrapping_add(1);
            return Some(next.row.wrapping_sub(1));
        }
        if let State::Granted(row) = self.state {
            self.state = State::Running;
            return Some(row);
        }
        cx.leases[file.index()].take()
    }

    /// Leaves the user waiting for the answer, or for the cut.
    pub(super) fn ask(&mut self, ask: Ask) -> Ask {
        self.state = if ask == Ask::Abort { State::EndedRun } else { State::Waiting };
        ask
    }
}

/// What an interaction's op asks for.
pub(super) fn interaction(id: TransactionId, action: InteractionAction, at: Nanos) -> Ask {
    match action {
        InteractionAction::Send => Ask::InteractionSend { id, at },
        InteractionAction::Receive => Ask::InteractionReceive { id, at },
    }
}
