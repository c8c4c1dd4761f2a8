//! The files that are kept: a few, for an hour each.

use std::{
    collections::VecDeque,
    hash::{BuildHasher as _, RandomState},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::Router;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep},
};
use zipkin::TraceId;

use crate::{Collector, Config, api, clock::now_ms, pages, store::Batch};

/// Files at a time; the oldest goes for another.
const MAX_FILES: usize = 4;

/// The time that a file is kept.
const KEPT: Duration = Duration::from_secs(3_600);

/// Bytes of one file's spans, packed and found.
const MAX_BYTES: usize = 256 << 20;

/// The files; a clone is another handle to the same.
#[derive(Clone)]
pub struct Kept {
    files: Arc<Mutex<VecDeque<File>>>,
    place: Arc<Semaphore>,
    ids: RandomState,
    lasts: Duration,
}

struct File {
    id: String,
    /// Made once: the pages that are kept are theirs.
    routes: Router,
    since: Instant,
    until_us: u64,
}

impl Default for Kept {
    fn default() -> Self {
        Self::lasting(KEPT)
    }
}

impl Kept {
    /// Files that are kept for so long.
    pub fn lasting(lasts: Duration) -> Self {
        Self {
            files: Arc::default(),
            place: Arc::new(Semaphore::new(1)),
            ids: RandomState::new(),
            lasts,
        }
    }

    /// The one place for a file that is read.
    pub fn place(&self) -> Option<OwnedSemaphorePermit> {
        self.place.clone().try_acquire_owned().ok()
    }

    /// Keeps the spans of a file beside the `live` ones, and says where: the trace, if it is one, below the file's id.
    pub fn keep(&self, live: &Collector, spans: Batch) -> String {
        let config = Config {
            mem_max_spans: usize::MAX >> 1,
            mem_max_bytes: MAX_BYTES,
            query_timeout: live.config().query_timeout,
            ..Config::default()
        };
        let only = only_trace(&spans);
        let collector = live.beside(&config);
        collector.store().add(spans);
        let routes = api::routes(&collector).merge(pages::routes(pages::Kept::default()));
        let now = Instant::now();
        let id = format!("{:016x}", self.ids.hash_one((now, now_ms())));
        let until_us = now_ms() * 1000 + self.lasts.as_micros() as u64;
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|file| file.since.elapsed() < self.lasts);
        files.truncate(MAX_FILES - 1);
        files.push_front(File {
            id: id.clone(),
            routes: routes.with_state(collector),
            since: now,
            until_us,
        });
        only.map_or(format!("{id}/"), |trace| format!("{id}/traces/{trace}"))
    }

    /// Lets a file go at its hour, though nobody asks for any by then.
    pub fn let_go_in_time(&self) {
        let (files, lasts) = (Arc::downgrade(&self.files), self.lasts);
        tokio::spawn(async move {
            sleep(lasts).await;
            if let Some(files) = files.upgrade() {
                let mut files = files.lock().unwrap_or_else(PoisonError::into_inner);
                files.retain(|file| file.since.elapsed() < lasts);
            }
        });
    }

    /// The routes of a file, and until when it is kept, in microseconds since the epoch.
    pub fn find(&self, id: &str) -> Option<(Router, u64)> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|file| file.since.elapsed() < self.lasts);
        let file = files.iter().find(|file| file.id == id)?;
        Some((file.routes.clone(), file.until_us))
    }
}

#[cfg(test)]
impl Kept {
    /// The files in memory, whether their time is over or not.
    pub fn count(&self) -> usize {
        self.files.lock().unwrap().len()
    }
}

/// The trace of the spans, if they are all of one.
fn only_trace(spans: &Batch) -> Option<TraceId> {
    let mut traces = spans.parts().map(|(trace, _)| trace);
    let first = traces.next()?;
    traces.all(|trace| trace == first).then_some(first)
}
