//! What operations of sessions need besides the Plan: few of them do.

use std::sync::Arc;

use super::{LinkError, Patterns};
use crate::extract::{JsonPath, Regex};
use crate::plan::{Op, OpKind, Plan, SessionId, VariableSource};

/// What an operation needs besides the Plan.
#[derive(Debug)]
pub enum LinkedStep {
    /// The compiled pattern of a `<foreach>`.
    Filter(Arc<Regex>),
    /// The path of a `<setdynvars>`, taken apart.
    JsonPath(JsonPath),
}

/// By session: numbers of operations, in order, and what they need.
#[derive(Debug)]
pub(super) struct Steps(Vec<Box<[(u32, LinkedStep)]>>);

impl Steps {
    pub(super) fn link(plan: &Plan, patterns: &mut Patterns<'_>) -> Result<Self, LinkError> {
        let sessions = plan.sessions.iter().map(|session| {
            let steps = (0..).zip(&session.ops).filter_map(|(at, op)| match link(op, patterns) {
                Ok(step) => step.map(|step| Ok((at, step))),
                Err(error) => Some(Err(error)),
            });
            steps.collect()
        });
        sessions.collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn of(&self, session: SessionId, at: u32) -> Option<&LinkedStep> {
        let steps = self.0.get(session.index())?;
        let index = steps.binary_search_by_key(&at, |(at, _)| *at).ok()?;
        steps.get(index).map(|(_, step)| step)
    }
}

fn link(op: &Op, patterns: &mut Patterns<'_>) -> Result<Option<LinkedStep>, LinkError> {
    Ok(match &op.kind {
        OpKind::ForEachStart(each) | OpKind::ForEachEnd { each, .. } => match &each.filter {
            Some(filter) => Some(LinkedStep::Filter(patterns.compile(&filter.pattern, op.place)?)),
            None => None,
        },
        OpKind::SetVariables { source: VariableSource::JsonPath { path, .. }, .. } => {
            Some(LinkedStep::JsonPath(JsonPath::new(path)))
        }
        _ => None,
    })
}
