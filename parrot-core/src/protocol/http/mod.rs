//! HTTP/1.x as a client sees it: responses, cookies, URLs.
//!
//! Rules are those of RFC 9112 where Tsung would hang or fail, and Tsung's where it works (docs/compatibility.md).

mod chunked;
mod cookie;
mod head;
mod reader;
mod url;

pub use cookie::{CookieLine, CookieStore};
pub use reader::{BodyError, Done, Keep, ResponseEvent, ResponseReader};
pub use url::{AbsoluteUrl, Scheme, host_header};
