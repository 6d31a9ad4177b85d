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
/// A parameter is one of a `;` list behind the value, or of a `,` list after a first word in the headers of authentication; parameter names are
/// compared in lower case, quotes around values are removed.
pub fn header_value(text: &[u8], name: &[u8], parameter: Option<&[u8]>) -> HeaderValue {
    let end = memchr::memmem::find(text, b"\r\n\r\n").unwrap_or(text.len());
    let mut joined: Option<Vec<u8>> = None;
    for line in text[..end].split(|byte| *byte == b'\n').skip(1) {
        let Some(colon) = memchr::memchr(b':', line) else { continue };
        if !line[..colon].trim_ascii().eq_ignore_ascii_case(name) {
            continue;
        }
        let value = line[colon + 1..].trim_ascii_start();
        // Blanks at the end are kept, as Tsung does.
        let mut value = value.strip_suffix(b"\r").unwrap_or(value).to_vec();
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
            let is_challenge = CHALLENGES.iter().any(|challenge| name.eq_ignore_ascii_case(challenge));
            find_parameter(&value, parameter, is_challenge)
                .map_or(HeaderValue::ParameterAbsent, HeaderValue::Found)
        }
    }
}

const CHALLENGES: [&[u8]; 2] = [b"www-authenticate", b"authentication-info"];

fn find_parameter(value: &[u8], parameter: &[u8], is_challenge: bool) -> Option<Vec<u8>> {
    let (list, separator, before) = if is_challenge {
        let scheme = memchr::memchr(b' ', value).map_or(value.len(), |at| at + 1);
        (&value[scheme..], b',', 0)
    } else {
        // The first part is the value that the others are parameters of.
        (value, b';', 1)
    };
    split_outside_quotes(list, separator).skip(before).find_map(|part| {
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

    const TEXT: &[u8] = b"HTTP/1.1 401 No\r\nX-A: a=1\r\nx-a: b=2\r\nX-E:\r\nX-S:   sp  \r\nX-N:nosp\r\n\
        X-P: v; p1=one; P2=two; p3=\"th;ree\"; p4 = four ; p5='q'; p6; p7=d=e\r\nX-C: first; p=1\r\nX-C: second; p=2\r\n\
        WWW-Authenticate: Digest realm=\"r\", nonce=\"ab,c\", qop=auth, Opaque=OO\r\n\
        www-authenticate: Basic realm=\"two\"\r\n\r\nX-Body: no; x=1";

    /// The values are those of Tsung 1.7.0, but for separators inside quotes, which it does not know.
    #[test]
    fn headers_and_their_parameters() {
        for (name, parameter, value) in [
            ("X-A", None, "b=2, a=1"),
            ("x-E", None, ""),
            ("X-S", None, "sp  "),
            ("X-N", None, "nosp"),
            ("X-C", None, "second; p=2, first; p=1"),
            ("X-C", Some("p"), "2, first"),
            ("X-P", Some("p1"), "one"),
            ("X-P", Some("p2"), "two"),
            ("X-P", Some("p3"), "th;ree"),
            ("X-P", Some("p4"), "four"),
            ("X-P", Some("p5"), "'q'"),
            ("X-P", Some("p7"), "d=e"),
            ("www-authenticate", Some("nonce"), "ab,c"),
            ("WWW-Authenticate", Some("qop"), "auth"),
            ("www-authenticate", Some("realm"), "two"),
            ("www-authenticate", Some("opaque"), "OO"),
        ] {
            let found = header_value(TEXT, name.as_bytes(), parameter.map(str::as_bytes));
            assert_eq!(found, HeaderValue::Found(value.into()), "{name} {parameter:?}");
        }
    }

    #[test]
    fn what_is_not_there() {
        for (name, parameter, value) in [
            ("X-Body", None, HeaderValue::Absent),
            ("HTTP/1.1 401 No", None, HeaderValue::Absent),
            ("X-Body", Some("x"), HeaderValue::ParameterAbsent),
            ("X-P", Some("p6"), HeaderValue::ParameterAbsent),
            ("X-P", Some("v"), HeaderValue::ParameterAbsent),
            ("X-A", Some("b"), HeaderValue::ParameterAbsent),
            ("www-authenticate", Some("none"), HeaderValue::ParameterAbsent),
        ] {
            assert_eq!(header_value(TEXT, name.as_bytes(), parameter.map(str::as_bytes)), value, "{name}");
        }
    }
}
