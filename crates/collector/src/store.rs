//! The spans in memory: taken in batches, bounded in number and in bytes, found by id, by search and by name. Whole
//! traces go, oldest first.
//!
//! ```text
//! Batch → Contents ─┬→ Log                                          on disk, where a folder is given
//!                   ├→ Timeline → Segment ─┬→ Trace → Packed        what is held: spans as bytes, by their traces' starts
//!                   │                      ├→ Filter                what finds them: terms, in a search
//!                   │                      └→ Linked                who calls whom in a segment
//!                   ├→ Keys, Names                                  what finds them: ids and names
//!                   └→ Ledger                                       what all of it weighs
//! ```
//!
//! # The way of a batch
//! The intake hands a [`Batch`] to [`Store::add`], which locks the contents for writing. `contents` appends it to the `log`, so that
//! nothing is held that a restart would not find. Then it puts the spans in their places, one trace after the other:
//! `index::keys` says the position of their trace, `traces::timeline` the segment; the trace takes the bytes of each span that it does
//! not have. The segment learns the terms of the spans (in its filter and in the trace's own), `index::names` their names. A trace that
//! starts earlier than before moves. At last the oldest traces go until the bounds hold. When a segment has begun, `links` computes
//! who calls whom in one that has ended.
//!
//! # The way of a search
//! [`Store::search`] makes the query's terms. `search` goes through the segments from the latest back and asks the filter of each
//! whether the terms may be there, then the small filters of its traces. Those that pass are candidates: pointers to their
//! bytes, for which the contents are locked for reading. Without a lock each candidate is read and put before `Query::matches`. The
//! keys of those that match are the answer; [`Store::found`] has the spans of each, if they are still there.
//!
//! # Words
//! - **key**: the id of a trace with its lower half first, by which it is kept; **position**: its start and its key.
//! - **packed**: a span, or the spans of a trace, as bytes in one piece.
//! - **segment**: a few hundred traces that follow each other on the **timeline**.
//! - **term**: something that is true of a span (its name, a tag, how long it took), as a hash.
//! - **filter**: the terms of a segment or a trace in few bits; it may say "may be here" too often, and never "is not here".
//! - **linked**: who calls whom in a segment, computed once.
//! - **ledger**: bytes of what comes and goes on its own, added up.
//! - **ahead**: a trace whose clock is, so that it goes by its arrival.
//! - **evicted**: what had to go.

use std::{
    collections::BTreeSet,
    ops::{Deref, RangeInclusive},
    sync::atomic::{AtomicU64, Ordering},
};

use anyhow::Context as _;
use zipkin::{DependencyLink, Query, TraceId, TraceIdPrefix};

use crate::{
    Config,
    clock::now_ms,
    work::{Asker, Gone},
};

/// Memory of all of that.
mod memory;

/// Where a trace is.
mod position;

/// The spans of a trace as bytes.
mod packed;

/// The index of traces.
mod index;

/// The traces.
mod traces;

/// Accepted batches on disk.
mod log;

/// Traces that hold an old file.
mod rewriting;

/// Spans that are kept, and those that have to go.
mod contents;

/// The contents, for one who writes or many who read.
mod shared;

/// Which traces a query finds.
mod search;

/// Dependency links.
mod links;

/// Large traces that have grown.
mod grown;

use contents::{Contents, Evicted};
use grown::Grown;
pub use index::Names;
use log::Log;
pub use packed::{Batch, PackedSpan, Spans, Version};
use shared::Shared;

/// All spans that are kept. A lock is never held for longer than one batch or one segment takes.
pub struct Store {
    contents: Shared,
    has_folder: bool,
    not_written: AtomicU64,
    batches: AtomicU64,
    evicted_spans: AtomicU64,
    evicted_traces: AtomicU64,
    grown: Grown,
}

impl Store {
    /// An empty store.
    pub fn new(config: &Config) -> Self {
        Self::with(Contents::new(config))
    }

    /// A store with what is in the folder that the configuration names, if any.
    pub fn open(config: &Config) -> anyhow::Result<Self> {
        let mut contents = Contents::new(config);
        if let Some(folder) = &config.data_dir {
            let opened = Log::open(folder).and_then(|log| contents.load(log, now_ms()));
            opened.with_context(|| format!("cannot keep spans in {} (DATA_DIR)", folder.display()))?;
            contents.log().iter().for_each(|log| log.say_damaged());
        }
        Ok(Self::with(contents))
    }

