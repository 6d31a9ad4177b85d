//! The scenarios, as Tsung's XML: ours and real Tsung run the same text.

use std::fmt::Write as _;
use std::time::Duration;

/// A scenario of HTTP users against servers of 127.0.0.1.
#[derive(Clone, Debug)]
pub(super) struct Scenario {
    ports: Vec<u16>,
    load: String,
    steps: String,
    limit: Duration,
}

/// One GET.
pub(super) const GET: &str = r#"<request><http url="/" method="GET" version="1.1"/></request>"#;

impl Scenario {
    /// Users that arrive at random with this rate for some seconds, and take these steps.
    pub(super) fn arrivals(ports: &[u16], rate: u32, secs: u32, steps: impl Into<String>) -> Self {
        let load = format!(
            r#"<arrivalphase phase="1" duration="{secs}" unit="second"><users arrivalrate="{rate}" unit="second"/></arrivalphase>"#
        );
        Self::new(ports, load, steps.into(), secs)
    }

    /// So many users at once, as far as Tsung can: within some milliseconds.
    pub(super) fn crowd(port: u16, users: u32, steps: impl Into<String>) -> Self {
        let load = format!(
            r#"<arrivalphase phase="1" duration="1" unit="second"><users maxnumber="{users}" arrivalrate="10000" unit="second"/></arrivalphase>"#
        );
        Self::new(&[port], load, steps.into(), 1)
    }

    /// One user at an exact time: the phase is too short for another.
    pub(super) fn one_at(port: u16, ms: u32, steps: impl Into<String>) -> Self {
        let load = format!(
            r#"<arrivalphase phase="1" duration="1" unit="second"><users arrivalrate="0.1" unit="second"/></arrivalphase>
    <user session="bench" start_time="{ms}" unit="millisecond"/>"#
        );
        Self::new(&[port], load, steps.into(), 1)
    }

    fn new(ports: &[u16], load: String, steps: String, secs: u32) -> Self {
        // Slow machines get time; a hang ends.
        let limit = Duration::from_secs(u64::from(secs) + 60);
        Self { ports: ports.to_vec(), load, steps, limit }
    }

    /// With more time, for steps that wait.
    #[must_use]
    pub(super) fn longer(mut self, secs: u32) -> Self {
        self.limit += Duration::from_secs(u64::from(secs));
        self
    }

    /// How long a run may take.
    pub(super) const fn limit(&self) -> Duration {
        self.limit
    }

    /// The text.
    pub(super) fn xml(&self) -> String {
        let mut servers = String::new();
        for port in &self.ports {
            // Writing to a String cannot fail.
            let _ = write!(servers, r#"<server host="127.0.0.1" port="{port}" type="tcp"/>"#);
        }
        // maxusers: Tsung drops users beyond it.
        format!(
            r#"<?xml version="1.0"?>
<!DOCTYPE tsung SYSTEM "/usr/share/tsung/tsung-1.0.dtd">
<tsung loglevel="notice" dumptraffic="false" version="1.0">
  <clients><client host="localhost" use_controller_vm="true" maxusers="50000"/></clients>
  <servers>{servers}</servers>
  <load>
    {load}
  </load>
  <sessions>
    <session name="bench" probability="100" type="ts_http">
      {steps}
    </session>
  </sessions>
</tsung>
"#,
            load = self.load,
            steps = self.steps
        )
    }
}

/// The same steps so many times.
pub(super) fn repeated(times: u32, steps: &str) -> String {
    format!(r#"<for var="n" from="1" to="{times}">{steps}</for>"#)
}

/// A pause of exactly this length.
pub(super) fn think(secs: u32) -> String {
    format!(r#"<thinktime value="{secs}" random="false"/>"#)
}

#[cfg(test)]
mod tests {
    use parrot_core::load::Schedule;
    use tsung_compat::{Settings, Source, load};

    use super::*;

    #[test]
    fn each_plans_the_users_it_says() {
        let steps = format!("{}{}", repeated(3, GET), think(1));
        let cases = [
            (Scenario::arrivals(&[1, 2], 500, 10, steps.clone()), 5_000),
            (Scenario::crowd(1, 64, steps), 64),
            (Scenario::one_at(1, 500, GET), 1),
        ];
        for (scenario, users) in cases {
            let xml = scenario.xml();
            let loaded = load(&Source::Stdin(xml.clone().into_bytes()), &Settings::default());
            let plan = loaded.unwrap_or_else(|errors| panic!("{errors:?}\n{xml}")).plan;
            assert_eq!(Schedule::planned(&plan), users, "{xml}");
        }
    }
}
