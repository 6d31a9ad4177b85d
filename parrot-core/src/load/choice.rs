//! Weighted choices of sessions, servers and user agents.

use crate::plan::UserAgent;
use crate::rng::Draw;

/// Picks an index by weight, walking from the last to the first as Tsung does (docs/compatibility.md, `weighted-choice`).
/// With no positive weight the last is picked; 0 for an empty list.
pub fn choose(
    weights: impl DoubleEndedIterator<Item = f64> + ExactSizeIterator + Clone,
    draw: Draw,
) -> usize {
    let count = weights.len();
    let total: f64 = weights.clone().map(|w| w.max(0.0)).sum();
    let wanted = draw.unit() * total;
    let mut reached = 0.0;
    let mut last_positive = count.saturating_sub(1);
    for (index, weight) in weights.enumerate().rev() {
        if weight <= 0.0 {
            continue;
        }
        reached += weight;
        last_positive = index;
        if reached >= wanted {
            break;
        }
    }
    last_positive
}

/// Picks a user agent: a whole number of percent, walked from the last declared.
pub fn choose_user_agent(agents: &[UserAgent], draw: Draw) -> usize {
    let wanted = draw.below(100) + 1;
    let mut reached = 0;
    for (index, agent) in agents.iter().enumerate().rev() {
        reached += u64::from(agent.probability);
        if reached >= wanted {
            return index;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Domain, Point, draw};

    fn at(user: u64) -> Draw {
        draw(3, Domain::Choice, Point { user, step: 0, occurrence: 0 })
    }

    #[test]
    fn shares_follow_the_weights() {
        let weights = [1.0, 0.0, 3.0];
        let mut seen = [0; 3];
        (0..40_000).for_each(|user| seen[choose(weights.iter().copied(), at(user))] += 1);
        assert_eq!(seen[1], 0);
        assert!((9_500..10_500).contains(&seen[0]), "{seen:?}");
    }

    #[test]
    fn zero_weights_do_not_panic() {
        assert_eq!(choose([0.0, 0.0].into_iter(), at(1)), 1);
        assert_eq!(choose([].into_iter(), at(1)), 0);
    }

    #[test]
    fn user_agents_have_their_share() {
        let agent = |probability| UserAgent { text: Vec::new(), probability };
        let agents = [agent(80), agent(20)];
        let second = (0..10_000).filter(|user| choose_user_agent(&agents, at(*user)) == 1).count();
        assert!((1_850..2_150).contains(&second), "{second}");
    }
}
