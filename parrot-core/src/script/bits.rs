//! Binaries bit by bit: what `<<…>>` writes and reads. Whole bytes at byte borders are copied, all else goes by bits.

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::One;

/// A binary that is being made.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// Bits of the last byte that are taken; 0: all.
    partial: u32,
}

impl BitWriter {
    /// How many bytes there are.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Appends bytes.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        if self.partial == 0 {
            self.bytes.extend_from_slice(bytes);
        } else {
            bytes.iter().for_each(|byte| self.low_bits(*byte, 8));
        }
    }

    /// Appends the lowest bits of a byte, up to 8.
    fn low_bits(&mut self, byte: u8, count: u32) {
        for bit in (0..count.min(8)).rev() {
            let value = byte >> bit & 1;
            match self.bytes.last_mut() {
                Some(last) if self.partial > 0 => *last |= value << (7 - self.partial),
                _ => self.bytes.push(value << 7),
            }
            self.partial = (self.partial + 1) % 8;
        }
    }

    /// Appends the lowest bits of an integer, as a two's complement.
    pub(super) fn integer(&mut self, number: &BigInt, bits: usize, little: bool) {
        let (whole, rest) = (bits / 8, (bits % 8) as u32);
        // From the lowest byte on; what it lacks is sign.
        let mut bytes = number.to_signed_bytes_le();
        let filler = if number.sign() == Sign::Minus { 0xff } else { 0 };
        bytes.resize(whole + usize::from(rest > 0), filler);
        if little {
            self.bytes(&bytes[..whole]);
            if rest > 0 {
                self.low_bits(bytes[whole], rest);
            }
        } else {
            if rest > 0 {
                self.low_bits(bytes[whole], rest);
            }
            bytes.truncate(whole);
            bytes.reverse();
            self.bytes(&bytes);
        }
    }

    /// The binary; none when it does not end with a whole byte.
    pub(super) fn finish(self) -> Option<Vec<u8>> {
        (self.partial == 0).then_some(self.bytes)
    }
}

/// Bits of a binary, taken from its front.
#[derive(Clone, Copy, Debug)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    /// In bits.
    position: usize,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// How many bits are left.
    pub(super) fn left(&self) -> usize {
        (self.bytes.len() * 8).saturating_sub(self.position)
    }

    /// The byte that it is at, if it stands at a byte's border.
    pub(super) fn byte_position(&self) -> Option<usize> {
        self.position.is_multiple_of(8).then_some(self.position / 8)
    }

    /// Takes so many bits as bytes: the last one is filled up from the left. None when there are not so many.
    pub(super) fn take(&mut self, bits: usize) -> Option<Vec<u8>> {
        if bits > self.left() {
            return None;
        }
        let count = bits.div_ceil(8);
        let (first, shift) = (self.position / 8, self.position % 8);
        let mut bytes: Vec<u8> = (0..count)
            .map(|index| {
                let at =
                    |offset: usize| u16::from(self.bytes.get(first + index + offset).copied().unwrap_or(0));
                // Of two neighbours, the eight bits from the position on.
                ((at(0) << 8 | at(1)) >> (8 - shift)) as u8
            })
            .collect();
        if !bits.is_multiple_of(8)
            && let Some(last) = bytes.last_mut()
        {
            *last >>= 8 - bits % 8;
        }
        self.position += bits;
        Some(bytes)
    }

    /// Takes an integer of so many bits.
    pub(super) fn integer(&mut self, bits: usize, little: bool, signed: bool) -> Option<BigInt> {
        let rest = bits % 8;
        let mut bytes = self.take(bits)?;
        let magnitude = if little || rest == 0 {
            if !little {
                bytes.reverse();
            }
            BigUint::from_bytes_le(&bytes)
        } else {
            // The last byte has `rest` bits, the lowest ones.
            let last = bytes.pop().unwrap_or(0);
            (BigUint::from_bytes_be(&bytes) << rest) | BigUint::from(last)
        };
        let negative = signed && bits > 0 && magnitude.bit(bits as u64 - 1);
        let number = BigInt::from(magnitude);
        Some(if negative { number - (BigInt::one() << bits) } else { number })
    }

    /// Goes over so many bits.
    pub(super) fn skip(&mut self, bits: usize) -> Option<()> {
        if bits > self.left() {
            return None;
        }
        self.position += bits;
        Some(())
    }

    /// Takes a character in UTF-8.
    pub(super) fn utf8(&mut self) -> Option<char> {
        let mut ahead = *self;
        let first = *ahead.take(8)?.first()?;
        let length = match first {
            0..=0x7f => 1,
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return None,
        };
        let bytes = self.take(length * 8)?;
        std::str::from_utf8(&bytes).ok()?.chars().next()
    }

    /// Takes a character in UTF-16.
    pub(super) fn utf16(&mut self, little: bool) -> Option<char> {
        let unit = |reader: &mut Self| u16::try_from(reader.integer(16, little, false)?).ok();
        let first = unit(self)?;
        let second = if (0xd800..0xdc00).contains(&first) { Some(unit(self)?) } else { None };
        char::decode_utf16([first].into_iter().chain(second)).next()?.ok()
    }

    /// Takes a character in UTF-32.
    pub(super) fn utf32(&mut self, little: bool) -> Option<char> {
        char::from_u32(u32::try_from(self.integer(32, little, false)?).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(before in 0_usize..20, bits in 0_usize..100, number in any::<i128>(), little: bool) {
            let mut writer = BitWriter::default();
            writer.integer(&BigInt::from(0x15a5a), before, false);
            writer.integer(&BigInt::from(number), bits, little);
            let after = (8 - (before + bits) % 8) % 8;
            writer.integer(&BigInt::from(0), after, false);
            let bytes = writer.finish().unwrap();
            prop_assert_eq!(bytes.len() * 8, before + bits + after);
            let mut reader = BitReader::new(&bytes);
            reader.skip(before).unwrap();
            let read = reader.integer(bits, little, true).unwrap();
            let cut = if bits == 0 { 0 } else { number << (128 - bits) >> (128 - bits) };
            prop_assert_eq!(read, BigInt::from(cut));
            prop_assert_eq!(reader.left(), after);
        }
    }

    #[test]
    fn characters_in_all_encodings() {
        let mut reader = BitReader::new(b"a\xc3\xa9\xf0\x9f\x98\x80\xff");
        assert_eq!(
            (reader.utf8(), reader.utf8(), reader.utf8(), reader.utf8()),
            (Some('a'), Some('é'), Some('😀'), None)
        );
        assert_eq!(BitReader::new(&[0xd8, 0x3d, 0xde, 0x00]).utf16(false), Some('😀'));
        assert_eq!(BitReader::new(&[0xe9, 0, 0, 0]).utf32(true), Some('é'));
        assert_eq!(BitReader::new(&[0xd8, 0x3d]).utf16(false), None);
    }
}
