//! Taking values out of responses: patterns, headers, entities, JSON. Pure, on bytes.

mod documents;
mod header;
mod html_entities;
mod json;
mod pcre1;
mod regex;

pub use documents::{Documents, Unparsable};
pub use header::{HeaderValue, header_value};
pub use html_entities::decode_html_entities;
pub use json::{Json, JsonPath, NotJson};
pub use regex::{LimitExceeded, PatternError, Regex, check_pattern};
