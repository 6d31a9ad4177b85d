//! A timerfd: wakes the poll at an exact time. The poll's own timeout has steps of a millisecond, which would bunch arrivals.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use super::Clock;
use crate::time::Nanos;

/// A timer that becomes readable at a set time. Register it edge-triggered and never read it: setting it anew clears it.
#[derive(Debug)]
pub struct Timer {
    fd: OwnedFd,
    set_for: Nanos,
}

impl Timer {
    /// A timer that is not set.
    ///
    /// # Errors
    /// When the process is out of descriptors.
    pub fn new() -> io::Result<Self> {
        // SAFETY: no pointers; the result is checked below.
        let fd =
            unsafe { libc::timerfd_create(libc::CLOCK_MONOTONIC, libc::TFD_CLOEXEC | libc::TFD_NONBLOCK) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the call has just returned this descriptor, nobody else owns it.
        let fd = unsafe { OwnedFd::from_raw_fd(fd) };
        Ok(Self { fd, set_for: Nanos::NEVER })
    }

    /// Makes it fire at `due` of this clock (always the same one) or, where it is already set for an earlier time to come, then.
    ///
    /// # Errors
    /// Never with a valid clock.
    pub fn set(&mut self, clock: Clock, now: Nanos, due: Nanos) -> io::Result<()> {
        if self.set_for > now && self.set_for <= due {
            return Ok(());
        }
        // A zero time would disarm it.
        let at = clock.to_monotonic(due).0.max(1);
        let spec = libc::itimerspec {
            it_interval: libc::timespec { tv_sec: 0, tv_nsec: 0 },
            it_value: libc::timespec {
                tv_sec: (at / 1_000_000_000) as libc::time_t,
                tv_nsec: (at % 1_000_000_000) as libc::c_long,
            },
        };
        // SAFETY: `spec` lives through the call, the old value is not asked for.
        let done = unsafe {
            libc::timerfd_settime(
                self.fd.as_raw_fd(),
                libc::TFD_TIMER_ABSTIME,
                &raw const spec,
                std::ptr::null_mut(),
            )
        };
        if done < 0 {
            return Err(io::Error::last_os_error());
        }
        self.set_for = due;
        Ok(())
    }
}

impl AsRawFd for Timer {
    fn as_raw_fd(&self) -> RawFd {
        self.fd.as_raw_fd()
    }
}
