//! `<<…>>`, in expressions and patterns. A binary has whole bytes: what would end within one is `badarg`.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::{Evaluation, Runtime, Value};
use crate::plan::script::{ExprId, PatId, Segment, SegmentKind};
use crate::script::arithmetic::{fits, to_float};
use crate::script::bits::{BitReader, BitWriter};
use crate::script::{Raised, Slice};

impl Evaluation<'_> {
    pub(super) fn binary(&mut self, segments: &[Segment<ExprId>], base: usize) -> Result<Value, Raised> {
        let mut writer = BitWriter::default();
        for segment in segments {
            let value = self.eval(segment.value, base)?;
            let bits = match segment.size {
                None => None,
                Some(size) => {
                    let size = self.eval(size, base)?;
                    Some(bits(&size, segment.unit).ok_or_else(Raised::bad_argument)?)
                }
            };
            let before = writer.len();
            self.write_segment(segment, &value, bits, &mut writer)?;
            self.charge(writer.len() - before)?;
        }
        writer.finish().map(|bytes| Value::Bytes(bytes.into())).ok_or_else(Raised::bad_argument)
    }

    fn write_segment(
        &mut self,
        segment: &Segment<ExprId>,
        value: &Value,
        bits: Option<usize>,
        writer: &mut BitWriter,
    ) -> Result<(), Raised> {
        match segment.kind {
            SegmentKind::Integer => {
                let bits = bits.unwrap_or(8);
                fits(bits as u64)?;
                self.charge(bits / 8)?;
                match value {
                    Value::Int(number) => writer.integer(&BigInt::from(*number), bits, segment.little),
                    Value::Big(number) => writer.integer(number, bits, segment.little),
                    _ => return Err(Raised::bad_argument()),
                }
            }
            SegmentKind::Float => {
                let number = to_float(value).map_err(|_| Raised::bad_argument())?;
                let mut bytes = match bits.unwrap_or(64) {
                    64 => number.to_be_bytes().to_vec(),
                    // What is too large for one has no such form.
                    32 if (number as f32).is_finite() => (number as f32).to_be_bytes().to_vec(),
                    _ => return Err(Raised::bad_argument()),
                };
                if segment.little {
                    bytes.reverse();
                }
                writer.bytes(&bytes);
            }
            SegmentKind::Binary => {
                let Value::Bytes(bytes) = value else { return Err(Raised::bad_argument()) };
                let length = match bits {
                    None => bytes.len(),
                    Some(bits) if bits.is_multiple_of(8) => bits / 8,
                    Some(_) => return Err(Raised::bad_argument()),
                };
                let part = bytes.get(..length).ok_or_else(Raised::bad_argument)?;
                self.charge(part.len())?;
                writer.bytes(part);
            }
            SegmentKind::Utf8 | SegmentKind::Utf16 | SegmentKind::Utf32 => {
                let Value::Int(code) = value else { return Err(Raised::bad_argument()) };
                let code = u32::try_from(*code).ok().and_then(char::from_u32);
                write_character(segment, code.ok_or_else(Raised::bad_argument)?, writer);
            }
        }
        Ok(())
    }

    /// Whether the whole binary fits the segments.
    pub(super) fn binary_matches(
        &mut self,
        segments: &[Segment<PatId>],
        bytes: &Slice<u8>,
        base: usize,
    ) -> Result<bool, Raised> {
        let mut reader = BitReader::new(bytes);
        let fits = self.segments_match(segments, bytes, &mut reader, base)?;
        Ok(fits == Some(true) && reader.left() == 0)
    }

    /// Whether the front of what is left fits the segments; none when there is not so much left.
    pub(super) fn segments_match(
        &mut self,
        segments: &[Segment<PatId>],
        bytes: &Slice<u8>,
        reader: &mut BitReader<'_>,
        base: usize,
    ) -> Result<Option<bool>, Raised> {
        let mut all_fit = true;
        for segment in segments {
            let bits = match segment.size {
                None => None,
                // Sizes may name what the segments before have set.
                Some(size) => match self.caught(|inside| inside.eval(size, base))? {
                    Ok(size) => match bits(&size, segment.unit) {
                        Some(bits) => Some(bits),
                        None => return Ok(None),
                    },
                    Err(_) => return Ok(None),
                },
            };
            let Some(value) = self.read_segment(segment, bytes, bits, reader)? else { return Ok(None) };
            all_fit = all_fit && self.matches(segment.value, &value, base)?;
        }
        Ok(Some(all_fit))
    }

    fn read_segment(
        &mut self,
        segment: &Segment<PatId>,
        bytes: &Slice<u8>,
        bits: Option<usize>,
        reader: &mut BitReader<'_>,
    ) -> Result<Option<Value>, Raised> {
        let little = segment.little;
        let code = |c: Option<char>| c.map(|c| Value::Int(i64::from(u32::from(c))));
        Ok(match segment.kind {
            SegmentKind::Integer => {
                let bits = bits.unwrap_or(8);
                if bits > reader.left() {
                    return Ok(None);
                }
                fits(bits as u64)?;
                self.charge(bits / 8)?;
                reader.integer(bits, little, segment.signed).map(Value::integer)
            }
            SegmentKind::Float => {
                let bits = bits.unwrap_or(64);
                let number = match bits {
                    64 => reader.integer(64, little, false).and_then(|n| n.to_u64()).map(f64::from_bits),
                    32 => reader
                        .integer(32, little, false)
                        .and_then(|n| n.to_u32())
                        .map(|n| f64::from(f32::from_bits(n))),
                    _ => None,
                };
                number.and_then(Value::float)
            }
            SegmentKind::Binary => {
                let left = reader.left();
                let bits = bits.unwrap_or(left);
                if !bits.is_multiple_of(8)
                    || (segment.size.is_none() && !bits.is_multiple_of(usize::from(segment.unit.max(1))))
                {
                    return Ok(None);
                }
                match reader.byte_position() {
                    // A part of it, which costs the same however long it is.
                    Some(start) => {
                        reader.skip(bits).map(|()| Value::Bytes(bytes.part(start..start + bits / 8)))
                    }
                    None => {
                        self.charge(bits / 8)?;
                        reader.take(bits).map(|bytes| Value::Bytes(bytes.into()))
                    }
                }
            }
            SegmentKind::Utf8 => code(reader.utf8()),
            SegmentKind::Utf16 => code(reader.utf16(little)),
            SegmentKind::Utf32 => code(reader.utf32(little)),
        })
    }
}

/// How many bits a size is.
fn bits(size: &Value, unit: u16) -> Option<usize> {
    match size {
        Value::Int(size) => usize::try_from(*size).ok()?.checked_mul(usize::from(unit)),
        _ => None,
    }
}

fn write_character(segment: &Segment<ExprId>, character: char, writer: &mut BitWriter) {
    match segment.kind {
        SegmentKind::Utf8 => writer.bytes(character.encode_utf8(&mut [0; 4]).as_bytes()),
        SegmentKind::Utf16 => {
            for unit in character.encode_utf16(&mut [0; 2]) {
                writer.integer(&BigInt::from(*unit), 16, segment.little);
            }
        }
        _ => writer.integer(&BigInt::from(u32::from(character)), 32, segment.little),
    }
}
