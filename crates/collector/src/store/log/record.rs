//! A batch as bytes: how many, their checksum, then the batch's own.

use std::io::{self, Read};

use super::super::{Batch, packed::Reader};

/// Length and checksum.
const HEAD_BYTES: usize = 8;

/// Appends a batch.
pub fn write(out: &mut Vec<u8>, batch: &Batch) -> io::Result<()> {
    let body = batch.bytes();
    let length = u32::try_from(body.len()).map_err(|_| io::Error::other("the batch is too large"))?;
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&crc32fast::hash(body).to_le_bytes());
    out.extend_from_slice(body);
    Ok(())
}

/// Reads a batch; none at the end of the file, or where it is not as it was written.
pub fn read(file: &mut impl Read) -> Option<Batch> {
    let mut head = [0; HEAD_BYTES];
    file.read_exact(&mut head).ok()?;
    let mut reader = Reader(&head);
    let length = u32::from_le_bytes(reader.array()?);
    let checksum = u32::from_le_bytes(reader.array()?);
    let mut body = Vec::new();
    file.take(length.into()).read_to_end(&mut body).ok()?;
    if body.len() as u64 != u64::from(length) || crc32fast::hash(&body) != checksum {
        return None;
    }
    Batch::from_bytes(body)
}
