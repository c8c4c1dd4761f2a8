//! The id of a trace.

use std::fmt;

use super::{SpanId, error::IdError, hex, number};

/// A trace id of 64 or 128 bits. A 128-bit id whose upper half is zero *is* the 64-bit id, as in Zipkin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TraceId(u128);

impl TraceId {
    /// The id with this value.
    pub const fn new(value: u128) -> Self {
        Self(value)
    }

    /// Reads 1 to 32 lower-case hex digits; fewer than 16 or 32 are padded on the left.
    ///
    /// ```
    /// use zipkin::TraceId;
    ///
    /// assert_eq!(TraceId::parse("abc")?.to_string(), "0000000000000abc");
    /// assert!(TraceId::parse("0").is_err());
    /// # Ok::<(), zipkin::IdError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, IdError> {
        match number::from_hex("traceId", text, 32)? {
            0 => Err(IdError::AllZeros("traceId")),
            value => Ok(Self(value)),
        }
    }

    /// Reads 1 to 16 bytes, the highest first.
    ///
    /// ```
    /// use zipkin::TraceId;
    ///
    /// assert_eq!(TraceId::from_bytes(&[1, 0xff])?.value(), 0x1ff);
    /// # Ok::<(), zipkin::IdError>(())
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, IdError> {
        number::from_bytes("traceId", bytes, 16).map(Self)
    }

    /// The id as a number.
    pub const fn value(self) -> u128 {
        self.0
    }

    /// The lower 64 bits, by which Zipkin samples, and groups where trace ids are not strict.
    pub const fn low(self) -> u64 {
        self.0 as u64
    }

    /// Whether the upper 64 bits are zero, so that the id is written with 16 digits.
    pub const fn is_64_bit(self) -> bool {
        self.0 >> 64 == 0
    }

    /// All 32 digits, as W3C Trace Context writes it.
    ///
    /// ```
    /// use zipkin::TraceId;
    ///
    /// assert_eq!(&TraceId::new(0xabc).to_hex_32(), b"00000000000000000000000000000abc");
    /// ```
    pub fn to_hex_32(self) -> [u8; 32] {
        let mut digits = [0; 32];
        hex::write(&mut digits, self.0.to_be_bytes());
        digits
    }

    /// The 16 or 32 digits, in this buffer.
    pub fn digits(self, buffer: &mut [u8; 32]) -> &[u8] {
        *buffer = self.to_hex_32();
        let (_, lower) = buffer.split_at(16);
        if self.is_64_bit() { lower } else { buffer }
    }

    /// Appends 16 or 32 digits.
    ///
    /// ```
    /// use zipkin::TraceId;
    ///
    /// let mut out = Vec::from(*b"trace=");
    /// TraceId::new(0xabc).write(&mut out);
    /// assert_eq!(out, b"trace=0000000000000abc");
    /// ```
    pub fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.digits(&mut [0; 32]));
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_64_bit() {
            return SpanId::new(self.low()).fmt(f);
        }
        hex::format(f, &self.to_hex_32())
    }
}
