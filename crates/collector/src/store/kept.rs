//! What is kept, and what has to go: every span that comes is put in its place here.

use std::{
    io,
    time::{Duration, Instant},
};

use zipkin::TraceId;

use super::{
    Batch, Names, Spans,
    facts::Facts,
    keys::Keys,
    log::Log,
    packed::{self, PackedSpan},
    timeline::{Position, Timeline},
    trace::Trace,
};
use crate::Config;

/// How often a long start says how far it is.
const PROGRESS: Duration = Duration::from_secs(1);

/// A span of a batch: the key and the id of its trace, and its bytes.
type Part<'a> = (u128, TraceId, &'a [u8]);

/// All spans, and the ways to find them.
pub struct Kept {
    max_spans: usize,
    max_bytes: usize,
    keys: Keys,
    timeline: Timeline,
    names: Names,
    facts: Facts,
    spans: usize,
    trace_bytes: usize,
    /// A span's bytes, where they are others in its trace.
    buffer: Vec<u8>,
    log: Option<Log>,
}

impl Kept {
    /// Nothing yet.
    pub fn new(config: &Config) -> Self {
        Self {
            max_spans: config.mem_max_spans,
            max_bytes: config.mem_max_bytes,
            keys: Keys::new(config.strict_trace_id),
            timeline: Timeline::new(),
            names: Names::new(&config.autocomplete_keys),
            facts: Facts::default(),
            spans: 0,
            trace_bytes: 0,
            buffer: Vec::new(),
            log: None,
        }
    }

    /// Loads what a log has, and writes to it from here on. Where that takes long, it says how far it is.
    pub fn load(&mut self, log: Log) -> io::Result<()> {
        let batches = log.files().into_iter().map(|file| Ok((file, log.read(file)?)));
        let batches: Vec<_> = batches.collect::<io::Result<_>>()?;
        let folder = log.folder().display().to_string();
        self.log = Some(log);
        let mut said = Instant::now();
        for (file, batch) in batches
            .into_iter()
            .flat_map(|(file, batches)| batches.map(move |batch| (file, batch)))
        {
            self.keep(&batch, Some(file));
            if said.elapsed() >= PROGRESS {
                said = Instant::now();
                let spans = self.spans;
                output::stderr().say(&format!("reading {folder} (DATA_DIR): {spans} spans so far"));
            }
        }
        self.log.iter_mut().for_each(Log::clean);
        Ok(())
    }

    /// Why what comes cannot be kept, if it cannot.
    pub fn failure(&mut self) -> Option<&str> {
        self.log.as_mut()?.failure()
    }

    /// Keeps a batch, then lets the oldest traces go until the bounds hold. Says whether a chapter has begun; nothing,
    /// where there is a folder and it could not be written to: then nothing is kept.
    pub fn add(&mut self, batch: &Batch) -> Option<bool> {
        let chapters = self.timeline.chapters_begun();
        let file = match &mut self.log {
            Some(log) => Some(log.append(batch)?),
            None => None,
        };
        self.keep(batch, file);
        if let Some(log) = &mut self.log {
            let crowded = log.crowded(2 * self.max_bytes);
            crowded
                .into_iter()
                .for_each(|file| self.timeline.rewrite(file, log));
            log.clean();
        }
        Some(self.timeline.chapters_begun() > chapters)
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

    /// What a search may ask about.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The names that the spans have.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// How many spans there are.
    #[cfg(test)]
    pub fn spans(&self) -> usize {
        self.spans
    }

    /// Bytes of heap, with the holes between them: after all has gone once, about an eighth is too small for what comes.
    pub fn bytes(&self) -> usize {
        let held = self.trace_bytes + self.timeline.ledger().total() + self.keys.bytes() + self.names.bytes();
        held + held / 8
    }

    /// Makes chapters short.
    #[cfg(test)]
    pub fn shorten_chapters(&mut self) {
        self.timeline.shorten();
    }

    fn keep(&mut self, batch: &Batch, file: Option<u32>) {
        let parts = batch.parts().map(|(id, span)| (self.keys.key(id), id, span));
        let parts: Vec<Part> = parts.collect();
        for run in parts.chunk_by(|(key, ..), (next, ..)| key == next) {
            self.insert(run, file);
        }
        while self.spans > self.max_spans || self.bytes() > self.max_bytes {
            let Some((position, trace)) = self.timeline.pop_oldest() else {
                break;
            };
            self.forget(position, &trace);
        }
    }

    /// Adds spans of one trace. One that has all spans or half of the bytes takes no more: letting it go would lose a
    /// batch that is larger than the bounds as a whole.
    fn insert(&mut self, run: &[Part<'_>], file: Option<u32>) {
        let Some(&(key, trace_id, _)) = run.first() else {
            return;
        };
        let place = self.keys.place(key);
        let mut begun = Trace::new(trace_id);
        let known = place.and_then(|place| self.timeline.trace_mut(place));
        let trace = known.unwrap_or(&mut begun);
        let (spans, bytes, end) = (trace.len(), trace.bytes(), trace.end());
        let room = packed::room(run.iter().map(|(.., part)| *part));
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
            if !is_full && trace.push(&span, part) {
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
            log.extend(trace, file);
        }
        let start_ms = trace.start_ms();
        let now = Position { start_ms, key };
        self.trace_bytes += trace.bytes() - if place.is_some() { bytes } else { 0 };
        match place {
            Some(place) => self.timeline.grown(place, now, end, &self.facts),
            None => self.timeline.put(now, begun, &self.facts),
        }
        if place != Some(now) {
            self.keys.put(now);
        }
        if place.is_none() {
            self.recount_namesakes(key);
        }
    }

    fn forget(&mut self, position: Position, trace: &Trace) {
        self.keys.remove(position.key);
        if let (Some(log), Some(files)) = (&mut self.log, trace.files()) {
            log.release(files);
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

    /// Traces with namesakes are linked apart from their chapters.
    fn recount_namesakes(&mut self, key: u128) {
        for place in self.keys.recount(key) {
            self.timeline.has_changed(place);
        }
    }
}
