//! Clients, servers, monitors and options.

use std::net::IpAddr;

use super::Name;
use crate::diagnostic::{Language, Report, Setup};
use crate::source::Span;
use crate::table::{BATCH_SYSTEMS, Kind};
use crate::xml::{Element, Spanned};

/// A `<client>`: a machine that makes load.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) at: Span,
    pub(crate) host: Name,
    /// The batch system that names the machines instead of `host`.
    pub(crate) batch_system: Option<String>,
    pub(crate) use_controller_vm: bool,
    pub(crate) cpu: u32,
}

impl Client {
    pub(super) fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        source_addresses(element, report);
        let is_batch = element.value("type")?.value == "batch";
        let system = element.written("batch");
        let interface = element.written("scan_intf");
        if is_batch && system.is_none() {
            element.sound()?;
            report.error(element.at, Setup::BatchWithoutSystem);
            return None;
        }
        if let Some(interface) = interface.filter(|_| is_batch) {
            check_interface(interface, report);
            report.not_yet(interface.at, Language::NotYet { what: "scan_intf of <client>".to_owned() });
        }
        for (name, written) in [("batch", system), ("scan_intf", interface)] {
            if let Some(written) = written.filter(|_| !is_batch) {
                report.warn(written.at, Setup::OnlyOfBatch { attribute: name });
            }
        }
        Some(Self {
            at: element.at,
            host: element.name_value("host").unwrap_or_else(|| Spanned::new(String::new(), element.at)),
            batch_system: system.filter(|_| is_batch).map(|system| system.value.to_owned()),
            use_controller_vm: element.is_true("use_controller_vm"),
            cpu: element.integer("cpu").map_or(1, |cpu| u32::try_from(cpu.value).unwrap_or(u32::MAX)),
        })
    }
}

/// Checks the addresses that a client is to connect from.
fn source_addresses(client: &Element, report: &mut Report<'_>) {
    let mut ranges = client.children_named("iprange");
    let beside = if client.child("ip").is_some() { ranges.next() } else { ranges.nth(1) };
    if let Some(beside) = beside {
        report.error(beside.at, Setup::RangeBesideAddresses);
    }
    for ip in client.children_named("ip") {
        let Some(value) = ip.written("value") else { continue };
        if ip.is_true("scan") {
            check_interface(value, report);
        } else if !is_address_or_name(value.value.trim()) {
            report.error(value.at, Setup::NotAnAddress { value: value.value.to_owned() });
        }
    }
}

/// An address, or a name that has one; `resolve` (the name of the client) is read as a name.
fn is_address_or_name(value: &str) -> bool {
    let only_numbers = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if only_numbers { value.parse::<IpAddr>().is_ok() } else { Kind::Host.check(value).is_ok() }
}

/// Names of network interfaces as Linux has them.
fn check_interface(name: Spanned<&str>, report: &mut Report<'_>) {
    const LENGTH_MAX: usize = 15;
    let text = name.value.trim();
    let is_good = |c: char| c != '/' && !c.is_whitespace() && !c.is_control();
    if text.is_empty() || text.len() > LENGTH_MAX || !text.chars().all(is_good) {
        report.error(name.at, Setup::NotAnInterface { value: name.value.to_owned() });
    }
}

/// A `<server>`: where users connect.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) host: Name,
    pub(crate) port: u16,
    pub(crate) weight: Spanned<f64>,
    pub(crate) ipv6: bool,
}

impl Server {
    pub(super) fn read(element: &Element) -> Option<Self> {
        Some(Self {
            host: element.name_value("host")?,
            port: u16::try_from(element.integer("port")?.value).ok()?,
            weight: element.number("weight")?,
            ipv6: element.value("type")?.value == "tcp6",
        })
    }
}

/// A `<monitor>`: a machine to watch.
#[derive(Debug)]
pub(crate) struct Monitor {
    pub(crate) at: Span,
    /// The machine, or the batch system that names the machines.
    pub(crate) host: Name,
    pub(crate) is_batch: bool,
    /// How it is asked: the type of the monitor, or `mysqladmin` where that is asked too.
    pub(crate) kind: &'static str,
}

impl Monitor {
    pub(super) fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        let host = element.name_value("host")?;
        let is_batch = element.is_true("batch");
        let systems = Kind::Words(BATCH_SYSTEMS);
        if is_batch && let Err(reason) = systems.check(&host.value) {
            let problem =
                Language::BadValue { attribute: "host", element: "monitor", value: host.value, reason };
            report.error(host.at, problem);
            return None;
        }
        let (mut kind, part) = match element.value("type")?.value {
            "snmp" => ("snmp", "snmp"),
            "munin" => ("munin", "munin"),
            _ => ("erlang", "mysqladmin"),
        };
        for child in &element.children {
            if child.name() != part {
                report.warn(child.at, Setup::MonitorPartIgnored { element: child.name(), kind });
            }
        }
        if element.child("mysqladmin").is_some() && kind == "erlang" {
            kind = "mysqladmin";
        }
        Some(Self { at: element.at, host, is_batch, kind })
    }
}

/// An `<option>`.
#[derive(Debug)]
pub(crate) struct Opt {
    pub(crate) at: Span,
    pub(crate) name: Name,
    pub(crate) session_type: Option<String>,
    pub(crate) value: Option<Spanned<String>>,
    pub(crate) id: Option<Name>,
    pub(crate) random: bool,
    pub(crate) overrides: bool,
    pub(crate) min: Option<Spanned<u64>>,
    pub(crate) max: Option<Spanned<u64>>,
    pub(crate) user_agents: Vec<UserAgent>,
    /// Which attributes and children were written, with their places.
    pub(crate) written: Vec<(&'static str, Span)>,
}

impl Opt {
    pub(super) fn read(element: &Element) -> Option<Self> {
        element.sound()?;
        let attributes = element.attributes.iter().map(|attribute| (attribute.name, attribute.at));
        let children = element.children.iter().map(|child| (child.name(), child.at));
        Some(Self {
            at: element.at,
            written: attributes.chain(children).collect(),
            name: element.name_value("name")?,
            session_type: element.value("type").map(|value| value.value.to_owned()),
            value: element.string("value"),
            id: element.name_value("id").filter(|id| !id.value.is_empty()),
            random: element.is_true("random"),
            overrides: element.is_true("override"),
            min: element.integer("min"),
            max: element.integer("max"),
            user_agents: element.children_named("user_agent").filter_map(UserAgent::read).collect(),
        })
    }
}

/// A `<user_agent>`.
#[derive(Debug)]
pub(crate) struct UserAgent {
    pub(crate) probability: u64,
    pub(crate) text: String,
}

impl UserAgent {
    fn read(element: &Element) -> Option<Self> {
        Some(Self {
            probability: element.integer("probability")?.value,
            text: element.text.as_ref().map_or_else(String::new, |text| text.value.clone()),
        })
    }
}
