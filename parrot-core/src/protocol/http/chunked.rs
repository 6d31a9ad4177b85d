//! The chunked transfer coding (RFC 9112, section 7.1), in whatever pieces it comes. Extensions and trailers are passed over.

/// Where in the coding the next byte belongs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Stage {
    /// In the size, with or without a digit so far.
    Size {
        digits: bool,
    },
    /// After the size, up to the end of its line.
    Extension,
    Data,
    /// At the line end after the data.
    DataEnd,
    /// At the start of a trailer line (or of the empty line that ends it all).
    TrailerStart,
    /// Inside a trailer line.
    Trailer,
    /// After the CR of the line that may be empty.
    TrailerStartCr,
}

/// Decodes one chunked body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct ChunkedDecoder {
    stage: Stage,
    /// Bytes of the chunk still to come.
    left: u64,
}

/// What came of some input.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Chunked {
    /// All input is used, more is needed.
    More,
    /// The body is complete; input that is left does not belong to it.
    End,
    /// This is not the chunked coding.
    Malformed,
}

impl ChunkedDecoder {
    pub(super) fn new() -> Self {
        Self { stage: Stage::Size { digits: false }, left: 0 }
    }

    /// Takes bytes from the front of `input` and gives the data among them to `data`.
    pub(super) fn decode(&mut self, input: &mut &[u8], mut data: impl FnMut(&[u8])) -> Chunked {
        while let Some((&byte, rest)) = input.split_first() {
            if self.stage == Stage::Data {
                let length = usize::try_from(self.left).map_or(input.len(), |left| left.min(input.len()));
                let (piece, rest) = input.split_at(length);
                data(piece);
                *input = rest;
                self.left -= length as u64;
                if self.left == 0 {
                    self.stage = Stage::DataEnd;
                }
                continue;
            }
            *input = rest;
            match self.framing(byte) {
                Ok(false) => {}
                Ok(true) => return Chunked::End,
                Err(()) => return Chunked::Malformed,
            }
        }
        Chunked::More
    }

    /// Takes a byte that is not data; true when it was the last of the body.
    fn framing(&mut self, byte: u8) -> Result<bool, ()> {
        self.stage = match (self.stage, byte) {
            (Stage::Size { .. }, digit) if digit.is_ascii_hexdigit() => {
                let value = (digit as char).to_digit(16).ok_or(())?;
                self.left = self.left.checked_mul(16).ok_or(())?.checked_add(u64::from(value)).ok_or(())?;
                Stage::Size { digits: true }
            }
            (Stage::Size { digits: false }, b' ' | b'\t') => Stage::Size { digits: false },
            (Stage::Size { digits: true }, b' ' | b'\t' | b';' | b'\r') => Stage::Extension,
            (Stage::Size { digits: true } | Stage::Extension, b'\n') if self.left == 0 => Stage::TrailerStart,
            (Stage::Size { digits: true } | Stage::Extension, b'\n') => Stage::Data,
            (Stage::Size { .. }, _) => return Err(()),
            (Stage::Extension, _) => Stage::Extension,
            (Stage::DataEnd, b'\r') => Stage::DataEnd,
            (Stage::DataEnd, b'\n') => Stage::Size { digits: false },
            (Stage::DataEnd | Stage::Data, _) => return Err(()),
            (Stage::TrailerStart, b'\r') => Stage::TrailerStartCr,
            (Stage::TrailerStart | Stage::TrailerStartCr, b'\n') => return Ok(true),
            (Stage::Trailer, b'\n') => Stage::TrailerStart,
            (Stage::TrailerStart | Stage::TrailerStartCr | Stage::Trailer, _) => Stage::Trailer,
        };
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &[u8], piece: usize) -> (Chunked, Vec<u8>, usize) {
        let mut decoder = ChunkedDecoder::new();
        let mut body = Vec::new();
        let mut used = 0;
        for mut input in text.chunks(piece) {
            let before = input.len();
            let outcome = decoder.decode(&mut input, |data| body.extend_from_slice(data));
            used += before - input.len();
            if outcome != Chunked::More {
                return (outcome, body, used);
            }
        }
        (Chunked::More, body, used)
    }

    #[test]
    fn bodies_in_pieces_of_any_size() {
        let cases: [(&[u8], Chunked, &[u8]); 10] = [
            (b"5\r\nhello\r\n0\r\n\r\n", Chunked::End, b"hello"),
            (b"  05 \r\nhello\r\n1;x=\"y\"\r\n!\r\n000\r\n\r\n", Chunked::End, b"hello!"),
            (b"A\r\n0123456789\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\n", Chunked::End, b"0123456789"),
            (b"5\nhello\n0\n\n", Chunked::End, b"hello"),
            (b"5\r\nhel", Chunked::More, b"hel"),
            (b"0\r\n\r", Chunked::More, b""),
            (b"xyz\r\n", Chunked::Malformed, b""),
            (b"\r\n", Chunked::Malformed, b""),
            (b"5\r\nhelloX\r\n", Chunked::Malformed, b"hello"),
            (b"fffffffffffffffff\r\n", Chunked::Malformed, b""),
        ];
        for (text, outcome, body) in cases {
            for piece in 1..=text.len() {
                let (got, data, used) = decode(text, piece);
                assert_eq!(
                    (got, data.as_slice()),
                    (outcome, body),
                    "{:?} by {piece}",
                    String::from_utf8_lossy(text)
                );
                assert!(outcome != Chunked::End || used == text.len());
            }
        }
    }

    #[test]
    fn what_follows_the_body_is_left() {
        let mut input: &[u8] = b"1\r\na\r\n0\r\n\r\nHTTP/1.1";
        assert_eq!(ChunkedDecoder::new().decode(&mut input, |_| {}), Chunked::End);
        assert_eq!(input, b"HTTP/1.1");
    }
}