    fn with(mut contents: Contents) -> Self {
        Self {
            has_folder: contents.log().is_some(),
            contents: Shared::new(contents),
            not_written: AtomicU64::new(0),
            batches: AtomicU64::new(0),
            evicted_spans: AtomicU64::new(0),
            evicted_traces: AtomicU64::new(0),
            grown: Grown::default(),
        }
    }

    /// Keeps a batch, then lets the oldest traces go until the bounds hold.
    pub fn add(&self, batch: impl Into<Batch>) {
        self.add_at(&batch.into(), now_ms());
    }

    fn add_at(&self, batch: &Batch, now_ms: u64) {
        let (has_begun_segment, vast) = {
            let mut contents = self.contents.write();
            let has_begun_segment = contents.add(batch, now_ms);
            let Evicted { spans, traces } = contents.evicted();
            self.evicted_spans.store(spans, Ordering::Relaxed);
            self.evicted_traces.store(traces, Ordering::Relaxed);
            (has_begun_segment, contents.take_vast())
        };
        // Pages that were read before may lack the batch, and are known by a smaller number.
        self.batches.fetch_add(1, Ordering::Release);
        vast.into_iter().for_each(|key| self.grown.put(key));
        match has_begun_segment {
            Some(true) => links::link_one_before(&self.contents),
            Some(false) => {}
            None => _ = self.not_written.fetch_add(1, Ordering::Release),
        }
    }

    /// Batches that came since the start.
    pub fn batches(&self) -> u64 {
        self.batches.load(Ordering::Acquire)
    }

    /// Large traces that have grown.
    pub fn grown(&self) -> &Grown {
        &self.grown
    }

    /// Batches that were not kept, since their folder could not be written to.
    pub fn not_written(&self) -> u64 {
        self.not_written.load(Ordering::Acquire)
    }

    /// Spans that were accepted and are kept no more, or were never since their trace was full; since the start.
    pub fn evicted_spans(&self) -> &AtomicU64 {
        &self.evicted_spans
    }

    /// Traces that had to go, since the start.
    pub fn evicted_traces(&self) -> &AtomicU64 {
        &self.evicted_traces
    }

    /// Why what comes cannot be kept, if it cannot.
    pub fn failure(&self) -> Option<String> {
        // Without a folder there is nothing to wait for.
        if !self.has_folder || self.contents.read().is_well() {
            return None;
        }
        self.contents.write().log()?.failure().map(str::to_owned)
    }

    /// The spans with this trace id, where trace ids are not strict with the same lower half.
    pub fn trace(&self, id: TraceId) -> Option<Spans> {
        let contents = self.contents.read();
        contents.trace(contents.keys().key(id))
    }

    /// The keys of the traces with these ids that there are, each once.
    pub fn known(&self, ids: impl Iterator<Item = TraceId>) -> Vec<u128> {
        let contents = self.contents.read();
        let mut known = BTreeSet::new();
        let keys = ids
            .map(|id| contents.keys().key(id))
            .filter(|&key| known.insert(key));
        keys.filter(|&key| contents.keys().place(key).is_some()).collect()
    }

    /// Ids of spans that begin with these digits, this many at most.
    pub fn ids(&self, prefix: TraceIdPrefix, limit: usize) -> Vec<TraceId> {
        self.contents
            .read()
            .keys()
            .with_prefix(prefix)
            .take(limit)
            .collect()
    }

    /// The keys of the traces that the query finds, latest first. The asker may have what [`Self::found`] has of each: what
    /// is still kept by then.
    pub fn search(&self, query: &Query, asker: &Asker) -> Result<Vec<u128>, Gone> {
        search::search(&self.contents, query, asker)
    }

    /// The spans of a trace that a search found, unless it has gone since.
    pub fn found(&self, key: u128) -> Option<Spans> {
        self.contents.read().trace(key)
    }

    /// Dependency links of the traces that have a span within this time, in milliseconds since the epoch.
    pub fn links(&self, time: &RangeInclusive<u64>, asker: &Asker) -> Result<Vec<DependencyLink>, Gone> {
        links::links(&self.contents, time, asker)
    }

    /// The names that the spans have, to read. Spans wait to be written meanwhile.
    pub fn names(&self) -> impl Deref<Target = Names> {
        self.contents.names()
    }
}

#[cfg(test)]
mod tests;
