//! How floats are written: with all their digits, or as options say.

use crate::script::library::given::{count, tuple};
use crate::script::{Raised, Value, float_text};

/// As `float_to_list(Float)` writes it: 20 digits after the point.
pub(in crate::script::library) fn long_float(number: f64) -> String {
    scientific(number, 20)
}

fn scientific(number: f64, digits: usize) -> String {
    let text = format!("{number:.digits$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    format!("{mantissa}e{sign}{exponent:0>2}")
}

/// As `float_to_list(Float, Options)` writes it.
pub(super) fn float_with(number: f64, options: &[Value]) -> Result<String, Raised> {
    let mut form = Form::Scientific;
    let (mut digits, mut compact) = (20, false);
    for option in options {
        match option {
            option if option.is_atom("compact") => compact = true,
            option if option.is_atom("short") => form = Form::Short,
            option => match tuple(option)? {
                [name, number] if name.is_atom("decimals") => {
                    (form, digits) = (Form::Decimals, count(number)?);
                }
                [name, number] if name.is_atom("scientific") => {
                    (form, digits) = (Form::Scientific, count(number)?);
                }
                _ => return Err(Raised::bad_argument()),
            },
        }
    }
    if digits > DIGITS_MAX {
        return Err(Raised::bad_argument());
    }
    Ok(match form {
        Form::Decimals if compact => without_zeros(&decimals(number, digits)),
        Form::Decimals => decimals(number, digits),
        Form::Scientific => scientific(number, digits),
        Form::Short => float_text(number),
    })
}

#[derive(Clone, Copy)]
enum Form {
    Decimals,
    Scientific,
    Short,
}

/// Digits behind the point.
const DIGITS_MAX: usize = 253;

/// Below, only the digits behind the point are scaled and rounded, as Erlang does: that makes `0.15` to `0.2`, which has less.
const QUICK_MAX: f64 = 9_007_199_254_740_991.0;
/// Digits that Erlang writes so.
const QUICK_DIGITS: usize = 18;

fn decimals(number: f64, digits: usize) -> String {
    if digits > QUICK_DIGITS || number.abs() >= QUICK_MAX {
        return format!("{number:.digits$}");
    }
    let scale = 10_u64.pow(digits as u32);
    let sign = if number < 0.0 { "-" } else { "" };
    let whole = number.abs().trunc();
    let scaled = ((number.abs() - whole) * scale as f64).round() as u64;
    let (whole, fraction) = (whole as u64 + scaled / scale, scaled % scale);
    if digits == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction:0>digits$}") }
}

/// Zeros at the end go, but for one behind the point.
fn without_zeros(text: &str) -> String {
    match text.split_once('.') {
        None => text.to_owned(),
        Some((whole, fraction)) => {
            let fraction = fraction.trim_end_matches('0');
            format!("{whole}.{}", if fraction.is_empty() { "0" } else { fraction })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn option(name: &str, digits: i64) -> Value {
        Value::tuple(vec![Value::atom(name), Value::Int(digits)])
    }

    /// As Erlang/OTP 25 writes them.
    #[test]
    fn decimals_are_rounded_as_erlang_does() {
        for (number, digits, text) in [
            (0.125, 2, "0.13"),
            (1.005, 2, "1.00"),
            (2.5, 0, "3"),
            (0.5, 0, "1"),
            (-0.125, 2, "-0.13"),
            (1.0e15, 2, "1000000000000000.00"),
            (1.0e20, 3, "100000000000000000000.000"),
            (123_456_789.987_654_33, 4, "123456789.9877"),
            (0.1, 20, "0.10000000000000000555"),
            (9.995, 2, "9.99"),
            (0.15, 1, "0.2"),
            (0.35, 1, "0.4"),
            (-1.5, 0, "-2"),
            (-0.4, 0, "-0"),
            (8.345, 2, "8.35"),
            (0.3, 17, "0.30000000000000000"),
        ] {
            assert_eq!(float_with(number, &[option("decimals", digits)]).unwrap(), text);
        }
        for (number, digits, text) in
            [(0.125, 4, "0.125"), (1.0, 4, "1.0"), (100.0, 0, "100"), (1.0e20, 3, "100000000000000000000.0")]
        {
            let options = [option("decimals", digits), Value::atom("compact")];
            assert_eq!(float_with(number, &options).unwrap(), text);
        }
        for (number, digits, text) in
            [(0.125, 4, "1.2500e-01"), (2.5e100, 3, "2.500e+100"), (1.0e-7, 0, "1e-07")]
        {
            assert_eq!(float_with(number, &[option("scientific", digits)]).unwrap(), text);
        }
    }

    #[test]
    fn without_options_there_are_twenty_digits() {
        assert_eq!(long_float(1.5), "1.50000000000000000000e+00");
        assert_eq!(long_float(-1.0e-7), "-9.99999999999999954748e-08");
        assert_eq!(long_float(1.0e100), "1.00000000000000001590e+100");
        assert_eq!(float_with(1.5, &[Value::atom("short")]).unwrap(), "1.5");
        assert!(float_with(1.5, &[Value::atom("long")]).is_err());
    }
}
