//! Strings without their backslashes, and values as JSON text in Tsung's way.

use std::io::Write;

use super::parse::code_unit;
use super::tape::{Kind, View};
use super::value::float;

/// The bytes that a string stands for: UTF-8, but for surrogates that were written as bytes.
pub(super) fn unescape(written: &[u8], out: &mut Vec<u8>) {
    let mut rest = written;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        let (escape, after) = rest[at + 1..].split_first().unwrap_or((&b'\\', &[]));
        rest = after;
        match escape {
            b'"' | b'\\' | b'/' => out.push(*escape),
            b'b' => out.push(0x08),
            b'f' => out.push(0x0c),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'u' => {
                let (character, length) = character(rest);
                rest = rest.get(length..).unwrap_or_default();
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            // The backslash means nothing there, and stays.
            other => out.extend_from_slice(&[b'\\', *other]),
        }
    }
    out.extend_from_slice(rest);
}

/// The character behind `\u`, and how many bytes it takes there. The parser has seen that it is one.
fn character(text: &[u8]) -> (char, usize) {
    let first = code_unit(text).unwrap_or_default();
    if !(0xd800..=0xdbff).contains(&first) {
        return (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 4);
    }
    let second = text.get(6..).and_then(code_unit).unwrap_or_default();
    let code = 0x1_0000 + ((first & 0x3ff) << 10) + (second & 0x3ff);
    (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 10)
}

/// Appends a value as JSON: no blanks, nothing but ASCII, other characters by their codes.
pub(super) fn write(view: View<'_>, at: u32, out: &mut Vec<u8>) {
    let node = view.node(at);
    let mut separator: &[u8] = b"";
    match node.kind {
        Kind::Object => {
            out.push(b'{');
            for (name, value) in view.members(at) {
                out.extend_from_slice(separator);
                separator = b",";
                write(view, name, out);
                out.push(b':');
                write(view, value, out);
            }
            out.push(b'}');
        }
        Kind::Array => {
            out.push(b'[');
            for element in view.elements(at) {
                out.extend_from_slice(separator);
                separator = b",";
                write(view, element, out);
            }
            out.push(b']');
        }
        Kind::String => write_string(view.written(node), out),
        Kind::EscapedString => {
            let mut bytes = Vec::new();
            unescape(view.written(node), &mut bytes);
            write_string(&bytes, out);
        }
        Kind::Integer if view.written(node) == b"-0" => out.push(b'0'),
        Kind::Float => write_float(float(view.written(node)), out),
        Kind::Integer | Kind::True | Kind::False | Kind::Null => out.extend_from_slice(view.written(node)),
    }
}

fn write_string(mut bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    while let Some((byte, rest)) = bytes.split_first() {
        let short = match byte {
            b'"' => b'"',
            b'\\' => b'\\',
            0x08 => b'b',
            0x0c => b'f',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            b' '..=b'~' => {
                out.push(*byte);
                bytes = rest;
                continue;
            }
            _ => {
                bytes = write_escaped(bytes, out);
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', short]);
        bytes = rest;
    }
    out.push(b'"');
}

/// Writes the first character by its code; gives what is behind it.
fn write_escaped<'a>(bytes: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    let low = |byte: &u8| u32::from(byte & 0x3f);
    let (code, length) = match bytes {
        [a @ 0xc0..=0xdf, b, ..] => (u32::from(a & 0x1f) << 6 | low(b), 2),
        [a @ 0xe0..=0xef, b, c, ..] => (u32::from(a & 0x0f) << 12 | low(b) << 6 | low(c), 3),
        [a @ 0xf0..=0xf7, b, c, d, ..] => {
            (u32::from(a & 0x07) << 18 | low(b) << 12 | low(c) << 6 | low(d), 4)
        }
        [byte, ..] => (u32::from(*byte), 1),
        [] => return bytes,
    };
    // Writing to a Vec cannot fail.
    match code.checked_sub(0x1_0000) {
        None => drop(write!(out, "\\u{code:04x}")),
        Some(code) => drop(write!(out, "\\u{:04x}\\u{:04x}", 0xd800 + (code >> 10), 0xdc00 + (code & 0x3ff))),
    }
    &bytes[length..]
}

/// The shortest digits that mean this number: plain from 0.000001 on, and up to five zeros behind them.
fn write_float(number: f64, out: &mut Vec<u8>) {
    if number == 0.0 {
        out.extend_from_slice(b"0.0");
        return;
    }
    if number < 0.0 {
        out.push(b'-');
    }
    let scientific = format!("{:e}", number.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = mantissa.replace('.', "");
    // How many digits stand before the point.
    let place = exponent.parse::<i32>().unwrap_or_default() + 1;
    let length = digits.len() as i32;
    let zeros = |count: i32| "0".repeat(count.max(0) as usize);
    let text = match place {
        ..-5 => exponential(&digits, '-', place),
        -5..=0 => format!("0.{}{digits}", zeros(-place)),
        _ if place < length => format!("{}.{}", &digits[..place as usize], &digits[place as usize..]),
        _ if place - length < 6 => format!("{digits}{}.0", zeros(place - length)),
        _ => exponential(&digits, '+', place),
    };
    out.extend_from_slice(text.as_bytes());
}

fn exponential(digits: &str, sign: char, place: i32) -> String {
    let fraction = if digits.len() > 1 { &digits[1..] } else { "0" };
    format!("{}.{fraction}e{sign}{}", &digits[..1], (place - 1).abs())
}
