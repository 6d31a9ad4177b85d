//! Frames: `[u16 version][u8 kind][postcard tag][postcard body]`, little-endian. Sizes are bounded before anything is decoded.

use serde::de::{self, DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits::{FRAME_BYTES_MAX, SMALL_FRAME_BYTES_MAX};

/// Bumped with every change of a message; both ends must speak the same.
pub const PROTOCOL_VERSION: u16 = 1;
/// Version and kind.
const HEAD_BYTES: usize = 3;

/// Which run a frame belongs to, and where it stands in its lane.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Tag {
    /// The run; 0 before the worker knows it.
    pub(super) run: u64,
    /// The worker's membership in the run; frames of an earlier one are dropped.
    pub(super) epoch: u32,
    /// Place in the lane, from 1; 0 for frames that may be lost.
    pub(super) sequence: u64,
    /// All frames of the other direction's lane up to this one have arrived.
    pub(super) acknowledged: u64,
}

/// What a frame holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(super) enum Kind {
    /// A worker offers itself.
    Hello = 1,
    /// A worker is alive, and asks for the time.
    Probe = 2,
    /// A worker wants a piece of the Plan or of a data file.
    Fetch = 3,
    /// What a worker has to tell, in order.
    Report = 4,
    /// A worker leaves.
    Bye = 5,
    /// A worker is taken.
    Welcome = 33,
    /// The controller is alive, and this is its time.
    Echo = 34,
    /// A piece that was wanted.
    Chunk = 35,
    /// What a worker has to do, in order.
    Order = 36,
    /// A worker is not wanted.
    Dismissal = 37,
}

impl Kind {
    const ALL: [Self; 10] = [
        Self::Hello,
        Self::Probe,
        Self::Fetch,
        Self::Report,
        Self::Bye,
        Self::Welcome,
        Self::Echo,
        Self::Chunk,
        Self::Order,
        Self::Dismissal,
    ];

    fn of(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == byte)
    }

    /// Longest frame of this kind: only those with statistics, records or files may be long.
    const fn bytes_max(self) -> usize {
        match self {
            Self::Report | Self::Chunk | Self::Welcome => FRAME_BYTES_MAX,
            _ => SMALL_FRAME_BYTES_MAX,
        }
    }
}

/// Why a frame is dropped.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum FrameError {
    /// It ends before its head does.
    #[error("a frame of {bytes} bytes is none")]
    Short {
        /// Its length.
        bytes: usize,
    },
    /// It speaks another version of the protocol.
    #[error("protocol version {found} (this is version {PROTOCOL_VERSION})")]
    Version {
        /// Its version.
        found: u16,
    },
    /// There is no such kind.
    #[error("unknown kind {found}")]
    Kind {
        /// What it says.
        found: u8,
    },
    /// It is longer than its kind may be.
    #[error("{bytes} bytes, more than a frame of its kind may have")]
    Oversized {
        /// Its length.
        bytes: usize,
    },
    /// It cannot be decoded.
    #[error("garbled")]
    Garbled,
}

/// A frame taken apart, its body not yet decoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<'a> {
    /// What it holds.
    pub(super) kind: Kind,
    /// Which run it belongs to.
    pub(super) tag: Tag,
    body: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Takes a frame apart.
    ///
    /// # Errors
    /// When it is no frame of this version.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, FrameError> {
        let [low, high, kind, rest @ ..] = bytes else {
            return Err(FrameError::Short { bytes: bytes.len() });
        };
        let found = u16::from_le_bytes([*low, *high]);
        if found != PROTOCOL_VERSION {
            return Err(FrameError::Version { found });
        }
        let kind = Kind::of(*kind).ok_or(FrameError::Kind { found: *kind })?;
        if bytes.len() > kind.bytes_max() {
            return Err(FrameError::Oversized { bytes: bytes.len() });
        }
        let (tag, body) = postcard::take_from_bytes(rest).map_err(|_| FrameError::Garbled)?;
        Ok(Self { kind, tag, body })
    }

    /// Decodes the body; nothing may be left over.
    ///
    /// # Errors
    /// When it is not what its kind says.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, FrameError> {
        match postcard::take_from_bytes(self.body) {
            Ok((body, [])) => Ok(body),
            _ => Err(FrameError::Garbled),
        }
    }
}

