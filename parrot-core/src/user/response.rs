//! What is done with a complete response: variables first, then matches, then the dump row.

use std::borrow::Cow;
use std::sync::Arc;

use super::json::body;
use super::run::Stop;
use super::{Context, Ending, State, User};
use crate::extract::{HeaderValue, LimitExceeded, Regex, decode_html_entities, header_value};
use crate::plan::{Content, DynVariable, Extraction, Match, MatchAction, Pattern, Request};
use crate::program::{Extractor, LinkedRequest};
use crate::script::{Atom, Value};
use crate::sink::{DumpRow, MatchEvent, MatchRow, Record, ResponseText};
use crate::stats::Counter;
use crate::time::Nanos;

/// What a match decided.
#[derive(Clone, Copy)]
enum Verdict {
    /// Nothing: look at the next one.
    Next,
    /// The session goes on with its next step, whatever the other matches say.
    GoOn,
    /// Back by some steps, after a pause.
    Loop { back: u32, sleep: Nanos },
    /// Back to the first step.
    Restart,
    /// The user ends.
    End,
    /// The run ends; the user waits for it.
    EndRun,
}

impl User {
    /// Evaluates the response and moves on.
    pub(super) fn evaluate(
        &mut self,
        now: Nanos,
        status: Option<u16>,
        error: Option<Counter>,
        cx: &mut Context<'_>,
    ) {
        let program = cx.program;
        self.clock = now;
        let planned = program.planned(self.exchange.request);
        let linked = &program.requests[self.exchange.request.index()];
        let mut acted = None;
        let verdict = if planned.needs_head() {
            self.examine(now, planned, linked, &mut acted, cx)
        } else {
            Ok(Verdict::Next)
        };
        if program.plan.options.dump.has_rows() {
            self.dump(now, status, acted, error, cx);
        }
        match verdict.and_then(|verdict| self.follow(now, verdict, cx)) {
            Ok(()) => {}
            // There is no way to see the response again: what it needs a row for cannot be done.
            Err(Stop::Unworkable | Stop::Row(_)) => self.fail(now, cx),
        }
    }

    /// Takes the variables and evaluates the matches until one decides; `acted` is the last that a log shows.
    fn examine(
        &mut self,
        now: Nanos,
        planned: &Request,
        linked: &LinkedRequest,
        acted: &mut Option<MatchEvent>,
        cx: &mut Context<'_>,
    ) -> Result<Verdict, Stop> {
        let text = self.reader.take_text();
        cx.documents.clear();
        for (variable, extractor) in planned.variables.iter().zip(&linked.variables) {
            self.extract(variable, extractor.as_ref(), &text, cx)?;
        }
        if planned.matches.is_empty() {
            return Ok(Verdict::Next);
        }
        let text = self.content(planned.content, &text, cx)?;
        for (index, entry) in planned.matches.iter().enumerate() {
            let (verdict, event) = self.check(entry, linked.matches[index].as_deref(), &text, cx)?;
            if let Some(event) = event {
                *acted = Some(event);
                self.record_match(now, event, linked.match_names[index].clone(), cx);
                if entry.action == MatchAction::Dump {
                    self.record_response(&text, cx);
                }
            }
            if !matches!(verdict, Verdict::Next) {
                return Ok(verdict);
            }
        }
        Ok(Verdict::Next)
    }

