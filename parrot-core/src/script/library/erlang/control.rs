//! Exceptions, calls by name, the time.

use super::entry;
use crate::script::library::Entry;
use crate::script::library::given::{Given, atom, elements};
use crate::script::{Class, Raised, Runtime, Value};

pub(super) const ENTRIES: &[Entry] = &[
    entry("apply", 2, apply),
    entry("apply", 3, apply_named),
    entry("error", 1, |_, a| Err(Raised::Exception(Class::Error, a[0].clone()))),
    entry("error", 2, |_, a| Err(Raised::Exception(Class::Error, a[0].clone()))),
    entry("exit", 1, |_, a| Err(Raised::Exception(Class::Exit, a[0].clone()))),
    entry("throw", 1, |_, a| Err(Raised::Exception(Class::Throw, a[0].clone()))),
    entry("raise", 3, raise),
    // Nobody keeps stacks.
    entry("get_stacktrace", 0, |_, _| Ok(Value::list(Vec::new()))),
    entry("now", 0, now),
    entry("timestamp", 0, now),
    entry("system_time", 0, |runtime, _| Ok(Value::Int(unix_nanos(runtime)))),
    entry("system_time", 1, |runtime, a| time_in(runtime, &a[0])),
    entry("monotonic_time", 0, |runtime, _| Ok(Value::Int(unix_nanos(runtime)))),
    entry("monotonic_time", 1, |runtime, a| time_in(runtime, &a[0])),
    entry("unique_integer", 0, unique_integer),
    entry("unique_integer", 1, unique_integer),
];

fn apply(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let arguments = elements(runtime, &a[1]).map_err(or_bad_argument)?;
    runtime.apply(&a[0], &arguments)
}

fn apply_named(runtime: &mut dyn Runtime, a: &[Value]) -> Given {
    let arguments = elements(runtime, &a[2]).map_err(or_bad_argument)?;
    runtime.apply_named(atom(&a[0])?, atom(&a[1])?, &arguments)
}

/// What is no list is a bad argument to these.
pub(super) fn or_bad_argument(raised: Raised) -> Raised {
    match raised {
        Raised::Exception(..) => Raised::bad_argument(),
        other => other,
    }
}

fn raise(_: &mut dyn Runtime, a: &[Value]) -> Given {
    let class =
        [Class::Error, Class::Exit, Class::Throw].into_iter().find(|class| a[0].is_atom(class.name()));
    Err(Raised::Exception(class.ok_or_else(Raised::bad_argument)?, a[1].clone()))
}

fn unix_nanos(runtime: &mut dyn Runtime) -> i64 {
    i64::try_from(runtime.host().unix_time().0).unwrap_or(i64::MAX)
}

/// `{MegaSecs, Secs, MicroSecs}`.
fn now(runtime: &mut dyn Runtime, _: &[Value]) -> Given {
    let micros = unix_nanos(runtime) / 1_000;
    let (secs, micros) = (micros / 1_000_000, micros % 1_000_000);
    let parts = [secs / 1_000_000, secs % 1_000_000, micros];
    Ok(Value::tuple(parts.into_iter().map(Value::Int).collect()))
}

fn time_in(runtime: &mut dyn Runtime, unit: &Value) -> Given {
    let per_second = match unit {
        Value::Int(per_second @ 1..=1_000_000_000) => *per_second,
        Value::Atom(unit) => match unit.name() {
            "second" | "seconds" => 1,
            "millisecond" | "milli_seconds" => 1_000,
            "microsecond" | "micro_seconds" => 1_000_000,
            "nanosecond" | "nano_seconds" | "native" => 1_000_000_000,
            _ => return Err(Raised::bad_argument()),
        },
        _ => return Err(Raised::bad_argument()),
    };
    let units = i128::from(unix_nanos(runtime)) * i128::from(per_second) / 1_000_000_000;
    Ok(Value::Int(i64::try_from(units).unwrap_or(i64::MAX)))
}

/// Drawn: two of the run's are the same less than once in many runs.
fn unique_integer(runtime: &mut dyn Runtime, _: &[Value]) -> Given {
    Ok(Value::Int(1 + runtime.host().draw().below(1 << 59) as i64))
}
