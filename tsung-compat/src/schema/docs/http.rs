//! HTTP requests.

use super::Doc;

pub(super) const DOCS: &[Doc] = &[
    (
        "http",
        "An HTTP request.",
        &[
            ("url", "A path on the current server, or a whole URL, which changes the server."),
            ("version", "The version of HTTP."),
            ("contents", "The body."),
            ("contents_from_file", "The file that holds the body."),
            ("content_type", "The Content-Type header of a body."),
            ("if_modified_since", "The If-Modified-Since header."),
        ],
    ),
    ("http_header", "A header of the request.", &[("encoding", "base64 encodes the value.")]),
    (
        "add_cookie",
        "A cookie that the user has from this request on.",
        &[
            ("key", "Its name."),
            ("domain", "The domain that it goes to; a dot and nothing more is the server of the request."),
            ("path", "The path that it goes to."),
        ],
    ),
    (
        "www_authenticate",
        "Credentials of the request.",
        &[
            ("userid", "The name of the user."),
            ("passwd", "The password."),
            ("realm", "digest: the realm of the challenge."),
            ("nonce", "digest: the nonce of the challenge."),
            ("opaque", "digest: what the challenge wants back."),
            ("cnonce", "digest: the nonce of the user."),
            ("nc", "digest: how often the nonce was used."),
            ("qop", "digest: the quality of protection of the challenge."),
        ],
    ),
    ("soap", "Makes the request a call of SOAP.", &[("action", "The SOAPAction header.")]),
    (
        "oauth",
        "Signs the request with OAuth 1.0.",
        &[
            ("encoding", "The name by which Tsung reads the method of the signature."),
            ("method", "The method of the signature."),
        ],
    ),
];
