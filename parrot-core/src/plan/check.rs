//! Whether a Plan holds together: every index leads somewhere, every jump stays in its session, nothing is empty that must not be.
//!
//! Front ends make sound Plans; those that come over a wire may be anything. What passes here can be linked, scheduled and run
//! without looking at its indices again.

mod script;
#[cfg(test)]
mod script_tests;

use super::{
    Condition, EndpointId, Exchange, Extraction, FileId, ForEach, FunctionId, HttpRequest, MatchAction,
    Number, Op, OpIndex, OpKind, Part, Pattern, Piece, Place, Plan, RequestId, Session, SessionId, Slot,
    Target, Template, Think, TransactionId, VariableSource,
};
use crate::limits::RANDOM_STRING_LENGTH_MAX;

/// What is wrong with a Plan: its writer's mistake.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// An index beyond the end of its table.
    #[error("{table} has no number {index}")]
    Index {
        /// The table.
        table: &'static str,
        /// The index.
        index: u32,
    },
    /// Something empty that must not be.
    #[error("{what} is empty")]
    Empty {
        /// What it is.
        what: &'static str,
    },
    /// A jump that leads the wrong way or out of its session.
    #[error("session {session}: step {op} leads to {target}")]
    Jump {
        /// Index of the session.
        session: u32,
        /// Index of the step.
        op: u32,
        /// Where it leads.
        target: u32,
    },
    /// A phase that starts more users than are drawn for it.
    #[error("phase {phase} starts {started} of {drawn} users")]
    Phase {
        /// Index of the phase.
        phase: u32,
        /// Users that start.
        started: u64,
        /// Users drawn.
        drawn: u64,
    },
    /// A list of weights that is not one for each session, or holds what is no weight.
    #[error("shares {index} are not those of the sessions")]
    Shares {
        /// Index of the list.
        index: u32,
    },
    /// Static users that are not in the order of their starts.
    #[error("static users are out of order")]
    Order,
    /// A function called with other arguments, or made with other captured values, than it takes.
    #[error("function {function} is not used as it is made")]
    Arity {
        /// Index of the function.
        function: u32,
    },
    /// A clause with another number of patterns than there are values.
    #[error("{found} patterns for {wanted} values")]
    Patterns {
        /// How many values there are.
        wanted: usize,
        /// How many patterns.
        found: usize,
    },
    /// What should be a number and is none.
    #[error("{what} is no number")]
    Number {
        /// What it should be.
        what: &'static str,
    },
    /// A number that is too large.
    #[error("{what} is too large")]
    TooLarge {
        /// What it is.
        what: &'static str,
    },
}

impl Plan {
    /// Checks that the Plan holds together.
    ///
    /// # Errors
    /// With the first thing that does not.
    pub fn check(&self) -> Result<(), PlanError> {
        self.check_load()?;
        script::check(self)?;
        for server in &self.servers {
            self.endpoint(server.endpoint)?;
        }
        for request in &self.requests {
            if let Some(tag) = request.tag {
                index("tags", tag.0, self.tags.len())?;
            }
            let Exchange::Http(http) = &request.exchange;
            if let Target::Pinned(endpoint) = http.target {
                self.endpoint(endpoint)?;
            }
            for place in
                request.variables.iter().map(|v| v.place).chain(request.matches.iter().map(|m| m.place))
            {
                self.place(place)?;
            }
        }
        (0..).zip(&self.sessions).try_for_each(|(number, session)| {
            let session = Steps { plan: self, number, session };
            session.check()
        })
    }

    fn check_load(&self) -> Result<(), PlanError> {
        let load = &self.load;
        let starts = !load.static_users.is_empty() || load.phases.iter().any(|phase| phase.started > 0);
        for (what, is_empty) in [("servers", self.servers.is_empty()), ("sessions", self.sessions.is_empty())]
        {
            if starts && is_empty {
                return Err(PlanError::Empty { what });
            }
        }
        for (number, phase) in (0..).zip(&load.phases) {
            index("popularities", phase.popularity.0, load.popularities.len())?;
            let (started, drawn) = (phase.started, phase.drawn);
            if started > drawn {
                return Err(PlanError::Phase { phase: number, started, drawn });
            }
        }
        for (number, weights) in (0..).zip(&load.popularities) {
            let sound = |weight: &f64| weight.is_finite() && *weight >= 0.0;
            if weights.len() != self.sessions.len() || !weights.iter().all(sound) {
                return Err(PlanError::Shares { index: number });
            }
        }
        for user in &load.static_users {
            self.session(user.session)?;
        }
        if load.static_users.is_sorted_by_key(|user| user.start) { Ok(()) } else { Err(PlanError::Order) }
    }

    fn endpoint(&self, id: EndpointId) -> Result<(), PlanError> {
        index("endpoints", id.0, self.endpoints.len())
    }

    fn session(&self, id: SessionId) -> Result<(), PlanError> {
        index("sessions", id.0, self.sessions.len())
    }

    fn transaction(&self, id: TransactionId) -> Result<(), PlanError> {
        index("transactions", id.0, self.transactions.len())
    }

    fn file(&self, id: FileId) -> Result<(), PlanError> {
        index("files", id.0, self.files.len())
    }

    fn function(&self, id: FunctionId) -> Result<(), PlanError> {
        index("functions", id.0, self.script.functions.len())
    }

    fn place(&self, place: Place) -> Result<(), PlanError> {
        index("sources", place.source, self.sources.len())
    }
}

fn index(table: &'static str, index: u32, length: usize) -> Result<(), PlanError> {
    if (index as usize) < length { Ok(()) } else { Err(PlanError::Index { table, index }) }
}

/// A session being checked, with the requests that it makes: their variables are its own.
struct Steps<'a> {
    plan: &'a Plan,
    number: u32,
    session: &'a Session,
}

