//! Values in Erlang's notation, for people and for `~w` and `~p`. Text is bytes: one for each character up to 255.

use std::io::Write;

use super::list::{Item, List};
use super::map::Map;
use super::value::{Fun, Value};

/// Words that are no atoms without quotes.
const RESERVED: [&str; 27] = [
    "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case", "catch", "cond",
    "div", "end", "fun", "if", "let", "not", "of", "or", "orelse", "receive", "rem", "try", "when", "xor",
];

/// Floats from here on are always written with an exponent.
const LONG: f64 = 9_007_199_254_740_992.0;

/// Appends the value as `~w` does: lists of codes as lists of numbers.
pub fn write_term(value: &Value, out: &mut Vec<u8>) {
    term(value, false, out);
}

/// Appends the value as `~p` does, on one line: what looks like text is text.
pub fn print_term(value: &Value, out: &mut Vec<u8>) {
    term(value, true, out);
}

fn term(value: &Value, texts: bool, out: &mut Vec<u8>) {
    match value {
        // Writing to a Vec cannot fail.
        Value::Int(number) => drop(write!(out, "{number}")),
        Value::Big(number) => drop(write!(out, "{number}")),
        Value::Float(number) => out.extend_from_slice(float_text(*number).as_bytes()),
        Value::Atom(atom) => write_atom(atom.name(), out),
        Value::Bytes(bytes) => write_binary(bytes, texts, out),
        Value::List(list) => write_list(list, texts, out),
        Value::Tuple(values) => {
            out.push(b'{');
            separated(values.iter(), out, |value, out| term(value, texts, out));
            out.push(b'}');
        }
        Value::Map(map) => write_map(map, texts, out),
        Value::Fun(fun) => match &**fun {
            Fun::Script { function, arity, .. } => drop(write!(out, "#Fun<{}/{arity}>", function.0)),
            Fun::Library(entry) => drop(write!(out, "fun {}:{}/{}", entry.module, entry.name, entry.arity)),
        },
    }
}

fn separated<T>(items: impl Iterator<Item = T>, out: &mut Vec<u8>, mut write: impl FnMut(T, &mut Vec<u8>)) {
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(item, out);
    }
}

fn write_map(map: &Map, texts: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(b"#{");
    separated(map.iter(), out, |(key, value), out| {
        term(key, texts, out);
        out.extend_from_slice(b" => ");
        term(value, texts, out);
    });
    out.push(b'}');
}

fn write_list(list: &List, texts: bool, out: &mut Vec<u8>) {
    if texts
        && !list.is_empty()
        && let Some(text) = printable(list)
    {
        write_quoted(&text, b'"', out);
        return;
    }
    out.push(b'[');
    let mut elements = list.elements();
    separated(elements.by_ref(), out, |item, out| match item {
        Item::Code(code) => drop(write!(out, "{code}")),
        Item::Value(value) => term(value, texts, out),
    });
    if let Some(end) = elements.end() {
        out.push(b'|');
        term(end, texts, out);
    }
    out.push(b']');
}

/// The list as a text, if all of it can be shown.
fn printable(list: &List) -> Option<Vec<u8>> {
    let mut elements = list.elements();
    let text = elements
        .by_ref()
        .map(|item| match item {
            Item::Code(code) => Some(code),
            Item::Value(Value::Int(code)) => u8::try_from(*code).ok(),
            Item::Value(_) => None,
        })
        .map(|code| code.filter(|code| is_printable(*code)))
        .collect::<Option<Vec<u8>>>()?;
    elements.end().is_none().then_some(text)
}

fn is_printable(code: u8) -> bool {
    matches!(code, 8..=13 | 27 | 32..=126 | 160..=255)
}

fn write_binary(bytes: &[u8], texts: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<<");
    if texts && !bytes.is_empty() && bytes.iter().copied().all(is_printable) {
        write_quoted(bytes, b'"', out);
    } else {
        separated(bytes.iter(), out, |byte, out| drop(write!(out, "{byte}")));
    }
    out.extend_from_slice(b">>");
}

fn write_quoted(text: &[u8], quote: u8, out: &mut Vec<u8>) {
    out.push(quote);
    for byte in text {
        let escaped = match byte {
            8 => b'b',
            9 => b't',
            10 => b'n',
            11 => b'v',
            12 => b'f',
            13 => b'r',
            27 => b'e',
            b'\\' => b'\\',
            byte if *byte == quote => quote,
            byte => {
                out.push(*byte);
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', escaped]);
    }
    out.push(quote);
}

fn write_atom(name: &str, out: &mut Vec<u8>) {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '@') || is_latin1_letter(c);
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || matches!(c, 'ß'..='ÿ' if c != '÷'))
        && name.chars().all(is_letter)
        && !RESERVED.contains(&name);
    let mut text = Vec::with_capacity(name.len());
    for c in name.chars() {
        match u8::try_from(c) {
            Ok(byte) => text.push(byte),
            Err(_) => drop(write!(text, "\\x{{{:X}}}", u32::from(c))),
        }
    }
    if plain {
        out.extend_from_slice(&text);
    } else if name.chars().all(|c| u32::from(c) <= 255) {
        write_quoted(&text, b'\'', out);
    } else {
        // Escaped already.
        out.push(b'\'');
        out.extend_from_slice(&text);
        out.push(b'\'');
    }
}

