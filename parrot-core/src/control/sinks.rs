//! Feeding the sinks: each sees the events in order until it fails.

use std::io;

use crate::sink::{Event, Sink};

pub(super) struct Sinks {
    working: Vec<Box<dyn Sink>>,
    errors: Vec<(String, io::Error)>,
}

impl Sinks {
    pub(super) fn new(sinks: Vec<Box<dyn Sink>>) -> Self {
        Self { working: sinks, errors: Vec::new() }
    }

    pub(super) fn send(&mut self, event: &Event<'_>) {
        if matches!(event, Event::Records { records: [], .. }) {
            return;
        }
        let errors = &mut self.errors;
        self.working.retain_mut(|sink| match sink.handle(event) {
            Ok(()) => true,
            Err(error) => {
                errors.push((sink.name().to_owned(), error));
                false
            }
        });
    }

    pub(super) fn into_errors(self) -> Vec<(String, io::Error)> {
        self.errors
    }
}