impl Steps<'_> {
    fn check(&self) -> Result<(), PlanError> {
        if self.session.variables.is_empty() {
            return Err(PlanError::Empty { what: "the list of variables" });
        }
        (0..).zip(&self.session.ops).try_for_each(|(at, op)| self.op(at, op))
    }

    fn op(&self, at: u32, op: &Op) -> Result<(), PlanError> {
        self.plan.place(op.place)?;
        match &op.kind {
            OpKind::Request(request) => self.request(at, *request),
            OpKind::Think(Think::Text(template)) => self.template(template),
            OpKind::Think(_) | OpKind::Barrier | OpKind::Abort(_) => Ok(()),
            OpKind::TransactionStart(id) | OpKind::TransactionStop(id) | OpKind::Interaction { id, .. } => {
                self.plan.transaction(*id)
            }
            OpKind::SetVariables { slots, source } => {
                slots.iter().try_for_each(|slot| self.slot(*slot))?;
                self.source(source)
            }
            OpKind::ForStart { slot, from } => self.slot(*slot).and_then(|()| self.number(from)),
            OpKind::ForEnd { slot, to, body, .. } => {
                self.slot(*slot)?;
                self.number(to)?;
                self.back(at, *body)
            }
            OpKind::RepeatEnd { counter, repeat, condition, body, .. } => {
                self.slot(*counter)?;
                index("repeats", *repeat, self.plan.repeats.len())?;
                self.condition(condition)?;
                self.back(at, *body)
            }
            OpKind::ForEachStart(each) => self.for_each(each),
            OpKind::ForEachEnd { each, body } => {
                self.for_each(each)?;
                self.back(at, *body)
            }
            OpKind::If { condition, end } => {
                self.condition(condition)?;
                let inside = end.0 > at && end.index() <= self.session.ops.len();
                if inside { Ok(()) } else { Err(self.jump(at, end.0)) }
            }
        }
    }

    fn for_each(&self, each: &ForEach) -> Result<(), PlanError> {
        index("lists", each.name, self.plan.lists.len())?;
        [each.variable, each.counter, each.list].into_iter().try_for_each(|slot| self.slot(slot))
    }

    /// A jump to the beginning of a body leads back.
    fn back(&self, at: u32, body: OpIndex) -> Result<(), PlanError> {
        if body.0 <= at { Ok(()) } else { Err(self.jump(at, body.0)) }
    }

    fn jump(&self, op: u32, target: u32) -> PlanError {
        PlanError::Jump { session: self.number, op, target }
    }

    fn source(&self, source: &VariableSource) -> Result<(), PlanError> {
        match source {
            VariableSource::RandomString { alphabet, .. } if alphabet.is_empty() => {
                Err(PlanError::Empty { what: "an alphabet" })
            }
            VariableSource::RandomString { length, .. } if *length > RANDOM_STRING_LENGTH_MAX => {
                Err(PlanError::TooLarge { what: "the length of a random string" })
            }
            VariableSource::File { delimiter, .. } if delimiter.is_empty() => {
                Err(PlanError::Empty { what: "a delimiter" })
            }
            VariableSource::File { file, .. } => self.plan.file(*file),
            VariableSource::Function(function) => self.plan.callable(*function, Some(1)),
            VariableSource::JsonPath { from, .. } => self.slot(*from),
            VariableSource::RandomNumber { .. }
            | VariableSource::RandomString { .. }
            | VariableSource::Constant(_)
            | VariableSource::Value(_)
            | VariableSource::Server => Ok(()),
        }
    }

    fn request(&self, at: u32, id: RequestId) -> Result<(), PlanError> {
        index("requests", id.0, self.plan.requests.len())?;
        let request = &self.plan.requests[id.index()];
        let Exchange::Http(http) = &request.exchange;
        self.http(http)?;
        for variable in &request.variables {
            self.slot(variable.slot)?;
            if let Extraction::JsonPath(path) = &variable.extraction {
                self.template(path)?;
            }
        }
        if let Some(function) = request.content.apply {
            self.plan.callable(function, Some(1))?;
        }
        for entry in &request.matches {
            if let Pattern::Template(template) = &entry.pattern {
                self.template(template)?;
            }
            if let MatchAction::Loop { back, .. } = entry.action
                && back > at
            {
                return Err(self.jump(at, back));
            }
        }
        Ok(())
    }

    fn http(&self, http: &HttpRequest) -> Result<(), PlanError> {
        self.template(&http.url)?;
        self.template(&http.body)?;
        http.parts.iter().try_for_each(|part| match part {
            Part::Text(template) | Part::Base64(template) => self.template(template),
            Part::Cookies { added } => added.iter().try_for_each(|cookie| self.template(&cookie.value)),
            Part::Url | Part::Host | Part::UserAgent | Part::ContentLength | Part::Body => Ok(()),
        })
    }

    fn condition(&self, condition: &Condition) -> Result<(), PlanError> {
        self.slot(condition.slot)?;
        self.template(&condition.operand)
    }

    fn number(&self, number: &Number) -> Result<(), PlanError> {
        match number {
            Number::Fixed(_) => Ok(()),
            Number::Text(template) => self.template(template),
        }
    }

    fn template(&self, template: &Template) -> Result<(), PlanError> {
        template.0.iter().try_for_each(|piece| match piece {
            Piece::Variable(slot) => self.slot(*slot),
            Piece::Function(function) => self.plan.callable(*function, Some(1)),
            Piece::Text(_) | Piece::UserId => Ok(()),
        })
    }

    fn slot(&self, slot: Slot) -> Result<(), PlanError> {
        index("variables", slot.0, self.session.variables.len())
    }
}
