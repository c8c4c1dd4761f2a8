//! A place that a request has: the lock, or one of a pool's.

use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;

use crate::hit::Hit;

/// A place, and how much longer than its request it is held.
#[derive(Debug)]
pub struct Held {
    _place: OwnedSemaphorePermit,
    longer: Duration,
}

impl Held {
    /// The time that it is held beyond the need of its request.
    pub fn longer(&self) -> Duration {
        self.longer
    }

    /// A place of this fault, once there is one.
    pub(super) async fn of(hit: &Hit, longer: Duration) -> Option<Self> {
        let place = hit.places().acquire_owned().await.ok()?;
        Some(Self {
            _place: place,
            longer,
        })
    }
}
