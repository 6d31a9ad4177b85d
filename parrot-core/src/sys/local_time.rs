//! The wall clock as people around here read it, for names and log lines.

use std::fmt;

/// A date and time of day.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LocalTime {
    /// Year.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: i32,
    /// Day of the month, from 1.
    pub day: i32,
    /// Hour, 0 to 23.
    pub hour: i32,
    /// Minute.
    pub minute: i32,
    /// Second, 0 to 60.
    pub second: i32,
}

impl LocalTime {
    /// What local clocks show so many seconds after the start of 1970; that moment itself where the system cannot tell.
    pub fn from_unix(secs: f64) -> Self {
        let secs = secs as libc::time_t;
        // SAFETY: `tm` is plain data for which all zeros is a value, and both pointers are valid for the call.
        let tm = unsafe {
            let mut tm: libc::tm = std::mem::zeroed();
            libc::localtime_r(&raw const secs, &raw mut tm);
            tm
        };
        Self {
            year: tm.tm_year + 1900,
            month: tm.tm_mon + 1,
            day: tm.tm_mday,
            hour: tm.tm_hour,
            minute: tm.tm_min,
            second: tm.tm_sec,
        }
    }
}

impl fmt::Display for LocalTime {
    /// `2026-11-22 07:16:31`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second } = self;
        write!(f, "{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_later_is_another_day_at_the_same_time() {
        // Away from any change of summer time.
        let (one, other) = (LocalTime::from_unix(1_768_478_400.0), LocalTime::from_unix(1_768_564_800.5));
        assert_eq!((one.year, one.month), (2026, 1));
        assert!((14..=16).contains(&one.day));
        assert_eq!(other.day, one.day + 1);
        assert_eq!((one.hour, one.minute, one.second), (other.hour, other.minute, other.second));
    }

    #[test]
    fn shown_as_people_write_it() {
        let time = LocalTime { year: 2026, month: 3, day: 4, hour: 5, minute: 6, second: 7 };
        assert_eq!(time.to_string(), "2026-03-04 05:06:07");
    }
}
