//! A request on its way: connecting, sending, receiving, and what goes wrong there.

use super::{ConnectFailure, Context, Ending, Page, Received, SendFailure, State, User};
use crate::protocol::http::{BodyError, Done, Keep, ResponseEvent};
use crate::stats::{Class, Counter, SeriesId};
use crate::time::Nanos;

impl User {
    /// An attempt begins to connect, or to write on the open connection: request and page times count from the last one.
    pub fn handle_attempt(&mut self, now: Nanos) {
        self.exchange.began = now;
    }

    /// The connection is open.
    pub fn handle_connected(&mut self, now: Nanos, cx: &mut Context<'_>) {
        cx.sample(SeriesId::CONNECT, self.phase(), Class::Ok, now - self.exchange.began);
    }

    /// The write of the message begins.
    pub fn handle_sending(&mut self, now: Nanos, cx: &Context<'_>) {
        let planned = cx.program.planned(self.exchange.request);
        let method = cx.program.requests[self.exchange.request.index()].http.method;
        self.reader.start(method, Keep::for_request(planned));
        self.exchange.sent = now;
        self.exchange.first_byte = None;
        self.exchange.received = 0;
        self.state = State::Awaiting;
    }

    /// The connection could not be opened: the same request again after a pause that grows, or the end.
    pub fn handle_connect_failed(&mut self, now: Nanos, failure: ConnectFailure, cx: &mut Context<'_>) {
        let counter = match failure {
            ConnectFailure::Os(errno) => Counter::ConnectFailed(errno),
            ConnectFailure::NameUnknown => Counter::ConnectNameUnknown,
            ConnectFailure::Timeout => Counter::ConnectTimeout,
        };
        cx.recorder.count(counter, 1);
        cx.recorder.sample(SeriesId::CONNECT, self.phase(), Class::FailedHidden, now - self.exchange.began);
        let options = &cx.program.plan.options;
        if self.retries < options.retries_max {
            self.retries += 1;
            let pause = Nanos(options.retry_timeout.0.saturating_mul(u64::from(self.retries)));
            self.state = State::Retrying(now + pause);
        } else {
            cx.recorder.count(Counter::AbortConnectRetries, 1);
            self.lose_exchange(now, cx);
        }
    }

    /// The message could not be sent: the same request again on a new connection, or the end.
    pub fn handle_send_failed(&mut self, now: Nanos, failure: SendFailure, cx: &mut Context<'_>) {
        let options = &cx.program.plan.options;
        if self.retries < options.retries_max {
            let counter = match failure {
                SendFailure::Closed => Counter::SendConnectionClosed,
                SendFailure::Os(errno) => Counter::SendFailed(errno),
            };
            cx.recorder.count(counter, 1);
            self.retries += 1;
            self.state = State::Retrying(now + options.retry_timeout);
        } else {
            cx.recorder.count(Counter::AbortSendRetries, 1);
            self.lose_exchange(now, cx);
        }
    }

    /// Nothing came for as long as the idle timeout allows.
    pub fn handle_idle_timeout(&mut self, now: Nanos, cx: &mut Context<'_>) {
        cx.recorder.count(Counter::IdleTimeout, 1);
        self.lose_exchange(now, cx);
    }

    /// The open connection failed otherwise than by the peer's closing it.
    pub fn handle_connection_failed(&mut self, now: Nanos, errno: crate::stats::Errno, cx: &mut Context<'_>) {
        if matches!(self.state, State::EndingRun | State::EndedRun) {
            return;
        }
        cx.recorder.count(Counter::ConnectionFailed(errno), 1);
        if self.state == State::Awaiting {
            self.lose_exchange(now, cx);
        } else {
            self.end(now, Ending::Failed, cx);
        }
    }

    /// Bytes came.
    pub fn handle_bytes(&mut self, now: Nanos, bytes: &[u8], cx: &mut Context<'_>) -> Received {
        cx.recorder.count(Counter::BytesReceived, bytes.len() as u64);
        if matches!(self.state, State::EndingRun | State::EndedRun) {
            return Received::Partial;
        }
        if self.state != State::Awaiting {
            cx.recorder.count(Counter::UnexpectedData, 1);
            self.end(now, Ending::Failed, cx);
            return Received::Ended;
        }
        self.exchange.received += bytes.len() as u64;
        self.exchange.first_byte.get_or_insert(now);
        let host = self.place.endpoint(cx.program).endpoint.host.as_bytes();
        let mut input = bytes;
        while let Some(event) = self.reader.handle_bytes(&mut input, &mut self.cookies, host) {
            match event {
                ResponseEvent::Status(status) => cx.recorder.count(Counter::Status(status), 1),
                ResponseEvent::Done(done) => {
                    self.complete(now, &done, cx);
                    return Received::Complete { close: done.close };
                }
                ResponseEvent::Failed => {
                    self.fail_exchange(now, cx);
                    return Received::Ended;
                }
            }
        }
        Received::Partial
    }

