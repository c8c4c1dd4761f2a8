//! The wire of protocol buffers, written: a message is a row of fields, each of a key (number and wire type) and a value.

/// The wire types.
const VARINT: u64 = 0;
const FIXED_64: u64 = 1;
const BYTES: u64 = 2;
const FIXED_32: u64 = 5;

/// Appends a number of 1 to 10 bytes.
#[inline]
pub fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// The bytes that a number takes.
#[inline]
pub const fn varint_len(number: u64) -> usize {
    // One byte for each seven bits; zero takes one, too.
    (number | 1).ilog2() as usize / 7 + 1
}

/// The bytes that a field of so many bytes takes, where its number is below 16.
#[inline]
pub const fn field_len(length: usize) -> usize {
    1 + varint_len(length as u64) + length
}

/// Appends the key and the length of a field, before its bytes.
#[inline]
pub fn begin(out: &mut Vec<u8>, field: u64, length: usize) {
    varint(out, field << 3 | BYTES);
    varint(out, length as u64);
}

/// Appends a field of bytes.
#[inline]
pub fn bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    begin(out, field, value.len());
    out.extend_from_slice(value);
}

/// Appends a number of a few bytes.
#[inline]
pub fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3 | VARINT);
    varint(out, value);
}

/// Appends a number of 8 bytes.
#[inline]
pub fn fixed_64(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3 | FIXED_64);
    out.extend_from_slice(&value.to_le_bytes());
}

/// Appends a number of 4 bytes.
#[inline]
pub fn fixed_32(out: &mut Vec<u8>, field: u64, value: u32) {
    varint(out, field << 3 | FIXED_32);
    out.extend_from_slice(&value.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_takes_as_many_bytes_as_was_said() {
        for (value, written) in [
            (0, &[0][..]),
            (0x7f, &[0x7f]),
            (0x80, &[0x80, 1]),
            (300, &[0xac, 2]),
            (0x3fff, &[0xff, 0x7f]),
            (0x4000, &[0x80, 0x80, 1]),
            (
                u64::MAX,
                &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
            ),
        ] {
            let mut out = Vec::new();
            varint(&mut out, value);
            assert_eq!((out.as_slice(), varint_len(value)), (written, written.len()));
        }
    }
}
