//! What the server does: rules that choose by request, steps that are taken in order.

use std::sync::Arc;
use std::time::Duration;

use super::Request;

/// Rules, the first that fits is used; a request that none fits gets `200` with the body `ok`.
#[derive(Clone, Debug, Default)]
pub struct Script {
    rules: Vec<Rule>,
    on_connect: Vec<Step>,
}

/// Which requests, and what to do.
#[derive(Clone, Debug)]
pub struct Rule {
    method: Option<String>,
    path: Path,
    hit: Option<usize>,
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
enum Path {
    Is(String),
    StartsWith(String),
}

/// Makes an answer from a request.
pub type Reply = Arc<dyn Fn(&Request) -> Vec<u8> + Send + Sync>;

/// One thing that the server does.
#[derive(Clone)]
pub enum Step {
    /// Sends bytes at once.
    Send(Vec<u8>),
    /// Sends bytes that depend on the request.
    Reply(Reply),
    /// Does nothing for a while.
    Pause(Duration),
    /// Closes the connection (FIN).
    Close,
    /// Closes the direction to the client, goes on reading.
    HalfClose,
    /// Resets the connection (RST).
    Reset,
    /// Does nothing more until the client closes.
    Hang,
}

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Send(bytes) => write!(f, "Send({})", bytes.escape_ascii()),
            Self::Reply(_) => f.write_str("Reply"),
            Self::Pause(time) => write!(f, "Pause({time:?})"),
            Self::Close => f.write_str("Close"),
            Self::HalfClose => f.write_str("HalfClose"),
            Self::Reset => f.write_str("Reset"),
            Self::Hang => f.write_str("Hang"),
        }
    }
}

impl Script {
    /// No rules: everything gets the default answer.
    pub fn new() -> Self {
        Self::default()
    }

    /// One rule more, for the exact path.
    #[must_use]
    pub fn path(self, path: &str, steps: impl IntoIterator<Item = Step>) -> Self {
        self.rule(Rule::path(path, steps))
    }

    /// One rule more, for all paths that begin so.
    #[must_use]
    pub fn prefix(self, prefix: &str, steps: impl IntoIterator<Item = Step>) -> Self {
        self.rule(Rule::prefix(prefix, steps))
    }

    /// One rule more.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// What is done with each connection before anything is read.
    #[must_use]
    pub fn on_connect(mut self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.on_connect.extend(steps);
        self
    }

    pub(super) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub(super) fn first_steps(&self) -> &[Step] {
        &self.on_connect
    }

    /// The steps for a request; counts the hit of the rule that is used.
    pub(super) fn choose(&self, request: &Request, hits: &mut [usize]) -> Vec<Step> {
        for (rule, hits) in self.rules.iter().zip(hits) {
            if rule.fits(request) {
                *hits += 1;
                if rule.hit.is_none_or(|hit| hit == *hits) {
                    return rule.steps.clone();
                }
            }
        }
        // Without a body for HEAD: Tsung 1.7 would wait for it.
        if request.method() == "HEAD" {
            send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        } else {
            ok("ok")
        }
    }
}

impl Rule {
    /// For the exact path (query included).
    pub fn path(path: &str, steps: impl IntoIterator<Item = Step>) -> Self {
        Self { method: None, path: Path::Is(path.to_owned()), hit: None, steps: steps.into_iter().collect() }
    }

    /// For all paths that begin so.
    pub fn prefix(prefix: &str, steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            method: None,
            path: Path::StartsWith(prefix.to_owned()),
            hit: None,
            steps: steps.into_iter().collect(),
        }
    }

    /// For this method only.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// For the n-th request (from 1) that this rule fits, only.
    #[must_use]
    pub fn hit(mut self, hit: usize) -> Self {
        self.hit = Some(hit);
        self
    }

    fn fits(&self, request: &Request) -> bool {
        let path = request.path();
        self.method.as_ref().is_none_or(|method| *method == request.method())
            && match &self.path {
                Path::Is(own) => *own == path,
                Path::StartsWith(prefix) => path.starts_with(prefix.as_str()),
            }
    }
}

/// `200` with this body, whole.
pub fn ok(body: &str) -> Vec<Step> {
    response("200 OK", &[], body)
}

/// A response with a length.
pub fn response(status: &str, headers: &[&str], body: &str) -> Vec<Step> {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    send(format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len()))
}

/// A response that ends where the connection does.
pub fn delimited(body: &str) -> Vec<Step> {
    let mut steps = send(format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{body}"));
    steps.push(Step::Close);
    steps
}

/// These bytes at once.
pub fn send(bytes: impl AsRef<[u8]>) -> Vec<Step> {
    vec![Step::Send(bytes.as_ref().to_vec())]
}

/// These pieces with a pause between them.
pub fn split(pieces: &[&str], pause_ms: u64) -> Vec<Step> {
    let mut steps = Vec::new();
    for piece in pieces {
        if !steps.is_empty() {
            steps.push(pause(pause_ms));
        }
        steps.push(Step::Send(piece.as_bytes().to_vec()));
    }
    steps
}

/// Nothing for a while.
pub fn pause(ms: u64) -> Step {
    Step::Pause(Duration::from_millis(ms))
}

/// An answer that depends on the request: `200` with this body.
pub fn reply(body: impl Fn(&Request) -> String + Send + Sync + 'static) -> Vec<Step> {
    vec![Step::Reply(Arc::new(move |request| {
        let body = body(request);
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
    }))]
}

/// FIN.
pub fn close() -> Step {
    Step::Close
}

/// RST.
pub fn reset() -> Step {
    Step::Reset
}

/// No answer.
pub fn hang() -> Vec<Step> {
    vec![Step::Hang]
}
