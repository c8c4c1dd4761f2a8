//! Spans that are kept, and those that have to go: every span that comes is put in its place here.

use std::{
    collections::BTreeSet,
    io, mem,
    time::{Duration, Instant},
};

use zipkin::TraceId;

use super::{
    index::{Keys, Names, Terms},
    log::Log,
    packed::{self, Batch, PackedSpan, Spans},
    position::Position,
    rewriting::Rewriting,
    traces::{Ahead, DAY_MS, Timeline, Trace},
};
use crate::{Config, work::VAST};

/// The pause between two lines about a long start.
const PROGRESS: Duration = Duration::from_secs(1);

/// A span of a batch: the key and the id of its trace, and its bytes.
type Part<'a> = (u128, TraceId, &'a [u8]);

/// All spans, and the ways to find them.
pub struct Contents {
    max_spans: usize,
    max_bytes: usize,
    keys: Keys,
    timeline: Timeline,
    names: Names,
    terms: Terms,
    spans: usize,
    trace_bytes: usize,
    /// A span's bytes, where they are others in its trace.
    buffer: Vec<u8>,
    ahead: Ahead,
    /// Milliseconds since the epoch, when the last batch arrived.
    now_ms: u64,
    evicted: Evicted,
    log: Option<Log>,
    rewriting: Option<Rewriting>,
    /// Keys of the large traces that have grown, until somebody takes them.
    vast: BTreeSet<u128>,
}

/// Spans that were accepted, and had to go.
#[derive(Clone, Copy, Default)]
pub struct Evicted {
    /// Spans of traces that went, and of those that had no room for more.
    pub spans: u64,
    /// Traces that went.
    pub traces: u64,
}

impl Contents {
    /// Nothing yet.
    pub fn new(config: &Config) -> Self {
        Self {
            max_spans: config.mem_max_spans,
            max_bytes: config.mem_max_bytes,
            keys: Keys::new(config.strict_trace_id),
            timeline: Timeline::new(),
            names: Names::new(&config.autocomplete_keys),
            terms: Terms::default(),
            spans: 0,
            trace_bytes: 0,
            buffer: Vec::new(),
            ahead: Ahead::default(),
            now_ms: 0,
            evicted: Evicted::default(),
            log: None,
            rewriting: None,
            vast: BTreeSet::new(),
        }
    }

    /// Loads what a log has, and writes to it from here on. Where that takes long, it says how far it is.
    pub fn load(&mut self, log: Log, now_ms: u64) -> io::Result<()> {
        let (folder, files) = (log.files().folder().display().to_string(), log.files().numbers());
        self.now_ms = now_ms;
        self.log = Some(log);
        let mut said = Instant::now();
        for file in files {
            let Some(log) = &mut self.log else { break };
            let mut reader = log.read(file)?;
            while let Some(record) = reader.next_record() {
                // A batch cannot arrive later than it is read: the clock was wrong.
                self.keep(&record.batch, record.arrived_ms.min(now_ms), Some(file));
                if said.elapsed() >= PROGRESS {
                    said = Instant::now();
                    let spans = self.spans;
                    output::stderr().say(&format!("reading {folder} (DATA_DIR): {spans} spans so far"));
                }
            }
            if let Some(log) = &mut self.log {
                log.has_read(file, reader);
            }
        }
        if let Some(log) = &mut self.log {
            log.clean();
        }
        self.evicted = Evicted::default();
        self.vast.clear();
        Ok(())
    }

    /// The files, where there is a folder.
    pub fn log(&mut self) -> Option<&mut Log> {
        self.log.as_mut()
    }

    /// Whether what comes can be kept, as far as is known.
    pub fn is_well(&self) -> bool {
        self.log.as_ref().is_none_or(Log::is_well)
    }

    /// Spans that had to go since the start.
    pub fn evicted(&self) -> Evicted {
        self.evicted
    }

    /// Keys of the large traces that have grown since they were asked for.
    pub fn take_vast(&mut self) -> BTreeSet<u128> {
        mem::take(&mut self.vast)
    }

    /// Keeps a batch that arrives at this time, in milliseconds since the epoch, then lets the oldest traces go until the bounds
    /// hold. Says whether a segment has begun; nothing, where there is a folder and it could not be written to: then nothing is kept.
    pub fn add(&mut self, batch: &Batch, now_ms: u64) -> Option<bool> {
        let segments = self.timeline.segments_begun();
        let file = match &mut self.log {
            Some(log) => Some(log.append(batch, now_ms)?),
            None => None,
        };
        if now_ms.saturating_add(DAY_MS) < self.now_ms {
            self.set_back(now_ms);
        }
        self.now_ms = now_ms;
        self.keep(batch, now_ms, file);
        if let Some(log) = &mut self.log {
            log.clean();
            let crowded = log.files().crowded(2 * self.max_bytes);
            self.rewriting = crowded.map(|file| match self.rewriting.take() {
                Some(begun) if begun.file() == file => begun,
                _ => Rewriting::of(file),
            });
            if let Some(rewriting) = &mut self.rewriting {
                rewriting.go_on(batch.bytes().len(), &self.keys, &mut self.timeline, log);
                log.clean();
            }
        }
        Some(self.timeline.segments_begun() > segments)
    }

    /// The spans of the trace with this key.
    pub fn trace(&self, key: u128) -> Option<Spans> {
        self.timeline.trace(self.keys.place(key)?).map(Trace::spans)
    }

