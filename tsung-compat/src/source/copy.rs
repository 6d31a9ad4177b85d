//! The copy of the configuration for the run folder, in the encoding of the original.

use super::decode::Encoding;
use super::map::SourceMap;
use crate::load::ConfigCopy;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The copy, as far as it is known before the text is needed no more.
#[derive(Clone, Debug)]
pub(super) struct Copy {
    pub(super) file_name: String,
    /// How the original was read.
    pub(super) encoding: Encoding,
    /// It began with a byte order mark.
    pub(super) mark: bool,
    /// The text with external entities in it; none when it is the original's own text.
    pub(super) expanded: Option<String>,
}

impl Copy {
    /// The copy in the encoding of the original; its text is taken out of `map` where it can be.
    pub(super) fn finish(self, map: SourceMap) -> ConfigCopy {
        let mut text = self.expanded.unwrap_or_else(|| map.into_main());
        if self.mark {
            text.insert_str(0, BYTE_ORDER_MARK);
        }
        let bytes = match self.encoding {
            Encoding::Utf8 => text.into_bytes(),
            Encoding::Latin1 => latin1(&text),
        };
        ConfigCopy { file_name: self.file_name, bytes }
    }
}

fn latin1(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        match u8::try_from(u32::from(character)) {
            Ok(byte) => bytes.push(byte),
            // Only text of an entity file in UTF-8 has such characters.
            Err(_) => bytes.extend_from_slice(format!("&#{};", u32::from(character)).as_bytes()),
        }
    }
    bytes
}
