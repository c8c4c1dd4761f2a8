//! The spans in memory: by trace, by time, by name; bounded in number and in bytes. Whole traces go, oldest first.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

use zipkin::{Query, Span, TraceId, encode};

use crate::Config;

/// Which names the spans have.
mod names;

pub use names::Names;

/// A trace as it came. Shared with whoever reads it, so that reading needs the lock only briefly.
pub type Spans = Arc<Vec<Span>>;

/// All spans that are kept.
pub struct Store {
    max_spans: usize,
    max_bytes: usize,
    strict_trace_id: bool,
    traces: HashMap<u128, Trace>,
    /// Start in milliseconds and key of each trace: the latest are at the end, the next to go in front.
    by_start: BTreeSet<(u64, u128)>,
    names: Names,
    spans: usize,
    bytes: usize,
    hasher: RandomState,
    json: Vec<u8>,
}

#[derive(Default)]
struct Trace {
    spans: Spans,
    /// Hashes of the spans, to recognise one that was sent twice.
    known: HashSet<u64>,
    bytes: usize,
    root_start: Option<u64>,
    first_start: Option<u64>,
}

impl Store {
    /// An empty store.
    pub fn new(config: &Config) -> Self {
        Self {
            max_spans: config.mem_max_spans,
            max_bytes: config.mem_max_bytes,
            strict_trace_id: config.strict_trace_id,
            traces: HashMap::new(),
            by_start: BTreeSet::new(),
            names: Names::new(&config.autocomplete_keys),
            spans: 0,
            bytes: 0,
            hasher: RandomState::new(),
            json: Vec::new(),
        }
    }

    /// Keeps a batch, then lets the oldest traces go until the bounds hold.
    pub fn add(&mut self, batch: Vec<Span>) {
        for span in batch {
            self.insert(span);
        }
        while self.spans > self.max_spans || self.bytes > self.max_bytes {
            let Some((_, oldest)) = self.by_start.pop_first() else {
                break;
            };
            self.forget(oldest);
        }
    }

    /// The spans with this trace id, where trace ids are not strict with the same lower half.
    pub fn trace(&self, id: TraceId) -> Option<Spans> {
        self.traces
            .get(&self.key(id))
            .map(|trace| Arc::clone(&trace.spans))
    }

    /// The traces with these ids that there are, each once.
    pub fn traces(&self, ids: impl Iterator<Item = TraceId>) -> Vec<Spans> {
        let keys: BTreeSet<u128> = ids.map(|id| self.key(id)).collect();
        keys.iter()
            .filter_map(|key| self.traces.get(key))
            .map(|trace| Arc::clone(&trace.spans))
            .collect()
    }

    /// The traces that the query finds, latest first.
    pub fn search(&self, query: &Query) -> Vec<Spans> {
        let earliest = query.end_ts.saturating_sub(query.lookback);
        self.by_start
            .range((earliest, 0)..=(query.end_ts, u128::MAX))
            .rev()
            .filter_map(|(_, key)| self.traces.get(key))
            .filter(|trace| query.matches(&trace.spans))
            .map(|trace| Arc::clone(&trace.spans))
            .take(query.limit)
            .collect()
    }

    /// Every trace, in no particular order.
    pub fn all(&self) -> Vec<Spans> {
        self.traces
            .values()
            .map(|trace| Arc::clone(&trace.spans))
            .collect()
    }

    /// The names that the spans have.
    pub fn names(&self) -> &Names {
        &self.names
    }

    fn key(&self, id: TraceId) -> u128 {
        if self.strict_trace_id {
            id.value()
        } else {
            u128::from(id.low())
        }
    }

    fn insert(&mut self, span: Span) {
        self.json.clear();
        encode::span(&mut self.json, &span);
        let hash = self.hasher.hash_one(&self.json);
        let bytes = memory(&span, self.json.len());
        let key = self.key(span.trace_id);
        if self.is_full(key, bytes) {
            return;
        }
        let trace = self.traces.entry(key).or_default();
        if !trace.known.insert(hash) {
            return;
        }
        self.by_start.remove(&(trace.start_ms(), key));
        self.names.add(&span);
        trace.push(span, bytes);
        self.by_start.insert((trace.start_ms(), key));
        self.spans += 1;
        self.bytes += bytes;
    }

    /// Whether the span's trace would be over the bounds all alone. It keeps what it has: letting it go would lose a
    /// batch that is larger than the bounds as a whole.
    fn is_full(&self, key: u128, bytes: usize) -> bool {
        let (has_spans, has_bytes) = self
            .traces
            .get(&key)
            .map_or((0, 0), |trace| (trace.spans.len(), trace.bytes));
        has_spans + 1 > self.max_spans || has_bytes + bytes > self.max_bytes
    }

    fn forget(&mut self, key: u128) {
        let Some(trace) = self.traces.remove(&key) else {
            return;
        };
        for span in trace.spans.iter() {
            self.names.remove(span);
        }
        self.spans -= trace.spans.len();
        self.bytes -= trace.bytes;
    }
}

impl Trace {
    /// The start by which Zipkin searches: that of the root, else of the earliest span; 0 where no span has one.
    fn start_ms(&self) -> u64 {
        self.root_start.or(self.first_start).unwrap_or(0) / 1000
    }

    fn push(&mut self, span: Span, bytes: usize) {
        if let Some(start) = span.timestamp {
            self.first_start = Some(self.first_start.map_or(start, |first| first.min(start)));
            if span.parent_id.is_none() {
                self.root_start.get_or_insert(start);
            }
        }
        self.bytes += bytes;
        Arc::make_mut(&mut self.spans).push(span);
    }
}

/// Roughly the heap that a span takes: itself, its texts (as long as its JSON at most), a B-tree's nodes for its tags.
fn memory(span: &Span, json: usize) -> usize {
    const TAG_NODE: usize = 640;
    size_of::<Span>() + json + span.tags.len().div_ceil(6) * TAG_NODE
}

#[cfg(test)]
mod tests;
