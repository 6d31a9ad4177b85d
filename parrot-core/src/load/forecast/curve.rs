//! A level over time that changes in straight lines and steps: users at once, local ports in use.

/// The level of something, from the start of the run to its end.
#[derive(Clone, Debug, Default)]
pub(super) struct Curve {
    /// Time (s) and level, in order; two points of one time are a step.
    points: Vec<(f64, f64)>,
}

/// Where a curve changes.
#[derive(Clone, Copy, Debug)]
struct Bend {
    at: f64,
    /// Added to the slope, per second.
    slope: f64,
    /// Added to the level.
    step: f64,
}

/// Gathers who comes when and for how long.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    bends: Vec<Bend>,
}

impl Crowd {
    /// `rate` a second come between two times, each stays `stay` seconds.
    pub(super) fn stream(&mut self, from: f64, to: f64, rate: f64, stay: f64) {
        if rate > 0.0 && stay > 0.0 && to > from {
            for (at, slope) in [(from, rate), (to, -rate), (from + stay, -rate), (to + stay, rate)] {
                self.bends.push(Bend { at, slope, step: 0.0 });
            }
        }
    }

    /// A part of one comes at a time and stays `stay` seconds.
    pub(super) fn single(&mut self, at: f64, part: f64, stay: f64) {
        if part > 0.0 && stay > 0.0 {
            self.bends.push(Bend { at, slope: 0.0, step: part });
            self.bends.push(Bend { at: at + stay, slope: 0.0, step: -part });
        }
    }

    /// The level of all together, up to a time.
    pub(super) fn curve(mut self, until: f64) -> Curve {
        // Who goes makes room for who comes at the same time.
        self.bends.sort_unstable_by(|a, b| a.at.total_cmp(&b.at).then(a.step.total_cmp(&b.step)));
        let mut points: Vec<(f64, f64)> = Vec::with_capacity(self.bends.len() + 1);
        let (mut at, mut level, mut slope) = (0.0, 0.0, 0.0);
        for bend in &self.bends {
            let now = bend.at.min(until);
            if now > at {
                level += slope * (now - at);
                at = now;
                points.push((at, level));
            }
            if bend.at >= until {
                return Curve { points };
            }
            slope += bend.slope;
            if bend.step != 0.0 {
                level += bend.step;
                points.push((at, level));
            }
        }
        Curve { points }
    }
}

impl Curve {
    /// The highest level and when it is reached first.
    pub(super) fn peak(&self) -> (f64, f64) {
        let mut peak = (0.0, 0.0);
        for (at, level) in &self.points {
            // Sums of many floats: what differs less is the same.
            if *level > peak.1 * (1.0 + 1e-9) {
                peak = (*at, *level);
            }
        }
        (peak.1, peak.0)
    }

    /// When the level first exceeds a limit.
    pub(super) fn first_above(&self, limit: f64) -> Option<f64> {
        let mut before = (0.0, 0.0);
        for point in &self.points {
            if point.1 > limit {
                let rise = point.1 - before.1;
                let part = if rise > 0.0 { ((limit - before.1) / rise).clamp(0.0, 1.0) } else { 0.0 };
                return Some(before.0 + part * (point.0 - before.0));
            }
            before = *point;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_rises_stays_and_falls() {
        let mut crowd = Crowd::default();
        crowd.stream(1.0, 11.0, 5.0, 4.0);
        let curve = crowd.curve(f64::INFINITY);
        assert_eq!(curve.points, [(1.0, 0.0), (5.0, 20.0), (11.0, 20.0), (15.0, 0.0)]);
        assert_eq!(curve.peak(), (20.0, 5.0));
        assert_eq!(curve.first_above(10.0), Some(3.0));
        assert_eq!(curve.first_above(20.0), None);
    }

    #[test]
    fn singles_are_steps_and_make_room_for_each_other() {
        let mut crowd = Crowd::default();
        crowd.single(2.0, 1.0, 3.0);
        crowd.single(4.0, 1.0, 1.0);
        crowd.single(5.0, 1.0, 1.0);
        let curve = crowd.curve(f64::INFINITY);
        assert_eq!(curve.peak(), (2.0, 4.0));
        assert_eq!((curve.first_above(0.5), curve.first_above(1.0)), (Some(2.0), Some(4.0)));
    }

    #[test]
    fn what_comes_after_the_end_does_not_count() {
        let mut crowd = Crowd::default();
        crowd.stream(0.0, 100.0, 1.0, 1e6);
        crowd.single(50.0, 1_000.0, 1.0);
        assert_eq!(crowd.curve(10.0).peak(), (10.0, 10.0));
        assert_eq!(Crowd::default().curve(10.0).peak(), (0.0, 0.0));
    }
}
