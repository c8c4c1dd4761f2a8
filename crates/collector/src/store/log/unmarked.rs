//! A batch as version 1 has it: its length, a checksum, its bytes. Files of that version have no head and no markers; they are
//! read, and none is written.

use crate::store::packed::{Batch, Reader};

const HEAD_BYTES: usize = 8;

/// Reads the batch at the front, and says how many bytes its record has; none where it is not as it was written.
pub fn read(bytes: &[u8]) -> Option<(Batch, usize)> {
    let mut reader = Reader(bytes);
    let length = u32::from_le_bytes(reader.array()?) as usize;
    let checksum = u32::from_le_bytes(reader.array()?);
    let body = reader.0.get(..length)?;
    if crc32fast::hash(body) != checksum {
        return None;
    }
    Some((Batch::from_bytes(body.to_vec())?, HEAD_BYTES + length))
}

/// Where the next batch is that is not empty, from the front on: where a length is damaged, nothing says where the next one is, so
/// that each byte may be its first.
pub fn find(bytes: &[u8]) -> Option<usize> {
    (0..bytes.len()).find(|&at| {
        let rest = bytes.get(at..).unwrap_or_default();
        may_begin(rest) && read(rest).is_some_and(|(_, length)| length > HEAD_BYTES)
    })
}

/// Whether the length is one of a batch, and the spans in it end where it does: cheaper than a checksum.
fn may_begin(bytes: &[u8]) -> bool {
    let mut reader = Reader(bytes);
    let Some(length) = reader.array().map(u32::from_le_bytes) else {
        return false;
    };
    let Some(body) = bytes
        .get(HEAD_BYTES..)
        .and_then(|rest| rest.get(..length as usize))
    else {
        return false;
    };
    let mut spans = Reader(body);
    while !spans.0.is_empty() {
        if spans.array::<16>().is_none() || spans.part().is_none() {
            return false;
        }
    }
    true
}