    /// The peer closed the connection. A response under way is complete with what came (docs/compatibility.md, `early-close`).
    pub fn handle_closed(&mut self, now: Nanos, cx: &mut Context<'_>) {
        let persistent = cx.program.plan.sessions[self.session.index()].persistent;
        match self.state {
            State::Awaiting if persistent => match self.reader.handle_closed() {
                ResponseEvent::Done(done) => self.complete(now, &done, cx),
                ResponseEvent::Status(_) | ResponseEvent::Failed => self.fail_exchange(now, cx),
            },
            State::Awaiting => {
                cx.recorder.count(Counter::ConnectionClosed, 1);
                self.lose_exchange(now, cx);
            }
            State::Ended | State::EndingRun | State::EndedRun => {}
            _ if persistent => {}
            // The close came with the response. It matters only to a user that has something left to do.
            State::Running | State::Granted(_) => self.hung_up = true,
            _ => self.end_disconnected(now, cx),
        }
    }

    /// The connection was closed where the session does not allow it.
    pub(super) fn end_disconnected(&mut self, now: Nanos, cx: &mut Context<'_>) {
        cx.recorder.count(Counter::ConnectionClosed, 1);
        self.end(now, Ending::Failed, cx);
    }

    /// The response is there: time it, look at it, go on.
    fn complete(&mut self, now: Nanos, done: &Done, cx: &mut Context<'_>) {
        let class = if done.truncated { Class::FailedShown } else { Class::Ok };
        let exchange = self.exchange;
        let phase = self.phase();
        cx.sample(SeriesId::REQUEST, phase, class, now - exchange.began);
        cx.recorder.sample(SeriesId::SERVICE, phase, class, now - exchange.sent);
        cx.recorder.sample(SeriesId::RESPONSE, phase, class, now - self.intended);
        if let Some(first) = exchange.first_byte {
            cx.recorder.sample(SeriesId::FIRST_BYTE, phase, class, first - exchange.sent);
        }
        if done.truncated {
            cx.recorder.count(Counter::ResponseTruncated, 1);
        }
        let error = done.error.map(|error| match error {
            BodyError::TooLong => Counter::BodyTooLong,
            BodyError::Chunk => Counter::ChunkError,
        });
        if let Some(error) = error {
            cx.recorder.count(error, 1);
        }
        let page = self.page.get_or_insert(Page { start: exchange.began, failed: false });
        page.failed |= done.truncated;
        let planned = cx.program.planned(exchange.request);
        if planned.ends_page {
            let class = if page.failed { Class::FailedShown } else { Class::Ok };
            cx.sample(SeriesId::PAGE, phase, class, now - page.start);
            self.page = None;
        }
        self.intended = now;
        self.state = State::Running;
        self.evaluate(now, done.status, error, cx);
    }

    /// The request will have no response.
    fn lose_exchange(&mut self, now: Nanos, cx: &mut Context<'_>) {
        self.sample_lost(now, cx);
        self.end(now, Ending::Failed, cx);
    }

    fn sample_lost(&self, now: Nanos, cx: &mut Context<'_>) {
        let phase = self.phase();
        cx.recorder.sample(SeriesId::REQUEST, phase, Class::FailedHidden, now - self.exchange.began);
        cx.recorder.sample(SeriesId::RESPONSE, phase, Class::FailedHidden, now - self.intended);
    }

    /// The run is over before the user: what it was at counts as failed with its time so far, and stays out of Tsung's columns.
    pub fn handle_cut(&mut self, now: Nanos, cx: &mut Context<'_>) {
        if self.is_in_flight() {
            self.sample_lost(now, cx);
        }
        for (id, start) in &self.transactions {
            cx.recorder.sample(SeriesId::transaction(*id), self.phase(), Class::FailedHidden, now - *start);
        }
        cx.recorder.sample(SeriesId::SESSION, self.phase(), Class::FailedHidden, now - self.started);
    }

    /// The response is not understood.
    fn fail_exchange(&mut self, now: Nanos, cx: &mut Context<'_>) {
        cx.recorder.count(Counter::UserFailed, 1);
        self.lose_exchange(now, cx);
    }
}
