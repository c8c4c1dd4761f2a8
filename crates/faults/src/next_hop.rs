//! Faults of the calls that a service makes. Each attempt is a call of its own, with a CLIENT span of its own.

/// One call for each of a list's items.
pub mod calls;

/// Calls at once.
pub mod burst;

/// Failed calls are made again.
pub mod retry_storm;

/// A cache in front of the next hop.
pub mod cache_miss;

use crate::{hit::Hit, kind::Kind};

/// A call as the faults have it made.
#[derive(Clone, Debug)]
pub struct Calling {
    /// So many, one after another.
    pub calls: u32,
    /// So many, at once.
    pub burst: u32,
    /// So many, until one works.
    pub tries: u32,
    /// Through a cache; whether it is to miss.
    pub cache: Option<Cached>,
}

/// A call through a cache.
#[derive(Clone, Debug)]
pub struct Cached {
    /// The cache.
    pub hit: Hit,
    /// Whether it has nothing, whatever it has.
    pub misses: bool,
}

impl Calling {
    /// As these faults have it.
    pub fn of(hits: &[Hit]) -> Self {
        let mut calling = Self {
            calls: 1,
            burst: 1,
            tries: 1,
            cache: None,
        };
        for hit in hits {
            match hit.kind() {
                Kind::Calls(count) => calling.calls = *count,
                Kind::Burst(count) => calling.burst = *count,
                Kind::RetryStorm(count) => calling.tries = *count,
                Kind::CacheMiss(share) => {
                    let misses = hit.draw().again(*share);
                    let hit = hit.clone();
                    calling.cache = Some(Cached { hit, misses });
                }
                _ => {}
            }
        }
        calling
    }

    /// Makes the call: bursts, one after another, of attempts until one works.
    ///
    /// # Errors
    /// The last call's.
    pub async fn make<T, E, F>(&self, call: impl Fn() -> F + Send + Sync) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>> + Send,
        T: Send,
        E: Send,
    {
        let attempt = || retry_storm::until_it_works(self.tries, &call);
        let together = || burst::at_once(self.burst, &attempt);
        calls::one_after_another(self.calls, &together).await
    }
}
