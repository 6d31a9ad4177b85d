//! `tsung-fullstats.log`, backend `fullstats`: each single value as an Erlang term, in the shape that `tsung_percentile.pl` reads.
//!
//! Requests, connects and pages are lists of values, transactions a term each, counters their sums; nothing carries a time. As in
//! Tsung, sessions and users are not in it, and the newest of a batch comes first.

use std::io::{self, Write};
use std::sync::Arc;

use parrot_core::sink::{Event, Names, Record, Sample, SampleRow, Sink, Window};
use parrot_core::stats::{SeriesId, SeriesKind};

use super::lines::{Line, lines};
use super::number::push_float;
use crate::names::{TsungNames, safe};

/// Erlang breaks terms that are longer.
const LINE_MAX: usize = 80;
/// Counters that Tsung keeps out of this file.
const NOT_HERE: [&str; 2] = ["users_count", "finish_users_count"];

/// Writes it.
pub struct Fullstats {
    out: Box<dyn Write + Send>,
    /// Erlang's name of the machine.
    node: String,
    names: Arc<TsungNames>,
}

impl Fullstats {
    /// Writes to `out`. Buffering is done here.
    pub fn new(out: Box<dyn Write + Send>, node: &str, names: Arc<TsungNames>) -> Self {
        Self { out, node: safe(node), names }
    }

    fn push_samples(&self, text: &mut String, samples: &[Sample]) {
        let values = |wanted: SeriesId| {
            samples.iter().rev().filter(move |sample| sample.series == wanted).map(|sample| ms(sample.value))
        };
        let batched =
            [(SeriesId::REQUEST, "request"), (SeriesId::CONNECT, "connect"), (SeriesId::PAGE, "page")];
        for (series, name) in batched {
            push_values(text, name, values(series));
        }
        let transactions = samples.iter().rev().filter_map(|sample| match sample.series.kind() {
            SeriesKind::Transaction(_) => {
                Some(format!("{{sample,{},{}}}", self.names.series(sample.series), ms(sample.value)))
            }
            _ => None,
        });
        push_terms(text, &transactions.collect::<Vec<_>>());
    }

    fn push_window(&self, text: &mut String, window: &Window) {
        let (mut machine, mut sums) = (Vec::new(), Vec::new());
        let mut connected = 0;
        for line in lines(window, &self.names) {
            match line {
                Line::Host { metric, row: SampleRow { count, mean, .. } } => {
                    let mut value = String::new();
                    push_float(&mut value, *mean);
                    let term = format!("{{sample,{{{metric},\"{}\"}},{value}}}", self.node);
                    machine.extend((0..*count).map(|_| term.clone()));
                }
                Line::Connected { delta, .. } => connected = delta,
                Line::Counter { name, delta, .. } if delta != 0 && !NOT_HERE.contains(&name.as_str()) => {
                    sums.push(format!("{{sum,{name},{delta}}}"));
                }
                Line::Users { .. } | Line::Sample { .. } | Line::Counter { .. } => {}
            }
        }
        if window.connections_seen && (connected != 0 || !sums.is_empty()) {
            sums.push(format!("{{sum,connected,{connected}}}"));
        }
        push_terms(text, &machine);
        push_terms(text, &sums);
    }
}

impl Sink for Fullstats {
    fn name(&self) -> &str {
        "tsung-fullstats.log"
    }

    fn handle(&mut self, event: &Event<'_>) -> io::Result<()> {
        let mut text = String::new();
        match event {
            Event::Records { records, .. } => {
                for record in *records {
                    if let Record::Samples(samples) = record {
                        self.push_samples(&mut text, samples);
                    }
                }
            }
            Event::Window(window) => self.push_window(&mut text, window),
            Event::Started { .. } | Event::Progress(_) | Event::Remark(_) | Event::Finished(_) => {
                return Ok(());
            }
        }
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }
}

/// Milliseconds, cut to whole microseconds as in `tsung.log`.
fn ms(value: parrot_core::time::Nanos) -> String {
    let mut text = String::new();
    push_float(&mut text, value.as_micros() as f64 / 1_000.0);
    text
}

