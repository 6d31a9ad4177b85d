//! Building the message of a request, and finding out where it goes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::run::Stop;
use super::{Context, PlaceRef, State, User};
use crate::plan::{AddedCookie, Endpoint, Host, RequestId, Target, Transport};
use crate::program::{LinkedEndpoint, LinkedHttp, LinkedPart, Program, escape_spaces};
use crate::protocol::http::{AbsoluteUrl, Scheme};

/// The message that is to be sent: buffers that one engine uses for all its users.
#[derive(Debug, Default)]
pub struct Message {
    /// The message is this request's, known since the link.
    plain: Option<RequestId>,
    bytes: Vec<u8>,
    url: Vec<u8>,
    body: Vec<u8>,
    cookie: Vec<u8>,
    /// Where the values of added cookies end in it.
    cookie_ends: Vec<usize>,
}

impl Message {
    /// The message, if it was known since the link: then it lives as long as the Program.
    pub fn plain(&self) -> Option<RequestId> {
        self.plain
    }

    /// The message's bytes.
    pub fn bytes<'a>(&'a self, program: &'a Program) -> &'a [u8] {
        self.plain.and_then(|id| program.requests[id.index()].http.plain.as_deref()).unwrap_or(&self.bytes)
    }
}

impl User {
    /// Builds the message and decides where it goes.
    pub(super) fn begin_exchange(&mut self, request: RequestId, cx: &mut Context<'_>) -> Result<(), Stop> {
        let program = cx.program;
        let http = &program.requests[request.index()].http;
        self.find_target(http, cx)?;
        self.exchange.request = request;
        self.state = State::Connecting;
        if http.plain.is_some() && self.cookies.is_empty() {
            cx.message.plain = Some(request);
        } else {
            cx.message.plain = None;
            self.assemble(http, cx)?;
        }
        if program.plan.options.dump.has_rows() && http.fixed_url.is_none() {
            self.dump_url = Some(cx.message.url.as_slice().into());
        }
        Ok(())
    }

    /// Sets the place that the request goes to and, unless it is fixed, its URL in the message's buffer.
    fn find_target(&mut self, http: &LinkedHttp, cx: &mut Context<'_>) -> Result<(), Stop> {
        if let Target::Pinned(id) = http.target {
            self.place = PlaceRef::Known(id);
        }
        if http.fixed_url.is_some() {
            return Ok(());
        }
        let mut url = std::mem::take(&mut cx.message.url);
        url.clear();
        self.render(&http.url, &mut url, cx)?;
        if http.escape_spaces && url.contains(&b' ') {
            url = escape_spaces(&url);
        }
        if http.target == Target::Dynamic && url.starts_with(b"http") {
            let absolute = AbsoluteUrl::parse(&url).ok_or(Stop::Unworkable)?;
            let tcp6 = self.place.endpoint(cx.program).endpoint.transport == Transport::Tcp6;
            let transport = match absolute.scheme {
                Scheme::Http if tcp6 => Transport::Tcp6,
                Scheme::Http => Transport::Tcp,
                // Without TLS there is no way to go on (docs/compatibility.md, `dynamic-https`).
                Scheme::Https => return Err(Stop::Unworkable),
            };
            let host = String::from_utf8(absolute.host.to_vec()).map_err(|_| Stop::Unworkable)?;
            self.place = place(cx.program, Endpoint { host, port: absolute.port, transport });
            let target = absolute.target();
            url = target.into_owned();
        }
        cx.message.url = url;
        Ok(())
    }

    fn assemble(&mut self, http: &LinkedHttp, cx: &mut Context<'_>) -> Result<(), Stop> {
        let mut bytes = std::mem::take(&mut cx.message.bytes);
        let mut body = std::mem::take(&mut cx.message.body);
        bytes.clear();
        body.clear();
        self.render(&http.body, &mut body, cx)?;
        for part in &http.parts {
            match part {
                LinkedPart::Bytes(known) => bytes.extend_from_slice(known),
                LinkedPart::Template(template) => self.render(template, &mut bytes, cx)?,
                LinkedPart::Base64(template) => {
                    let mut text = std::mem::take(&mut cx.message.cookie);
                    text.clear();
                    self.render(template, &mut text, cx)?;
                    bytes.extend_from_slice(BASE64.encode(&text).as_bytes());
                    cx.message.cookie = text;
                }
                LinkedPart::Url => bytes.extend_from_slice(&cx.message.url),
                LinkedPart::Host => bytes.extend_from_slice(self.host_value(http, cx.program)),
                LinkedPart::UserAgent => {
                    let agent = cx.program.plan.user_agents.get(usize::from(self.agent));
                    bytes.extend_from_slice(agent.map_or(b"".as_slice(), |agent| &agent.text));
                }
                LinkedPart::ContentLength => {
                    crate::script::Value::Int(body.len() as i64).write_text(&mut bytes)?;
                }
                LinkedPart::Cookies(added) => self.write_cookies(http, added, &mut bytes, cx)?,
                LinkedPart::Body => bytes.extend_from_slice(&body),
            }
        }
        cx.message.bytes = bytes;
        cx.message.body = body;
        Ok(())
    }

    fn write_cookies(
        &mut self,
        http: &LinkedHttp,
        added: &[AddedCookie],
        out: &mut Vec<u8>,
        cx: &mut Context<'_>,
    ) -> Result<(), Stop> {
        if added.is_empty() && self.cookies.is_empty() {
            return Ok(());
        }
        // All values one after the other, as rendering one may change the user.
        let mut value = std::mem::take(&mut cx.message.cookie);
        value.clear();
        cx.message.cookie_ends.clear();
        for cookie in added {
            self.render(&cookie.value, &mut value, cx)?;
            cx.message.cookie_ends.push(value.len());
        }
        let built_url = std::mem::take(&mut cx.message.url);
        let url = http.fixed_url.as_deref().unwrap_or(&built_url);
        let mut line = self.cookies.line(out, self.host_value(http, cx.program), url);
        let mut start = 0;
        for (cookie, end) in added.iter().zip(&cx.message.cookie_ends) {
            line.add(&cookie.key, &value[start..*end], &cookie.domain, &cookie.path);
            start = *end;
        }
        line.finish();
        cx.message.cookie = value;
        cx.message.url = built_url;
        Ok(())
    }

    fn host_value<'a>(&'a self, http: &'a LinkedHttp, program: &'a Program) -> &'a [u8] {
        match &http.host {
            Host::Fixed(host) => host,
            Host::Current => &self.place.endpoint(program).host_header,
        }
    }
}

/// One of the Plan's places if it is the same, so that a connection there is used again.
fn place(program: &Program, endpoint: Endpoint) -> PlaceRef {
    match program.endpoints.iter().position(|known| known.endpoint == endpoint) {
        Some(index) => PlaceRef::Known(crate::plan::EndpointId(index as u32)),
        None => PlaceRef::Found(Box::new(LinkedEndpoint::new(endpoint))),
    }
}
