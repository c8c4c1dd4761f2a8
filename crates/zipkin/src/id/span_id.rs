//! The id of a span.

use std::fmt;

use super::{error::IdError, hex, number};

/// A span id of 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpanId(u64);

impl SpanId {
    /// The id with this value.
    pub const fn new(value: u64) -> Self {
        Self(value)
    }

    /// Reads 1 to 16 lower-case hex digits; fewer than 16 are padded on the left.
    ///
    /// ```
    /// use zipkin::{IdError, SpanId};
    ///
    /// assert_eq!(SpanId::parse("a2fb4a1d1a96d312")?.value(), 0xa2fb_4a1d_1a96_d312);
    /// assert_eq!(SpanId::parse(""), Err(IdError::Empty("id")));
    /// # Ok::<(), IdError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, IdError> {
        match number::from_hex("id", text, 16)? {
            // Zipkin takes the id "0" (it pads later), and refuses sixteen zeros.
            0 if text.len() == 16 => Err(IdError::AllZeros("id")),
            value => Ok(Self(value as u64)),
        }
    }

    /// Reads the id of a parent: zeros of any length say that there is none.
    ///
    /// ```
    /// use zipkin::SpanId;
    ///
    /// assert_eq!(SpanId::parse_parent("a")?, Some(SpanId::new(10)));
    /// assert_eq!(SpanId::parse_parent("0000000000000000")?, None);
    /// # Ok::<(), zipkin::IdError>(())
    /// ```
    pub fn parse_parent(text: &str) -> Result<Option<Self>, IdError> {
        let value = number::from_hex("parentId", text, 16)? as u64;
        Ok((value != 0).then_some(Self(value)))
    }

    /// Reads 1 to 8 bytes, the highest first.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, IdError> {
        number::from_bytes("id", bytes, 8).map(|value| Self(value as u64))
    }

    /// Reads the id of a parent: no bytes, or only zeros, say that there is none.
    pub fn parent_from_bytes(bytes: &[u8]) -> Result<Option<Self>, IdError> {
        match number::from_bytes("parentId", bytes, 8) {
            Ok(value) => Ok(Some(Self(value as u64))),
            Err(IdError::Empty(_) | IdError::AllZeros(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The id as a number.
    pub const fn value(self) -> u64 {
        self.0
    }

    /// All 16 digits.
    pub fn to_hex(self) -> [u8; 16] {
        let mut digits = [0; 16];
        hex::write(&mut digits, self.0.to_be_bytes());
        digits
    }

    /// Appends 16 digits.
    pub fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_hex());
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::format(f, &self.to_hex())
    }
}
