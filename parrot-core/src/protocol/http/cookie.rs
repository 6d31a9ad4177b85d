//! The cookies of one virtual user: Tsung's store, not a browser's (docs/compatibility.md, rows on cookies).
//!
//! Nothing expires and nothing is deleted; a domain matches anywhere inside the host, a path is a plain prefix. The order of
//! the `Cookie` line is visible to servers and to recorded baselines, so it follows Tsung's list handling step by step.

use crate::limits::COOKIES_PER_USER_MAX;

/// The cookies of one user. Empty, it is one pointer.
#[derive(Clone, Debug, Default)]
pub struct CookieStore {
    /// First is sent first; new ones go to the front. Most users of most plans never see a cookie: the Vec's own fields stay
    /// out of their memory.
    #[expect(clippy::box_collection)]
    cookies: Option<Box<Vec<Cookie>>>,
}

/// One cookie in one allocation: users are many, cookies few.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Cookie {
    /// `name=value`, then the domain, then the path.
    bytes: Box<[u8]>,
    name_len: u32,
    domain_start: u32,
    path_start: u32,
}

impl Cookie {
    fn new(name: &[u8], value: &[u8], domain: Domain<'_>, path: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(name.len() + value.len() + domain.len() + path.len() + 1);
        bytes.extend(name.iter().filter(|byte| !is_line_end(**byte)));
        let name_len = bytes.len() as u32;
        bytes.push(b'=');
        bytes.extend(value.iter().filter(|byte| !is_line_end(**byte)));
        let domain_start = bytes.len() as u32;
        domain.write(&mut bytes);
        let path_start = bytes.len() as u32;
        bytes.extend_from_slice(path);
        Self { bytes: bytes.into_boxed_slice(), name_len, domain_start, path_start }
    }

    fn name(&self) -> &[u8] {
        &self.bytes[..self.name_len as usize]
    }

    fn name_and_value(&self) -> &[u8] {
        &self.bytes[..self.domain_start as usize]
    }

    fn domain(&self) -> &[u8] {
        &self.bytes[self.domain_start as usize..self.path_start as usize]
    }

    fn path(&self) -> &[u8] {
        &self.bytes[self.path_start as usize..]
    }
}

/// A folded `Set-Cookie` line must not put line ends into a request.
fn is_line_end(byte: u8) -> bool {
    byte == b'\r' || byte == b'\n'
}

#[derive(Clone, Copy)]
enum Domain<'a> {
    Given(&'a [u8]),
    /// A dot and the host that set the cookie.
    Host(&'a [u8]),
}

impl Domain<'_> {
    fn len(self) -> usize {
        match self {
            Self::Given(domain) => domain.len(),
            Self::Host(host) => host.len() + 3,
        }
    }

    fn write(self, out: &mut Vec<u8>) {
        match self {
            Self::Given(domain) => out.extend_from_slice(domain),
            Self::Host(host) => {
                out.push(b'.');
                // As it stands in a Host header: a literal without brackets would never be found in one.
                if is_bare_ipv6(host) {
                    out.push(b'[');
                    out.extend_from_slice(host);
                    out.push(b']');
                } else {
                    out.extend_from_slice(host);
                }
            }
        }
    }
}

fn is_bare_ipv6(host: &[u8]) -> bool {
    host.first() != Some(&b'[') && host.contains(&b':')
}

impl CookieStore {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.cookies.as_ref().is_none_or(|cookies| cookies.is_empty())
    }

    /// Takes the `Set-Cookie` values of one response, in header order. A value is everything after the colon and the one space
    /// that belongs to it. `host` is the server's, without port.
    pub fn take<'a>(&mut self, values: impl Iterator<Item = &'a [u8]>, host: &[u8]) {
        let mut fresh = Vec::new();
        values.filter_map(|value| parse(value, host)).for_each(|cookie| insert(&mut fresh, cookie));
        if fresh.is_empty() {
            return;
        }
        match &mut self.cookies {
            // The first response's list becomes the user's as it is; later ones are inserted one by one, from the front.
            None => self.cookies = Some(Box::new(fresh)),
            Some(cookies) => fresh.into_iter().for_each(|cookie| insert(cookies, cookie)),
        }
    }

    /// Begins a `Cookie` line with the stored cookies that apply here. `host` is the computed value of the Host header, `url` the
    /// request-target as sent.
    pub fn line<'a>(&self, out: &'a mut Vec<u8>, host: &'a [u8], url: &'a [u8]) -> CookieLine<'a> {
        let absolute = url.starts_with(b"http://") || url.starts_with(b"https://");
        let mut line = CookieLine { out, host, url, absolute, begun: false };
        for cookie in self.cookies.iter().flat_map(|cookies| cookies.iter()) {
            if line.applies(cookie.domain(), cookie.path()) {
                line.separate();
                line.out.extend_from_slice(cookie.name_and_value());
            }
        }
        line
    }
}

