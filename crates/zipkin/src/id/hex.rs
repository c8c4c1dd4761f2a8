//! Lower-case hex, by tables: each request writes and reads a dozen ids.

use std::fmt;

/// The two digits of each byte.
const DIGITS: [[u8; 2]; 256] = digits();

/// The value of each byte as a digit.
const VALUES: [u8; 256] = values();

/// The worth of what is no lower-case hex digit.
const NO_DIGIT: u8 = 0xf0;

/// Writes two digits for each byte.
pub(super) fn write<const N: usize>(digits: &mut [u8], bytes: [u8; N]) {
    for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
        pair.copy_from_slice(DIGITS.get(usize::from(byte)).unwrap_or(&[0; 2]));
    }
}

/// Formats digits straight from the table: `{:032x}` does the same in three times the instructions, and a line has three ids.
pub(super) fn format(f: &mut fmt::Formatter<'_>, digits: &[u8]) -> fmt::Result {
    f.write_str(str::from_utf8(digits).unwrap_or_default())
}

/// Reads up to 32 digits; none where another character is among them.
pub(super) fn read(text: &str) -> Option<u128> {
    let (mut value, mut seen) = (0, 0);
    // Halves, because shifting 64 bits is one instruction.
    for half in text.as_bytes().chunks(16) {
        // Of a length that the compiler knows, it makes no loop.
        let (low, digits) = <&[u8; 16]>::try_from(half).map_or_else(|_| number(half), |whole| number(whole));
        value = value << (4 * half.len()) | u128::from(low);
        seen |= digits;
    }
    (seen & NO_DIGIT == 0).then_some(value)
}

/// The number, and all that was seen of its digits' worths.
#[inline(always)]
fn number(digits: &[u8]) -> (u64, u8) {
    digits.iter().fold((0, 0), |(number, seen), &byte| {
        let digit = VALUES.get(usize::from(byte)).copied().unwrap_or(NO_DIGIT);
        (number << 4 | u64::from(digit), seen | digit)
    })
}

#[expect(
    clippy::indexing_slicing,
    reason = "the compiler would not have an index out of bounds here"
)]
const fn digits() -> [[u8; 2]; 256] {
    let digits = b"0123456789abcdef";
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        pairs[byte] = [digits[byte >> 4], digits[byte & 0xf]];
        byte += 1;
    }
    pairs
}

#[expect(
    clippy::indexing_slicing,
    reason = "the compiler would not have an index out of bounds here"
)]
const fn values() -> [u8; 256] {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        let pair = DIGITS[value];
        values[pair[1] as usize] = value as u8;
        value += 1;
    }
    values
}