fn is_latin1_letter(c: char) -> bool {
    matches!(c, 'À'..='ÿ') && c != '×' && c != '÷'
}

/// The shortest text that reads as this number, as Erlang's `float_to_list(F, [short])` writes it.
pub fn float_text(number: f64) -> String {
    let short = format!("{number:e}");
    let (digits, exponent) = short.split_once('e').unwrap_or((&short, "0"));
    let point = if digits.contains('.') { "" } else { ".0" };
    let scientific = format!("{digits}{point}e{exponent}");
    if number.abs() >= LONG {
        return scientific;
    }
    // Without an exponent, `{}` writes all digits, and `{:.1}` the `.0` that a whole number needs.
    let fixed = if number.fract() == 0.0 { format!("{number:.1}") } else { number.to_string() };
    if fixed.len() <= scientific.len() { fixed } else { scientific }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(value: &Value) -> (String, String) {
        let (mut plain, mut pretty) = (Vec::new(), Vec::new());
        write_term(value, &mut plain);
        print_term(value, &mut pretty);
        let latin1 = |text: Vec<u8>| text.into_iter().map(char::from).collect::<String>();
        (latin1(plain), latin1(pretty))
    }

    /// As `io:format("~w ~p")` of Erlang/OTP 25 shows them.
    #[test]
    fn terms_look_like_erlangs() {
        let improper = Value::List(List::cons(Value::Int(97), Value::atom("b")));
        let map = Map::new(vec![
            (Value::text_list(b"k"), Value::list(vec![Value::Int(1)])),
            (Value::atom("a"), Value::Int(1)),
        ]);
        for (value, plain, pretty) in [
            (Value::text_list(b"ab"), "[97,98]", "\"ab\""),
            (Value::text_list(b""), "[]", "[]"),
            (improper, "[97|b]", "[97|b]"),
            (
                Value::tuple(vec![Value::atom("a"), Value::text_list(b"x"), Value::bytes(b"\x01\x02")]),
                "{a,[120],<<1,2>>}",
                "{a,\"x\",<<1,2>>}",
            ),
            (Value::Map(map.into()), "#{a => 1,[107] => [1]}", "#{a => 1,\"k\" => [1]}"),
            (Value::atom("Odd atom"), "'Odd atom'", "'Odd atom'"),
            (Value::atom("if"), "'if'", "'if'"),
            (Value::atom(""), "''", "''"),
            (Value::atom("a@b_C"), "a@b_C", "a@b_C"),
            (Value::atom("é"), "é", "é"),
            (Value::atom("x\ny"), "'x\\ny'", "'x\\ny'"),
            (Value::text_list(b"a\"b\\\n\x1b"), "[97,34,98,92,10,27]", "\"a\\\"b\\\\\\n\\e\""),
            (Value::list(vec![Value::Int(300)]), "[300]", "[300]"),
            (Value::list(vec![Value::Int(233)]), "[233]", "\"é\""),
            (Value::bytes(b"\xc8\n"), "<<200,10>>", "<<\"È\\n\">>"),
            (Value::bytes(b""), "<<>>", "<<>>"),
            (Value::text_list(b"\x7f"), "[127]", "[127]"),
            (Value::tuple(vec![]), "{}", "{}"),
        ] {
            assert_eq!(texts(&value), (plain.to_owned(), pretty.to_owned()));
        }
    }

    /// As Erlang/OTP 25 shows them.
    #[test]
    fn floats_look_like_erlangs() {
        let all = "0.0 -0.0 1.0 10.0 100.0 1.0e3 1.0e4 12345.0 123450.0 1.2345e6 1.0e5 1.0e10 1.5e10 123456789.0 \
                   1234567890123.0 1234567890123456.0 9007199254740991.0 9.007199254740992e15 9.007199254740994e15 \
                   1.2345678901234567e19 1.0e15 1.2e16 0.1 0.01 0.001 0.0001 1.0e-5 0.12 1.2e-4 1.23e-4 0.0012345 \
                   1.2345e-4 1.2345e-5 1.2345678e-5 1.2345678e-7 1.5e300 5.0e-324 0.3333333333333333 \
                   33.333333333333336 1.0e22 1.0e23 0.00123";
        for text in all.split_whitespace() {
            assert_eq!(float_text(text.parse().unwrap()), text);
        }
    }
}
