//! Which reads of data files are known before the run.
//!
//! Where every session reads a file a fixed number of times, the rows of each user follow from the sessions of the users before it:
//! the same rows for any number of engines, without asking anybody. A file that is read in a loop or under a condition, anywhere,
//! has no such rule.

use crate::plan::{FileId, MatchAction, OpKind, Plan, RowOrder, Session, SessionId, VariableSource};

/// How often each session reads the files that are read a fixed number of times.
#[derive(Clone, Debug)]
pub struct RowReads {
    sessions: Vec<Vec<(FileId, u64)>>,
}

impl RowReads {
    /// What is known of this Plan, which must have passed [`Plan::check`].
    pub fn new(plan: &Plan) -> Self {
        // What a script reads depends on what it computes.
        let fixed = !plan.script.reads_rows();
        let mut fixed = vec![fixed; plan.files.len()];
        let mut sessions: Vec<Vec<(FileId, u64)>> = Vec::with_capacity(plan.sessions.len());
        for session in &plan.sessions {
            let mut reads: Vec<(FileId, u64)> = Vec::new();
            let mut jumps = None;
            for (index, op) in session.ops.iter().enumerate() {
                let OpKind::SetVariables {
                    source: VariableSource::File { file, order: RowOrder::Iterate, .. },
                    ..
                } = &op.kind
                else {
                    continue;
                };
                if jumps.get_or_insert_with(|| jumped_over(plan, session))[index] {
                    fixed[file.index()] = false;
                }
                match reads.iter_mut().find(|(read, _)| read == file) {
                    Some((_, times)) => *times += 1,
                    None => reads.push((*file, 1)),
                }
            }
            sessions.push(reads);
        }
        for reads in &mut sessions {
            reads.retain(|(file, _)| fixed[file.index()]);
        }
        Self { sessions }
    }

    /// Whether no file is read a fixed number of times.
    pub(super) fn is_empty(&self) -> bool {
        self.sessions.iter().all(Vec::is_empty)
    }

    /// Files that the session reads a fixed number of times, and how often.
    pub(super) fn of(&self, session: SessionId) -> &[(FileId, u64)] {
        &self.sessions[session.index()]
    }
}

/// For each op, whether a user may come by it never or more than once.
fn jumped_over(plan: &Plan, session: &Session) -> Vec<bool> {
    // Starts and ends of such stretches, added up at the end.
    let mut edges = vec![0_i64; session.ops.len() + 1];
    let mut mark = |from: usize, end: usize| {
        let end = end.min(session.ops.len());
        if from < end {
            edges[from] += 1;
            edges[end] -= 1;
        }
    };
    for (index, op) in session.ops.iter().enumerate() {
        match &op.kind {
            OpKind::If { end, .. } => mark(index + 1, end.index()),
            OpKind::ForEnd { body, .. }
            | OpKind::RepeatEnd { body, .. }
            | OpKind::ForEachEnd { body, .. } => mark(body.index(), index + 1),
            OpKind::Request(request) => {
                for entry in &plan.requests[request.index()].matches {
                    match entry.action {
                        MatchAction::Loop { back, .. } => {
                            mark(index.saturating_sub(back as usize), index + 1);
                        }
                        MatchAction::Restart { .. } => mark(0, index + 1),
                        MatchAction::Continue
                        | MatchAction::Log
                        | MatchAction::Dump
                        | MatchAction::Abort
                        | MatchAction::AbortRun => {}
                    }
                }
            }
            OpKind::Think(_)
            | OpKind::TransactionStart(_)
            | OpKind::TransactionStop(_)
            | OpKind::SetVariables { .. }
            | OpKind::ForStart { .. }
            | OpKind::ForEachStart(_)
            | OpKind::Barrier
            | OpKind::Interaction { .. }
            | OpKind::Abort(_) => {}
        }
    }
    let mut depth = 0;
    edges[..session.ops.len()]
        .iter()
        .map(|edge| {
            depth += edge;
            depth > 0
        })
        .collect()
}
