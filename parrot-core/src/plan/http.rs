//! HTTP requests as lists of parts.
//!
//! The order of lines is decided by the front end; the engine only concatenates. Parts without holes are joined to bytes once,
//! at link.

use serde::{Deserialize, Serialize};

use super::{EndpointId, Template};

/// What is sent for one HTTP request, and where.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct HttpRequest {
    /// The method; decides how the response is framed, and named in dumps.
    pub method: Method,
    /// The request-target; for [`Target::Dynamic`] the whole URL.
    pub url: Template,
    /// Spaces of the URL become `%20` (Tsung: when substitution is on).
    pub escape_spaces: bool,
    /// Which server it goes to.
    pub target: Target,
    /// The computed Host value, which cookies are compared with even where a header overrides it.
    pub host: Host,
    /// All bytes of the message, in order, including line ends.
    pub parts: Vec<Part>,
    /// What [`Part::Body`] and [`Part::ContentLength`] are about.
    pub body: Template,
}

/// Methods that can be sent.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Method {
    /// GET.
    Get,
    /// HEAD: the response has no body.
    Head,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
    /// OPTIONS.
    Options,
}

impl Method {
    /// As on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
        }
    }
}

/// Which server a request goes to.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Target {
    /// This one; the user stays with it.
    Pinned(EndpointId),
    /// The one that the user is with.
    Current,
    /// The one that the URL names when it is absolute after substitution, else the one that the user is with.
    Dynamic,
}

/// The computed value of the Host header.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Host {
    /// Known before the run.
    Fixed(Vec<u8>),
    /// Host and port of the server that the request goes to, without the scheme's own port.
    Current,
}

/// A part of the message.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum Part {
    /// Text, with or without holes.
    Text(Template),
    /// The base64 of a text with holes (basic authentication).
    Base64(Template),
    /// The request-target.
    Url,
    /// The computed Host value (without name and line end).
    Host,
    /// The user's drawn user agent (without name and line end).
    UserAgent,
    /// The length of the body in decimal (without name and line end).
    ContentLength,
    /// The whole `Cookie` line with its end, or nothing when no cookie applies.
    Cookies {
        /// Cookies of this request only, in the order in which they are sent, after stored ones.
        added: Vec<AddedCookie>,
    },
    /// The body.
    Body,
}

/// An `<add_cookie>`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct AddedCookie {
    /// Name.
    pub key: Vec<u8>,
    /// Value.
    pub value: Template,
    /// Must occur in `.` + Host value.
    pub domain: Vec<u8>,
    /// The URL must start with it.
    pub path: Vec<u8>,
}