/// Replaces in place when the first cookie of that name has that domain, else puts the cookie to the front.
fn insert(cookies: &mut Vec<Cookie>, cookie: Cookie) {
    match cookies.iter_mut().find(|known| known.name() == cookie.name()) {
        Some(known) if known.domain() == cookie.domain() => *known = cookie,
        _ => {
            cookies.truncate(COOKIES_PER_USER_MAX - 1);
            cookies.insert(0, cookie);
        }
    }
}

fn parse(header: &[u8], host: &[u8]) -> Option<Cookie> {
    let header = if header.contains(&b';') { trim_end(header) } else { header };
    let mut pair = None;
    let mut domain = None;
    let mut path = None;
    for (index, part) in header.split(|byte| *byte == b';').enumerate() {
        let part = if index == 0 { part } else { trim_start(part) };
        let (key, value) = match memchr::memchr(b'=', part) {
            Some(at) => (&part[..at], &part[at + 1..]),
            None => (part, &[][..]),
        };
        // Of each attribute, and of parts that are none, the first one counts.
        match attribute(key) {
            Some(Attribute::Domain) => _ = domain.get_or_insert(value),
            Some(Attribute::Path) => _ = path.get_or_insert(value),
            Some(Attribute::Ignored) => {}
            None => _ = pair.get_or_insert((key, value)),
        }
    }
    let (name, value) = pair?;
    if name.is_empty() && value.is_empty() {
        return None;
    }
    let domain = domain.map_or(Domain::Host(host), Domain::Given);
    Some(Cookie::new(name, value, domain, path.unwrap_or(b"/")))
}

enum Attribute {
    Domain,
    Path,
    Ignored,
}

fn attribute(key: &[u8]) -> Option<Attribute> {
    const IGNORED: [&[u8]; 8] =
        [b"version", b"port", b"discard", b"secure", b"comment", b"commenturl", b"expires", b"max-age"];
    if key.eq_ignore_ascii_case(b"domain") {
        Some(Attribute::Domain)
    } else if key.eq_ignore_ascii_case(b"path") {
        Some(Attribute::Path)
    } else {
        IGNORED.iter().any(|name| key.eq_ignore_ascii_case(name)).then_some(Attribute::Ignored)
    }
}

fn trim_start(part: &[u8]) -> &[u8] {
    let blank = part.iter().take_while(|byte| **byte == b' ' || is_line_end(**byte)).count();
    &part[blank..]
}

fn trim_end(text: &[u8]) -> &[u8] {
    let blank = text.iter().rev().take_while(|byte| **byte == b' ').count();
    &text[..text.len() - blank]
}

/// A `Cookie` line under construction.
#[derive(Debug)]
pub struct CookieLine<'a> {
    out: &'a mut Vec<u8>,
    host: &'a [u8],
    url: &'a [u8],
    absolute: bool,
    begun: bool,
}

impl CookieLine<'_> {
    /// Adds a cookie of this request only, if it applies.
    pub fn add(&mut self, name: &[u8], value: &[u8], domain: &[u8], path: &[u8]) {
        if self.applies(domain, path) {
            self.separate();
            self.out.extend_from_slice(name);
            self.out.push(b'=');
            self.out.extend_from_slice(value);
        }
    }

    /// Ends the line; without cookies there is none.
    pub fn finish(self) {
        if self.begun {
            self.out.extend_from_slice(b"\r\n");
        }
    }

    fn separate(&mut self) {
        self.out.extend_from_slice(if self.begun { b"; " } else { b"Cookie: " });
        self.begun = true;
    }

    /// Tsung's test: the domain somewhere in dot + host, the URL starts with the path. Absolute URLs (sent to a proxy) are only
    /// asked to hold the path somewhere.
    fn applies(&self, domain: &[u8], path: &[u8]) -> bool {
        if self.absolute {
            return !path.is_empty() && memchr::memmem::find(self.url, path).is_some();
        }
        !path.is_empty() && self.url.starts_with(path) && is_in_dotted(domain, self.host)
    }
}

/// Whether the domain occurs in the host with a dot before it. Empty ones occur nowhere.
fn is_in_dotted(domain: &[u8], host: &[u8]) -> bool {
    match domain {
        [] => false,
        [b'.', rest @ ..] if host.starts_with(rest) => true,
        _ => memchr::memmem::find(host, domain).is_some(),
    }
}

#[cfg(test)]
#[path = "cookie_tests.rs"]
mod tests;
