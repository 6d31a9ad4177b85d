//! The configuration as typed values with their places: what was written, with defaults in force, before anything is
//! computed from it.

mod change;
mod http;
mod load;
mod request;
mod response;
mod session;
mod setup;
mod step;
mod variable;

pub(crate) use change::{ChangeType, SetOption};
pub(crate) use http::{Authentication, Body, Cookie, Digest, Header, Http, OAuth, Signature};
pub(crate) use load::{ArrivalPhase, Load, Unit, Users};
pub(crate) use request::{Payload, Request, Subst};
pub(crate) use response::{DynVariable, Expression, Match};
pub(crate) use session::{Popularity, Session};
pub(crate) use setup::{Client, Monitor, Opt, Server};
pub(crate) use step::{Condition, ForEach, Repeat, Step, Think};
pub(crate) use variable::{SetVariables, Variables};

use parrot_core::plan::Dump;

use crate::diagnostic::{Language, Markup, Report};
use crate::limits;
use crate::xml::{Element, Spanned};

/// A whole configuration.
#[derive(Debug)]
pub(crate) struct Tsung {
    pub(crate) loglevel: String,
    pub(crate) dump: Dump,
    pub(crate) backend: Spanned<String>,
    pub(crate) clients: Vec<Client>,
    pub(crate) servers: Vec<Server>,
    pub(crate) monitors: Vec<Monitor>,
    pub(crate) load: Option<Load>,
    pub(crate) options: Vec<Opt>,
    pub(crate) sessions: Vec<Session>,
}

impl Tsung {
    /// Reads the root element. What is broken has been reported and is left out.
    ///
    /// The steps of sessions are taken out of `root`: a configuration of a hundred thousand requests need not be in memory as
    /// elements and as values.
    pub(crate) fn read(root: &mut Element, report: &mut Report<'_>) -> Self {
        for parent in ["clients", "servers", "load", "sessions"] {
            match root.children_named(parent).nth(1) {
                Some(second) => report.error(second.at, Language::Twice { element: parent }),
                None if root.child(parent).is_none() => {
                    report.error(root.at, Language::MissingElement { element: parent, parent: "tsung" });
                }
                None => {}
            }
        }
        for (parent, child) in [("clients", "client"), ("servers", "server"), ("sessions", "session")] {
            for empty in root.children_named(parent).filter(|list| list.child(child).is_none()) {
                if !empty.refused_children {
                    report.error(empty.at, Language::MissingElement { element: child, parent });
                }
            }
        }
        let mut sessions: Vec<Element> = Vec::new();
        for list in root.children.iter_mut().filter(|child| child.name() == "sessions") {
            sessions.extend(std::mem::take(&mut list.children));
        }
        let too_many = sessions.get(limits::SESSIONS_MAX).map(|session| session.at);
        if let Some(at) = too_many {
            let (what, limit) = ("sessions", limits::SESSIONS_MAX);
            report.error(at, Markup::TooMany { what, limit });
            sessions.truncate(limit);
        }
        let inside = |parent: &'static str, name: &'static str| {
            root.children_named(parent).flat_map(move |element| element.children_named(name))
        };
        Self {
            loglevel: root.value("loglevel").map_or_else(String::new, |value| value.value.to_owned()),
            dump: root.value("dumptraffic").map_or(Dump::None, |value| dump(value.value)),
            backend: root.string("backend").unwrap_or_else(|| Spanned::new(String::new(), root.at)),
            clients: inside("clients", "client").filter_map(|client| Client::read(client, report)).collect(),
            servers: inside("servers", "server").filter_map(Server::read).collect(),
            monitors: inside("monitoring", "monitor")
                .filter_map(|monitor| Monitor::read(monitor, report))
                .collect(),
            // What it says of sessions could not be judged without all of them.
            load: root.child("load").filter(|_| too_many.is_none()).map(|load| Load::read(load, report)),
            options: inside("options", "option").filter_map(Opt::read).collect(),
            sessions: sessions
                .into_iter()
                .filter(|child| child.name() == "session")
                .filter_map(|session| Session::read(session, report))
                .collect(),
        }
    }
}

/// Bytes that `dumptraffic="light"` shows of each piece.
pub(crate) const LIGHT_BYTES: u32 = 44;

fn dump(word: &str) -> Dump {
    match word {
        "protocol" => Dump::Protocol,
        "protocol_local" => Dump::ProtocolLocal,
        "true" => Dump::Traffic { bytes_max: u32::MAX },
        "light" => Dump::Traffic { bytes_max: LIGHT_BYTES },
        _ => Dump::None,
    }
}

/// A name as written, trimmed.
pub(crate) type Name = Spanned<String>;
