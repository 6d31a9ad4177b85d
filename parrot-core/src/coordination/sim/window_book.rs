//! The windows of a run: the real rule when they close, and for some runs the real statistics in them.

use super::engine::SHAPE;
use crate::coordination::Windows;
use crate::stats::{Counter, Delta, Recorder, Timeline};
use crate::time::Nanos;

/// One of so many runs adds up its windows: histograms cost much of the time that simulations have.
const ADDED_UP: u64 = 8;

/// Windows of one run.
pub(super) struct WindowBook {
    windows: Windows,
    books: Option<Books>,
}

struct Books {
    timeline: Timeline,
    scratch: Recorder,
    /// Users that started, by the windows that are closed.
    started: u64,
}

impl WindowBook {
    pub(super) fn new(seed: u64) -> Self {
        let books = (seed / 4).is_multiple_of(ADDED_UP).then(|| Books {
            timeline: Timeline::new(SHAPE, 0, Vec::new()),
            scratch: Recorder::new(SHAPE),
            started: 0,
        });
        Self { windows: Windows::new(), books }
    }

    pub(super) fn record(&mut self, delta: &Delta) {
        if let Some(books) = &mut self.books {
            delta.fill(&mut books.scratch);
            books.timeline.record(&books.scratch);
            books.scratch.clear();
        }
    }

    pub(super) fn be_patient(&mut self, at: Nanos) {
        self.windows.be_patient(at);
    }

    pub(super) fn due(&self, at: Nanos) -> Nanos {
        self.windows.due(at)
    }

    /// The end of a window that closes now.
    pub(super) fn poll(&mut self, at: Nanos, reported_until: Option<u64>) -> Option<Nanos> {
        let end = self.windows.poll(at, reported_until)?;
        self.books.iter_mut().for_each(|books| books.close(end, false));
        Some(end)
    }

    /// Closes what is open; gives the users that started by all windows together.
    pub(super) fn finish(mut self, at: Nanos) -> Option<u64> {
        while self.poll(at, None).is_some() {}
        let mut books = self.books?;
        books.close(at, true);
        Some(books.started)
    }
}

impl Books {
    fn close(&mut self, end: Nanos, last: bool) {
        let window = self.timeline.close_window(end, 0, last);
        let started = window.counters.iter().find(|row| row.counter == Counter::UserStarted);
        self.started += started.map_or(0, |row| row.delta);
    }
}
