//! Floats as Erlang prints them.

/// 2^53: from here on doubles skip integers, and Erlang writes an exponent.
const EXACT_INTEGERS: f64 = 9_007_199_254_740_992.0;

/// Appends the shortest digits that read back as the same double, always with a point, and with an exponent only where that
/// is shorter. What no reader understands (not a number, infinite) becomes `0`.
pub(super) fn push_float(text: &mut String, value: f64) {
    if !value.is_finite() {
        text.push('0');
        return;
    }
    if value.is_sign_negative() && value != 0.0 {
        text.push('-');
    }
    let value = value.abs();
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let point = if digits.contains('.') { "" } else { ".0" };
    let scientific = format!("{digits}{point}e{exponent}");
    let decimal = format!("{value}");
    let point = if decimal.contains('.') { "" } else { ".0" };
    let decimal = format!("{decimal}{point}");
    let shorter = scientific.len() < decimal.len() || value >= EXACT_INTEGERS;
    text.push_str(if shorter { &scientific } else { &decimal });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn float(value: f64) -> String {
        let mut text = String::new();
        push_float(&mut text, value);
        text
    }

    #[test]
    fn floats_look_like_erlangs() {
        let expected = [
            "1.0",
            "100.0",
            "1.0e3",
            "1.0e5",
            "1.2e5",
            "1.23e7",
            "123456789.0",
            "1.0e10",
            "0.1",
            "0.01",
            "0.001",
            "0.0001",
            "1.0e-5",
            "1.2e-4",
            "1.23456e-4",
            "0.005",
            "0.0",
            "9.007199254740992e15",
            "-1.5",
            "-1.0e-5",
            "0.45653968253968247",
            "23413.515625",
            "1795331988.8629",
            "1795331906.919993",
            "1234.5",
        ];
        for text in expected {
            assert_eq!(float(text.parse().unwrap()), text);
        }
        assert_eq!(
            (float(-0.0), float(f64::NAN), float(f64::INFINITY)),
            ("0.0".into(), "0".into(), "0".into())
        );
    }

    proptest! {
        #[test]
        fn every_float_reads_back(value in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL) {
            let text = float(value);
            prop_assert_eq!(text.parse::<f64>().unwrap(), value);
            let mantissa = text.split('e').next().unwrap();
            prop_assert!(mantissa.contains('.') && !mantissa.ends_with('.'), "{}", text);
        }
    }
}
