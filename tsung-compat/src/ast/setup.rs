//! Clients, servers, monitors and options.

use super::Name;
use crate::source::Span;
use crate::xml::{Element, Spanned};

/// A `<client>`: a machine that makes load.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) at: Span,
    pub(crate) host: Name,
    pub(crate) use_controller_vm: bool,
    pub(crate) cpu: u32,
}

impl Client {
    pub(super) fn read(element: &Element) -> Self {
        let host = element.name_value("host").unwrap_or_else(|| Spanned::new(String::new(), element.at));
        let cpu = element.integer("cpu").map_or(1, |cpu| u32::try_from(cpu.value).unwrap_or(u32::MAX));
        Self { at: element.at, host, use_controller_vm: element.is_true("use_controller_vm"), cpu }
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
    pub(crate) host: Name,
    pub(crate) kind: String,
}

impl Monitor {
    pub(super) fn read(element: &Element) -> Option<Self> {
        let kind = element.value("type")?.value.to_owned();
        Some(Self { at: element.at, host: element.name_value("host")?, kind })
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
}

impl Opt {
    pub(super) fn read(element: &Element) -> Option<Self> {
        element.sound()?;
        Some(Self {
            at: element.at,
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
