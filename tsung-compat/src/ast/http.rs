//! HTTP requests.

use parrot_core::plan::Method;

use crate::diagnostic::{Http as Problem, Language, Report, Scenario};
use crate::table::Kind;
use crate::xml::{Attribute, Element, Spanned};

/// `<http>`.
#[derive(Debug)]
pub(crate) struct Http {
    pub(crate) method: HttpMethod,
    pub(crate) url: Attribute,
    /// `1.0` or `1.1`.
    pub(crate) version: String,
    pub(crate) body: Option<Body>,
    pub(crate) content_type: Spanned<String>,
    pub(crate) if_modified_since: Option<Spanned<String>>,
    pub(crate) authentication: Option<Authentication>,
    pub(crate) oauth: Option<OAuth>,
    pub(crate) soap_action: Option<Spanned<String>>,
    pub(crate) headers: Vec<Header>,
    pub(crate) cookies: Vec<Cookie>,
}

/// Where the body comes from.
#[derive(Debug)]
pub(crate) enum Body {
    Contents(Spanned<String>),
    File(Spanned<String>),
}

/// A method, and whether it runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct HttpMethod {
    /// As on the wire.
    pub(crate) name: &'static str,
    /// The Plan's word for it; `None` for those that cannot be run yet.
    pub(crate) runs: Option<Method>,
    /// Requests with it carry a body and the headers that go with one, even when it is empty.
    pub(crate) has_body: bool,
}

/// `<www_authenticate>`.
#[derive(Debug)]
pub(crate) struct Authentication {
    pub(crate) userid: Spanned<String>,
    pub(crate) password: Spanned<String>,
    /// What `type="digest"` needs more.
    pub(crate) digest: Option<Digest>,
}

/// `<www_authenticate type="digest">`.
#[derive(Debug)]
pub(crate) struct Digest {
    pub(crate) realm: Spanned<String>,
    pub(crate) nonce: Spanned<String>,
    pub(crate) opaque: Option<Spanned<String>>,
    pub(crate) qop: Option<Spanned<String>>,
    pub(crate) nc: Spanned<String>,
    /// `None` is Tsung's own: the time and the user's number.
    pub(crate) cnonce: Option<Spanned<String>>,
}

/// `<oauth>`: OAuth 1.0.
#[derive(Debug)]
pub(crate) struct OAuth {
    /// The secret, or with RSA the file that holds the private key.
    pub(crate) consumer_secret: Spanned<String>,
    pub(crate) token: Option<Spanned<String>>,
    pub(crate) token_secret: Option<Spanned<String>>,
    pub(crate) signature: Signature,
}

/// How OAuth signs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Signature {
    HmacSha1,
    Plaintext,
    RsaSha1,
}

/// `<http_header>`.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) name: Spanned<String>,
    pub(crate) value: Spanned<String>,
    pub(crate) base64: bool,
}

/// `<add_cookie>`.
#[derive(Debug)]
pub(crate) struct Cookie {
    pub(crate) key: Spanned<String>,
    pub(crate) value: Spanned<String>,
    pub(crate) domain: Spanned<String>,
    pub(crate) path: Spanned<String>,
}

impl Http {
    pub(super) fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        let contents = element.string("contents");
        let file = element.string("contents_from_file");
        if let (Some(contents), Some(_)) = (&contents, &file) {
            report.warn(contents.at, Scenario::ContentsOverridden);
        }
        for single in ["oauth", "www_authenticate", "soap"] {
            if let Some(second) = element.children_named(single).nth(1) {
                report.error(second.at, Language::Twice { element: single });
            }
        }
        Some(Self {
            method: HttpMethod::read(element)?,
            url: element.attribute("url")?.clone(),
            version: element.value("version")?.value.to_owned(),
            body: file.map(Body::File).or_else(|| contents.map(Body::Contents)),
            content_type: element.string("content_type")?,
            if_modified_since: element.string("if_modified_since"),
            authentication: element
                .child("www_authenticate")
                .and_then(|authentication| Authentication::read(authentication, report)),
            oauth: element.child("oauth").and_then(|oauth| OAuth::read(oauth, report)),
            soap_action: element.child("soap").and_then(|soap| soap.string("action")),
            headers: element
                .children_named("http_header")
                .filter_map(|header| Header::read(header, report))
                .collect(),
            cookies: element.children_named("add_cookie").filter_map(Cookie::read).collect(),
        })
    }
}

