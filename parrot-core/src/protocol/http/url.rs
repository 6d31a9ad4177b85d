//! Absolute URLs, split the way Tsung splits them (docs/compatibility.md, `absolute-url`), and Host values.

use std::borrow::Cow;

/// How a URL wants to be reached.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scheme {
    /// `http`: plain TCP.
    Http,
    /// `https`: TLS.
    Https,
}

/// An absolute URL in its parts, as written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AbsoluteUrl<'a> {
    /// `http` or `https`.
    pub scheme: Scheme,
    /// Host without brackets.
    pub host: &'a [u8],
    /// Port, the scheme's own when none is written.
    pub port: u16,
    /// Host and port as written, brackets included: the Host value of requests that are pinned to this URL.
    pub authority: &'a [u8],
    /// Path and query; may be empty or begin with `?`.
    rest: &'a [u8],
}

impl<'a> AbsoluteUrl<'a> {
    /// Splits an absolute URL; none when it is not one, or its port is not a number from 1 to 65535.
    pub fn parse(url: &'a [u8]) -> Option<Self> {
        let (scheme, after) = match (url.strip_prefix(b"http://"), url.strip_prefix(b"https://")) {
            (Some(after), _) => (Scheme::Http, after),
            (None, Some(after)) => (Scheme::Https, after),
            (None, None) => return None,
        };
        let end = after.iter().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(after.len());
        let (authority, rest) = after.split_at(end);
        let (host, port) = match authority.strip_prefix(b"[") {
            Some(inner) => {
                let close = inner.iter().position(|byte| *byte == b']')?;
                (&inner[..close], &inner[close + 1..])
            }
            None => {
                let colon = authority.iter().position(|byte| *byte == b':').unwrap_or(authority.len());
                authority.split_at(colon)
            }
        };
        let port = match port.strip_prefix(b":") {
            Some(digits) => std::str::from_utf8(digits).ok()?.parse().ok().filter(|port| *port > 0)?,
            None if port.is_empty() => default_port(scheme),
            None => return None,
        };
        (!host.is_empty()).then_some(Self { scheme, host, port, authority, rest })
    }

    /// The request-target: path and query, with at least a `/`.
    pub fn target(&self) -> Cow<'a, [u8]> {
        match self.rest.first() {
            Some(b'/') => Cow::Borrowed(self.rest),
            Some(_) => Cow::Owned([b"/", self.rest].concat()),
            None => Cow::Borrowed(b"/"),
        }
    }
}

const fn default_port(scheme: Scheme) -> u16 {
    match scheme {
        Scheme::Http => 80,
        Scheme::Https => 443,
    }
}

/// The Host value of a plain server: its own port 80 is not written, IPv6 literals are bracketed.
pub fn host_header(host: &str, port: u16) -> Vec<u8> {
    let bracketed = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    if port == 80 { bracketed.into_bytes() } else { format!("{bracketed}:{port}").into_bytes() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_split_at_host_port_and_path() {
        let cases: [(&str, &str, u16, &str, &str); 8] = [
            ("http://h", "h", 80, "h", "/"),
            ("http://h/", "h", 80, "h", "/"),
            ("http://h:81/a?b=c#d", "h", 81, "h:81", "/a?b=c#d"),
            ("http://h:80/x", "h", 80, "h:80", "/x"),
            ("http://h?x=1", "h", 80, "h", "/?x=1"),
            ("http://h:81?x", "h", 81, "h:81", "/?x"),
            ("https://[::1]:8443/s", "::1", 8443, "[::1]:8443", "/s"),
            ("https://h/x:9", "h", 443, "h", "/x:9"),
        ];
        for (url, host, port, authority, target) in cases {
            let parsed = AbsoluteUrl::parse(url.as_bytes()).unwrap_or_else(|| panic!("{url}"));
            assert_eq!((parsed.host, parsed.port), (host.as_bytes(), port), "{url}");
            assert_eq!(
                (parsed.authority, &*parsed.target()),
                (authority.as_bytes(), target.as_bytes()),
                "{url}"
            );
        }
    }

    #[test]
    fn what_is_no_absolute_url_is_none() {
        for url in [
            "/x",
            "ftp://h/",
            "http://",
            "http://:80/",
            "http://h:x/",
            "http://h:0/",
            "http://h:65536/",
            "http://[::1/",
            "HTTP://h/",
        ] {
            assert_eq!(AbsoluteUrl::parse(url.as_bytes()), None, "{url}");
        }
    }

    #[test]
    fn host_values() {
        assert_eq!(host_header("h", 80), b"h");
        assert_eq!(host_header("h", 8080), b"h:8080");
        assert_eq!(host_header("::1", 8080), b"[::1]:8080");
    }
}
