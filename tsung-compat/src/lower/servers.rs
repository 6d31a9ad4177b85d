//! `<servers>`: where users connect unless a request says otherwise.

use parrot_core::plan::{Endpoint, Server, Transport};

use super::tables::Tables;
use crate::ast;
use crate::diagnostic::{Report, Setup};

/// The servers, as the Plan and as addresses of relative URLs.
#[derive(Debug, Default)]
pub(super) struct Servers {
    pub(super) list: Vec<Server>,
    /// The server of relative URLs, when there is only one.
    pub(super) only: Option<Endpoint>,
    /// How absolute URLs connect.
    pub(super) transport: Option<Transport>,
}

pub(super) fn lower(servers: &[ast::Server], tables: &mut Tables, report: &mut Report<'_>) -> Servers {
    let mut lowered = Servers::default();
    for server in servers {
        let transport = if server.ipv6 { Transport::Tcp6 } else { Transport::Tcp };
        let host = server.host.value.trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() {
            report.warn(server.host.at, Setup::EmptyHost);
        }
        let endpoint = Endpoint { host, port: server.port, transport };
        lowered.only = (lowered.list.is_empty()).then(|| endpoint.clone());
        lowered.transport.get_or_insert(transport);
        lowered.list.push(Server { endpoint: tables.endpoint(endpoint), weight: server.weight.value });
    }
    if let Some(first) = servers.first()
        && lowered.list.iter().all(|server| server.weight == 0.0)
    {
        report.error(first.weight.at, Setup::WeightsZero { what: "servers" });
    }
    lowered
}