/// Puts a frame together from an encoded body.
pub(super) fn write(kind: Kind, tag: Tag, body: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(HEAD_BYTES + 32 + body.len());
    frame.extend_from_slice(&PROTOCOL_VERSION.to_le_bytes());
    frame.push(kind as u8);
    frame.extend_from_slice(&encode(&tag));
    frame.extend_from_slice(body);
    frame
}

/// Encodes a message.
pub(super) fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    // invariant: messages are plain data of known lengths, which the format always accepts.
    #[expect(clippy::expect_used)]
    postcard::to_stdvec(message).expect("a message has bytes")
}

/// Bytes that are encoded as one piece instead of one by one.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Whole;
        impl Visitor<'_> for Whole {
            type Value = Bytes;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Domain, Point, draw};

    const TAG: Tag = Tag { run: 7, epoch: 2, sequence: 300, acknowledged: 4 };

    #[test]
    fn what_is_written_is_read() {
        let bytes = write(Kind::Chunk, TAG, &encode(&Bytes(b"abc".to_vec())));
        let frame = Frame::read(&bytes).unwrap();
        assert_eq!((frame.kind, frame.tag), (Kind::Chunk, TAG));
        assert_eq!(frame.body(), Ok(Bytes(b"abc".to_vec())));
        for kind in Kind::ALL {
            assert_eq!(Kind::of(kind as u8), Some(kind));
        }
    }

    #[test]
    fn what_is_no_frame_is_named() {
        let good = write(Kind::Hello, TAG, &encode(&1_u64));
        let read = |bytes: &[u8]| Frame::read(bytes).map(|_| ()).unwrap_err();
        assert_eq!(read(b""), FrameError::Short { bytes: 0 });
        assert_eq!(read(&good[..2]), FrameError::Short { bytes: 2 });
        let mut other = good.clone();
        other[0] += 1;
        assert_eq!(read(&other), FrameError::Version { found: PROTOCOL_VERSION + 1 });
        let mut other = good.clone();
        other[2] = 200;
        assert_eq!(read(&other), FrameError::Kind { found: 200 });
        assert_eq!(read(&good[..4]), FrameError::Garbled);
        let mut long = good.clone();
        long.resize(SMALL_FRAME_BYTES_MAX + 1, 0);
        assert_eq!(read(&long), FrameError::Oversized { bytes: SMALL_FRAME_BYTES_MAX + 1 });
        let mut tail = good;
        tail.push(0);
        assert_eq!(Frame::read(&tail).unwrap().body::<u64>(), Err(FrameError::Garbled));
    }

    /// A length that promises more than there is must not be believed.
    #[test]
    fn promised_lengths_cost_nothing() {
        let mut body = encode(&u64::MAX);
        body.push(1);
        let bytes = write(Kind::Chunk, TAG, &body);
        assert_eq!(Frame::read(&bytes).unwrap().body::<Bytes>(), Err(FrameError::Garbled));
        assert_eq!(Frame::read(&bytes).unwrap().body::<Vec<u64>>(), Err(FrameError::Garbled));
    }

    #[test]
    fn random_bytes_are_no_danger() {
        for seed in 0..20_000_u64 {
            let mut random = draw(seed, Domain::User, Point { user: 0, step: 0, occurrence: 0 });
            let length = random.below(64) as usize;
            let mut bytes: Vec<u8> = Vec::new();
            for _ in 0..length {
                random = random.next();
                bytes.push(random.below(256) as u8);
            }
            if seed % 2 == 0 && bytes.len() >= 3 {
                bytes[..2].copy_from_slice(&PROTOCOL_VERSION.to_le_bytes());
                bytes[2] = Kind::ALL[seed as usize / 2 % Kind::ALL.len()] as u8;
            }
            if let Ok(frame) = Frame::read(&bytes) {
                let _ = frame.body::<super::super::message::Report>();
                let _ = frame.body::<super::super::message::Order>();
            }
        }
    }
}
