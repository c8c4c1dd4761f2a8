//! The spans in memory: taken in batches, bounded in number and in bytes, found by id, by search and by name. Whole
//! traces go, oldest first.
//!
//! ```text
//! batch → kept ─┬→ log                                     files, where a folder is given
//!               ├→ timeline → segment ─┬→ trace → packed   the spans, as bytes
//!               │                      ├→ filter           which terms a few hundred traces have: search
//!               │                      └→ linked           who calls whom in them: links
//!               └→ names                                   what a search may choose from
//! ```

use std::{
    collections::BTreeSet,
    ops::{Deref, RangeInclusive},
    sync::{
        RwLockReadGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::Context as _;
use zipkin::{DependencyLink, Query, TraceId, TraceIdPrefix};

use crate::{
    Config,
    clock::now_ms,
    work::{Asker, Gone},
};

/// What all of that takes.
mod memory;

/// Where a trace is.
mod position;

/// The spans of a trace as bytes.
mod packed;

/// What finds a trace.
mod index;

/// What is held.
mod traces;

/// Accepted batches on disk.
mod log;

/// Traces that hold an old file.
mod rewriting;

/// What is kept, and what has to go.
mod contents;

/// The contents, for one who writes or many who read.
mod shared;

/// Which traces a query finds.
mod search;

/// Who calls whom.
mod links;

use contents::{Contents, Evicted};
pub use index::Names;
use log::Log;
pub use packed::{Batch, PackedSpan, Spans};
use shared::Shared;

/// All spans that are kept. Its lock is never held for longer than one batch or one segment takes.
pub struct Store {
    contents: Shared,
    has_folder: bool,
    not_written: AtomicU64,
    evicted_spans: AtomicU64,
    evicted_traces: AtomicU64,
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
            evicted_spans: AtomicU64::new(0),
            evicted_traces: AtomicU64::new(0),
        }
    }

    /// Keeps a batch, then lets the oldest traces go until the bounds hold.
    pub fn add(&self, batch: impl Into<Batch>) {
        self.add_at(&batch.into(), now_ms());
    }

    fn add_at(&self, batch: &Batch, now_ms: u64) {
        let has_begun_segment = {
            let mut contents = self.contents.write();
            let has_begun_segment = contents.add(batch, now_ms);
            let Evicted { spans, traces } = contents.evicted();
            self.evicted_spans.store(spans, Ordering::Relaxed);
            self.evicted_traces.store(traces, Ordering::Relaxed);
            has_begun_segment
        };
        match has_begun_segment {
            Some(true) => links::link_one_before(&self.contents),
            Some(false) => {}
            None => _ = self.not_written.fetch_add(1, Ordering::Release),
        }
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

    /// Who calls whom in the traces that have a span within this time, in milliseconds since the epoch.
    pub fn links(&self, time: &RangeInclusive<u64>, asker: &Asker) -> Result<Vec<DependencyLink>, Gone> {
        links::links(&self.contents, time, asker)
    }

    /// The names that the spans have, to read. Spans wait to be written meanwhile.
    pub fn names(&self) -> impl Deref<Target = Names> {
        Reading(self.contents.read())
    }
}

struct Reading<'a>(RwLockReadGuard<'a, Contents>);

impl Deref for Reading<'_> {
    type Target = Names;

    fn deref(&self) -> &Names {
        self.0.names()
    }
}

#[cfg(test)]
mod tests;
