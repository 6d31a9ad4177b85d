//! HTTP requests.

use parrot_core::plan::Method;

use crate::diagnostic::{Report, Scenario};
use crate::source::Span;
use crate::xml::{Attribute, Element, Spanned};

/// `<http>`.
#[derive(Debug)]
pub(crate) struct Http {
    pub(crate) at: Span,
    pub(crate) method: Method,
    pub(crate) url: Attribute,
    /// `1.0` or `1.1`.
    pub(crate) version: String,
    pub(crate) body: Option<Body>,
    pub(crate) content_type: Spanned<String>,
    pub(crate) if_modified_since: Option<Spanned<String>>,
    pub(crate) authentication: Option<Authentication>,
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

/// `<www_authenticate type="basic">`.
#[derive(Debug)]
pub(crate) struct Authentication {
    pub(crate) userid: Spanned<String>,
    pub(crate) password: Spanned<String>,
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
        let authentication = element.children_named("www_authenticate").filter_map(Authentication::read);
        Some(Self {
            at: element.at,
            method: method(element.value("method")?.value)?,
            url: element.attribute("url")?.clone(),
            version: element.value("version")?.value.to_owned(),
            body: file.map(Body::File).or_else(|| contents.map(Body::Contents)),
            content_type: element.string("content_type")?,
            if_modified_since: element.string("if_modified_since"),
            authentication: authentication.last(),
            soap_action: element.children_named("soap").filter_map(|soap| soap.string("action")).last(),
            headers: element
                .children_named("http_header")
                .filter_map(|header| Header::read(header, report))
                .collect(),
            cookies: element.children_named("add_cookie").filter_map(Cookie::read).collect(),
        })
    }
}

fn method(word: &str) -> Option<Method> {
    let known = [
        Method::Get,
        Method::Head,
        Method::Post,
        Method::Put,
        Method::Patch,
        Method::Delete,
        Method::Options,
    ];
    known.into_iter().find(|method| method.as_str() == word)
}

impl Authentication {
    fn read(element: &Element) -> Option<Self> {
        // Only basic is left here; digest was refused where it was written.
        element.value("type")?;
        Some(Self { userid: element.string("userid")?, password: element.string("passwd")? })
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
