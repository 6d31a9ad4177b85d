//! The cases, one a file. Each gives its rows of the table.

mod arrivals;
mod connect;
mod controller;
mod engines;
mod idle;
mod keepalive;
mod latency;
mod load;
mod thinking;

use super::{Bench, Row};

/// A case.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) needs_nginx: bool,
    pub(super) measure: fn(&Bench) -> Vec<Row>,
}

const ALL: [Case; 9] = [
    Case { name: "keepalive", needs_nginx: true, measure: keepalive::measure },
    Case { name: "connect", needs_nginx: true, measure: connect::measure },
    Case { name: "idle", needs_nginx: true, measure: idle::measure },
    Case { name: "thinking", needs_nginx: false, measure: thinking::measure },
    Case { name: "arrivals", needs_nginx: false, measure: arrivals::measure },
    Case { name: "latency", needs_nginx: false, measure: latency::measure },
    Case { name: "engines", needs_nginx: true, measure: engines::measure },
    Case { name: "controller", needs_nginx: false, measure: controller::measure },
    Case { name: "load", needs_nginx: false, measure: load::measure },
];

/// The cases with these names, in our order; all without names.
pub(super) fn chosen(names: &[String]) -> Result<Vec<Case>, String> {
    if let Some(unknown) = names.iter().find(|name| ALL.iter().all(|case| case.name != name.as_str())) {
        let known: Vec<&str> = ALL.iter().map(|case| case.name).collect();
        return Err(format!("BENCH: there is no case '{unknown}'; there are: {}", known.join(", ")));
    }
    let is_chosen = |case: &Case| names.is_empty() || names.iter().any(|name| name == case.name);
    Ok(ALL.into_iter().filter(is_chosen).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_chosen_by_name() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(chosen(&[]).unwrap().len(), ALL.len());
        let some = chosen(&names(&["latency", "idle"])).unwrap();
        assert_eq!(some.iter().map(|case| case.name).collect::<Vec<_>>(), ["idle", "latency"]);
        assert!(chosen(&names(&["idel"])).unwrap_err().contains("idel"));
    }
}
