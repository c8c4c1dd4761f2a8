//! A batch as bytes: how many, their checksum, then for each span its trace's id and what `packed` makes of it.

use std::io::{self, Read};

use zipkin::{Span, TraceId};

use super::super::packed::{self, PackedSpan, Reader};

/// Length and checksum.
const HEAD_BYTES: usize = 8;

/// Appends a batch.
pub fn write(out: &mut Vec<u8>, batch: &[Span]) -> io::Result<()> {
    out.extend_from_slice(&[0; HEAD_BYTES]);
    let mut part = Vec::new();
    for span in batch {
        out.extend_from_slice(&span.trace_id.value().to_le_bytes());
        part.clear();
        packed::write_span(&mut part, span.trace_id, span);
        packed::write_part(out, &part);
    }
    let body = out.get(HEAD_BYTES..).unwrap_or_default();
    let length = u32::try_from(body.len()).map_err(|_| io::Error::other("the batch is too large"))?;
    let head = [length.to_le_bytes(), crc32fast::hash(body).to_le_bytes()].concat();
    out.splice(..HEAD_BYTES, head);
    Ok(())
}

/// Reads a batch; none at the end of the file, or where it is not as it was written.
pub fn read(file: &mut impl Read) -> Option<Vec<Span>> {
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
    spans(&body)
}

fn spans(body: &[u8]) -> Option<Vec<Span>> {
    let mut reader = Reader(body);
    let mut batch = Vec::new();
    while let Some(trace_id) = reader.array() {
        let trace_id = TraceId::new(u128::from_le_bytes(trace_id));
        batch.push(PackedSpan::read(trace_id, reader.part()?)?.to_span());
    }
    Some(batch)
}
