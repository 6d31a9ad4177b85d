//! What an engine notes about itself, for the verdict: how busy it is, how long it leaves things waiting, and how much time its
//! users have lived.
//!
//! Busy is all time in which it had a core or waited for one: either way nothing more fits in. Where the kernel does not tell, it
//! is the time between waking and going to sleep, in which a neighbour on the same core shows less.

use crate::stats::Recorder;
use crate::sys::ThreadTime;
use crate::time::Nanos;

/// Follows one engine through work and sleep.
#[derive(Debug)]
pub(super) struct Vitals {
    thread: ThreadTime,
    /// What the kernel said at the beginning of the second.
    awake_before: Option<Nanos>,
    second_began: Nanos,
    /// Since when it has not slept.
    awake_since: Nanos,
    /// When its turn began.
    turn_began: Nanos,
    busy: Nanos,
    stall_max: Nanos,
    /// When the number of its users changed last.
    users_since: Nanos,
    /// User·nanoseconds lived in this second.
    lived: u64,
}

impl Vitals {
    /// The engine begins, on this thread.
    pub(super) fn start(now: Nanos, thread: ThreadTime) -> Self {
        Self {
            awake_before: thread.awake(),
            thread,
            second_began: now,
            awake_since: now,
            turn_began: now,
            busy: Nanos::ZERO,
            stall_max: Nanos::ZERO,
            users_since: now,
            lived: 0,
        }
    }

    /// A turn is over and the next begins: what came up meanwhile had to wait for that long.
    pub(super) fn turn(&mut self, now: Nanos) {
        self.stall_max = self.stall_max.max(now - self.turn_began);
        self.turn_began = now;
    }

    /// It goes to sleep.
    pub(super) fn sleep(&mut self, now: Nanos) {
        self.turn(now);
        self.busy += now - self.awake_since;
    }

    /// It is awake again, and had meant to be at `due` at the latest. Who is stopped, or gets no core, sleeps too long.
    pub(super) fn wake(&mut self, now: Nanos, due: Nanos) {
        self.stall_max = self.stall_max.max(now - due);
        (self.awake_since, self.turn_began) = (now, now);
    }

    /// The number of live users is about to change; it has been `users` until now.
    pub(super) fn users_change(&mut self, now: Nanos, users: usize) {
        self.lived = self.lived.saturating_add((now - self.users_since).0.saturating_mul(users as u64));
        // A user may end at a time that was read before the last one started.
        self.users_since = self.users_since.max(now);
    }

    /// A second is over, or what there was of it: notes its figures.
    pub(super) fn close(&mut self, now: Nanos, users: usize, recorder: &mut Recorder) {
        let awake = self.thread.awake();
        self.note(now, awake, users, recorder);
    }

    /// `awake` is what the kernel says.
    fn note(&mut self, now: Nanos, awake: Option<Nanos>, users: usize, recorder: &mut Recorder) {
        self.turn(now);
        self.users_change(now, users);
        self.busy += now - self.awake_since;
        self.awake_since = now;
        // A run that ends in the middle of a second says nothing about the rest of it: the share is of a second at least.
        let span = (now - self.second_began).max(Nanos::SECOND);
        self.second_began = now;
        let by_own_clock = std::mem::take(&mut self.busy);
        let before = std::mem::replace(&mut self.awake_before, awake);
        let busy = before.zip(awake).map_or(by_own_clock, |(before, awake)| awake - before);
        recorder.busy_max = recorder.busy_max.max((busy.as_secs_f64() / span.as_secs_f64()).min(1.0));
        recorder.stall_max = recorder.stall_max.max(std::mem::take(&mut self.stall_max));
        recorder.lived += std::mem::take(&mut self.lived);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Shape;

    const fn ms(millis: u64) -> Nanos {
        Nanos::from_millis(millis)
    }

    /// Without a word of the kernel's.
    fn start() -> Vitals {
        let mut vitals = Vitals::start(ms(0), ThreadTime::of_this_thread());
        vitals.awake_before = None;
        vitals
    }

    /// The figures of the second that ends at `now`: busy share, longest stall in ms, user·ms.
    fn close(vitals: &mut Vitals, now: Nanos, users: usize) -> (f64, u64, u64) {
        let mut recorder = Recorder::new(Shape { series: 9, phases: 1 });
        vitals.note(now, None, users, &mut recorder);
        (recorder.busy_max, recorder.stall_max.as_millis(), recorder.lived / 1_000_000)
    }

    #[test]
    fn busy_is_what_was_not_slept() {
        let mut vitals = start();
        vitals.sleep(ms(20));
        vitals.wake(ms(500), ms(500));
        // Two turns without sleep between them.
        vitals.turn(ms(520));
        vitals.sleep(ms(540));
        vitals.wake(ms(960), ms(970));
        assert_eq!(close(&mut vitals, ms(1_000), 0), (0.1, 40, 0));
        // All of the next second; its beginning belongs to it although the engine did not sleep there.
        vitals.turn(ms(1_990));
        assert_eq!(close(&mut vitals, ms(2_000), 0), (1.0, 990, 0));
    }

    #[test]
    fn a_second_counts_whole_however_long_it_was() {
        let mut vitals = start();
        // Late for the hand-over: 1.5 s of work in 2 s.
        vitals.sleep(ms(1_500));
        vitals.wake(ms(1_900), ms(1_900));
        vitals.sleep(ms(1_900));
        vitals.wake(ms(2_000), ms(2_000));
        assert_eq!(close(&mut vitals, ms(2_000), 0).0, 0.75);
        // The end of the run after 10 ms, all of them busy.
        assert_eq!(close(&mut vitals, ms(2_010), 0).0, 0.01);
    }

    #[test]
    fn the_kernel_knows_of_waiting_for_a_core() {
        let mut vitals = start();
        let mut recorder = Recorder::new(Shape { series: 9, phases: 1 });
        vitals.note(ms(1_000), Some(ms(5_000)), 0, &mut recorder);
        recorder.busy_max = 0.0;
        // Never late for anything of its own, but the network's events waited.
        vitals.sleep(ms(1_100));
        vitals.wake(ms(2_000), ms(2_000));
        vitals.note(ms(2_000), Some(ms(5_900)), 0, &mut recorder);
        assert_eq!(recorder.busy_max, 0.9);
        // Ticks of the kernel's are not the engine's.
        vitals.note(ms(3_000), Some(ms(6_904)), 0, &mut recorder);
        assert_eq!(recorder.busy_max, 1.0);
    }

    #[test]
    fn a_stopped_process_stalls_and_is_not_busy() {
        let mut vitals = start();
        vitals.sleep(ms(1));
        vitals.wake(ms(2_301), ms(300));
        vitals.sleep(ms(2_302));
        vitals.wake(ms(2_500), ms(2_600));
        let (busy, stall, _) = close(&mut vitals, ms(2_500), 0);
        assert!(busy < 0.001 && stall == 2_001, "{busy} {stall}");
        assert_eq!(close(&mut vitals, ms(2_500), 0).1, 0, "told once");
    }

    #[test]
    fn users_live_from_their_start_to_their_end() {
        let mut vitals = start();
        vitals.users_change(ms(100), 0);
        vitals.users_change(ms(200), 1);
        vitals.users_change(ms(500), 2);
        // Ended at a time read before the last change.
        vitals.users_change(ms(499), 1);
        assert_eq!(close(&mut vitals, ms(1_000), 3).2, 100 + 600 + 1_500);
        assert_eq!(close(&mut vitals, ms(1_500), 3).2, 1_500);
    }
}
