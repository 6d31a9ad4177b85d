//! The Program: a Plan made ready to run. One per process, read by all engines, never written.
//!
//! Linking compiles patterns, renders what can be rendered, and splits data files into rows. Pure.

mod http;
mod rows;
mod steps;

pub use http::{LinkedHttp, LinkedPart, escape_spaces};
pub use rows::Rows;
pub use steps::LinkedStep;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::extract::{JsonPath, PatternError, Regex};
use crate::load::RowReads;
use crate::plan::{
    Endpoint, EndpointId, Exchange, Extraction, Identity, Pattern, Place, Plan, PlanError, Request,
    RequestId, SessionId,
};
use crate::protocol::http::host_header;
use crate::script::{LinkedScript, Value};
use crate::stats::{SeriesId, Shape};
use steps::Steps;

/// A Plan made ready to run.
#[derive(Debug)]
pub struct Program {
    /// What was linked.
    pub plan: Plan,
    /// By [`RequestId`].
    pub requests: Vec<LinkedRequest>,
    /// What operations need besides the Plan.
    steps: Steps,
    /// By [`EndpointId`].
    pub endpoints: Vec<LinkedEndpoint>,
    /// Functions that sessions call.
    pub script: LinkedScript,
    /// Names of variables as atoms, by session and slot; empty where no script wants them.
    pub variable_names: Vec<Vec<Value>>,
    /// By file id.
    pub rows: Vec<Rows>,
    /// Which reads of files are known before the run.
    pub row_reads: Arc<RowReads>,
    identity: OnceLock<Identity>,
}

/// A request made ready to send.
#[derive(Debug)]
pub struct LinkedRequest {
    /// What is sent.
    pub http: LinkedHttp,
    /// What the variables are found by, in their order; none where nothing is known before the run.
    pub variables: Vec<Option<Extractor>>,
    /// Compiled patterns of the matches, in their order; none where the pattern has variables in it.
    pub matches: Vec<Option<Arc<Regex>>>,
    /// Names of the matches, for records.
    pub match_names: Vec<Option<Arc<str>>>,
}

/// What finds a value in a response.
#[derive(Debug)]
pub enum Extractor {
    /// A compiled pattern.
    Regex(Arc<Regex>),
    /// A path, taken apart.
    JsonPath(JsonPath),
}

/// A place to connect to, with what is derived from it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LinkedEndpoint {
    /// The place.
    pub endpoint: Endpoint,
    /// Its Host value.
    pub host_header: Vec<u8>,
    /// Its host, for records.
    pub host: Arc<str>,
}

/// Why a Plan cannot be linked.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The Plan was written by another version.
    #[error("plan of version {found}, this is version {expected}")]
    Version {
        /// The Plan's.
        found: u16,
        /// Ours.
        expected: u16,
    },
    /// The Plan does not hold together.
    #[error("unsound plan: {0}")]
    Plan(PlanError),
    /// A pattern that cannot be compiled.
    #[error("{source_name}:{line}: bad regular expression: {error}")]
    Pattern {
        /// The file it was written in.
        source_name: String,
        /// The line there.
        line: u32,
        /// What is wrong with it.
        error: PatternError,
    },
    /// Not the data files that the Plan names.
    #[error("data file {name} is missing or not the one that was planned with")]
    DataFile {
        /// Its id.
        name: String,
    },
    /// A function that a script calls and neither it nor the library has.
    #[error("no function {name} is known here, which a script calls")]
    Function {
        /// `module:name/1`.
        name: String,
    },
    /// A data file without a single row, read by a session.
    #[error("data file {name} has no lines: a session that reads it could not go on")]
    EmptyDataFile {
        /// Its id.
        name: String,
    },
}

