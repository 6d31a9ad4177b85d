//! Values of headers, by Tsung's rule for `dyn_variable header=` (docs/compatibility.md, `dyn-variable-header`).

/// What a header, or a parameter of it, gives.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum HeaderValue {
    /// A value.
    Found(Vec<u8>),
    /// There is no such header.
    Absent,
    /// There is no such parameter (or no such header to have it).
    ParameterAbsent,
}

/// Looks for a header (any case) in the head of `text`; repeated ones are joined with `, `, the last first.
///
/// A parameter is one of a `;` list, or of a `,` list after a first word where the name is written `www-authenticate` or
/// `authentication-info`; parameter names are compared in lower case, quotes around values are removed.
pub fn header_value(text: &[u8], name: &[u8], parameter: Option<&[u8]>) -> HeaderValue {
    let end = memchr::memmem::find(text, b"\r\n\r\n").unwrap_or(text.len());
    let mut joined: Option<Vec<u8>> = None;
    for line in text[..end].split(|byte| *byte == b'\n').skip(1) {
        let Some(colon) = memchr::memchr(b':', line) else { continue };
        if !line[..colon].trim_ascii().eq_ignore_ascii_case(name) {
            continue;
        }
        let mut value = line[colon + 1..].trim_ascii().to_vec();
        if let Some(earlier) = joined {
            value.extend_from_slice(b", ");
            value.extend_from_slice(&earlier);
        }
        joined = Some(value);
    }
    match (joined, parameter) {
        (None, None) => HeaderValue::Absent,
        (Some(value), None) => HeaderValue::Found(value),
        (None, Some(_)) => HeaderValue::ParameterAbsent,
        (Some(value), Some(parameter)) => {
            let is_challenge = name == b"www-authenticate" || name == b"authentication-info";
            find_parameter(&value, parameter, is_challenge)
                .map_or(HeaderValue::ParameterAbsent, HeaderValue::Found)
        }
    }
}

fn find_parameter(value: &[u8], parameter: &[u8], is_challenge: bool) -> Option<Vec<u8>> {
    let (list, separator) = if is_challenge {
        let scheme = memchr::memchr(b' ', value).map_or(value.len(), |at| at + 1);
        (&value[scheme..], b',')
    } else {
        (value, b';')
    };
    split_outside_quotes(list, separator).find_map(|part| {
        let equals = memchr::memchr(b'=', part)?;
        let name = part[..equals].trim_ascii().to_ascii_lowercase();
        (name == parameter).then(|| unquote(part[equals + 1..].trim_ascii()).to_vec())
    })
}

/// The parts of a list; separators inside quotes do not count.
fn split_outside_quotes(list: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    list.split(move |byte| {
        quoted ^= *byte == b'"';
        !quoted && *byte == separator
    })
}

fn unquote(value: &[u8]) -> &[u8] {
    value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] =
        b"HTTP/1.1 401 No\r\nX-A: a=1\r\nx-a: b=2\r\nContent-Type: text/html; Charset=\"utf-8\"\r\n\
        WWW-Authenticate: Digest realm=\"r\", nonce=\"ab,c\", qop=auth\r\n\r\nX-Body: no";

    #[test]
    fn headers_and_their_parameters() {
        let found = |text: &str| HeaderValue::Found(text.into());
        for (name, parameter, value) in [
            ("X-A", None, found("b=2, a=1")),
            ("content-type", None, found("text/html; Charset=\"utf-8\"")),
            ("Content-Type", Some("charset"), found("utf-8")),
            ("www-authenticate", Some("nonce"), found("ab,c")),
            ("www-authenticate", Some("realm"), found("r")),
            ("www-authenticate", Some("opaque"), HeaderValue::ParameterAbsent),
            ("X-Body", None, HeaderValue::Absent),
            ("X-Body", Some("x"), HeaderValue::ParameterAbsent),
        ] {
            assert_eq!(
                header_value(TEXT, name.as_bytes(), parameter.map(str::as_bytes)),
                value,
                "{name} {parameter:?}"
            );
        }
    }
}
