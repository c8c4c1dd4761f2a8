//! Trace and span ids: numbers that are written as lower-case hex.

use std::fmt;

/// Digits.
mod hex;

/// The first digits of a trace id.
mod prefix;

pub use prefix::TraceIdPrefix;

/// A trace id of 64 or 128 bits. A 128-bit id whose upper half is zero *is* the 64-bit id, as in Zipkin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TraceId(u128);

/// A span id of 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpanId(u64);

/// Why a text is no id. The texts are those of Zipkin's API.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// No characters at all.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// More characters than the id has digits.
    #[error("{0}.length > {1}")]
    TooLong(&'static str, usize),
    /// Only zeros.
    #[error("{0} is all zeros")]
    AllZeros(&'static str),
    /// A character that is no lower-case hex digit.
    #[error("{0} should be lower-hex encoded with no prefix")]
    NotLowerHex(String),
}

impl TraceId {
    /// The id with this value.
    pub const fn new(value: u128) -> Self {
        Self(value)
    }

    /// Reads 1 to 32 lower-case hex digits; fewer than 16 or 32 are padded on the left.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        match parse_hex("traceId", text, 32)? {
            0 => Err(IdError::AllZeros("traceId")),
            value => Ok(Self(value)),
        }
    }

    /// Reads 1 to 16 bytes, the highest first.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, IdError> {
        number("traceId", bytes, 16).map(Self)
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
    pub fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.digits(&mut [0; 32]));
    }
}

impl SpanId {
    /// The id with this value.
    pub const fn new(value: u64) -> Self {
        Self(value)
    }

    /// Reads 1 to 16 lower-case hex digits; fewer than 16 are padded on the left.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        match parse_hex("id", text, 16)? {
            // Zipkin takes the id "0" (it pads later), and refuses sixteen zeros.
            0 if text.len() == 16 => Err(IdError::AllZeros("id")),
            value => Ok(Self(value as u64)),
        }
    }

    /// Reads the id of a parent: zeros of any length say that there is none.
    pub fn parse_parent(text: &str) -> Result<Option<Self>, IdError> {
        let value = parse_hex("parentId", text, 16)? as u64;
        Ok((value != 0).then_some(Self(value)))
    }

    /// Reads 1 to 8 bytes, the highest first.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, IdError> {
        number("id", bytes, 8).map(|value| Self(value as u64))
    }

    /// Reads the id of a parent: no bytes, or only zeros, say that there is none.
    pub fn parent_from_bytes(bytes: &[u8]) -> Result<Option<Self>, IdError> {
        match number("parentId", bytes, 8) {
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

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_64_bit() {
            return SpanId(self.low()).fmt(f);
        }
        write_digits(f, &self.to_hex_32())
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_digits(f, &self.to_hex())
    }
}

/// Straight from the table: `{:032x}` does the same in three times the instructions, and a line has three ids.
fn write_digits(f: &mut fmt::Formatter<'_>, digits: &[u8]) -> fmt::Result {
    f.write_str(str::from_utf8(digits).unwrap_or_default())
}

fn number(field: &'static str, bytes: &[u8], max: usize) -> Result<u128, IdError> {
    if bytes.is_empty() {
        return Err(IdError::Empty(field));
    }
    if bytes.len() > max {
        return Err(IdError::TooLong(field, 2 * max));
    }
    match bytes.iter().fold(0, |value, &byte| value << 8 | u128::from(byte)) {
        0 => Err(IdError::AllZeros(field)),
        value => Ok(value),
    }
}

fn parse_hex(field: &'static str, text: &str, max: usize) -> Result<u128, IdError> {
    if text.is_empty() {
        return Err(IdError::Empty(field));
    }
    if text.len() > max {
        return Err(IdError::TooLong(field, max));
    }
    hex::read(text).ok_or_else(|| IdError::NotLowerHex(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_trace_ids_are_padded() {
        assert_eq!(TraceId::parse("abc").unwrap().to_string(), "0000000000000abc");
        assert_eq!(
            TraceId::parse("10000000000000abc").unwrap().to_string(),
            "00000000000000010000000000000abc"
        );
        assert_eq!(
            TraceId::parse("0000000000000000463ac35c9f6413ad")
                .unwrap()
                .to_string(),
            "463ac35c9f6413ad"
        );
    }

    #[test]
    fn written_digits_are_the_displayed_ones() {
        for text in [
            "463ac35c9f6413ad48485a3953bb6124",
            "463ac35c9f6413ad",
            "00000000000000010000000000000abc",
        ] {
            let mut out = Vec::new();
            TraceId::parse(text).unwrap().write(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }

    #[test]
    fn what_is_no_id_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", "id is empty"),
            ("0000000000000000", "id is all zeros"),
            ("00000000000000000", "id.length > 16"),
            ("ABC", "ABC should be lower-hex encoded with no prefix"),
            ("é", "é should be lower-hex encoded with no prefix"),
        ] {
            assert_eq!(SpanId::parse(text).unwrap_err().to_string(), reason);
        }
        for zeros in ["0", "0000000000000000", "00000000000000000000000000000000"] {
            assert_eq!(
                TraceId::parse(zeros).unwrap_err().to_string(),
                "traceId is all zeros"
            );
        }
        assert_eq!(
            SpanId::parse_parent("").unwrap_err().to_string(),
            "parentId is empty"
        );
    }

    #[test]
    fn zeros_are_a_span_id_when_short_and_never_a_parent() {
        assert_eq!(SpanId::parse("0").unwrap().to_string(), "0000000000000000");
        assert_eq!(SpanId::parse_parent("0").unwrap(), None);
        assert_eq!(SpanId::parse_parent("0000000000000000").unwrap(), None);
        assert_eq!(SpanId::parse_parent("a").unwrap(), Some(SpanId::new(10)));
    }
}