impl Program {
    /// Makes a Plan ready to run; `files` are the bytes of its data files, in its order.
    ///
    /// # Errors
    /// When the Plan does not hold together, a pattern does not compile, a script calls an unknown function, or a data file is
    /// missing, changed or empty.
    pub fn link(plan: Plan, files: Vec<Vec<u8>>) -> Result<Self, LinkError> {
        if plan.version != crate::plan::PLAN_VERSION {
            return Err(LinkError::Version { found: plan.version, expected: crate::plan::PLAN_VERSION });
        }
        plan.check().map_err(LinkError::Plan)?;
        let rows = rows::link(&plan, files)?;
        let endpoints = plan.endpoints.iter().cloned().map(LinkedEndpoint::new).collect();
        let mut patterns = Patterns::new(&plan);
        let requests = plan.requests.iter().map(|request| link_request(request, &mut patterns));
        let requests = requests.collect::<Result<_, _>>()?;
        let steps = Steps::link(&plan, &mut patterns)?;
        let row_reads = Arc::new(RowReads::new(&plan));
        let script = LinkedScript::link(&plan.script, &rows)
            .map_err(|unknown| LinkError::Function { name: unknown.name })?;
        let variable_names = variable_names(&plan);
        Ok(Self {
            script,
            variable_names,
            requests,
            steps,
            endpoints,
            rows,
            row_reads,
            identity: OnceLock::new(),
            plan,
        })
    }

    /// What tells its Plan from others.
    pub fn identity(&self) -> Identity {
        *self.identity.get_or_init(|| self.plan.identity())
    }

    /// How many series and phases its recorders have.
    pub fn shape(&self) -> Shape {
        Shape {
            series: SeriesId::FIXED as usize + self.plan.transactions.len(),
            phases: self.plan.load.phases.len(),
        }
    }

    /// A request as planned.
    pub fn planned(&self, id: RequestId) -> &Request {
        &self.plan.requests[id.index()]
    }

    /// What an operation of a session needs besides the Plan, if anything.
    pub fn step(&self, session: SessionId, at: u32) -> Option<&LinkedStep> {
        self.steps.of(session, at)
    }

    /// An endpoint of the Plan.
    pub fn endpoint(&self, id: EndpointId) -> &LinkedEndpoint {
        &self.endpoints[id.index()]
    }
}

impl LinkedEndpoint {
    /// Derives what is needed of a place.
    pub fn new(endpoint: Endpoint) -> Self {
        let host_header = host_header(&endpoint.host, endpoint.port);
        Self { host_header, host: endpoint.host.as_str().into(), endpoint }
    }
}

fn variable_names(plan: &Plan) -> Vec<Vec<Value>> {
    let sessions = if plan.script.functions.is_empty() { &[] } else { plan.sessions.as_slice() };
    let names =
        sessions.iter().map(|session| session.variables.iter().map(|name| Value::atom(name)).collect());
    names.collect()
}

/// Patterns compiled so far: generated configurations use one in thousands of requests.
struct Patterns<'a> {
    plan: &'a Plan,
    known: HashMap<Vec<u8>, Arc<Regex>>,
}

impl<'a> Patterns<'a> {
    fn new(plan: &'a Plan) -> Self {
        Self { plan, known: HashMap::new() }
    }

    fn compile(&mut self, pattern: &[u8], place: Place) -> Result<Arc<Regex>, LinkError> {
        if let Some(known) = self.known.get(pattern) {
            return Ok(Arc::clone(known));
        }
        let source = self.plan.sources.get(place.source as usize);
        let regex = Regex::compile(pattern).map_err(|error| LinkError::Pattern {
            source_name: source.map_or_else(String::new, |source| source.name.clone()),
            line: place.line,
            error,
        })?;
        Ok(Arc::clone(self.known.entry(pattern.to_vec()).or_insert_with(|| Arc::new(regex))))
    }
}

fn link_request(request: &Request, patterns: &mut Patterns<'_>) -> Result<LinkedRequest, LinkError> {
    let Exchange::Http(http) = &request.exchange;
    let variables = request.variables.iter().map(|variable| match &variable.extraction {
        Extraction::Regex(pattern) => {
            patterns.compile(pattern, variable.place).map(|regex| Some(Extractor::Regex(regex)))
        }
        Extraction::JsonPath(path) => Ok(path.as_text().map(|path| Extractor::JsonPath(JsonPath::new(path)))),
        Extraction::Header { .. } => Ok(None),
    });
    let variables = variables.collect::<Result<_, _>>()?;
    let matches = request.matches.iter().map(|entry| match &entry.pattern {
        Pattern::Fixed(pattern) => patterns.compile(pattern, entry.place).map(Some),
        Pattern::Template(_) => Ok(None),
    });
    Ok(LinkedRequest {
        http: LinkedHttp::link(http),
        variables,
        matches: matches.collect::<Result<_, _>>()?,
        match_names: request.matches.iter().map(|entry| entry.name.as_deref().map(Into::into)).collect(),
    })
}
