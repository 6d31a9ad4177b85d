//! Messages about HTTP requests.

use super::{Code, Wording, codes, did_you_mean};
use crate::lower::UrlRefusal;

/// What is wrong with an HTTP request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Http {
    DigestNeeds { attribute: &'static str },
    BasicIgnores { attribute: &'static str },
    DateIgnored { method: &'static str },
    UrlCharacter { character: char },
    HostNotAscii { host: String },
    TwoSignatures,
    NoSlash { url: String, lower: Option<String> },
    RsaByMethod,
}

codes! {
    Http:
    651 = DigestNeeds,
    652 = BasicIgnores,
    653 = DateIgnored,
    654 = UrlCharacter,
    655 = HostNotAscii,
    656 = TwoSignatures,
    657 = NoSlash,
    658 = RsaByMethod,
}

impl Wording for Http {
    fn code(&self) -> Code {
        self.number()
    }

    fn message(&self) -> String {
        match self {
            Self::DigestNeeds { attribute } => {
                format!("<www_authenticate type=\"digest\"> has no {attribute} attribute")
            }
            Self::BasicIgnores { attribute } => {
                format!("{attribute} of <www_authenticate> is ignored: its type is basic")
            }
            Self::DateIgnored { method } => format!("{method} requests send no if_modified_since"),
            Self::UrlCharacter { character: ' ' } => {
                "the blank in this url is sent as it is, which most servers refuse".to_owned()
            }
            Self::UrlCharacter { character } => {
                let code = u32::from(*character);
                format!(
                    "the control character {code} in this url is sent as it is, which most servers refuse"
                )
            }
            Self::HostNotAscii { host } => format!("host {host} is looked up as it is written"),
            Self::NoSlash { url, .. } if url.is_empty() => {
                "the empty url is sent as it is, which most servers refuse".to_owned()
            }
            Self::NoSlash { url, lower: Some(_) } => {
                format!(
                    "url `{url}` is sent as a path: only http:// and https:// in small letters name a server"
                )
            }
            Self::NoSlash { url, lower: None } => {
                format!("url `{url}` is sent as it is, without a first `/`, which most servers refuse")
            }
            Self::RsaByMethod => {
                "method=\"RSA-SHA1\" of <oauth> means nothing to Tsung, which signs with HMAC-SHA1".to_owned()
            }
            Self::TwoSignatures => "method and encoding of <oauth> name different signatures".to_owned(),
        }
    }

    fn help(&self) -> Option<String> {
        let text = match self {
            Self::DigestNeeds { .. } => {
                "nothing is learnt from a 401: write it, or take it from an earlier response with <dyn_variable header=\"www-authenticate/…\"/>"
            }
            Self::BasicIgnores { .. } => "write type=\"digest\" if that is meant",
            Self::DateIgnored { .. } => "write <http_header name=\"If-Modified-Since\" value=\"…\"/>",
            Self::UrlCharacter { character } => return Some(format!("write %{:02X}", u32::from(*character))),
            Self::HostNotAscii { .. } => "write the name as DNS has it, starting with xn--",
            Self::TwoSignatures => "keep method",
            Self::NoSlash { lower: Some(lower), .. } => return did_you_mean(Some(lower)),
            Self::NoSlash { url, .. } => return Some(format!("write /{url}, or http://host/…")),
            Self::RsaByMethod => {
                "write encoding=\"RSA-SHA1\" if consumer_secret names a key file, else take method out"
            }
        };
        Some(text.to_owned())
    }
}

/// What is wrong with a URL.
pub(super) fn bad_url(refusal: &UrlRefusal) -> String {
    match refusal {
        UrlRefusal::NoHost => "there is no host name".to_owned(),
        UrlRefusal::BadPort { port } if port.is_empty() => "there is no port behind the colon".to_owned(),
        UrlRefusal::BadPort { port } => format!("`{port}` is not a port number"),
        UrlRefusal::BadHost { character } => format!("a host name has no `{}`", character.escape_default()),
        UrlRefusal::Scheme => "starts with `http` but not with `http://` or `https://`".to_owned(),
        UrlRefusal::NoSlash { .. } => "the path of the server does not start with `/`".to_owned(),
        UrlRefusal::UserInfo => "there is a user name before the host".to_owned(),
    }
}

/// What to write instead.
pub(super) fn right_url(refusal: &UrlRefusal) -> Option<String> {
    let text = match refusal {
        UrlRefusal::NoSlash { lower: Some(lower) } => return did_you_mean(Some(lower)),
        UrlRefusal::NoSlash { lower: None } => "write a path such as /index.html, or http://host/…",
        UrlRefusal::Scheme => "write http://host/…, or a path that starts with /",
        UrlRefusal::UserInfo => "write the host only, and <www_authenticate userid=\"…\" passwd=\"…\"/>",
        UrlRefusal::BadHost { character: '%' } => "variables are only replaced in <request subst=\"true\">",
        UrlRefusal::BadPort { port } => {
            let digits = port.find(|c: char| !c.is_ascii_digit()).filter(|end| *end > 0);
            let Some(digits) = digits else {
                return Some("write digits behind the colon, such as http://host:8080/".to_owned());
            };
            let (number, rest) = port.split_at(digits);
            return Some(format!("a path starts with a slash: write :{number}/{rest}"));
        }
        _ => "write http://host/path or http://host:port/path",
    };
    Some(text.to_owned())
}
