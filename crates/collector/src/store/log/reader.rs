//! The contents of a file: its batches, and the bytes that are none. A damaged batch is passed over; the ones behind it are found.

use std::{
    fs::File,
    io::{self, Read as _},
    ops::Range,
    path::Path,
    time::UNIX_EPOCH,
};

use super::{
    record::{self, HEAD_BYTES, MARKER, Record, VERSION},
    unmarked,
};
use crate::store::packed::Batch;

/// No file of ours is as large: it takes no batch from 64 MB on, and none has more than 512 MB.
const MOST_BYTES: u64 = 1 << 30;

/// A file, read from its front.
pub struct LogReader {
    bytes: Vec<u8>,
    at: usize,
    is_marked: bool,
    /// When the file was written to: batches of version 1 do not say when they arrived.
    written_ms: u64,
    /// The number that the next batch should have.
    next: Option<u64>,
    damaged: Vec<Range<usize>>,
}

impl LogReader {
    /// Reads a file. One of a later version is an error, since nothing here knows what it has.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.len() > MOST_BYTES {
            return Err(io::Error::other(
                "it is larger than any file that a collector writes",
            ));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let head = record::read_head(&bytes);
        if let Some((version, _)) = head
            && version > VERSION
        {
            return Err(io::Error::other(format!(
                "a later collector wrote it, in version {version} of the format; this one reads versions up to {VERSION}"
            )));
        }
        let written = metadata.modified().ok();
        let written = written.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Ok(Self {
            at: if head.is_some() { HEAD_BYTES } else { 0 },
            // Zeros may be in the place of the head: that no version 1 has a marker is what counts.
            is_marked: head.is_some() || find_marker(&bytes).is_some(),
            written_ms: written.unwrap_or_default().as_millis() as u64,
            next: head.map(|(_, first)| first),
            damaged: Vec::new(),
            bytes,
        })
    }

    /// Bytes of the file.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The number that the next batch should have, where that is known.
    pub fn next_number(&self) -> Option<u64> {
        self.next
    }

    /// The bytes that were passed over. An empty range is a place where batches are missing.
    pub fn into_damaged(self) -> Vec<Range<usize>> {
        self.damaged
    }

    /// The next batch that is as it was written.
    pub fn next_record(&mut self) -> Option<Record> {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let Some((skipped, record, length)) = self.find(rest) else {
            self.at = self.bytes.len();
            if start < self.at {
                self.damaged.push(start..self.at);
            }
            return None;
        };
        let begin = start + skipped;
        self.at = begin + length;
        if self.is_marked {
            let expected = self.next.unwrap_or(record.number);
            if record.number < expected {
                // A copy: it is kept once.
                self.damaged.push(start..self.at);
            } else if skipped > 0 || record.number > expected {
                self.damaged.push(start..begin);
            }
            self.next = Some(expected.max(record.number + 1));
        } else if skipped > 0 {
            self.damaged.push(start..begin);
        }
        Some(record)
    }

    /// The next batch, how many bytes are before it, and how many it has.
    fn find(&self, bytes: &[u8]) -> Option<(usize, Record, usize)> {
        let mut skipped = 0;
        loop {
            let rest = bytes.get(skipped..)?;
            let found = if self.is_marked {
                record::read(rest)
            } else {
                unmarked::read(rest).map(|(batch, length)| (self.unnumbered(batch), length))
            };
            if let Some((record, length)) = found {
                return Some((skipped, record, length));
            }
            let behind = rest.get(1..)?;
            let next = if self.is_marked {
                find_marker(behind)
            } else {
                unmarked::find(behind)
            };
            skipped += 1 + next?;
        }
    }

    fn unnumbered(&self, batch: Batch) -> Record {
        Record {
            number: 0,
            arrived_ms: self.written_ms,
            batch,
        }
    }
}

fn find_marker(bytes: &[u8]) -> Option<usize> {
    bytes.windows(MARKER.len()).position(|window| window == MARKER)
}
