//! Who starts when.

use parrot_core::plan::{Phase, Plan};
use parrot_core::time::Nanos;

use super::{decimal, time};

/// A line for each phase and static user.
pub(super) fn lines(plan: &Plan) -> Vec<String> {
    let load = &plan.load;
    let mut lines = vec![format!("warm-up {}", time(load.warm_up))];
    let mut start = Nanos(0);
    for phase in &load.phases {
        lines.push(line(phase, start, load.popularities.len() > 1));
        start = Nanos(start.0.saturating_add(phase.duration.0));
    }
    for user in &load.static_users {
        let name = plan.sessions.get(user.session.index()).map_or("?", |session| &session.name);
        lines.push(format!("user at {}: session {} {name}", time(user.start), user.session.index() + 1));
    }
    if let Some(duration) = load.duration {
        lines.push(format!("cut at {}", time(duration)));
    }
    lines
}

fn line(phase: &Phase, start: Nanos, names_shares: bool) -> String {
    let Phase { number, duration, drawn, started, popularity } = phase;
    let users = match (started < drawn, *drawn) {
        (true, _) => format!("{started} of {drawn} users"),
        (false, 1) => "1 user".to_owned(),
        (false, _) => format!("{drawn} users"),
    };
    let rate = match duration.0 {
        0 => String::new(),
        _ => format!(", {}/s", decimal(*drawn as f64 / duration.as_secs_f64())),
    };
    let shares = if names_shares { format!(", shares {}", popularity.index() + 1) } else { String::new() };
    format!("phase {number} from {} for {}: {users}{rate}{shares}", time(start), time(*duration))
}
