//! Running operations: control flow, pauses, transactions.

use super::service::interaction;
use super::{Context, Ending, State, User, Want};
use crate::limits::STEPS_PER_TURN;
use crate::plan::{
    AbortScope, Condition, FileId, Number, Op, OpIndex, OpKind, SessionId, Think, TransactionId,
};
use crate::program::Program;
use crate::rng::{Domain, Draw, Point, draw};
use crate::script::{NoText, Value};
use crate::service::Ask;
use crate::stats::{Class, Counter, SeriesId};
use crate::time::Nanos;

/// Why a step does not come to its end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Stop {
    /// It cannot be carried out: the user ends, as Tsung's user process would crash.
    Unworkable,
    /// It needs a row of this file that is not there yet, and runs again when it is.
    Row(FileId),
}

impl From<NoText> for Stop {
    fn from(_: NoText) -> Self {
        Self::Unworkable
    }
}

/// What an op leaves the user to do.
enum Next {
    Step,
    Jump(OpIndex),
    Back(OpIndex),
    Pause(Nanos),
    Exchange,
    Ask(Ask),
    End,
}

/// An op of a session; none after its last.
pub(super) fn op(program: &Program, session: SessionId, at: u32) -> Option<&Op> {
    program.plan.sessions[session.index()].ops.get(at as usize)
}

impl User {
    /// What the user wants now. Call after every `handle_*` and when a wanted time has come.
    pub fn poll(&mut self, now: Nanos, cx: &mut Context<'_>) -> Want {
        for _ in 0..STEPS_PER_TURN {
            match self.state {
                State::Running | State::Granted(_) => {}
                State::Waiting | State::EndedRun => return Want::Answer,
                State::EndingRun => return Want::Service(self.ask(Ask::Abort)),
                State::Sleeping(until) | State::Retrying(until) => return Want::Sleep(until),
                State::Connecting | State::Awaiting => return Want::Network,
                State::Ended => return Want::End,
            }
            let program = cx.program;
            let Some(op) = op(program, self.session, self.at) else {
                self.end(now, Ending::Planned, cx);
                return Want::End;
            };
            if self.hung_up && matches!(op.kind, OpKind::Request(_) | OpKind::Think(_) | OpKind::Barrier) {
                self.end_disconnected(now, cx);
                return Want::End;
            }
            self.begin_scripts(now);
            match self.run(now, &op.kind, cx) {
                Ok(Next::Step) => self.at += 1,
                Ok(Next::Jump(to)) => self.at = to.0,
                Ok(Next::Back(to)) => self.jump_back(to.0),
                Ok(Next::Pause(span)) => {
                    self.at += 1;
                    self.sleep(now, span);
                }
                Ok(Next::Exchange) => return Want::Exchange,
                Ok(Next::Ask(ask)) => return Want::Service(self.ask(ask)),
                Ok(Next::End) => self.end(now, Ending::Planned, cx),
                Err(Stop::Row(file)) => {
                    self.scripts.run_again();
                    return Want::Service(self.ask(Ask::Rows { file, users: 1 }));
                }
                Err(Stop::Unworkable) => self.fail(now, cx),
            }
        }
        Want::Turn
    }

    /// The time that the user wanted has come; records how late that is.
    pub fn handle_timeout(&mut self, now: Nanos, cx: &mut Context<'_>) {
        if let State::Sleeping(until) | State::Retrying(until) = self.state
            && until <= now
        {
            cx.recorder.sample(SeriesId::THINK_LAG, self.phase(), Class::Ok, now - until);
            self.state = State::Running;
        }
    }

    fn run(&mut self, now: Nanos, op: &OpKind, cx: &mut Context<'_>) -> Result<Next, Stop> {
        match op {
            OpKind::Request(request) => self.begin_exchange(*request, cx).map(|()| Next::Exchange),
            OpKind::Think(think) => self.think(think, cx).map(Next::Pause),
            OpKind::TransactionStart(id) => {
                self.transactions.push((*id, now));
                Ok(Next::Step)
            }
            OpKind::TransactionStop(id) => {
                self.stop_transaction(now, *id, cx);
                Ok(Next::Step)
            }
            OpKind::SetVariables { slots, source } => {
                self.set_variables(slots, source, cx)?;
                Ok(Next::Step)
            }
            OpKind::ForStart { slot, from } => {
                let from = self.number(from, cx)?;
                self.set(*slot, Value::Int(from));
                Ok(Next::Step)
            }
            OpKind::ForEnd { slot, to, increment, body } => {
                let to = self.number(to, cx)?;
                // A text in place of the number compares above every number and so ends the loop, as in Tsung.
                let Some(Value::Int(value)) =
                    self.get(*slot).filter(|value| matches!(value, Value::Int(n) if *n < to))
                else {
                    return Ok(Next::Step);
                };
                let next = value.saturating_add_unsigned(*increment);
                self.set(*slot, Value::Int(next));
                Ok(Next::Back(*body))
            }
            OpKind::RepeatEnd { counter, repeat, rounds_max, condition, jump_when, body } => {
                let rounds = match self.get(*counter) {
                    None => 1,
                    Some(Value::Int(n)) => (*n).max(0) as u64,
                    Some(_) => return Err(Stop::Unworkable),
                };
                if rounds > *rounds_max {
                    cx.recorder.count(Counter::RepeatLimit, 1);
                    return Ok(Next::Step);
                }
                let Some(holds) = self.test(condition, cx)? else {
                    cx.recorder.count(Counter::RepeatUndefined(*repeat), 1);
                    return Ok(Next::Step);
                };
                let next = i64::try_from(rounds).unwrap_or(i64::MAX).saturating_add(1);
                self.set(*counter, Value::Int(next));
                Ok(if holds == *jump_when { Next::Back(*body) } else { Next::Step })
            }
            OpKind::ForEachStart(each) => {
                self.begin_for_each(each, cx);
                Ok(Next::Step)
            }
            OpKind::ForEachEnd { each, body } => {
                Ok(if self.next_element(each, cx) { Next::Back(*body) } else { Next::Step })
            }
            OpKind::If { condition, end } => self.branch(condition, *end, cx),
            OpKind::Barrier => Ok(Next::Ask(Ask::Barrier)),
            OpKind::Interaction { id, action } => Ok(Next::Ask(interaction(*id, *action, now))),
            OpKind::Abort(AbortScope::Run) => Ok(Next::Ask(Ask::Abort)),
            OpKind::Abort(AbortScope::User) => {
                cx.recorder.count(Counter::UserAborted, 1);
                Ok(Next::End)
            }
        }
    }

