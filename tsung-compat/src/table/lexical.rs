//! What attribute values look like.

use parrot_core::user::erlang_number;

use super::{Mark, Word};

/// The type of an attribute's values.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Anything.
    Text,
    /// Not empty, no white space.
    Name,
    /// Digits.
    Integer,
    /// Digits, perhaps with a fraction: `3`, `0.5`, `1.0e3`.
    Number,
    /// An integer, or text with variables that becomes one.
    IntegerOrVariable,
    /// One of these.
    Words(&'static [Word]),
    /// A host name or address.
    Host,
    /// A TCP port.
    Port,
    /// A whole number, or `infinity`.
    IntegerOrInfinity,
    /// Four numbers or ranges of numbers from 0 to 255, dots between them: `10.0.1-20.0-255`.
    IpRange,
    /// An SNMP object identifier: numbers with dots between them.
    ObjectId,
    /// A TLS version, in quotes as Tsung wants those with a dot, or bare.
    TlsVersion,
}

/// Versions of TLS as `ssl_versions` has them; those with a dot are no words to Erlang and need quotes there.
const TLS_VERSIONS: [&str; 6] = ["'tlsv1.3'", "'tlsv1.2'", "'tlsv1.1'", "tlsv1", "sslv3", "negotiate"];

/// Why a value is not of its type.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Reason {
    Empty,
    HasSpace,
    NotInteger,
    TooLarge,
    NotNumber,
    NotIntegerOrVariable,
    NotAWord { allowed: Vec<&'static str> },
    HostIsUrl { host: Option<String> },
    HostHasPort { host: String, port: String },
    HostBadCharacter { character: char },
    NotAPort,
    PortRange,
    NotIntegerOrInfinity,
    RangeParts { count: usize },
    RangePart { part: String },
    NotAnObjectId,
    Template { mark: Mark },
}

impl Kind {
    /// Whether a value is of this type.
    pub(crate) fn check(self, value: &str) -> Result<(), Reason> {
        self.judge(value).map_err(|reason| match Mark::find(value) {
            Some(mark) => Reason::Template { mark },
            None => reason,
        })
    }

    fn judge(self, value: &str) -> Result<(), Reason> {
        match self {
            Self::Text => Ok(()),
            Self::Name if value.trim().is_empty() => Err(Reason::Empty),
            Self::Name if value.trim().contains(char::is_whitespace) => Err(Reason::HasSpace),
            Self::Name => Ok(()),
            Self::Integer => integer(value).map(drop).ok_or_else(|| not_integer(value)),
            Self::Number => number(value).map(drop).ok_or(Reason::NotNumber),
            Self::IntegerOrVariable if value.trim().starts_with("%%_") => Ok(()),
            Self::IntegerOrVariable => integer(value).map(drop).ok_or(Reason::NotIntegerOrVariable),
            Self::Words(words) if words.iter().any(|word| word.text == value) => Ok(()),
            Self::Words(words) => {
                Err(Reason::NotAWord { allowed: words.iter().map(|word| word.text).collect() })
            }
            Self::Host => check_host(value.trim()),
            Self::Port => check_port(value),
            Self::IntegerOrInfinity if value.trim() == "infinity" => Ok(()),
            Self::IntegerOrInfinity => integer(value).map(drop).ok_or(Reason::NotIntegerOrInfinity),
            Self::IpRange => check_ip_range(value.trim()),
            Self::ObjectId => check_object_id(value.trim()),
            Self::TlsVersion if TLS_VERSIONS.iter().any(|known| bare(known) == bare(value)) => Ok(()),
            Self::TlsVersion => Err(Reason::NotAWord { allowed: TLS_VERSIONS.to_vec() }),
        }
    }
}

/// A non-negative integer as Tsung reads it.
pub(crate) fn integer(value: &str) -> Option<u64> {
    let digits = value.trim();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// Why a value is no integer.
fn not_integer(value: &str) -> Reason {
    let digits = value.trim();
    let only_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if only_digits { Reason::TooLarge } else { Reason::NotInteger }
}

/// A non-negative number as Tsung reads it: an integer, or digits on both sides of the point, an exponent only after that.
/// Empty is 0.
pub(crate) fn number(value: &str) -> Option<f64> {
    let value = value.trim();
    if value.is_empty() {
        return Some(0.0);
    }
    erlang_number(value.as_bytes()).filter(|_| !value.starts_with(['+', '-']))
}

fn check_host(host: &str) -> Result<(), Reason> {
    if let Some((_, rest)) = host.split_once("://") {
        let name = rest.split(['/', ':', '?']).next().filter(|name| !name.is_empty());
        return Err(Reason::HostIsUrl { host: name.map(str::to_owned) });
    }
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    if let Some((name, port)) = bare.split_once(':')
        && !port.contains(':')
        && !name.is_empty()
    {
        return Err(Reason::HostHasPort { host: name.to_owned(), port: port.to_owned() });
    }
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    match bare.chars().find(|&c| !allowed(c)) {
        Some('/') => {
            let name = bare.split('/').next().filter(|name| !name.is_empty());
            Err(Reason::HostIsUrl { host: name.map(str::to_owned) })
        }
        Some(character) => Err(Reason::HostBadCharacter { character }),
        None => Ok(()),
    }
}

fn check_port(value: &str) -> Result<(), Reason> {
    match integer(value) {
        Some(1..=65_535) => Ok(()),
        Some(_) => Err(Reason::PortRange),
        None if not_integer(value) == Reason::TooLarge => Err(Reason::PortRange),
        None => Err(Reason::NotAPort),
    }
}

fn check_ip_range(range: &str) -> Result<(), Reason> {
    let parts: Vec<&str> = range.split('.').collect();
    if parts.len() != 4 {
        return Err(Reason::RangeParts { count: parts.len() });
    }
    let byte = |text: &str| integer(text).filter(|&number| number <= 255);
    let is_good = |part: &str| match part.split_once('-') {
        None => byte(part).is_some(),
        Some((low, high)) => byte(low).zip(byte(high)).is_some_and(|(low, high)| low <= high),
    };
    match parts.into_iter().find(|part| !is_good(part)) {
        Some(part) => Err(Reason::RangePart { part: part.to_owned() }),
        None => Ok(()),
    }
}

fn check_object_id(value: &str) -> Result<(), Reason> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let good = value.contains('.') && value.split('.').all(digits);
    good.then_some(()).ok_or(Reason::NotAnObjectId)
}