    /// Where each trace is, by its id.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// All traces by their start.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Terms of a search.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The names that the spans have.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The number of spans.
    #[cfg(test)]
    pub fn spans(&self) -> usize {
        self.spans
    }

    /// Bytes of heap, with the holes between them: after all has gone once, about an eighth is too small for what comes.
    pub fn bytes(&self) -> usize {
        let held = self.trace_bytes + self.timeline.ledger().total() + self.keys.bytes() + self.names.bytes();
        let held = held + self.ahead.bytes();
        held + held / 8
    }

    /// Makes segments short.
    #[cfg(test)]
    pub fn shorten_segments(&mut self) {
        self.timeline.shorten();
    }

    fn keep(&mut self, batch: &Batch, arrived_ms: u64, file: Option<u32>) {
        let parts = batch.parts().map(|(id, span)| (self.keys.key(id), id, span));
        let parts: Vec<Part> = parts.collect();
        for run in parts.chunk_by(|(key, ..), (next, ..)| key == next) {
            self.insert(run, arrived_ms, file);
        }
        while self.spans > self.max_spans || self.bytes() > self.max_bytes {
            let Some((position, trace)) = self.pop_oldest() else {
                break;
            };
            self.forget(position, &trace);
        }
    }

    /// Takes the trace that started before all others; one that is ahead counts by when it arrived.
    fn pop_oldest(&mut self) -> Option<(Position, Trace)> {
        match self.ahead.first_before(|| self.timeline.oldest()) {
            Some(key) => {
                let place = self.keys.place(key)?;
                Some((place, self.timeline.take(place)?))
            }
            None => self.timeline.pop_oldest(),
        }
    }

    /// The clock was ahead itself, and has been set back: traces are ahead that were not.
    fn set_back(&mut self, now_ms: u64) {
        for place in self.timeline.since(now_ms.saturating_add(DAY_MS + 1)) {
            if let Some(trace) = self.timeline.trace_mut(place) {
                self.ahead.set_back(place, trace, now_ms);
            }
        }
    }

    /// Adds spans of one trace. One that has all spans or half of the bytes takes no more: letting it go would lose a
    /// batch that is larger than the bounds as a whole.
    fn insert(&mut self, run: &[Part<'_>], arrived_ms: u64, file: Option<u32>) {
        let Some(&(key, trace_id, _)) = run.first() else {
            return;
        };
        let place = self.keys.place(key);
        let mut begun = Trace::new(trace_id, arrived_ms);
        let known = place.and_then(|place| self.timeline.trace_mut(place));
        let trace = known.unwrap_or(&mut begun);
        let (spans, bytes, end) = (trace.len(), trace.bytes(), trace.end());
        let room = packed::packed_bytes(run.iter().map(|(.., part)| *part));
        if trace.end() + room <= self.max_bytes / 2 {
            trace.reserve(room);
        }
        for &(_, id, part) in run {
            let Some(span) = PackedSpan::read(id, part) else {
                continue;
            };
            let part = if id == trace.packed().trace_id() {
                part
            } else {
                packed::span_with_trace_id(&mut self.buffer, id, part);
                &self.buffer
            };
            let is_full = trace.len() >= self.max_spans || trace.end() + part.len() > self.max_bytes / 2;
            if is_full {
                self.evicted.spans += 1;
            } else if trace.push(&span, part) {
                if trace.len() == 1 || id != trace.packed().trace_id() {
                    self.keys.put_id(id);
                }
                self.names.add(&span);
            }
        }
        if trace.len() == spans {
            return;
        }
        self.spans += trace.len() - spans;
        if let (Some(log), Some(file)) = (&mut self.log, file) {
            log.files_mut().extend(trace, file);
        }
        let (start_ms, arrived_ms) = (trace.start_ms(), trace.arrived_ms());
        if trace.end() > VAST {
            self.vast.insert(key);
        }
        let now = Position { start_ms, key };
        self.trace_bytes += trace.bytes() - if place.is_some() { bytes } else { 0 };
        match place {
            Some(place) => self.timeline.grown(place, now, end, &self.terms),
            None => self.timeline.put(now, begun, &self.terms),
        }
        if place != Some(now) {
            self.keys.put(now);
            self.ahead.put(now, arrived_ms);
        }
        if place.is_none() {
            self.recount_namesakes(key);
        }
    }

    fn forget(&mut self, position: Position, trace: &Trace) {
        self.keys.remove(position.key);
        self.ahead.remove(position.key, trace.arrived_ms());
        self.rewriting
            .iter_mut()
            .for_each(|rewriting| rewriting.forget(position.key));
        self.evicted.spans += trace.len() as u64;
        self.evicted.traces += 1;
        if let (Some(log), Some(files)) = (&mut self.log, trace.files()) {
            log.files_mut().release(files);
        }
        self.keys.remove_id(trace.packed().trace_id());
        for span in trace.packed().read() {
            if span.trace_id() != trace.packed().trace_id() {
                self.keys.remove_id(span.trace_id());
            }
            self.names.remove(&span);
        }
        self.spans -= trace.len();
        self.trace_bytes -= trace.bytes();
        self.recount_namesakes(position.key);
    }

    /// Traces with namesakes are linked apart from their segments.
    fn recount_namesakes(&mut self, key: u128) {
        for place in self.keys.recount(key) {
            self.timeline.has_changed(place);
        }
    }
}
