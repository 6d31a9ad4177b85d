//! The Plan in words, for people and for snapshots: the same plan gives the same text.

mod bytes;
mod load;
mod request;
mod session;

use parrot_core::plan::{DataFile, Dump, Endpoint, EndpointId, Options, Plan, Transport};
use parrot_core::time::Nanos;

use bytes::quoted;

/// What a run of the plan would do. `seed` is that of the configuration or the command line; without one each run draws its own.
pub fn plan_text(plan: &Plan, seed: Option<u64>) -> String {
    let mut text = Text::default();
    text.section("load", load::lines(plan));
    text.section("servers", servers(plan));
    text.section("options", options(&plan.options, seed));
    text.section("files", plan.files.iter().map(file).collect());
    let agents = plan.user_agents.iter();
    text.section("user agents", agents.map(|a| format!("{} % {}", a.probability, quoted(&a.text))).collect());
    for (index, session) in plan.sessions.iter().enumerate() {
        text.section(&session::title(plan, index), session::lines(plan, session));
    }
    text.0
}

/// Sections of indented lines, a blank line between them.
#[derive(Debug, Default)]
struct Text(String);

impl Text {
    /// A section without lines says nothing.
    fn section(&mut self, title: &str, lines: Vec<String>) {
        if lines.is_empty() {
            return;
        }
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(title);
        self.0.push('\n');
        for line in lines {
            self.0.push_str("  ");
            self.0.push_str(&line);
            self.0.push('\n');
        }
    }
}

fn servers(plan: &Plan) -> Vec<String> {
    let weights: Vec<f64> = plan.servers.iter().map(|server| server.weight).collect();
    let shares = shares(&weights);
    let lines = plan.servers.iter().zip(shares);
    lines.map(|(server, share)| format!("{} {share}", endpoint(plan, server.endpoint))).collect()
}

/// `host:port`, with its transport unless that is tcp.
fn endpoint(plan: &Plan, id: EndpointId) -> String {
    let Some(Endpoint { host, port, transport }) = plan.endpoints.get(id.index()) else {
        return "?".to_owned();
    };
    let place = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    match transport {
        Transport::Tcp => place,
        Transport::Tcp6 => format!("{place} (tcp6)"),
    }
}

fn options(options: &Options, seed: Option<u64>) -> Vec<String> {
    let buffer = |bytes: Option<u32>| {
        bytes.map_or_else(|| "as the kernel decides".to_owned(), |b| format!("{b} bytes"))
    };
    let mut lines = vec![
        format!("seed {}", seed.map_or_else(|| "drawn at each start".to_owned(), |seed| seed.to_string())),
        format!("max_retries {}", options.retries_max),
        format!("retry_timeout {}", time(options.retry_timeout)),
        format!("connect_timeout {}", options.connect_timeout.map_or_else(|| "none".to_owned(), time)),
        format!("idle_timeout {}", time(options.idle_timeout)),
        format!("tcp_rcv_buffer {}", buffer(options.tcp_receive_buffer)),
        format!("tcp_snd_buffer {}", buffer(options.tcp_send_buffer)),
        format!("global_number {}", options.barrier_users),
        format!("global_ack_timeout {}", time(options.barrier_timeout)),
        match options.dump {
            Dump::None => "dumptraffic false".to_owned(),
            Dump::Protocol => "dumptraffic protocol".to_owned(),
            Dump::ProtocolLocal => "dumptraffic protocol_local".to_owned(),
            Dump::Traffic { bytes_max: u32::MAX } => "dumptraffic true".to_owned(),
            Dump::Traffic { bytes_max } => format!("dumptraffic light: {bytes_max} bytes of each piece"),
        },
    ];
    lines.extend(options.keep_samples.then(|| "backend fullstats: each value is kept".to_owned()));
    lines
}

fn file(file: &DataFile) -> String {
    let sha256: String = file.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}: {} bytes, sha256 {sha256}", file.name, file.length)
}

/// Shares in percent.
fn shares(weights: &[f64]) -> Vec<String> {
    let sum: f64 = weights.iter().sum();
    let percent = |weight: &f64| if sum > 0.0 { weight / sum * 100.0 } else { 0.0 };
    weights.iter().map(|weight| format!("{} %", decimal(percent(weight)))).collect()
}

/// At most three digits after the point.
fn decimal(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Seconds, exactly: `0.25 s`.
fn time(time: Nanos) -> String {
    const SECOND: u64 = 1_000_000_000;
    let (whole, rest) = (time.0 / SECOND, time.0 % SECOND);
    if rest == 0 {
        return format!("{whole} s");
    }
    let rest = format!("{rest:09}");
    format!("{whole}.{} s", rest.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_exact() {
        let times = [0, 1_000_000_000, 250_000_000, 90_000_000_001].map(|nanos| time(Nanos(nanos)));
        assert_eq!(times, ["0 s", "1 s", "0.25 s", "90.000000001 s"]);
        assert_eq!(shares(&[1.0, 2.0, 0.0]), ["33.333 %", "66.667 %", "0 %"]);
        assert_eq!(shares(&[0.0]), ["0 %"]);
        assert_eq!([100.0, 0.5, 10.0].map(decimal), ["100", "0.5", "10"]);
    }
}