/// A value without the quotes that make it a word to Erlang.
fn bare(value: &str) -> &str {
    let value = value.trim();
    value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        for (text, expected) in [("10", Some(10)), ("010", Some(10)), (" 7 ", Some(7)), ("0", Some(0))] {
            assert_eq!(integer(text), expected, "{text:?}");
        }
        for text in ["", "-1", "+1", "0.5", "5s", "%%_x%%", "99999999999999999999"] {
            assert_eq!(integer(text), None, "{text:?}");
        }
    }

    #[test]
    fn numbers() {
        for (text, expected) in [("3", 3.0), ("0.5", 0.5), ("1.0e3", 1000.0), ("2.5e-1", 0.25), ("", 0.0)] {
            assert_eq!(number(text), Some(expected), "{text:?}");
        }
        for text in [".5", "5.", "-1", "1e3", "abc", "1.0e", "1,5", "1.0e999"] {
            assert_eq!(number(text), None, "{text:?}");
        }
    }

    #[test]
    fn hosts_and_ports() {
        for host in ["www.example.org", "127.0.0.1", "::1", "[::1]", "my_host-1", ""] {
            assert_eq!(Kind::Host.check(host), Ok(()), "{host:?}");
        }
        assert_eq!(
            Kind::Host.check("http://www.example.org:80/x"),
            Err(Reason::HostIsUrl { host: Some("www.example.org".to_owned()) })
        );
        assert_eq!(
            Kind::Host.check("www.example.org/"),
            Err(Reason::HostIsUrl { host: Some("www.example.org".to_owned()) })
        );
        assert!(matches!(Kind::Host.check("example.org:8080"), Err(Reason::HostHasPort { .. })));
        assert_eq!(Kind::Host.check("client ip"), Err(Reason::HostBadCharacter { character: ' ' }));
        assert_eq!(Kind::Port.check("80"), Ok(()));
        for port in ["0", "65536", "99999999999999999999999"] {
            assert_eq!(Kind::Port.check(port), Err(Reason::PortRange), "{port}");
        }
        assert_eq!(Kind::Port.check("http"), Err(Reason::NotAPort));
    }

    #[test]
    fn marks_of_templates() {
        for (kind, value) in [
            (Kind::Host, "{{host}}"),
            (Kind::Host, "www.${h}"),
            (Kind::Host, "http://@HOST@/"),
            (Kind::Port, "@PORT@"),
            (Kind::Port, "<%= port %>"),
            (Kind::Integer, "#USERS#"),
            (Kind::Name, "{{ name }}"),
            (Kind::Words(&[]), "${type}"),
        ] {
            assert!(matches!(kind.check(value), Err(Reason::Template { .. })), "{value}");
        }
        assert_eq!(Kind::Text.check("{{x}}"), Ok(()));
    }

    #[test]
    fn ranges_of_addresses() {
        for range in ["172.28.1-20.0-254", "10.0.0.1", "0-255.0-255.7.0"] {
            assert_eq!(Kind::IpRange.check(range), Ok(()), "{range}");
        }
        for (range, count) in [("10.0.0", 3), ("10.0.0.1.2", 5), ("", 1), ("::1", 1)] {
            assert_eq!(Kind::IpRange.check(range), Err(Reason::RangeParts { count }), "{range}");
        }
        for (range, part) in [
            ("10.0.0.256", "256"),
            ("10.0.20-1.0", "20-1"),
            ("10.0.1-.0", "1-"),
            ("10.0.1-2-3.0", "1-2-3"),
            ("10.*.0.1", "*"),
            ("10..0.1", ""),
            ("10.0-256.0.1", "0-256"),
        ] {
            assert_eq!(
                Kind::IpRange.check(range),
                Err(Reason::RangePart { part: part.to_owned() }),
                "{range}"
            );
        }
    }

    #[test]
    fn words_that_are_numbers_or_versions() {
        for (kind, good, bad) in [
            (Kind::IntegerOrInfinity, &["10", "infinity", " 0 "][..], &["", "infinite", "-1", "1.5"][..]),
            (
                Kind::ObjectId,
                &["1.3.6.1.4.1.2021.10.1.5.1", "1.3"],
                &["", "1", "1.", ".1", "1.3.a", "sysUpTime"],
            ),
            (
                Kind::TlsVersion,
                &["'tlsv1.2'", "tlsv1.2", "tlsv1", "'tlsv1'", "sslv3", " tlsv1.3 ", "negotiate"],
                &["", "'tlsv1.2", "TLSv1.2", "tlsv1.4", "tls"],
            ),
            (Kind::IntegerOrVariable, &["3", "%%_x%%"], &["x", "", "-1"]),
        ] {
            for value in good {
                assert_eq!(kind.check(value), Ok(()), "{kind:?} {value:?}");
            }
            for value in bad {
                assert!(kind.check(value).is_err(), "{kind:?} {value:?}");
            }
        }
    }
}
