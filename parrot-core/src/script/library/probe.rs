//! Functions that show tests what the host gives.

use super::Entry;
use super::given::write_iodata;
use crate::plan::{FileId, RowOrder};
use crate::script::Value;

const fn entry(name: &'static str, arity: u32, function: super::LibraryFn) -> Entry {
    Entry { module: "probe", name, arity, function }
}

pub(super) const ENTRIES: &[Entry] = &[
    entry("draw", 0, |runtime, _| Ok(Value::Int(runtime.host().draw().below(1_000_000_000) as i64))),
    entry("print", 1, |runtime, a| {
        let mut text = Vec::new();
        write_iodata(runtime, &a[0], &mut text)?;
        runtime.host().print(&text);
        Ok(Value::atom("ok"))
    }),
    entry("row", 0, |runtime, _| {
        let row = runtime.host().row(FileId(0), RowOrder::Iterate)?;
        Ok(Value::bytes(runtime.host().rows(FileId(0)).row(row)))
    }),
];
