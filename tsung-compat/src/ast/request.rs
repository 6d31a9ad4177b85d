//! Requests, without what the protocol says in them.

use super::session::Reader;
use super::{DynVariable, Http, Match, Name};
use crate::diagnostic::Scenario;
use crate::source::Span;
use crate::table::session_type_of;
use crate::xml::Element;

/// `<request>`.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) at: Span,
    pub(crate) subst: Subst,
    /// Empty is none.
    pub(crate) tag: String,
    pub(crate) payload: Payload,
    pub(crate) variables: Vec<DynVariable>,
    pub(crate) matches: Vec<Match>,
}

/// Whether `%%` is replaced.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Subst {
    Off,
    All,
    AllExceptBody,
}

/// What is sent.
#[derive(Debug)]
pub(crate) enum Payload {
    Http(Box<Http>),
    /// Another protocol's, or one that was refused: known by what it means to the steps around it.
    Unread {
        /// Numbers that it takes.
        actions: u32,
        /// The variable that an LDAP search puts its result into.
        sets: Option<Name>,
    },
}

impl Request {
    pub(super) fn read(element: &Element, reader: &mut Reader<'_, '_>) -> Self {
        let subst = match element.value("subst").map(|value| value.value) {
            Some("true") => Subst::All,
            Some("all_except_body") => Subst::AllExceptBody,
            _ => Subst::Off,
        };
        let variables = element.children_named("dyn_variable");
        let variables = variables.filter_map(|variable| DynVariable::read(variable, reader)).collect();
        Self {
            at: element.at,
            subst,
            tag: element.value("tag").map_or_else(String::new, |tag| tag.value.trim().to_owned()),
            payload: Payload::read(element, reader),
            variables,
            matches: element.children_named("match").filter_map(Match::read).collect(),
        }
    }
}

impl Payload {
    fn read(request: &Element, reader: &mut Reader<'_, '_>) -> Self {
        let is_payload = |child: &&Element| !matches!(child.name(), "match" | "dyn_variable");
        let mut payloads = request.children.iter().filter(is_payload);
        let Some(payload) = payloads.next() else {
            // One that the table refused has been reported; one that was never there has not.
            if !request.refused_children {
                reader.report.error(request.at, Scenario::EmptyRequest);
            }
            return Self::Unread { actions: 1, sets: None };
        };
        if let Some(second) = payloads.next() {
            reader.report.error(second.at, Scenario::SecondInRequest { element: second.name() });
        }
        let element = payload.name();
        if let Some(speaks) = reader.speaks.filter(|speaks| speaks.request != element) {
            let belongs = session_type_of(element).map(|known| known.name);
            let problem = Scenario::ForeignRequest { element, session_type: speaks.name, belongs };
            reader.report.error(payload.at, problem);
        }
        let http = if element == "http" { Http::read(payload, reader.report) } else { None };
        match http {
            Some(http) => Self::Http(Box::new(http)),
            None => {
                let is_ldap = element == "ldap";
                let sets = if is_ldap { payload.name_value("result_var") } else { None };
                Self::Unread { actions: actions(payload), sets }
            }
        }
    }
}

/// Numbers that a request takes: opening an AMQP connection is four requests.
fn actions(payload: &Element) -> u32 {
    let opens = payload.name() == "amqp"
        && payload.value("type").is_some_and(|kind| kind.value.trim() == "connection.open");
    if opens { 4 } else { 1 }
}
