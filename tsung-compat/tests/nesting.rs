//! Elements may be nested as deep as the limit says, on the small stack of a thread.
#![expect(clippy::unwrap_used, reason = "what cannot be read or started fails the test")]

use std::thread;

use tsung_compat::{Settings, Source};

/// Bytes of stack: half of what a thread has by default.
const STACK: usize = 1024 * 1024;
/// Elements around the innermost one: `tsung`, `sessions`, `session`.
const AROUND: usize = 3;
const LIMIT: usize = 256;

/// What is said of a configuration with a request at that depth, by the messages.
fn nested(depth: usize) -> Vec<String> {
    let inside = depth - AROUND - 2;
    let steps = format!(
        "{}<request><http url='/'/></request>{}",
        "<if var='tsung_userid' neq='0'>".repeat(inside),
        "</if>".repeat(inside)
    );
    let text = format!(
        "<tsung><clients><client host='localhost' use_controller_vm='true'/></clients><servers><server host='h' port='80' \
         type='tcp'/></servers><load><user session='s' start_time='1'/></load><sessions><session name='s' weight='1' \
         type='ts_http'>{steps}</session></sessions></tsung>"
    );
    let thread = thread::Builder::new().stack_size(STACK);
    let load = move || tsung_compat::check(&Source::Stdin(text.into_bytes()), &Settings::default());
    let checked = thread.spawn(load).unwrap().join().unwrap();
    checked.diagnostics.iter().map(|found| found.message()).collect()
}

#[test]
fn the_limit_is_exact() {
    assert_eq!(nested(LIMIT), [""; 0]);
    assert_eq!(nested(LIMIT + 1), ["elements are nested too deeply"]);
}
