//! The copy of the configuration for the run folder, in the encoding of the original.

use super::decode::{Decoded, Encoding};

/// The bytes of `copy` in the encoding that `original` was read with.
pub(super) fn encode(copy: &str, original: &Decoded) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(copy.len() + 3);
    if original.mark {
        bytes.extend_from_slice("\u{feff}".as_bytes());
    }
    match original.encoding {
        Encoding::Utf8 => bytes.extend_from_slice(copy.as_bytes()),
        Encoding::Latin1 => {
            for character in copy.chars() {
                match u8::try_from(u32::from(character)) {
                    Ok(byte) => bytes.push(byte),
                    // Only text of an entity file in UTF-8 has such characters.
                    Err(_) => bytes.extend_from_slice(format!("&#{};", u32::from(character)).as_bytes()),
                }
            }
        }
    }
    bytes
}