/// `{sample,request,[2.741,0.5]}`; long lists on lines of their own.
fn push_values(text: &mut String, name: &str, values: impl Iterator<Item = String>) {
    let values: Vec<String> = values.collect();
    if values.is_empty() {
        return;
    }
    let whole = format!("{{sample,{name},[{}]}}", values.join(","));
    if whole.len() <= LINE_MAX {
        text.push_str(&whole);
    } else {
        text.push_str(&format!("{{sample,{name},\n        ["));
        let mut column = 9;
        for (index, value) in values.iter().enumerate() {
            if column + value.len() + 3 > LINE_MAX {
                text.push_str("\n         ");
                column = 9;
            }
            text.push_str(value);
            if index + 1 < values.len() {
                text.push(',');
            }
            column += value.len() + 1;
        }
        text.push_str("]}");
    }
    text.push('\n');
}

/// `[{sum,200,1},{sum,404,2}]`; one a line where they are many.
fn push_terms(text: &mut String, terms: &[String]) {
    if terms.is_empty() {
        return;
    }
    let whole = terms.join(",");
    let whole = if whole.len() + 2 <= LINE_MAX { whole } else { terms.join(",\n ") };
    text.push_str(&format!("[{whole}]\n"));
}

#[cfg(test)]
mod tests {
    use parrot_core::plan::TransactionId;
    use parrot_core::sink::HostMetric;
    use parrot_core::stats::{Counter, Recorder, Shape, Timeline};
    use parrot_core::time::Nanos;

    use super::*;
    use crate::out::test_file::TestFile;

    #[test]
    fn terms_look_like_tsungs() {
        let file = TestFile::default();
        let names = Arc::new(TsungNames::from_names(&["home".to_owned()], &[]));
        let mut log = Fullstats::new(Box::new(file.clone()), "tsung_controller@vm", names);
        let sample = |series, us: u64| Sample { series, value: Nanos(us * 1_000 + 999) };
        let home = SeriesId::transaction(TransactionId(0));
        let mut samples = vec![sample(SeriesId::CONNECT, 2_441), sample(SeriesId::REQUEST, 2_741)];
        samples.extend([sample(home, 6_128), sample(home, 1_000), sample(SeriesId::PAGE, 1_000_000)]);
        let many = (0..20).map(|n| sample(SeriesId::REQUEST, 100 + n)).collect();
        // A series that no plan has, as another process may send it.
        let odd = vec![sample(SeriesId(u32::MAX), 1)];
        let records = [samples, many, odd].map(Record::Samples);
        log.handle(&Event::Records { worker: 0, records: &records }).unwrap();
        let shape = Shape { series: SeriesId::FIXED as usize, phases: 1 };
        let mut timeline = Timeline::new(shape, 1, Vec::new());
        let mut recorder = Recorder::new(shape);
        recorder.count(Counter::UserStarted, 1);
        recorder.count(Counter::Status(200), 3);
        recorder.count(Counter::BytesSent, 69);
        recorder.connections_delta = 1;
        timeline.record(&recorder);
        timeline.host(HostMetric::Cpu, 25.5);
        log.handle(&Event::Window(&timeline.close_window(Nanos::SECOND, 5, false))).unwrap();
        log.handle(&Event::Window(&timeline.close_window(Nanos::SECOND, 6, true))).unwrap();
        let expected = "\
{sample,request,[2.741]}
{sample,connect,[2.441]}
{sample,page,[1.0e3]}
[{sample,tr_home,1.0},{sample,tr_home,6.128}]
{sample,request,
        [0.119,0.118,0.117,0.116,0.115,0.114,0.113,0.112,0.111,0.11,0.109,
         0.108,0.107,0.106,0.105,0.104,0.103,0.102,0.101,0.1]}
[{sample,tr_,0.001}]
[{sample,{cpu,\"tsung_controller@vm\"},25.5}]
[{sum,size_sent,69},{sum,200,3},{sum,connected,1}]
";
        assert_eq!(file.text(), expected);
    }
}
