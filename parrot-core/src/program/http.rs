//! HTTP requests made ready to send: every run of parts that is known before the run becomes one piece of bytes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::plan::{AddedCookie, Host, HttpRequest, Method, Part, Target, Template};

/// An HTTP request made ready to send.
#[derive(Debug)]
pub struct LinkedHttp {
    /// The method.
    pub method: Method,
    /// Which server it goes to.
    pub target: Target,
    /// The URL, if known: as sent.
    pub fixed_url: Option<Box<[u8]>>,
    /// The URL, if not.
    pub url: Template,
    /// Spaces of the URL become `%20`.
    pub escape_spaces: bool,
    /// The Host value.
    pub host: Host,
    /// The whole message of a user without cookies, if nothing else in it depends on the user.
    pub plain: Option<Box<[u8]>>,
    /// The message, in order.
    pub parts: Box<[LinkedPart]>,
    /// The body, where it has holes.
    pub body: Template,
}

/// A piece of the message.
#[derive(Debug)]
pub enum LinkedPart {
    /// Known bytes.
    Bytes(Box<[u8]>),
    /// Text with holes.
    Template(Template),
    /// The base64 of a text with holes.
    Base64(Template),
    /// The request-target.
    Url,
    /// The Host value.
    Host,
    /// The user's user agent.
    UserAgent,
    /// The length of the body.
    ContentLength,
    /// The Cookie line.
    Cookies(Box<[AddedCookie]>),
    /// The body.
    Body,
}

impl LinkedHttp {
    /// Joins what is known.
    pub fn link(request: &HttpRequest) -> Self {
        let fixed_url = match request.target {
            Target::Dynamic => None,
            Target::Pinned(_) | Target::Current => request
                .url
                .as_text()
                .map(|url| if request.escape_spaces { escape_spaces(url) } else { url.to_vec() }),
        };
        let fixed_body = request.body.as_text();
        let mut parts = Parts::default();
        for part in &request.parts {
            match part {
                Part::Text(template) => match template.as_text() {
                    Some(text) => parts.bytes(text),
                    None => parts.hole(LinkedPart::Template(template.clone())),
                },
                Part::Base64(template) => match template.as_text() {
                    Some(text) => parts.bytes(BASE64.encode(text).as_bytes()),
                    None => parts.hole(LinkedPart::Base64(template.clone())),
                },
                Part::Url => parts.known_or(fixed_url.as_deref(), LinkedPart::Url),
                Part::Host => match &request.host {
                    Host::Fixed(host) => parts.bytes(host),
                    Host::Current => parts.hole(LinkedPart::Host),
                },
                Part::UserAgent => parts.hole(LinkedPart::UserAgent),
                Part::ContentLength => {
                    let length = fixed_body.map(|body| body.len().to_string());
                    parts.known_or(length.as_deref().map(str::as_bytes), LinkedPart::ContentLength);
                }
                Part::Cookies { added } => parts.hole(LinkedPart::Cookies(added.clone().into())),
                Part::Body => parts.known_or(fixed_body, LinkedPart::Body),
            }
        }
        let parts = parts.finish();
        Self {
            plain: plain(&parts),
            method: request.method,
            target: request.target,
            fixed_url: fixed_url.map(Into::into),
            url: request.url.clone(),
            escape_spaces: request.escape_spaces,
            host: request.host.clone(),
            parts,
            body: if fixed_body.is_some() { Template::default() } else { request.body.clone() },
        }
    }
}

/// The parts so far, the last bytes still growing.
#[derive(Default)]
struct Parts {
    done: Vec<LinkedPart>,
    bytes: Vec<u8>,
}

impl Parts {
    fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn hole(&mut self, part: LinkedPart) {
        self.seal();
        self.done.push(part);
    }

    fn known_or(&mut self, known: Option<&[u8]>, hole: LinkedPart) {
        match known {
            Some(bytes) => self.bytes(bytes),
            None => self.hole(hole),
        }
    }

    fn seal(&mut self) {
        if !self.bytes.is_empty() {
            self.done.push(LinkedPart::Bytes(std::mem::take(&mut self.bytes).into()));
        }
    }

    fn finish(mut self) -> Box<[LinkedPart]> {
        self.seal();
        self.done.into()
    }
}

/// The message without a Cookie line, if that leaves nothing open.
fn plain(parts: &[LinkedPart]) -> Option<Box<[u8]>> {
    let mut bytes = Vec::new();
    for part in parts {
        match part {
            LinkedPart::Bytes(known) => bytes.extend_from_slice(known),
            LinkedPart::Cookies(added) if added.is_empty() => {}
            _ => return None,
        }
    }
    Some(bytes.into())
}

/// Every space of a URL as `%20`; nothing else is escaped (docs/compatibility.md, `url-spaces`).
pub fn escape_spaces(url: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(url.len());
    for byte in url {
        match byte {
            b' ' => escaped.extend_from_slice(b"%20"),
            other => escaped.push(*other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{EndpointId, Piece};

    fn request(url: Template, target: Target) -> HttpRequest {
        HttpRequest {
            method: Method::Post,
            url,
            escape_spaces: true,
            target,
            host: Host::Fixed(b"h:81".to_vec()),
            parts: vec![
                Part::Text(Template::text("POST ")),
                Part::Url,
                Part::Text(Template::text(" HTTP/1.1\r\nHost: ")),
                Part::Host,
                Part::Text(Template::text("\r\nContent-Length: ")),
                Part::ContentLength,
                Part::Text(Template::text("\r\n")),
                Part::Cookies { added: Vec::new() },
                Part::Text(Template::text("\r\n")),
                Part::Body,
            ],
            body: Template::text("body"),
        }
    }

    #[test]
    fn a_request_without_holes_is_bytes_around_its_cookies() {
        let linked = LinkedHttp::link(&request(Template::text("/a b"), Target::Pinned(EndpointId(0))));
        let [LinkedPart::Bytes(head), LinkedPart::Cookies(_), LinkedPart::Bytes(tail)] = &*linked.parts
        else {
            panic!("{:?}", linked.parts)
        };
        assert_eq!(&**head, b"POST /a%20b HTTP/1.1\r\nHost: h:81\r\nContent-Length: 4\r\n");
        assert_eq!(&**tail, b"\r\nbody");
        assert_eq!(linked.plain.as_deref().unwrap(), [&**head, &**tail].concat());
    }

    #[test]
    fn an_unknown_url_stays_a_hole() {
        let url = Template(vec![Piece::Text(b"/".to_vec()), Piece::UserId]);
        let linked = LinkedHttp::link(&request(url, Target::Current));
        assert!(linked.fixed_url.is_none());
        assert!(matches!(linked.parts[1], LinkedPart::Url));
        assert!(linked.plain.is_none());
        let dynamic = LinkedHttp::link(&request(Template::text("http://h/x"), Target::Dynamic));
        assert!(dynamic.fixed_url.is_none());
    }
}
