//! A user's cookies: Tsung's store, not a browser's (docs/compatibility.md, rows `cookie-*`).
//!
//! Cookies never expire and are never deleted; the domain is a substring of `.` + Host value, the path a prefix of the URL.

use memchr::memmem;

use crate::limits::COOKIES_PER_USER_MAX;

#[derive(Clone, Debug, Eq, PartialEq)]
struct Cookie {
    name: Box<[u8]>,
    value: Box<[u8]>,
    domain: Box<[u8]>,
    path: Box<[u8]>,
}

/// The cookies of one user, in the order in which they are sent. Empty, it is one pointer.
#[derive(Clone, Debug, Default)]
pub struct CookieStore {
    // Most users of most plans never see a cookie: the Vec's header stays out of their memory.
    #[expect(clippy::box_collection)]
    cookies: Option<Box<Vec<Cookie>>>,
}

/// A `Cookie` line under construction.
#[derive(Debug)]
pub struct CookieLine<'a> {
    out: &'a mut Vec<u8>,
    host: &'a [u8],
    url: &'a [u8],
    begun: bool,
}

impl CookieStore {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.cookies.as_ref().is_none_or(|cookies| cookies.is_empty())
    }

    /// Takes the `Set-Cookie` values of one response, in header order. `host` is the server's, without port.
    ///
    /// New cookies go to the head: one by one in the first response that sets any, so that its last comes first; as a block in
    /// later ones (`cookie-order`).
    pub fn take<'a>(&mut self, values: impl DoubleEndedIterator<Item = &'a [u8]>, host: &[u8]) {
        if self.is_empty() {
            values.for_each(|value| self.set(value, host));
        } else {
            values.rev().for_each(|value| self.set(value, host));
        }
    }

    fn set(&mut self, value: &[u8], host: &[u8]) {
        let Some(cookie) = Cookie::parse(value, host) else { return };
        let cookies = self.cookies.get_or_insert_default();
        match cookies.iter_mut().find(|known| known.name == cookie.name) {
            Some(known) if known.domain == cookie.domain => *known = cookie,
            _ => {
                cookies.truncate(COOKIES_PER_USER_MAX - 1);
                cookies.insert(0, cookie);
            }
        }
    }

    /// Begins a `Cookie` line with the stored cookies that apply to this Host value and URL.
    pub fn line<'a>(&self, out: &'a mut Vec<u8>, host: &'a [u8], url: &'a [u8]) -> CookieLine<'a> {
        let mut line = CookieLine { out, host, url, begun: false };
        for cookie in self.cookies.iter().flat_map(|cookies| cookies.iter()) {
            line.add(&cookie.name, &cookie.value, &cookie.domain, &cookie.path);
        }
        line
    }
}

impl Cookie {
    /// Reads a `Set-Cookie` value: the first part that is no attribute is the cookie, attributes hold wherever they stand.
    fn parse(value: &[u8], host: &[u8]) -> Option<Self> {
        let mut pair = None;
        let mut domain = None;
        let mut path = None;
        for part in value.split(|byte| *byte == b';') {
            let part = part.trim_ascii_start();
            let (name, value) = match memchr::memchr(b'=', part) {
                Some(at) => (&part[..at], &part[at + 1..]),
                None => (part, &b""[..]),
            };
            match () {
                () if part.is_empty() => {}
                () if name.eq_ignore_ascii_case(b"domain") => domain = domain.or(Some(value)),
                () if name.eq_ignore_ascii_case(b"path") => path = path.or(Some(value)),
                () if is_attribute(name) => {}
                () => pair = pair.or(Some((name, value))),
            }
        }
        let (name, value) = pair?;
        Some(Self {
            name: name.into(),
            value: value.into(),
            domain: domain.map_or_else(|| own_domain(host), Into::into),
            path: path.unwrap_or(b"/").into(),
        })
    }
}

fn is_attribute(name: &[u8]) -> bool {
    const ATTRIBUTES: [&[u8]; 8] =
        [b"version", b"port", b"discard", b"secure", b"comment", b"commenturl", b"expires", b"max-age"];
    ATTRIBUTES.iter().any(|attribute| name.eq_ignore_ascii_case(attribute))
}

/// The domain of a cookie that names none: `.` + host as the Host value shows it (IPv6 literals in brackets).
fn own_domain(host: &[u8]) -> Box<[u8]> {
    if host.contains(&b':') { [b".[", host, b"]"].concat().into() } else { [b".", host].concat().into() }
}