impl HttpMethod {
    fn read(http: &Element) -> Option<Self> {
        const RUNNING: [Method; 7] = [
            Method::Get,
            Method::Head,
            Method::Post,
            Method::Put,
            Method::Patch,
            Method::Delete,
            Method::Options,
        ];
        let written = http.value("method")?.value;
        let Kind::Words(words) = http.def.attribute("method")?.kind else {
            return None;
        };
        let name = words.iter().find(|word| word.text == written)?.text;
        Some(Self {
            name,
            runs: RUNNING.into_iter().find(|method| method.as_str() == name),
            has_body: !matches!(name, "GET" | "HEAD" | "OPTIONS" | "MKCOL"),
        })
    }
}

impl Authentication {
    fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        element.sound()?;
        let digest = if element.value("type")?.value == "digest" {
            Some(Digest::read(element, report)?)
        } else {
            for attribute in ["nonce", "opaque", "cnonce", "nc", "qop"] {
                if let Some(ignored) = element.written(attribute) {
                    report.warn(ignored.at, Problem::BasicIgnores { attribute });
                }
            }
            None
        };
        Some(Self { userid: element.string("userid")?, password: element.string("passwd")?, digest })
    }
}

impl Digest {
    fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        for attribute in ["realm", "nonce"] {
            if element.written(attribute).is_none() {
                report.error(element.at, Problem::DigestNeeds { attribute });
            }
        }
        Some(Self {
            realm: element.string("realm")?,
            nonce: element.string("nonce")?,
            opaque: element.string("opaque"),
            qop: element.string("qop"),
            nc: element.string("nc")?,
            cnonce: element.written("cnonce").map(|value| Spanned::new(value.value.to_owned(), value.at)),
        })
    }
}

impl OAuth {
    fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        element.sound()?;
        let (method, encoding) = (element.written("method"), element.written("encoding"));
        if let (Some(method), Some(encoding)) = (method, encoding)
            && method.value != encoding.value
        {
            report.error(encoding.at, Problem::TwoSignatures);
        }
        let signature = match (encoding, element.value("method")?) {
            (Some(Spanned { value: "RSA-SHA1", .. }), _) => Signature::RsaSha1,
            (Some(Spanned { value: "PLAINTEXT", .. }), _) | (None, Spanned { value: "PLAINTEXT", .. }) => {
                Signature::Plaintext
            }
            // What works with Tsung has a secret here, not the name of a key file.
            (None, Spanned { value: "RSA-SHA1", at }) => {
                report.warn(at, Problem::RsaByMethod);
                Signature::HmacSha1
            }
            _ => Signature::HmacSha1,
        };
        Some(Self {
            consumer_secret: element.string("consumer_secret")?,
            token: element.string("access_token"),
            token_secret: element.string("access_token_secret"),
            signature,
        })
    }
}

impl Header {
    fn read(element: &Element, report: &mut Report<'_>) -> Option<Self> {
        let base64 = match element.value("encoding") {
            None => false,
            Some(encoding) if encoding.value == "base64" => true,
            Some(encoding) => {
                report.error(encoding.at, Scenario::HeaderEncoding { encoding: encoding.value.to_owned() });
                return None;
            }
        };
        Some(Self { name: element.string("name")?, value: element.string("value")?, base64 })
    }
}

impl Cookie {
    fn read(element: &Element) -> Option<Self> {
        Some(Self {
            key: element.string("key")?,
            value: element.string("value")?,
            domain: element.string("domain")?,
            path: element.string("path")?,
        })
    }
}
