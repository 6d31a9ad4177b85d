//! HTTP requests: which lines are sent, in which order, and where to.
//!
//! The order of lines differs with the method and with `if_modified_since`, exactly as Tsung's does; docs/compatibility.md has
//! the table.

mod message;
#[cfg(test)]
mod tests;
mod url;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use parrot_core::plan::{AddedCookie, Exchange, Host, HttpRequest, Part, Target, Template};

use super::files;
use super::session::Steps;
use crate::ast::{Authentication, Body, Cookie, Digest, Header, Http, OAuth, Request, Signature, Subst};
use crate::diagnostic::{Http as Problem, Language, Scenario};
use crate::source::Span;
use crate::table::Mark;
use crate::xml::Spanned;
use message::Message;
pub(super) use url::Previous;
pub(crate) use url::Refusal as UrlRefusal;
use url::{HostValue, Resolved, Where};

const DEFAULT_USER_AGENT: &[u8] = b"tsung";

/// A request of a session.
pub(super) fn lower(request: &Request, http: &Http, steps: &mut Steps<'_, '_, '_>) -> Option<Exchange> {
    let resolved = resolve(http, request.subst, steps);
    // The rest is judged even when the URL means nothing.
    let usable = resolved.is_some();
    let resolved = resolved.unwrap_or_default();
    let runs = usable && !resolved.tls && can_run(http);
    let url = subst(&Spanned::new(resolved.url, http.url.at), request.subst, steps);
    let mut writer = Writer { request, http, steps, message: Message::default() };
    let (host, target) = writer.destination(resolved.host, resolved.target);
    let body = writer.body();
    writer.lines();
    let parts = writer.message.into_parts();
    let escape_spaces = request.subst != Subst::Off;
    let method = http.method.runs.filter(|_| runs)?;
    Some(Exchange::Http(HttpRequest { method, url, escape_spaces, target, host, parts, body }))
}

fn resolve(http: &Http, subst: Subst, steps: &mut Steps<'_, '_, '_>) -> Option<Resolved> {
    let resolved = url::resolve(&http.url.value, subst, steps.previous.as_ref(), &steps.context.servers);
    match resolved {
        Ok(resolved) => {
            if let Some(previous) = &resolved.becomes_previous {
                steps.previous = Some(previous.clone());
            }
            if resolved.tls {
                let what = "an https URL".to_owned();
                steps.context.report.not_yet(http.url.at, Language::NotYet { what });
            }
            match Mark::of_url(&http.url.value) {
                Some(mark) => not_filled("url", http.url.at, &http.url.value, mark, steps),
                None => look_at_url(http, &resolved, subst, steps),
            }
            Some(resolved)
        }
        Err(refusal) => {
            let url = http.url.value.clone();
            steps.context.report.error(http.url.at, Scenario::BadUrl { url, refusal });
            None
        }
    }
}

/// A value that a template was to fill in.
fn not_filled(attribute: &'static str, at: Span, value: &str, mark: Mark, steps: &mut Steps<'_, '_, '_>) {
    let value = value.trim().to_owned();
    steps.context.report.warn(at, Language::NotFilled { attribute, element: "http", value, mark });
}

/// A text of the request: with variables when the request substitutes, else as it is.
fn subst(text: &Spanned<String>, subst: Subst, steps: &mut Steps<'_, '_, '_>) -> Template {
    match subst {
        Subst::Off => Template::text(steps.context.text.bytes(&text.value)),
        Subst::All | Subst::AllExceptBody => steps.template(text),
    }
}

/// Whether all of a request can be run; the table tells what cannot.
fn can_run(http: &Http) -> bool {
    let digest = http.authentication.as_ref().is_some_and(|authentication| authentication.digest.is_some());
    !digest && http.oauth.is_none()
}

/// What is allowed in a URL, and rarely meant.
fn look_at_url(http: &Http, resolved: &Resolved, subst: Subst, steps: &mut Steps<'_, '_, '_>) {
    let report = &mut *steps.context.report;
    if let Where::Pinned(endpoint) = &resolved.target
        && !endpoint.host.is_ascii()
        && http.url.value.contains(&endpoint.host)
    {
        report.warn(http.url.at, Problem::HostNotAscii { host: endpoint.host.clone() });
    }
    let url = &http.url.value;
    let is_usual = url.starts_with(['/', '*']) || url.starts_with("%%");
    if resolved.target == Where::Current && !is_usual {
        let lower = url::with_lower_scheme(url);
        report.warn(http.url.at, Problem::NoSlash { url: url.clone(), lower });
    }
    // With variables, Tsung writes blanks as %20.
    let strange = |c: char| c.is_ascii_control() || c == ' ' && subst == Subst::Off;
    if let Some((offset, character)) = http.url.value.char_indices().find(|(_, c)| strange(*c)) {
        let at = steps.place_in(&http.url, offset);
        steps.context.report.warn(at, Problem::UrlCharacter { character });
    }
}

