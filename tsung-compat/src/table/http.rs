//! HTTP requests.

use super::{ElementDef, Word, no, text, words, yes};

const HTTP: &[&str] = &["http"];

const SIGNATURES: &[Word] = &[yes("HMAC-SHA1"), yes("PLAINTEXT"), yes("RSA-SHA1")];

pub(super) const ELEMENTS: &[ElementDef] = &[
    ElementDef::new(
        "http",
        &["request"],
        &[
            text("url").required(),
            words(
                "method",
                &[
                    yes("GET"),
                    yes("HEAD"),
                    yes("POST"),
                    yes("PUT"),
                    yes("PATCH"),
                    yes("DELETE"),
                    yes("OPTIONS"),
                    no("PURGE"),
                    no("PROPFIND"),
                    no("PROPPATCH"),
                    no("COPY"),
                    no("MOVE"),
                    no("LOCK"),
                    no("UNLOCK"),
                    no("MKCOL"),
                    no("MKACTIVITY"),
                    no("REPORT"),
                    no("VERSION-CONTROL"),
                    no("MERGE"),
                    no("CHECKOUT"),
                ],
            )
            .default("GET")
            .labelled("HTTP method"),
            words("version", &[yes("1.0"), yes("1.1")]).default("1.1"),
            text("contents"),
            text("contents_from_file"),
            text("content_type").default("application/x-www-form-urlencoded"),
            text("if_modified_since"),
        ],
    ),
    ElementDef::new(
        "http_header",
        &["http", "websocket"],
        &[text("name").required(), text("value").default(""), text("encoding")],
    ),
    ElementDef::new(
        "add_cookie",
        HTTP,
        &[
            text("key").required(),
            text("value").required(),
            text("domain").default("."),
            text("path").default("/"),
        ],
    ),
    ElementDef::new(
        "www_authenticate",
        HTTP,
        &[
            text("userid").required(),
            text("passwd").required(),
            words("type", &[yes("basic"), no("digest")]).default("basic").labelled("authentication type"),
            text("realm"),
            text("nonce"),
            text("opaque"),
            text("cnonce").default("%%ts_user_server:get_really_unique_id%%"),
            text("nc").default("00000001"),
            text("qop"),
        ],
    ),
    ElementDef::new("soap", HTTP, &[text("action").required()]),
    ElementDef::new(
        "oauth",
        HTTP,
        &[
            text("consumer_key").required(),
            text("consumer_secret").required(),
            text("access_token"),
            text("access_token_secret"),
            // The code's name for what the DTD and the manual call `method`.
            words("encoding", SIGNATURES),
            words("method", SIGNATURES).default("HMAC-SHA1"),
        ],
    )
    .not_yet(),
];
