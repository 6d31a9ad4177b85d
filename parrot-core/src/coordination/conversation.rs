//! One end of what a controller and a worker say to each other: a lane in each direction, and frames beside them that may be lost.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::frame::{self, Frame, FrameError, Kind, Tag};
use super::lane::{Inbox, Outbox};
use crate::time::Nanos;

/// One end; `In` is what it receives in order.
#[derive(Debug)]
pub(super) struct Conversation<In> {
    run: u64,
    epoch: u32,
    /// Kind of the frames in the lane to the other end.
    kind: Kind,
    outbox: Outbox<Vec<u8>>,
    inbox: Inbox<In>,
    /// Something arrived in the lane that the other end has not been told of.
    owes_acknowledgement: bool,
}

impl<In: DeserializeOwned> Conversation<In> {
    pub(super) fn new(run: u64, epoch: u32, kind: Kind) -> Self {
        let (outbox, inbox) = (Outbox::default(), Inbox::default());
        Self { run, epoch, kind, outbox, inbox, owes_acknowledgement: false }
    }

    /// Whether a frame belongs to this conversation and no earlier one.
    pub(super) fn is_ours(&self, tag: Tag) -> bool {
        tag.run == self.run && tag.epoch == self.epoch
    }

    /// The run, and the membership in it.
    pub(super) fn identity(&self) -> (u64, u32) {
        (self.run, self.epoch)
    }

    /// Puts a message into the lane.
    pub(super) fn send(&mut self, message: &impl Serialize) {
        self.send_encoded(frame::encode(message));
    }

    /// Puts an encoded message into the lane.
    pub(super) fn send_encoded(&mut self, message: Vec<u8>) {
        let bytes = message.len();
        self.outbox.push(message, bytes);
    }

    /// Takes the acknowledgement that every frame carries.
    pub(super) fn handle_tag(&mut self, tag: Tag) {
        self.outbox.acknowledge(tag.acknowledged);
    }

    /// Takes a frame of the lane from the other end.
    pub(super) fn handle_lane(&mut self, frame: &Frame<'_>) -> Result<(), FrameError> {
        self.owes_acknowledgement = true;
        if self.inbox.wants(frame.tag.sequence) {
            self.inbox.push(frame.tag.sequence, frame.body()?);
        }
        Ok(())
    }

    /// The next message of the other end.
    pub(super) fn pop(&mut self) -> Option<In> {
        self.inbox.pop()
    }

    /// A frame beside the lane.
    pub(super) fn frame(&mut self, kind: Kind, message: &impl Serialize) -> Vec<u8> {
        self.owes_acknowledgement = false;
        frame::write(kind, self.tag(0), &frame::encode(message))
    }

    /// A frame of the lane that has to be sent (again).
    pub(super) fn poll_lane(&mut self, now: Nanos) -> Option<Vec<u8>> {
        let tag = self.tag(0);
        let (sequence, body) = self.outbox.poll(now)?;
        let frame = frame::write(self.kind, Tag { sequence, ..tag }, body);
        self.owes_acknowledgement = false;
        Some(frame)
    }

    /// Tells the other end once more what has arrived.
    pub(super) fn acknowledge_again(&mut self) {
        self.owes_acknowledgement = true;
    }

    pub(super) fn owes_acknowledgement(&self) -> bool {
        self.owes_acknowledgement
    }

    /// When the lane has something to send.
    pub(super) fn next_due(&self) -> Option<Nanos> {
        self.outbox.next_due()
    }

    /// Messages that the other end has not acknowledged.
    pub(super) fn unacknowledged(&self) -> usize {
        self.outbox.len()
    }

    /// Messages that came too early.
    #[cfg(test)]
    pub(super) fn early(&self) -> usize {
        self.inbox.early()
    }

    pub(super) fn is_full(&self) -> bool {
        self.outbox.is_full()
    }

    fn tag(&self, sequence: u64) -> Tag {
        Tag { run: self.run, epoch: self.epoch, sequence, acknowledged: self.inbox.acknowledged() }
    }
}
