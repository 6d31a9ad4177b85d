//! The same configuration, run by real Tsung and by us: what the servers were sent, the counters, the numbers of samples,
//! the rows of the dump and of the match log must be the same, except where a test names a mend of docs/compatibility.md.

mod draws;
mod http;
mod lists;
mod network;
mod output;
mod services;
mod session;
mod text;
mod times;
