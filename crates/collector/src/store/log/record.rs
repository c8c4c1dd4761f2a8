//! A batch as bytes: a marker, a checksum of all that follows, the batch's number, when it arrived, how many bytes it has, and
//! these. A file begins with its head: what it is, the version of this format, the number of its first batch, a checksum.

use std::io;

use crate::store::packed::{Batch, Reader};

/// The version of the format that is written.
pub const VERSION: u32 = 2;

/// Bytes of the head of a file.
pub const HEAD_BYTES: usize = 24;

/// Where a record begins, even if the one before it is damaged. No batch has it: all its bytes are none of UTF-8, and of these a
/// batch has 22 in a row at most, in two IP addresses and the port behind them.
pub const MARKER: [u8; 24] = [
    0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa,
    0xf9, 0xf8, 0xf7, 0xf6, 0xf6, 0xf7, 0xf8,
];

/// The first bytes of a file; those of version 1, which has no head, are never these.
const MAGIC: &[u8; 8] = b"hopspans";

/// Number, time and length.
const FIELDS_BYTES: usize = 20;

/// A batch as it was written.
pub struct Record {
    /// Batches that were written to this folder before it.
    pub number: u64,
    /// Milliseconds since the epoch.
    pub arrived_ms: u64,
    /// Its spans.
    pub batch: Batch,
}

/// Appends the head of a file whose first batch has this number.
pub fn write_head(out: &mut Vec<u8>, first: u64) {
    let start = out.len();
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&first.to_le_bytes());
    let checksum = crc32fast::hash(out.get(start..).unwrap_or_default());
    out.extend_from_slice(&checksum.to_le_bytes());
}

/// The version of a file, and the number of its first batch; none where there is no head, or it is damaged.
pub fn read_head(file: &[u8]) -> Option<(u32, u64)> {
    let (fields, checksum) = file.get(..HEAD_BYTES)?.split_last_chunk()?;
    let mut reader = Reader(fields.strip_prefix(MAGIC)?);
    let head = (
        u32::from_le_bytes(reader.array()?),
        u64::from_le_bytes(reader.array()?),
    );
    (crc32fast::hash(fields) == u32::from_le_bytes(*checksum)).then_some(head)
}

/// Appends a batch.
pub fn write(out: &mut Vec<u8>, number: u64, arrived_ms: u64, batch: &Batch) -> io::Result<()> {
    let body = batch.bytes();
    let length = u32::try_from(body.len()).map_err(|_| io::Error::other("the batch is too large"))?;
    let mut fields = [0; FIELDS_BYTES];
    let (numbers, length_field) = fields.split_at_mut(FIELDS_BYTES - size_of::<u32>());
    let (number_field, time_field) = numbers.split_at_mut(size_of::<u64>());
    number_field.copy_from_slice(&number.to_le_bytes());
    time_field.copy_from_slice(&arrived_ms.to_le_bytes());
    length_field.copy_from_slice(&length.to_le_bytes());
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&fields);
    hasher.update(body);
    out.extend_from_slice(&MARKER);
    out.extend_from_slice(&hasher.finalize().to_le_bytes());
    out.extend_from_slice(&fields);
    out.extend_from_slice(body);
    Ok(())
}

/// Reads the record at the front, and says how many bytes it has; none where it is not as it was written.
pub fn read(bytes: &[u8]) -> Option<(Record, usize)> {
    let mut reader = Reader(bytes.strip_prefix(&MARKER)?);
    let checksum = u32::from_le_bytes(reader.array()?);
    let summed = reader.0;
    let number = u64::from_le_bytes(reader.array()?);
    let arrived_ms = u64::from_le_bytes(reader.array()?);
    let length = u32::from_le_bytes(reader.array()?) as usize;
    let body = reader.0.get(..length)?;
    if crc32fast::hash(summed.get(..FIELDS_BYTES + length)?) != checksum {
        return None;
    }
    let record = Record {
        number,
        arrived_ms,
        batch: Batch::from_bytes(body.to_vec())?,
    };
    Some((record, MARKER.len() + size_of::<u32>() + FIELDS_BYTES + length))
}
