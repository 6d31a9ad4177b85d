use std::sync::mpsc::sync_channel;

use super::*;
use crate::limits::{RECORDS_PER_BATCH, TRAFFIC_BYTES_PER_BATCH};
use crate::sink::{Sample, Traffic, TrafficRow};
use crate::stats::SeriesId;
use crate::time::Nanos;

const SHAPE: Shape = Shape { series: SeriesId::FIXED as usize, phases: 1 };

/// An outlet whose control thread has room for so many batches.
fn outlet(batches: usize) -> (Outlet, Receiver<Batch>, RecordBytes) {
    let (records, received) = sync_channel(batches);
    let record_bytes = RecordBytes::default();
    let channel = Channel {
        engine: 0,
        handovers: sync_channel(1).0,
        records,
        record_bytes: Arc::clone(&record_bytes),
        bell: Arc::new(Bell::new().expect("a bell")),
        spares: mpsc::channel().1,
    };
    (Outlet::new(channel, SHAPE), received, record_bytes)
}

fn traffic(bytes: usize) -> Record {
    let piece = Traffic::Received(vec![b'x'; bytes]);
    Record::Traffic(TrafficRow { at: Nanos::ZERO, user: 1, piece })
}

fn dropped(outlet: &Outlet) -> u64 {
    outlet.recorder.counters().filter(|(c, _)| *c == Counter::RecordDropped).map(|(_, n)| n).sum()
}

#[test]
fn records_go_when_they_are_many_or_large() {
    let (mut outlet, received, _) = outlet(9);
    outlet.records.push(traffic(TRAFFIC_BYTES_PER_BATCH - 1));
    outlet.spill_records();
    assert!(received.try_recv().is_err(), "it waits for more");
    outlet.records.push(traffic(1));
    outlet.spill_records();
    assert_eq!(received.try_recv().expect("a batch").into_records().len(), 2);
    for n in 0..RECORDS_PER_BATCH {
        outlet.records.push_sample(Sample { series: SeriesId::PAGE, value: Nanos(n as u64) });
    }
    outlet.spill_records();
    let batch = received.try_recv().expect("a batch").into_records();
    let [Record::Samples(samples)] = batch.as_slice() else { panic!("{} records", batch.len()) };
    assert!(samples.len() == RECORDS_PER_BATCH && samples.is_sorted_by_key(|sample| sample.value));
    assert_eq!(dropped(&outlet), 0);
}

#[test]
fn what_the_control_thread_has_no_room_for_is_dropped_and_counted() {
    let (mut outlet, received, bytes) = outlet(1);
    for _ in 0..3 {
        outlet.records.push(traffic(TRAFFIC_BYTES_PER_BATCH));
        outlet.records.push_sample(Sample { series: SeriesId::PAGE, value: Nanos(1) });
        outlet.records.push_sample(Sample { series: SeriesId::PAGE, value: Nanos(2) });
        outlet.spill_records();
    }
    assert_eq!(dropped(&outlet), 6, "two pieces and four values");
    let queued = bytes.load(Ordering::Relaxed);
    assert!((TRAFFIC_BYTES_PER_BATCH..2 * TRAFFIC_BYTES_PER_BATCH).contains(&queued), "{queued}");
    drop(received.try_recv().expect("a batch"));
    assert_eq!(bytes.load(Ordering::Relaxed), 0);
}

#[test]
fn bytes_on_their_way_have_a_limit_over_all_engines() {
    let (mut outlet, received, bytes) = outlet(9);
    bytes.store(RECORD_BYTES_QUEUED, Ordering::Relaxed);
    outlet.records.push(traffic(TRAFFIC_BYTES_PER_BATCH));
    outlet.spill_records();
    assert_eq!((dropped(&outlet), bytes.load(Ordering::Relaxed)), (1, RECORD_BYTES_QUEUED));
    assert!(received.try_recv().is_err());
    // The others' are through.
    bytes.store(0, Ordering::Relaxed);
    outlet.records.push(traffic(TRAFFIC_BYTES_PER_BATCH));
    outlet.spill_records();
    assert_eq!(dropped(&outlet), 1);
    assert!(received.try_recv().is_ok());
}
