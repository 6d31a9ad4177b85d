//! What is known of the run at this moment, for whoever asks from outside.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parrot_core::sink::{Event, Progress, Sink};
use parrot_core::time::Nanos;
use tsung_compat::out::{Status, StatusPhase};

/// The newest news of the run: a sink writes, the socket's thread reads.
#[derive(Clone, Debug, Default)]
pub(crate) struct Board(Arc<Mutex<News>>);

#[derive(Debug, Default)]
struct News {
    progress: Progress,
    /// When the last window closed, and the requests until then.
    window: (Nanos, u64),
    /// Requests a second in it.
    window_rate: f64,
    ended: bool,
}

impl Board {
    fn news(&self) -> MutexGuard<'_, News> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the run is, or how it was left.
    pub(crate) fn status(&self) -> Status {
        self.news().status()
    }
}

impl News {
    /// Requests a second since the last window; in the moment after its end, those of the window itself.
    fn request_rate(&self) -> f64 {
        let (at, requests) = self.window;
        let span = self.progress.at.since(at).as_secs_f64();
        if span > 0.0 {
            self.progress.requests.saturating_sub(requests) as f64 / span
        } else {
            self.window_rate
        }
    }

    fn status(&self) -> Status {
        if self.ended {
            return Status { request_rate: 0.0, users: 0, connected: 0, phase: StatusPhase::LastUsers };
        }
        let Progress { phase, phases, users, connections, .. } = self.progress;
        let phase = if phase > phases { StatusPhase::LastUsers } else { StatusPhase::Arrivals(phase) };
        Status { request_rate: self.request_rate(), users, connected: connections, phase }
    }
}

impl Sink for Board {
    fn name(&self) -> &str {
        "status"
    }

    fn handle(&mut self, event: &Event<'_>) -> io::Result<()> {
        let mut news = self.news();
        match event {
            Event::Progress(progress) => news.progress = (*progress).clone(),
            Event::Window(window) => {
                news.window_rate = news.request_rate();
                news.window = (window.at, news.progress.requests);
            }
            Event::Finished(_) => news.ended = true,
            Event::Started { .. } | Event::Records { .. } | Event::Remark(_) => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parrot_core::sink::Window;

    fn progress(secs: u64, requests: u64, phase: usize) -> Progress {
        let at = Nanos::from_secs(secs);
        Progress { at, requests, phase, phases: 3, users: 5, connections: 4, ..Progress::default() }
    }

    fn window(secs: u64) -> Window {
        Window {
            unix_secs: 0,
            at: Nanos::from_secs(secs),
            last: false,
            users: 0,
            users_max: 0,
            connections_delta: 0,
            connections: 0,
            connections_seen: false,
            samples: Vec::new(),
            counters: Vec::new(),
        }
    }

    #[test]
    fn the_rate_counts_from_the_last_window() {
        let mut board = Board::default();
        assert_eq!(board.status().request_rate, 0.0);
        let status = |board: &mut Board, event: &Event<'_>| {
            board.handle(event).expect("taken");
            board.status()
        };
        let early = status(&mut board, &Event::Progress(&progress(4, 100, 1)));
        let expected = Status { request_rate: 25.0, users: 5, connected: 4, phase: StatusPhase::Arrivals(1) };
        assert_eq!(early, expected);
        status(&mut board, &Event::Progress(&progress(10, 300, 2)));
        assert_eq!(status(&mut board, &Event::Window(&window(10))).request_rate, 30.0);
        assert_eq!(status(&mut board, &Event::Progress(&progress(12, 310, 2))).request_rate, 5.0);
        assert_eq!(status(&mut board, &Event::Progress(&progress(13, 310, 4))).phase, StatusPhase::LastUsers);
    }

    #[test]
    fn a_run_that_starts_is_in_its_first_phase_without_users() {
        let expected = Status { request_rate: 0.0, users: 0, connected: 0, phase: StatusPhase::Arrivals(0) };
        assert_eq!(Board::default().status(), expected);
        assert!(expected.to_string().ends_with("Current phase:           1\n"));
    }

    #[test]
    fn after_the_end_nobody_is_left() {
        let board = Board::default();
        board.news().progress = progress(4, 100, 1);
        board.news().ended = true;
        let expected = Status { request_rate: 0.0, users: 0, connected: 0, phase: StatusPhase::LastUsers };
        assert_eq!(board.status(), expected);
    }
}