    /// What the matches look at.
    fn content<'t>(
        &mut self,
        planned: Content,
        text: &'t [u8],
        cx: &mut Context<'_>,
    ) -> Result<Cow<'t, [u8]>, Stop> {
        let body = if planned.skip_headers { body(text) } else { None };
        let text = body.unwrap_or(text);
        let Some(function) = planned.apply else { return Ok(Cow::Borrowed(text)) };
        match self.call(function, Value::bytes(text), cx)? {
            value @ (Value::Bytes(_) | Value::List(_)) => Ok(Cow::Owned(value.text()?.into_owned())),
            _ => Err(Stop::Unworkable),
        }
    }

    fn extract(
        &mut self,
        variable: &DynVariable,
        extractor: Option<&Extractor>,
        text: &[u8],
        cx: &mut Context<'_>,
    ) -> Result<(), Stop> {
        let value = match (&variable.extraction, extractor) {
            (Extraction::Header { name, parameter }, _) => {
                match header_value(text, name, parameter.as_deref()) {
                    HeaderValue::Found(value) => Value::bytes(&value),
                    HeaderValue::Absent => Value::Atom(Atom::Undefined),
                    HeaderValue::ParameterAbsent if self.get(variable.slot).is_some() => return Ok(()),
                    HeaderValue::ParameterAbsent => Value::bytes(b""),
                }
            }
            (Extraction::JsonPath(path), known) => {
                let known = known.and_then(|known| match known {
                    Extractor::JsonPath(path) => Some(path),
                    Extractor::Regex(_) => None,
                });
                match self.json_of_response((path, known), text, cx)? {
                    Some(value) => value,
                    None => return Ok(()),
                }
            }
            (Extraction::Regex(_), Some(Extractor::Regex(regex))) => match regex.group1(text) {
                Ok(found) => Value::bytes(found.unwrap_or(b"")),
                Err(LimitExceeded) => {
                    cx.recorder.count(Counter::PatternLimit, 1);
                    Value::bytes(b"")
                }
            },
            (Extraction::Regex(_), _) => Value::bytes(b""),
        };
        let value = match value {
            Value::Bytes(bytes) if variable.decode_html_entities => {
                Value::bytes(&decode_html_entities(&bytes))
            }
            value => value,
        };
        self.set(variable.slot, value);
        Ok(())
    }

    /// Evaluates one match: counts it, and says what follows and what a log should show of it.
    fn check(
        &mut self,
        entry: &Match,
        regex: Option<&Regex>,
        text: &[u8],
        cx: &mut Context<'_>,
    ) -> Result<(Verdict, Option<MatchEvent>), Stop> {
        let found = self.is_found(&entry.pattern, regex, text, cx)?;
        cx.recorder.count(if found { Counter::Match } else { Counter::NoMatch }, 1);
        if found != entry.when_found {
            match entry.action {
                MatchAction::Loop { .. } => self.loops = 0,
                MatchAction::Restart { .. } => self.restarts = 0,
                MatchAction::Continue
                | MatchAction::Log
                | MatchAction::Dump
                | MatchAction::Abort
                | MatchAction::AbortRun => {}
            }
            return Ok((Verdict::Next, None));
        }
        Ok(match entry.action {
            MatchAction::Continue => (Verdict::Next, None),
            MatchAction::Log | MatchAction::Dump => {
                (Verdict::Next, Some(if found { MatchEvent::Match } else { MatchEvent::NoMatch }))
            }
            MatchAction::Abort => {
                cx.recorder.count(Counter::MatchStop, 1);
                (Verdict::End, Some(MatchEvent::Stop))
            }
            MatchAction::AbortRun => {
                cx.recorder.count(Counter::MatchStopRun, 1);
                (Verdict::EndRun, Some(MatchEvent::StopRun))
            }
            MatchAction::Loop { back, rounds_max, sleep } => {
                cx.recorder.count(Counter::MatchLoop, 1);
                if self.loops < rounds_max {
                    self.loops += 1;
                    (Verdict::Loop { back, sleep }, None)
                } else {
                    self.loops = 0;
                    (Verdict::GoOn, None)
                }
            }
            MatchAction::Restart { rounds_max } if self.restarts < rounds_max => {
                self.restarts += 1;
                cx.recorder.count(Counter::MatchRestart, 1);
                (Verdict::Restart, Some(MatchEvent::Restart))
            }
            MatchAction::Restart { .. } => {
                cx.recorder.count(Counter::MatchRestartAbort, 1);
                (Verdict::End, Some(MatchEvent::RestartAbort))
            }
        })
    }

    fn is_found(
        &mut self,
        pattern: &Pattern,
        regex: Option<&Regex>,
        text: &[u8],
        cx: &mut Context<'_>,
    ) -> Result<bool, Stop> {
        let found = match (pattern, regex) {
            (_, Some(regex)) => regex.is_match(text),
            (Pattern::Template(template), None) => {
                let mut pattern = Vec::new();
                self.render(template, &mut pattern, cx)?;
                Regex::compile(&pattern).map_err(|_| Stop::Unworkable)?.is_match(text)
            }
            (Pattern::Fixed(_), None) => return Err(Stop::Unworkable),
        };
        Ok(found.unwrap_or_else(|LimitExceeded| {
            cx.recorder.count(Counter::PatternLimit, 1);
            false
        }))
    }

    fn follow(&mut self, now: Nanos, verdict: Verdict, cx: &mut Context<'_>) -> Result<(), Stop> {
        match verdict {
            Verdict::Next | Verdict::GoOn => self.at += 1,
            Verdict::Restart => self.jump_back(0),
            Verdict::End => self.end(now, Ending::Planned, cx),
            Verdict::EndRun => self.state = State::EndingRun,
            Verdict::Loop { back, sleep } => {
                self.jump_back(self.at.checked_sub(back).ok_or(Stop::Unworkable)?);
                self.sleep(now, sleep);
            }
        }
        Ok(())
    }

    fn record_match(&self, now: Nanos, event: MatchEvent, name: Option<Arc<str>>, cx: &mut Context<'_>) {
        let action = cx.program.plan.sessions[self.session.index()].ops[self.at as usize].action;
        cx.records.push(Record::Match(MatchRow {
            at: now,
            user: self.id,
            session: self.session,
            action,
            event,
            transaction: self.innermost(),
            name,
        }));
    }

    fn record_response(&self, text: &[u8], cx: &mut Context<'_>) {
        let action = cx.program.plan.sessions[self.session.index()].ops[self.at as usize].action;
        let (user, session) = (self.id, self.session);
        if !cx.records.push(Record::Response(ResponseText { user, session, action, text: text.to_vec() })) {
            cx.recorder.count(Counter::RecordDropped, 1);
        }
    }

    fn dump(
        &mut self,
        now: Nanos,
        status: Option<u16>,
        matched: Option<MatchEvent>,
        error: Option<Counter>,
        cx: &mut Context<'_>,
    ) {
        let http = &cx.program.requests[self.exchange.request.index()].http;
        let url = self.dump_url.take().or_else(|| http.fixed_url.clone()).unwrap_or_default();
        cx.records.push(Record::Dump(DumpRow {
            at: now,
            user: self.id,
            method: http.method,
            host: self.place.endpoint(cx.program).host.clone(),
            url: url.into(),
            status,
            size: self.exchange.received,
            duration: now - self.exchange.began,
            transaction: self.innermost(),
            matched,
            error,
            tag: cx.program.planned(self.exchange.request).tag,
        }));
    }
}