    fn branch(&mut self, condition: &Condition, end: OpIndex, cx: &mut Context<'_>) -> Result<Next, Stop> {
        match self.test(condition, cx)? {
            Some(false) => Ok(Next::Jump(end)),
            Some(true) => Ok(Next::Step),
            None => {
                cx.recorder.count(Counter::IfUndefined, 1);
                Ok(Next::Step)
            }
        }
    }

    fn number(&mut self, number: &Number, cx: &mut Context<'_>) -> Result<i64, Stop> {
        match number {
            Number::Fixed(number) => Ok(*number),
            Number::Text(template) => {
                let mut text = Vec::new();
                self.render(template, &mut text, cx)?;
                std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok()).ok_or(Stop::Unworkable)
            }
        }
    }

    fn think(&mut self, think: &Think, cx: &mut Context<'_>) -> Result<Nanos, Stop> {
        match think {
            Think::Fixed(span) => Ok(*span),
            Think::Exponential { mean } => {
                let millis = self.draw(0, cx).exponential(mean.0 as f64 / 1e6).round();
                Ok(Nanos::from_millis(millis as u64))
            }
            Think::Uniform { min_ms, max_ms } => {
                let spread = max_ms.saturating_sub(*min_ms).saturating_add(1);
                Ok(Nanos::from_millis(min_ms + self.draw(0, cx).below(spread)))
            }
            Think::Text(template) => {
                let mut text = Vec::new();
                self.render(template, &mut text, cx)?;
                let secs = super::variables::erlang_number(&text)
                    .filter(|secs| *secs >= 0.0)
                    .ok_or(Stop::Unworkable)?;
                Ok(Nanos::from_millis((secs * 1e3).round() as u64))
            }
        }
    }

    /// The `index`-th draw of the op that runs.
    pub(super) fn draw(&self, index: u32, cx: &Context<'_>) -> Draw {
        let occurrence = u64::from(self.jumps) << 32 | u64::from(index);
        draw(
            cx.program.plan.seed,
            Domain::User,
            Point { user: self.id, step: u64::from(self.at), occurrence },
        )
    }

    pub(super) fn jump_back(&mut self, to: u32) {
        self.jumps = self.jumps.wrapping_add(1);
        self.at = to;
    }

    /// Waits for a time; what follows was intended to begin at its end.
    pub(super) fn sleep(&mut self, now: Nanos, span: Nanos) {
        let until = now + span;
        self.intended = until;
        self.state = State::Sleeping(until);
    }

    fn stop_transaction(&mut self, now: Nanos, id: TransactionId, cx: &mut Context<'_>) {
        if let Some(open) = self.transactions.iter().rposition(|(open, _)| *open == id) {
            let (_, start) = self.transactions.remove(open);
            cx.sample(SeriesId::transaction(id), self.phase(), Class::Ok, now - start);
        }
    }

    /// A step that cannot be carried out, or a response that is not understood.
    pub(super) fn fail(&mut self, now: Nanos, cx: &mut Context<'_>) {
        cx.recorder.count(Counter::UserFailed, 1);
        self.end(now, Ending::Failed, cx);
    }

    /// The end of the user's life: open transactions and the session are sampled with their time so far.
    pub(super) fn end(&mut self, now: Nanos, ending: Ending, cx: &mut Context<'_>) {
        let class = if ending == Ending::Planned { Class::Ok } else { Class::FailedShown };
        for (id, start) in std::mem::take(&mut self.transactions) {
            cx.sample(SeriesId::transaction(id), self.phase(), Class::FailedShown, now - start);
        }
        cx.recorder.sample(SeriesId::SESSION, self.phase(), class, now - self.started);
        cx.recorder.count(Counter::UserFinished, 1);
        self.state = State::Ended;
    }
}
