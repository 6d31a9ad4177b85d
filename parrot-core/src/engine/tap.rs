//! Records of all that users send and receive, where the Plan wants them. Where it does not, each of these costs a comparison.

use super::thread::{Engine, Outgoing};
use crate::load::Arrival;
use crate::sink::{Record, Traffic, TrafficRow};
use crate::time::Nanos;

impl Engine {
    /// Keeps that a user starts.
    pub(super) fn tap_start(&mut self, now: Nanos, arrival: &Arrival) {
        if self.traffic_bytes_max.is_some() {
            let session = (!arrival.is_static).then_some(arrival.session);
            self.tap(now, arrival.user, Traffic::Started { session });
        }
    }

    /// Keeps that a user has ended.
    pub(super) fn tap_end(&mut self, now: Nanos, key: usize) {
        if self.traffic_bytes_max.is_some()
            && let Some(occupant) = self.users.get(key)
        {
            self.tap(now, occupant.user.id(), Traffic::Ended);
        }
    }

    /// Keeps the message that a user is about to send.
    pub(super) fn tap_message(&mut self, now: Nanos, key: usize) {
        let Some(max) = self.traffic_bytes_max else { return };
        let Some(occupant) = self.users.get(key) else { return };
        let program = &self.around.program;
        let bytes = match &occupant.outgoing {
            Outgoing::Nothing => return,
            Outgoing::Fresh => self.around.message.bytes(program),
            Outgoing::Plain(request, _) => {
                program.requests[request.index()].http.plain.as_deref().unwrap_or_default()
            }
            Outgoing::Built(bytes, _) => bytes,
        };
        let sent = Traffic::Sent(head(bytes, max));
        self.tap(now, occupant.user.id(), sent);
    }

    /// Keeps what was just read into the buffer for a user.
    pub(super) fn tap_received(&mut self, now: Nanos, key: usize, length: usize) {
        let Some(max) = self.traffic_bytes_max else { return };
        let Some(occupant) = self.users.get(key) else { return };
        let received = Traffic::Received(head(&self.buffer[..length], max));
        self.tap(now, occupant.user.id(), received);
    }

    fn tap(&mut self, at: Nanos, user: u64, piece: Traffic) {
        self.around.outlet.records.push(Record::Traffic(TrafficRow { at, user, piece }));
        // One turn may bring more than should ever wait.
        self.around.outlet.spill_records();
    }
}

fn head(bytes: &[u8], max: usize) -> Vec<u8> {
    bytes[..bytes.len().min(max)].to_vec()
}