/// Headers that a `<http_header>` does not add but replaces where they stand.
#[derive(Clone, Copy)]
enum Fixed {
    Host,
    UserAgent,
    ContentType,
    ContentLength,
}

impl Fixed {
    /// Tsung's spelling.
    const fn name(self) -> &'static str {
        match self {
            Self::Host => "Host",
            Self::UserAgent => "User-Agent",
            Self::ContentType => "Content-Type",
            Self::ContentLength => "Content-Length",
        }
    }

    fn is(self, header: &Header) -> bool {
        header.name.value.eq_ignore_ascii_case(self.name())
    }

    fn any(header: &Header) -> bool {
        [Self::Host, Self::UserAgent, Self::ContentType, Self::ContentLength]
            .iter()
            .any(|fixed| fixed.is(header))
    }
}

/// Writes one request.
struct Writer<'w, 'c, 'a, 'r> {
    request: &'w Request,
    http: &'w Http,
    steps: &'w mut Steps<'c, 'a, 'r>,
    message: Message,
}

impl Writer<'_, '_, '_, '_> {
    fn destination(&mut self, host: HostValue, target: Where) -> (Host, Target) {
        let host = match host {
            HostValue::Fixed(host) => Host::Fixed(self.steps.context.text.bytes(&host)),
            HostValue::Current => Host::Current,
        };
        let target = match target {
            Where::Pinned(endpoint) => Target::Pinned(self.steps.context.tables.endpoint(endpoint)),
            Where::Current => Target::Current,
            Where::Dynamic => Target::Dynamic,
        };
        (host, target)
    }

    fn body(&mut self) -> Template {
        let (bytes, at) = match &self.http.body {
            None => return Template::default(),
            Some(Body::Contents(text)) => {
                if let Some(mark) = Mark::whole(&text.value) {
                    not_filled("contents", text.at, &text.value, mark, self.steps);
                }
                (self.steps.context.text.bytes(&text.value), text.at)
            }
            Some(Body::File(path)) => {
                let context = &mut *self.steps.context;
                let bytes = context.files.body(path, context.reach, context.report);
                (bytes.unwrap_or_default(), path.at)
            }
        };
        if !self.http.method.has_body {
            let method = self.http.method.name;
            self.steps.context.report.warn(at, Scenario::BodyIgnored { method });
            return Template::default();
        }
        match self.request.subst {
            Subst::All => self.steps.template_of_bytes(&bytes, at),
            Subst::Off | Subst::AllExceptBody => Template::text(bytes),
        }
    }

    /// All lines, in Tsung's order.
    fn lines(&mut self) {
        let body = self.http.method.has_body;
        self.message.text(self.http.method.name.as_bytes());
        self.message.text(b" ");
        self.message.part(Part::Url);
        self.message.text(format!(" HTTP/{}\r\n", self.http.version).as_bytes());
        if let Some(date) = &self.http.if_modified_since {
            if body {
                let method = self.http.method.name;
                self.steps.context.report.warn(date.at, Problem::DateIgnored { method });
            } else {
                let date = self.steps.context.text.bytes(&date.value);
                self.message.line(b"If-Modified-Since", &Template::text(date));
            }
        }
        self.fixed(Fixed::Host, Some(Part::Host));
        self.fixed(Fixed::UserAgent, Some(self.user_agent()));
        let content_type =
            body.then(|| Part::Text(subst(&self.http.content_type, self.request.subst, self.steps)));
        self.fixed(Fixed::ContentType, content_type);
        self.fixed(Fixed::ContentLength, body.then_some(Part::ContentLength));
        // Three orders: with a body, without, and without but with a date.
        let soap_first = !body && self.http.if_modified_since.is_some();
        if soap_first {
            self.soap_action();
        }
        if let Some(authentication) = &self.http.authentication {
            self.authorization(authentication);
        }
        if !soap_first {
            self.soap_action();
        }
        if let Some(oauth) = &self.http.oauth {
            self.oauth(oauth);
        }
        self.cookies();
        self.custom_headers();
        self.message.text(b"\r\n");
        if body {
            self.message.part(Part::Body);
        }
    }

