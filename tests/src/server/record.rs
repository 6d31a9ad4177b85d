//! What the server remembers.

use std::time::Duration;

/// All that a server was sent.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The server's port.
    pub port: u16,
    /// In the order of accept.
    pub connections: Vec<Connection>,
}

/// One accepted connection.
#[derive(Clone, Debug)]
pub struct Connection {
    /// When it was accepted, since the start of the test's first server.
    pub accepted: Duration,
    /// In the order of arrival.
    pub requests: Vec<Request>,
    /// Bytes after the last whole request.
    pub rest: Vec<u8>,
    /// How and when it ended.
    pub end: Option<(Duration, End)>,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
    /// The client closed it.
    ClientClosed,
    /// The client reset it.
    ClientReset,
    /// The script closed it.
    ServerClosed,
    /// The script reset it.
    ServerReset,
    /// The server was stopped.
    Stopped,
}

/// One whole request.
#[derive(Clone, Debug)]
pub struct Request {
    /// When its last byte came, since the start of the test's first server.
    pub at: Duration,
    /// Its bytes.
    pub raw: Vec<u8>,
}

impl Recording {
    /// All requests, connection by connection.
    pub fn requests(&self) -> impl Iterator<Item = &Request> {
        self.connections.iter().flat_map(|connection| &connection.requests)
    }

    /// The request-targets of all requests, connection by connection.
    pub fn paths(&self) -> Vec<String> {
        self.requests().map(Request::path).collect()
    }
}

impl Connection {
    pub(super) fn new(accepted: Duration) -> Self {
        Self { accepted, requests: Vec::new(), rest: Vec::new(), end: None }
    }
}

impl Request {
    /// First word of the request line.
    pub fn method(&self) -> String {
        self.word(0)
    }

    /// Second word of the request line.
    pub fn path(&self) -> String {
        self.word(1)
    }

    /// Request line and headers, without the blank line.
    pub fn head(&self) -> &[u8] {
        let end = find(&self.raw, b"\r\n\r\n").unwrap_or(self.raw.len());
        &self.raw[..end]
    }

    /// What comes after the blank line.
    pub fn body(&self) -> &[u8] {
        self.raw.get(self.head().len() + 4..).unwrap_or(&[])
    }

    /// Value of the first header of this name.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = String::from_utf8_lossy(self.head()).into_owned();
        head.split("\r\n").skip(1).find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }

    fn word(&self, n: usize) -> String {
        let line = self.raw.split(|byte| *byte == b'\r').next().unwrap_or(&[]);
        line.split(|byte| *byte == b' ').nth(n).map(latin1).unwrap_or_default()
    }
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

pub(super) fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|window| window == needle)
}
