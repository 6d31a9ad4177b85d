//! Reads a tsung.dump of `dumptraffic="true"` or `"light"`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// All of it.
#[derive(Debug, Default)]
pub struct TrafficDump {
    /// In the order of the file.
    pub entries: Vec<Entry>,
}

/// One thing that happened.
#[derive(Debug)]
pub struct Entry {
    /// Unix time.
    pub at: f64,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Debug)]
pub enum What {
    /// A user started: its session's number or `static`, and users then.
    New(String, u64),
    /// A user ended: its number, and users then.
    End(u64, u64),
    /// The user of this process sent this.
    Sent(String, Vec<u8>),
    /// The user of this process received this.
    Received(String, Vec<u8>),
}

/// One side of a conversation, until the other speaks.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Turn {
    /// The user's.
    Sent(Vec<u8>),
    /// The server's, however it was cut.
    Received(Vec<u8>),
}

const KINDS: [&str; 4] = ["NewClient:", "EndClient:", "Send:", "Recv:"];

impl TrafficDump {
    /// Reads `tsung.dump` of a run's folder.
    ///
    /// # Panics
    /// When it is none.
    pub fn read(folder: &Path) -> Self {
        let path = folder.join("tsung.dump");
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self::parse(&bytes)
    }

    /// Reads its bytes.
    ///
    /// # Panics
    /// When they are no dump.
    pub fn parse(bytes: &[u8]) -> Self {
        let mut entries = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = (1..rest.len()).find(|at| rest[at - 1] == b'\n' && begins(&rest[*at..]));
            let (entry, after) = rest.split_at(length.unwrap_or(rest.len()));
            entries.push(Entry::parse(entry));
            rest = after;
        }
        Self { entries }
    }

    /// What each user and its servers said, without the order of users and without the pieces in which it came.
    pub fn conversations(&self) -> Vec<Vec<Turn>> {
        let mut by_process: BTreeMap<&str, Vec<Turn>> = BTreeMap::new();
        for entry in &self.entries {
            match &entry.what {
                What::New(..) | What::End(..) => {}
                What::Sent(process, bytes) => {
                    by_process.entry(process).or_default().push(Turn::Sent(bytes.clone()));
                }
                What::Received(process, bytes) => {
                    let turns = by_process.entry(process).or_default();
                    match turns.last_mut() {
                        Some(Turn::Received(before)) => before.extend_from_slice(bytes),
                        _ => turns.push(Turn::Received(bytes.clone())),
                    }
                }
            }
        }
        let mut conversations: Vec<_> = by_process.into_values().collect();
        conversations.sort();
        conversations
    }
}

/// Whether an entry begins here: a kind and a time.
fn begins(bytes: &[u8]) -> bool {
    KINDS.iter().any(|kind| {
        bytes.strip_prefix(kind.as_bytes()).is_some_and(|rest| {
            let end = rest.iter().position(|byte| *byte == b':');
            end.is_some_and(|end| end > 10 && rest[..end].iter().all(|c| c.is_ascii_digit() || *c == b'.'))
        })
    })
}

impl Entry {
    fn parse(entry: &[u8]) -> Self {
        let shown = || entry[..entry.len().min(200)].escape_ascii().to_string();
        let entry = entry.strip_suffix(b"\n").unwrap_or_else(|| panic!("no line end: {}", shown()));
        let mut parts = entry.splitn(3, |byte| *byte == b':');
        let mut next = || parts.next().unwrap_or_else(|| panic!("too short: {}", shown()));
        let (kind, time, rest) = (next(), next(), next());
        let at = text(time).parse().unwrap_or_else(|_| panic!("the time of {}", shown()));
        let decimals = text(time).split_once('.').map_or(0, |(_, decimals)| decimals.len());
        assert!((1..=6).contains(&decimals), "decimals of the time: {}", shown());
        let loaded = || {
            let (id, load) = text(rest).split_once("\nload:").map(|(id, n)| (id.to_owned(), n.to_owned()))?;
            Some((id, load.parse::<u64>().ok()?))
        };
        let said = || {
            let colon = rest.iter().position(|byte| *byte == b':')?;
            let process = text(&rest[..colon]);
            let is_process = process.starts_with('<') && process.ends_with('>');
            is_process.then(|| (process, rest[colon + 1..].to_vec()))
        };
        let what = match kind {
            b"NewClient" => loaded().map(|(session, load)| What::New(session, load)),
            b"EndClient" => loaded().and_then(|(user, load)| Some(What::End(user.parse().ok()?, load))),
            b"Send" => said().map(|(process, bytes)| What::Sent(process, bytes)),
            b"Recv" => said().map(|(process, bytes)| What::Received(process, bytes)),
            _ => None,
        };
        Self { at, what: what.unwrap_or_else(|| panic!("not understood: {}", shown())) }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_put_together() {
        let dump = TrafficDump::parse(
            b"NewClient:1795582424.5:2\nload:1\nSend:1795582424.51:<0.1.0>:GET /\n\nload:7\n\
              Recv:1795582424.52:<0.1.0>:a\nRecv: b\nRecv:1795582424.53:<0.1.0>:\0\n\nEndClient:1795582425.0:1\nload:0\n",
        );
        let expected =
            [vec![Turn::Sent(b"GET /\n\nload:7".to_vec()), Turn::Received(b"a\nRecv: b\0\n".to_vec())]];
        assert_eq!(dump.conversations(), expected);
        let counts = |what: &What| matches!(what, What::New(session, 1) if session == "2");
        assert!(counts(&dump.entries[0].what) && matches!(dump.entries[4].what, What::End(1, 0)));
    }

    #[test]
    #[should_panic(expected = "not understood")]
    fn what_is_no_entry_is_none() {
        TrafficDump::parse(b"Send:1795582424.5:nobody:x\n");
    }
}
