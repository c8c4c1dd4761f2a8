//! Traces that hold the oldest file are written once more, so that it can go: a few after each batch, a large one in pieces, so that
//! the store is never locked for long.

use super::{index::Keys, log::Log, packed::Batch, traces::Timeline};

/// Traces that are looked at after each batch, at least.
const LOOKS: usize = 256;

/// All traces are looked at while as many bytes of batches come.
const PASS_BYTES: usize = 16 << 20;

/// Bytes that are written after each batch, about.
const PIECE: usize = 1 << 20;

/// Progress: all traces with a lower key need the file no more.
pub struct Rewriting {
    file: u32,
    key: u128,
    /// Where in the trace with that key the rest begins.
    start: usize,
    /// The file that has the beginning of that trace.
    first: Option<u32>,
}

impl Rewriting {
    /// Starts, for the file that is to go.
    pub fn of(file: u32) -> Self {
        Self {
            file,
            key: 0,
            start: 0,
            first: None,
        }
    }

    /// The file that is to go.
    pub fn file(&self) -> u32 {
        self.file
    }

    /// A trace has gone.
    pub fn forget(&mut self, key: u128) {
        if self.key == key {
            (self.start, self.first) = (0, None);
        }
    }

    /// Goes on a little, after a batch of so many bytes.
    pub fn go_on(&mut self, batch_bytes: usize, keys: &Keys, timeline: &mut Timeline, log: &mut Log) {
        let mut looks = LOOKS + keys.len() / PASS_BYTES.div_ceil(batch_bytes.max(1));
        let mut room = PIECE.max(batch_bytes);
        while looks > 0 && room > 0 {
            looks -= 1;
            let Some(place) = keys.first_from(self.key) else {
                return;
            };
            if place.key != self.key {
                (self.key, self.start, self.first) = (place.key, 0, None);
            }
            let trace = timeline.trace_mut(place);
            let trace = trace.filter(|trace| trace.files().is_some_and(|files| files.contains(&self.file)));
            let Some(trace) = trace else {
                self.key = self.key.saturating_add(1);
                continue;
            };
            let (end, count) = trace.packed().some_from(self.start, room.min(PIECE));
            let spans = trace.packed().read_from(self.start).take(count);
            let batch: Batch = spans.map(|span| span.to_ref()).collect();
            let Some(file) = log.append(&batch, trace.arrived_ms()) else {
                return;
            };
            let first = *self.first.get_or_insert(file);
            if end < trace.end() {
                // Until its rest is written, it needs its old files too.
                log.files_mut().extend(trace, file);
            } else {
                log.files_mut().move_to(trace, first..=file);
            }
            self.start = end;
            room = room.saturating_sub(batch.bytes().len());
        }
    }
}