impl CookieLine<'_> {
    /// Adds a cookie if it applies here.
    pub fn add(&mut self, name: &[u8], value: &[u8], domain: &[u8], path: &[u8]) {
        if path.is_empty() || !self.url.starts_with(path) || !self.is_in_host(domain) {
            return;
        }
        self.out.extend_from_slice(if self.begun { b"; " } else { b"Cookie: " });
        self.out.extend_from_slice(name);
        self.out.push(b'=');
        self.out.extend_from_slice(value);
        self.begun = true;
    }

    /// Ends the line; without cookies there is none.
    pub fn finish(self) {
        if self.begun {
            self.out.extend_from_slice(b"\r\n");
        }
    }

    /// Whether the domain occurs in `.` + Host value.
    fn is_in_host(&self, domain: &[u8]) -> bool {
        memmem::find(self.host, domain).is_some()
            || domain.strip_prefix(b".").is_some_and(|rest| self.host.starts_with(rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(store: &CookieStore, host: &str, url: &str) -> String {
        let mut out = Vec::new();
        store.line(&mut out, host.as_bytes(), url.as_bytes()).finish();
        String::from_utf8(out).unwrap()
    }

    fn take(store: &mut CookieStore, values: &[&str]) {
        store.take(values.iter().map(|value| value.as_bytes()), b"127.0.0.1");
    }

    #[test]
    fn cookie_order() {
        let mut store = CookieStore::default();
        take(&mut store, &["a=1", "b=2"]);
        assert_eq!(line(&store, "127.0.0.1:80", "/"), "Cookie: b=2; a=1\r\n");
        take(&mut store, &["c=3", "d=4"]);
        assert_eq!(line(&store, "127.0.0.1:80", "/"), "Cookie: c=3; d=4; b=2; a=1\r\n");
        take(&mut store, &["b=5"]);
        assert_eq!(line(&store, "127.0.0.1:80", "/"), "Cookie: c=3; d=4; b=5; a=1\r\n");
    }

    #[test]
    fn cookie_replaced_by_name_and_domain_whatever_its_path() {
        let mut store = CookieStore::default();
        take(&mut store, &["k=4; path=/deep"]);
        take(&mut store, &["k=5; path=/"]);
        assert_eq!(line(&store, "127.0.0.1", "/"), "Cookie: k=5\r\n");
        take(&mut store, &["k=6; domain=.0.1"]);
        take(&mut store, &["k=7"]);
        assert_eq!(line(&store, "127.0.0.1", "/"), "Cookie: k=7; k=6; k=5\r\n");
    }

    #[test]
    fn cookie_parts() {
        for (value, sent) in [
            ("a=1; path=/; expires=Fri, 31-Dec-2010 23:59:59 GMT", "Cookie: a=1\r\n"),
            ("d=\"q v\"; SameSite=Lax; HttpOnly; Secure", "Cookie: d=\"q v\"\r\n"),
            ("noeq", "Cookie: noeq=\r\n"),
            ("i=9=10==; path=/;", "Cookie: i=9=10==\r\n"),
            ("=emptyname", "Cookie: =emptyname\r\n"),
            ("version=1; k=v; comment=hi; port=80", "Cookie: k=v\r\n"),
            ("first=1; second=2", "Cookie: first=1\r\n"),
            ("Path=/nope; p=1", ""),
            ("MAX-AGE=7; z=1", "Cookie: z=1\r\n"),
            ("h=8; DOMAIN=other.org", ""),
            ("e=1; path=", ""),
            ("", ""),
        ] {
            let mut store = CookieStore::default();
            take(&mut store, &[value]);
            assert_eq!(line(&store, "127.0.0.1:8080", "/x"), sent, "{value}");
        }
    }

    #[test]
    fn cookie_domain_is_a_substring_and_path_a_prefix() {
        let mut store = CookieStore::default();
        take(&mut store, &["x=1; domain=7.0", "y=2; domain=.127.0.0.1; path=/sub"]);
        assert_eq!(line(&store, "127.0.0.1:80", "/subway"), "Cookie: y=2; x=1\r\n");
        assert_eq!(line(&store, "127.0.0.1:80", "/su"), "Cookie: x=1\r\n");
        assert_eq!(line(&store, "10.0.0.1", "/sub"), "");
    }

    #[test]
    fn cookie_ipv6_is_sent_back() {
        let mut store = CookieStore::default();
        store.take([b"a=1".as_slice()].into_iter(), b"::1");
        assert_eq!(line(&store, "[::1]:8080", "/"), "Cookie: a=1\r\n");
    }

    #[test]
    fn cookie_added_ones_follow_stored_ones() {
        let mut store = CookieStore::default();
        take(&mut store, &["a=1"]);
        let mut out = Vec::new();
        let mut line = store.line(&mut out, b"127.0.0.1", b"/p");
        line.add(b"a", b"2", b".", b"/");
        line.add(b"n", b"3", b".", b"/other");
        line.finish();
        assert_eq!(out, b"Cookie: a=1; a=2\r\n");
    }

    #[test]
    fn cookie_number_is_limited() {
        let mut store = CookieStore::default();
        for i in 0..2 * COOKIES_PER_USER_MAX {
            take(&mut store, &[&format!("c{i}=1")]);
        }
        assert_eq!(store.cookies.unwrap().len(), COOKIES_PER_USER_MAX);
    }
}
