//! Where a request goes: Tsung's rules for absolute, relative and dynamic URLs, applied to the requests of a session in document
//! order.

use parrot_core::plan::{Endpoint, Transport};

use crate::ast::Subst;
use crate::lower::servers::Servers;

/// The server that relative URLs of a session follow: the value of its Host header.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::lower) struct Previous(String);

/// What a URL means at its place in the session.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Resolved {
    /// The server is spoken to over TLS.
    pub(super) tls: bool,
    pub(super) target: Where,
    pub(super) host: HostValue,
    /// The request-target, or the whole URL when only the run knows the server.
    pub(super) url: String,
    pub(super) becomes_previous: Option<Previous>,
}

/// Which server it goes to.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) enum Where {
    Pinned(Endpoint),
    #[default]
    Current,
    Dynamic,
}

/// The computed Host value.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) enum HostValue {
    Fixed(String),
    #[default]
    Current,
}

/// Why a URL means nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Refusal {
    NoHost,
    BadPort { port: String },
    BadHost { character: char },
    Scheme,
    NoSlash { lower: Option<String> },
    UserInfo,
}

/// Applies the rules to one URL.
pub(super) fn resolve(
    url: &str,
    subst: Subst,
    previous: Option<&Previous>,
    servers: &Servers,
) -> Result<Resolved, Refusal> {
    let absolute = url.starts_with("http");
    let host_is_dynamic = url.starts_with("%%") || absolute && has_variable(authority(url));
    let dynamic = match subst {
        Subst::Off => false,
        Subst::AllExceptBody => host_is_dynamic,
        Subst::All => host_is_dynamic || absolute && has_variable(url),
    };
    if dynamic {
        let tls = url.starts_with("https://");
        return Ok(Resolved { tls, ..at_run_time(url.to_owned()) });
    }
    if absolute {
        return pinned(parse(url, servers.transport.unwrap_or(Transport::Tcp))?);
    }
    match (previous, &servers.only) {
        (Some(previous), _) => {
            let host = HostValue::Fixed(previous.0.clone());
            Ok(Resolved { host, url: url.to_owned(), ..Resolved::default() })
        }
        (None, None) => Ok(Resolved { url: url.to_owned(), ..Resolved::default() }),
        (None, Some(_)) if !url.is_empty() && !url.starts_with('/') => {
            Err(Refusal::NoSlash { lower: with_lower_scheme(url) })
        }
        (None, Some(only)) if subst == Subst::All && has_variable(url) => {
            Ok(at_run_time(format!("http://{}{url}", host_and_port(only))))
        }
        (None, Some(only)) => {
            let path = if url.is_empty() { "/" } else { url };
            let (host, endpoint) = (own_host_value(only), only.clone());
            pinned(Absolute { tls: false, host, endpoint, path: path.to_owned() })
        }
    }
}

/// A URL whose scheme is not in lower case, written as Tsung knows it.
pub(super) fn with_lower_scheme(url: &str) -> Option<String> {
    let scheme = ["http://", "https://"].into_iter().find(|scheme| {
        url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme) && start != *scheme)
    })?;
    Some(format!("{scheme}{}", &url[scheme.len()..]))
}

fn at_run_time(url: String) -> Resolved {
    Resolved { target: Where::Dynamic, url, ..Resolved::default() }
}

fn pinned(absolute: Absolute) -> Result<Resolved, Refusal> {
    Ok(Resolved {
        tls: absolute.tls,
        target: Where::Pinned(absolute.endpoint),
        host: HostValue::Fixed(absolute.host.clone()),
        url: absolute.path,
        becomes_previous: Some(Previous(absolute.host)),
    })
}

/// An absolute URL taken apart.
#[derive(Debug, Eq, PartialEq)]
struct Absolute {
    tls: bool,
    endpoint: Endpoint,
    /// Value of the Host header: the port only if it was written.
    host: String,
    path: String,
}

