//! Digits and bytes to numbers.

use super::{error::IdError, hex};

/// The number of 1 to `max` bytes, the highest first; never zero.
pub(super) fn from_bytes(field: &'static str, bytes: &[u8], max: usize) -> Result<u128, IdError> {
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

/// The number of 1 to `max` lower-case digits; it may be zero.
pub(super) fn from_hex(field: &'static str, text: &str, max: usize) -> Result<u128, IdError> {
    if text.is_empty() {
        return Err(IdError::Empty(field));
    }
    if text.len() > max {
        return Err(IdError::TooLong(field, max));
    }
    hex::read(text).ok_or_else(|| IdError::NotLowerHex(text.to_owned()))
}