    /// One of the headers with a place of its own; the last `<http_header>` of that name gives its value.
    fn fixed(&mut self, fixed: Fixed, own: Option<Part>) {
        let value = match self.http.headers.iter().rev().find(|header| fixed.is(header)) {
            Some(header) => Some(Part::Text(self.header_value(header))),
            None => own,
        };
        if let Some(value) = value {
            self.message.text(fixed.name().as_bytes());
            self.message.text(b": ");
            self.message.part(value);
            self.message.text(b"\r\n");
        }
    }

    fn user_agent(&self) -> Part {
        if self.steps.context.chosen.user_agents.is_empty() {
            Part::Text(Template::text(DEFAULT_USER_AGENT))
        } else {
            Part::UserAgent
        }
    }

    fn header_value(&mut self, header: &Header) -> Template {
        if header.base64 {
            let bytes = self.steps.context.text.bytes(&header.value.value);
            return Template::text(BASE64.encode(bytes));
        }
        subst(&header.value, self.request.subst, self.steps)
    }

    fn authorization(&mut self, authentication: &Authentication) {
        if let Some(Digest { realm, nonce, opaque, qop, nc, cnonce }) = &authentication.digest {
            for text in [realm, nonce, nc].into_iter().chain(opaque).chain(qop).chain(cnonce) {
                subst(text, self.request.subst, self.steps);
            }
        }
        let mut credentials = subst(&authentication.userid, self.request.subst, self.steps);
        credentials.push_text(b":");
        credentials.append(&subst(&authentication.password, self.request.subst, self.steps));
        self.message.text(b"Authorization: Basic ");
        self.message.part(match credentials.as_text() {
            Some(known) => Part::Text(Template::text(BASE64.encode(known))),
            None => Part::Base64(credentials),
        });
        self.message.text(b"\r\n");
    }

    fn oauth(&mut self, oauth: &OAuth) {
        for text in oauth.token.iter().chain(&oauth.token_secret) {
            subst(text, self.request.subst, self.steps);
        }
        if oauth.signature == Signature::RsaSha1 {
            let context = &mut *self.steps.context;
            files::look_at("key file", &oauth.consumer_secret, context.reach, context.report);
        }
    }

    /// The action is sent in quotes, as it is.
    fn soap_action(&mut self) {
        if let Some(action) = &self.http.soap_action {
            let action = self.steps.context.text.bytes(&action.value);
            self.message.line(b"SOAPAction", &Template::text([b"\"", action.as_slice(), b"\""].concat()));
        }
    }

    fn cookies(&mut self) {
        let text = self.steps.context.text;
        let mut added: Vec<AddedCookie> = Vec::new();
        for Cookie { key, value, domain, path } in &self.http.cookies {
            let value = subst(value, self.request.subst, self.steps);
            let (key, domain, path) =
                (text.bytes(&key.value), text.bytes(&domain.value), text.bytes(&path.value));
            added.push(AddedCookie { key, value, domain, path });
        }
        self.in_tsung_order(&mut added);
        self.message.part(Part::Cookies { added });
    }

    fn custom_headers(&mut self) {
        let text = self.steps.context.text;
        let mut lines = Vec::new();
        for header in self.http.headers.iter().filter(|header| !Fixed::any(header)) {
            let name = header.name.value.as_str();
            if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c == ':') {
                let problem = Scenario::HeaderName { name: header.name.value.clone() };
                self.steps.context.report.error(header.name.at, problem);
            }
            self.look_for_compression(header);
            lines.push((text.bytes(&header.name.value), self.header_value(header)));
        }
        self.in_tsung_order(&mut lines);
        for (name, value) in lines {
            self.message.line(&name, &value);
        }
    }

    /// A request that invites compression and looks at the body would look in vain.
    fn look_for_compression(&mut self, header: &Header) {
        let looks = !self.request.matches.is_empty() || !self.request.variables.is_empty();
        let invites =
            ["gzip", "deflate", "br", "zstd"].iter().any(|coding| header.value.value.contains(coding));
        if looks && invites && header.name.value.eq_ignore_ascii_case("Accept-Encoding") {
            self.steps.context.report.warn(header.name.at, Scenario::CompressedBody);
        }
    }

    /// Tsung collects backwards, and once more backwards when it substitutes.
    fn in_tsung_order<T>(&self, list: &mut [T]) {
        if self.request.subst == Subst::Off {
            list.reverse();
        }
    }
}
