//! What is kept, and what has to go: every span that comes is put in its place here.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use zipkin::{Span, TraceId};

use super::{
    Names, Spans,
    facts::Facts,
    log::Log,
    timeline::{Position, Timeline},
    trace::Trace,
};
use crate::Config;

/// All spans, and the ways to find them.
pub struct Kept {
    max_spans: usize,
    max_bytes: usize,
    strict_trace_id: bool,
    /// The start of each trace in milliseconds, by its key: together they are its position.
    starts: BTreeMap<u128, u64>,
    timeline: Timeline,
    /// Lower halves of ids that more than one trace has.
    shared: BTreeSet<u64>,
    names: Names,
    facts: Facts,
    spans: usize,
    trace_bytes: usize,
    /// A span's bytes on their way into its trace.
    buffer: Vec<u8>,
    log: Option<Log>,
}

impl Kept {
    /// Nothing yet.
    pub fn new(config: &Config) -> Self {
        Self {
            max_spans: config.mem_max_spans,
            max_bytes: config.mem_max_bytes,
            strict_trace_id: config.strict_trace_id,
            starts: BTreeMap::new(),
            timeline: Timeline::default(),
            shared: BTreeSet::new(),
            names: Names::new(&config.autocomplete_keys),
            facts: Facts::default(),
            spans: 0,
            trace_bytes: 0,
            buffer: Vec::new(),
            log: None,
        }
    }

    /// Loads what a log has, and writes to it from here on.
    pub fn load(&mut self, log: Log) -> io::Result<()> {
        let batches = log.files().into_iter().map(|file| Ok((file, log.read(file)?)));
        let batches: Vec<_> = batches.collect::<io::Result<_>>()?;
        self.log = Some(log);
        for (file, batches) in batches {
            batches.for_each(|batch| self.keep(&batch, Some(file)));
        }
        self.log.iter_mut().for_each(Log::clean);
        Ok(())
    }

    /// Keeps a batch, then lets the oldest traces go until the bounds hold. Says whether a chapter has begun.
    pub fn add(&mut self, batch: &[Span]) -> bool {
        let chapters = self.timeline.chapters_begun();
        let file = self.log.as_mut().and_then(|log| log.append(batch));
        self.keep(batch, file);
        if let Some(log) = &mut self.log {
            let crowded = log.crowded(2 * self.max_bytes);
            crowded
                .into_iter()
                .for_each(|file| self.timeline.rewrite(file, log));
            log.clean();
        }
        self.timeline.chapters_begun() > chapters
    }

    /// Under which a trace is kept: its id, lower half first, or that half alone.
    pub fn key(&self, id: TraceId) -> u128 {
        key(id, self.strict_trace_id)
    }

    /// The spans of a trace.
    pub fn trace(&self, key: u128) -> Option<Spans> {
        let start_ms = *self.starts.get(&key)?;
        self.timeline.trace(Position { start_ms, key }).map(Trace::spans)
    }

    /// The traces whose ids share their lower half with another's, each with those it shares it with, by their start.
    pub fn namesakes(&self) -> Vec<Vec<Spans>> {
        let traces = |&low| {
            let places: BTreeSet<Position> = self.with_low(low).collect();
            let traces = places.into_iter().filter_map(|place| self.timeline.trace(place));
            traces.map(Trace::spans).collect()
        };
        self.shared.iter().map(traces).collect()
    }

    /// Whether the trace shares the lower half of its id with another.
    pub fn has_namesake(&self, key: u128) -> bool {
        self.shared.contains(&low(key))
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

    /// Bytes of heap, roughly: what allocators add is in the constants.
    pub fn bytes(&self) -> usize {
        self.trace_bytes + self.timeline.bytes() + self.names.bytes()
    }

    fn keep(&mut self, batch: &[Span], file: Option<u32>) {
        let is_strict = self.strict_trace_id;
        for run in batch.chunk_by(|span, next| key(span.trace_id, is_strict) == key(next.trace_id, is_strict))
        {
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
    fn insert(&mut self, run: &[Span], file: Option<u32>) {
        let Some(first) = run.first() else { return };
        let key = self.key(first.trace_id);
        let place = self.starts.get(&key).map(|&start_ms| Position { start_ms, key });
        let mut begun = Trace::new(first.trace_id);
        let known = place.and_then(|place| self.timeline.trace_mut(place));
        let trace = known.unwrap_or(&mut begun);
        let (spans, bytes, end) = (trace.len(), trace.bytes(), trace.end());
        for span in run {
            trace.pack(&mut self.buffer, span);
            let is_full =
                trace.len() >= self.max_spans || trace.bytes() + self.buffer.len() > self.max_bytes / 2;
            if !is_full && trace.push(span, &self.buffer) {
                self.names.add(span);
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
            self.starts.insert(key, start_ms);
        }
        if place.is_none() {
            self.count_namesakes(key);
        }
    }

    fn forget(&mut self, position: Position, trace: &Trace) {
        self.starts.remove(&position.key);
        if let (Some(log), Some(files)) = (&mut self.log, trace.files()) {
            log.release(files);
        }
        for span in trace.packed().read() {
            self.names.remove(&span);
        }
        self.spans -= trace.len();
        self.trace_bytes -= trace.bytes();
        self.count_namesakes(position.key);
    }

    /// A trace came or went: those that share its lower half may be linked another way from here on.
    fn count_namesakes(&mut self, key: u128) {
        let low = low(key);
        let places: Vec<Position> = self.with_low(low).take(2).collect();
        let is_shared = places.len() > 1;
        if is_shared != self.shared.contains(&low) {
            places
                .into_iter()
                .for_each(|place| self.timeline.has_changed(place));
            if is_shared {
                self.shared.insert(low);
            } else {
                self.shared.remove(&low);
            }
        }
    }

    fn with_low(&self, low: u64) -> impl Iterator<Item = Position> {
        let first = u128::from(low) << 64;
        let keys = self.starts.range(first..=first | u128::from(u64::MAX));
        keys.map(|(&key, &start_ms)| Position { start_ms, key })
    }
}

fn key(id: TraceId, is_strict: bool) -> u128 {
    if is_strict {
        id.value().rotate_left(64)
    } else {
        u128::from(id.low()) << 64
    }
}

fn low(key: u128) -> u64 {
    (key >> 64) as u64
}
