//! Every bound in one place: nothing in the program grows, retries or recurses without a number from here.

use crate::time::Nanos;

/// Bytes that one thread reads from a socket at once; shared by all its connections.
pub const READ_BUFFER_BYTES: usize = 64 * 1024;
/// A response head larger than this ends the exchange as a protocol error (Tsung has no limit; 200 kB were seen to work).
pub const RESPONSE_HEAD_BYTES_MAX: usize = 1024 * 1024;
/// Header lines in one response head.
pub const RESPONSE_HEADERS_MAX: usize = 1024;
/// Bytes of a response kept for match, dyn_variable or dump; what comes after is counted, not kept.
pub const RESPONSE_KEPT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Cookies of one user; the oldest goes first.
pub const COOKIES_PER_USER_MAX: usize = 1024;
/// Steps that a user may run without waiting for anything before it must let others run.
pub const STEPS_PER_TURN: u32 = 1_000;
/// Longest sleep of an engine: one that was stopped meanwhile finds out by waking late.
pub const SLEEP_MAX: Nanos = Nanos::from_millis(25);
/// Events taken from the poll at one wake-up.
pub const EVENTS_PER_WAKE_UP: usize = 256;
/// Users that one engine starts between two looks at its sockets.
pub const ARRIVALS_PER_TURN: usize = 256;
/// Users that one engine wakes, and users with something left from an earlier turn that it lets go on, between two looks at its
/// sockets.
pub const SLEEPERS_PER_TURN: usize = 256;
/// Full buffers that one connection may read before others have their turn.
pub const READS_PER_TURN: usize = 16;
/// Dump and match records an engine gathers before it hands them over.
pub const RECORDS_PER_BATCH: usize = 4_096;
/// Batches of records on their way to the sinks; more are dropped and counted.
pub const RECORD_BATCHES_QUEUED: usize = 256;
/// Phases with series of their own; later phases share the last one's.
pub const PHASES_WITH_SERIES: usize = 64;
/// Lost workers that the verdict names.
pub const LOST_WORKERS_NAMED: usize = 100;
/// Seconds for which the peaks of single engines are kept, so that late ones still add up.
pub const PEAK_SECONDS_KEPT: u64 = 16;
/// Host names remembered at once; above it those that are out of date are forgotten.
pub const RESOLVED_NAMES_MAX: usize = 4_096;
/// Seconds for which a resolved address is used again.
pub const DNS_CACHE_SECS: u64 = 1;
/// Bytes of one data file.
pub const DATA_FILE_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;
/// Stack of one pattern at work on one text: about 60 bytes for each byte that a repeated alternative passes.
pub const PATTERN_STACK_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Containers within containers of a JSON document.
pub const JSON_DEPTH_MAX: usize = 512;
/// Values and names of members in a JSON document.
pub const JSON_NODES_MAX: usize = 4 * 1024 * 1024;
/// Bytes of a frame between controller and workers that carries statistics, records or files.
pub const FRAME_BYTES_MAX: usize = 80 * 1024 * 1024;
/// Bytes of any other frame between them.
pub const SMALL_FRAME_BYTES_MAX: usize = 16 * 1024;
/// Bytes of a Plan or data file that travel in one frame.
pub const CHUNK_BYTES: usize = 512 * 1024;
/// Bytes of a Plan on the wire.
pub const PLAN_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Messages to one end that may wait for their acknowledgement.
pub const LANE_UNACKNOWLEDGED_MAX: usize = 4_096;
/// Bytes of messages to one end that may wait for their acknowledgement; the message that reaches them still goes.
pub const LANE_UNACKNOWLEDGED_BYTES: usize = 64 * 1024 * 1024;
/// Messages that may travel ahead of the oldest one that has not arrived.
pub const LANE_AHEAD_MAX: usize = 64;
/// So many of the oldest messages are sent again: an end that sleeps must not wake up to everything many times over.
pub const RESENT_AHEAD: usize = 4;
/// Times that a worker fetches a piece which arrives damaged.
pub const FETCHES_MAX: u32 = 3;
/// Probes that the estimate of a clock is chosen from: clocks drift, so old ones go.
pub const PROBES_KEPT: usize = 16;
/// Characters of a worker's text that are shown.
pub const TEXT_CHARS_MAX: usize = 400;
/// Workers of one run.
pub const WORKERS_MAX: usize = 1_024;
/// Workers that have left or were given up and are still known as such.
pub const WORKERS_GIVEN_UP_KNOWN: usize = 1_024;
/// Engines of one worker process.
pub const ENGINES_PER_WORKER_MAX: u32 = 1_024;
/// Data files of a Plan on the wire.
pub const PLAN_FILES_MAX: usize = 65_536;
/// Frames taken from the network between two looks at everything else.
pub const FRAMES_PER_WAKE_UP: usize = 256;
/// Frames on their way to one end, in ZeroMQ's queues.
pub const FRAMES_QUEUED_MAX: i32 = 256;
/// Seconds of statistics of one engine on their way to its control thread; above it the engine keeps them.
pub const SECONDS_QUEUED: usize = 64;
/// Letters of a random string.
pub const RANDOM_STRING_LENGTH_MAX: u32 = 64 * 1024 * 1024;
/// Steps of one evaluation of a script: about a quarter of a second.
pub const SCRIPT_STEPS_MAX: u64 = 10_000_000;
/// Bytes of values that one evaluation may make, kept or not.
pub const SCRIPT_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Evaluations within evaluations: about 40 000 calls that are no last ones.
pub const SCRIPT_DEPTH_MAX: u32 = 100_000;
/// Variables of all functions that have not returned.
pub const SCRIPT_VARIABLES_MAX: usize = 4 * 1024 * 1024;
/// Bits of an integer: multiplying two of these takes milliseconds.
pub const SCRIPT_INTEGER_BITS_MAX: u64 = 256 * 1024;
/// Values inside each other, tails of lists aside: what walks through a value recurses so deep.
pub const SCRIPT_VALUE_DEPTH_MAX: u32 = 500;
/// Values that one is made of, each counted as often as it is met.
pub const SCRIPT_VALUE_WEIGHT_MAX: u32 = 16 * 1024 * 1024;
/// Expressions inside each other in a Plan.
pub const SCRIPT_NESTING_MAX: u32 = 500;
/// Variables of one function, and arguments of one call.
pub const SCRIPT_LOCALS_MAX: u32 = 10_000;
/// Generators and filters of one comprehension.
pub const SCRIPT_QUALIFIERS_MAX: usize = 64;
/// Bytes of stack left when an evaluation takes more: what libraries need for values as deep as they may be.
pub const SCRIPT_STACK_RESERVE_BYTES: usize = 768 * 1024;
/// Bytes of stack taken at once.
pub const SCRIPT_STACK_SEGMENT_BYTES: usize = 4 * 1024 * 1024;
/// Rows of data files that the scripts of one step may read.
pub const SCRIPT_ROWS_MAX: usize = 1_000;
/// Bytes of what scripts print that an engine gathers before it hands them over; more is dropped and counted.
pub const SCRIPT_TEXT_BYTES_PER_BATCH: usize = 4 * 1024 * 1024;
/// How often an engine comes back for rows before a file is through, at least.
pub const LEASES_PER_ENGINE: u64 = 8;
/// Rows of a data file that an engine is given at once.
pub const ROWS_PER_LEASE_MAX: u32 = 256;
/// Bytes of responses, for files of their own, that an engine gathers before it hands them over; one larger response still goes.
pub const DUMPED_BYTES_PER_BATCH: usize = 32 * 1024 * 1024;
/// Bytes of dumped traffic after which an engine hands over what it has gathered.
pub const TRAFFIC_BYTES_PER_BATCH: usize = 1024 * 1024;
/// Bytes of records on their way from the engines of a process to its control thread; more are dropped and counted.
pub const RECORD_BYTES_QUEUED: usize = 256 * 1024 * 1024;
/// Bytes of dumped traffic that wait for earlier lines of other engines; more go to the file as they are.
pub const TRAFFIC_BYTES_HELD: usize = 64 * 1024 * 1024;
/// Engines that share one run.
pub const ENGINES_MAX: u32 = 4_096;

const _: () = assert!(CHUNK_BYTES + 64 < FRAME_BYTES_MAX && RESPONSE_KEPT_BYTES_MAX < FRAME_BYTES_MAX);