fn parse(url: &str, transport: Transport) -> Result<Absolute, Refusal> {
    let (tls, rest) = match (url.strip_prefix("http://"), url.strip_prefix("https://")) {
        (Some(rest), _) => (false, rest),
        (None, Some(rest)) => (true, rest),
        (None, None) => return Err(Refusal::Scheme),
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(end);
    if authority.contains('@') {
        return Err(Refusal::UserInfo);
    }
    let path = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
    let (host, port) = match authority.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((address, "")) => (address, None),
        Some((address, port)) => (address, Some(port.strip_prefix(':').unwrap_or(port))),
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    if host.is_empty() {
        return Err(Refusal::NoHost);
    }
    let strange = |c: &char| !c.is_alphanumeric() && !matches!(c, '.' | '-' | '_' | ':');
    if let Some(character) = host.chars().find(strange) {
        return Err(Refusal::BadHost { character });
    }
    let port_number = match port {
        None if tls => 443,
        None => 80,
        Some(port) => match port.parse::<u16>() {
            Ok(number) if number > 0 && port.bytes().all(|byte| byte.is_ascii_digit()) => number,
            _ => return Err(Refusal::BadPort { port: port.to_owned() }),
        },
    };
    let transport = if host.contains(':') { Transport::Tcp6 } else { transport };
    let endpoint = Endpoint { host: host.to_owned(), port: port_number, transport };
    let host = match port {
        Some(_) => host_and_port(&endpoint),
        None => bracketed(host),
    };
    Ok(Absolute { tls, endpoint, host, path })
}

/// Host value of the only server: without its scheme's own port.
fn own_host_value(endpoint: &Endpoint) -> String {
    if endpoint.port == 80 { bracketed(&endpoint.host) } else { host_and_port(endpoint) }
}

fn host_and_port(endpoint: &Endpoint) -> String {
    format!("{}:{}", bracketed(&endpoint.host), endpoint.port)
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

/// The part of an absolute URL that names the server.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest)
}

/// Whether there is something between two `%%`.
fn has_variable(text: &str) -> bool {
    let inner = text.split_once("%%").map(|(_, inner)| inner);
    inner.is_some_and(|inner| inner.get(1..).is_some_and(|rest| rest.contains("%%")))
}

#[cfg(test)]
mod tests {
    use parrot_core::plan::{EndpointId, Server};

    use super::*;

    fn servers(hosts: &[(&str, u16)]) -> Servers {
        let endpoint = |(host, port): &(&str, u16)| Endpoint {
            host: (*host).to_owned(),
            port: *port,
            transport: Transport::Tcp,
        };
        Servers {
            list: hosts.iter().map(|_| Server { endpoint: EndpointId(0), weight: 1.0 }).collect(),
            only: (hosts.len() == 1).then(|| endpoint(&hosts[0])),
            transport: Some(Transport::Tcp),
        }
    }

    /// `target | host | url | previous`.
    fn shown(url: &str, subst: Subst, previous: Option<&str>, servers: &Servers) -> String {
        let previous = previous.map(|host| Previous(host.to_owned()));
        let resolved = match resolve(url, subst, previous.as_ref(), servers) {
            Ok(resolved) => resolved,
            Err(refusal) => return format!("{refusal:?}"),
        };
        let target = match resolved.target {
            Where::Pinned(endpoint) => format!("{}:{}", endpoint.host, endpoint.port),
            other => format!("{other:?}"),
        };
        let host = match resolved.host {
            HostValue::Fixed(host) => host,
            HostValue::Current => "*".to_owned(),
        };
        let previous = resolved.becomes_previous.map_or_else(|| "-".to_owned(), |previous| previous.0);
        let tls = if resolved.tls { " | tls" } else { "" };
        format!("{target} | {host} | {} | {previous}{tls}", resolved.url)
    }

    #[test]
    fn one_server() {
        use Subst::{All, AllExceptBody, Off};
        let one = servers(&[("shop", 8080)]);
        for (url, subst, previous, expected) in [
            ("/a", Off, None, "shop:8080 | shop:8080 | /a | shop:8080"),
            ("", Off, None, "shop:8080 | shop:8080 | / | shop:8080"),
            ("/a%%_x%%", Off, None, "shop:8080 | shop:8080 | /a%%_x%% | shop:8080"),
            ("/a%%_x%%", All, None, "Dynamic | * | http://shop:8080/a%%_x%% | -"),
            ("/a%%_x%%", AllExceptBody, None, "shop:8080 | shop:8080 | /a%%_x%% | shop:8080"),
            ("/a", Off, Some("other:81"), "Current | other:81 | /a | -"),
            ("/a%%_x%%", All, Some("other:81"), "Current | other:81 | /a%%_x%% | -"),
            ("%%_url%%", All, None, "Dynamic | * | %%_url%% | -"),
            ("%%_url%%", AllExceptBody, Some("other:81"), "Dynamic | * | %%_url%% | -"),
            ("nofirstslash", Off, None, "NoSlash { lower: None }"),
            ("HTTP://h/x", Off, None, "NoSlash { lower: Some(\"http://h/x\") }"),
            ("nofirstslash", Off, Some("other"), "Current | other | nofirstslash | -"),
            ("http://h/p?x=http://y/", Off, None, "h:80 | h | /p?x=http://y/ | h"),
            ("http://h:80/p", Off, Some("other"), "h:80 | h:80 | /p | h:80"),
            ("http://h", Off, None, "h:80 | h | / | h"),
            ("http://h?x", Off, None, "h:80 | h | /?x | h"),
            ("http://[::1]:81/p", Off, None, "::1:81 | [::1]:81 | /p | [::1]:81"),
            ("http://h/%%_x%%", All, None, "Dynamic | * | http://h/%%_x%% | -"),
            ("http://h/%%_x%%", AllExceptBody, None, "h:80 | h | /%%_x%% | h"),
            ("http://%%_h%%/x", AllExceptBody, None, "Dynamic | * | http://%%_h%%/x | -"),
            ("http://h/%%_x", All, None, "h:80 | h | /%%_x | h"),
            ("https://h/", Off, None, "h:443 | h | / | h | tls"),
            ("https://h:443/p", Off, None, "h:443 | h:443 | /p | h:443 | tls"),
            ("https://%%_h%%/x", All, None, "Dynamic | * | https://%%_h%%/x | - | tls"),
            ("https://h:443host/", Off, None, "BadPort { port: \"443host\" }"),
            ("https:/h/", Off, None, "Scheme"),
            ("http://u:p@h/", Off, None, "UserInfo"),
            ("http://h:/", Off, None, "BadPort { port: \"\" }"),
            ("http://%%_h%%/", Off, None, "BadHost { character: '%' }"),
            ("http:///x", Off, None, "NoHost"),
            ("http://h:80x/", Off, None, "BadPort { port: \"80x\" }"),
            ("http://h:99999/", Off, None, "BadPort { port: \"99999\" }"),
            ("http:/h/", Off, None, "Scheme"),
            ("http://测试/", Off, None, "测试:80 | 测试 | / | 测试"),
            ("http://a b/", Off, None, "BadHost { character: ' ' }"),
        ] {
            assert_eq!(shown(url, subst, previous, &one), expected, "{url} {subst:?} {previous:?}");
        }
        assert_eq!(shown("/a", Off, None, &servers(&[("shop", 80)])), "shop:80 | shop | /a | shop");
    }

    #[test]
    fn several_servers() {
        use Subst::{All, Off};
        let two = servers(&[("a", 80), ("b", 80)]);
        for (url, subst, previous, expected) in [
            ("/x", Off, None, "Current | * | /x | -"),
            ("x", Off, None, "Current | * | x | -"),
            ("", Off, None, "Current | * |  | -"),
            ("/x%%_v%%", All, None, "Current | * | /x%%_v%% | -"),
            ("/x", Off, Some("c:81"), "Current | c:81 | /x | -"),
            ("http://c:81/y", Off, None, "c:81 | c:81 | /y | c:81"),
        ] {
            assert_eq!(shown(url, subst, previous, &two), expected, "{url} {subst:?} {previous:?}");
        }
    }
}
