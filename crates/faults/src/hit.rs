//! A fault that a request meets, and what the fault keeps from one request to the next.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use tokio::sync::Semaphore;

use crate::{
    chance::{Draw, Share},
    kind::Kind,
};

/// Bodies that were kept.
mod cache;

pub use cache::Cache;

/// A fault that a request meets.
#[derive(Clone)]
pub struct Hit {
    kind: Kind,
    draw: Draw,
    kept: Arc<Kept>,
}

/// The state of a fault from one request to the next.
#[derive(Debug)]
pub(crate) struct Kept {
    name: &'static str,
    pub seed: u64,
    /// Requests so far that it is about.
    seen: AtomicU64,
    /// Those of them that met it.
    met: AtomicU64,
    places: Arc<Semaphore>,
    cache: Cache,
}

impl Kept {
    /// Nothing yet. The name and the seed are those of its decisions.
    pub fn new(name: &'static str, kind: &Kind, seed: u64) -> Self {
        let places = match kind {
            Kind::Pool(places, _) => *places as usize,
            _ => 1,
        };
        Self {
            name,
            seed,
            seen: AtomicU64::new(0),
            met: AtomicU64::new(0),
            places: Arc::new(Semaphore::new(places)),
            cache: Cache::default(),
        }
    }

    /// Requests so far that it is about, and those that met it.
    pub fn counts(&self) -> (u64, u64) {
        (self.seen.load(Relaxed), self.met.load(Relaxed))
    }

    /// The next request: whether it is one of the share.
    pub fn hit(self: &Arc<Self>, kind: &Kind, share: Share) -> Option<Hit> {
        let draw = self.next();
        let is_met = draw.is_within(share);
        self.met.fetch_add(u64::from(is_met), Relaxed);
        is_met.then(|| Hit {
            kind: kind.clone(),
            draw,
            kept: self.clone(),
        })
    }

    fn next(&self) -> Draw {
        let number = self.seen.fetch_add(1, Relaxed);
        Draw::new(self.seed, self.name, number)
    }
}

impl Hit {
    /// The kind, with its value.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The draw that swings a time for this request, and takes other decisions within it.
    pub fn draw(&self) -> Draw {
        self.draw
    }

    /// A decision of its own, for one of many spans.
    pub(crate) fn next(&self) -> Draw {
        self.kept.next()
    }

    pub(crate) fn places(&self) -> Arc<Semaphore> {
        self.kept.places.clone()
    }

    /// The cache that the fault brings.
    pub fn cache(&self) -> &Cache {
        &self.kept.cache
    }
}

impl fmt::Debug for Hit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.kept.name, self.kind)
    }
}
