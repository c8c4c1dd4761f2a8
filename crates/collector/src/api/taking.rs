//! Taking a batch: read its body, unpack it, hand it on; then wait until it is where it has to be.

use std::sync::atomic::Ordering::Relaxed;

use axum::body::Body;

use super::body::{self, Packing};
use crate::{
    Collector,
    error::Error,
    intake::Reservation,
    metrics::{Counts, Metrics},
};

/// Keeps a batch by what `accept` makes of it, and counts it.
pub async fn keep<T: Send + 'static>(
    collector: Collector,
    counts: fn(&Metrics) -> &Counts,
    packing: Packing,
    body: Body,
    accept: impl FnOnce(&Collector, &[u8], Reservation) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let kept = unpack_and_keep(&collector, packing, body, accept).await;
    let counts = counts(collector.metrics());
    counts.messages.fetch_add(1, Relaxed);
    if kept.is_err() {
        counts.messages_dropped.fetch_add(1, Relaxed);
    }
    kept
}

async fn unpack_and_keep<T: Send + 'static>(
    collector: &Collector,
    packing: Packing,
    body: Body,
    accept: impl FnOnce(&Collector, &[u8], Reservation) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let not_written = collector.store().not_written();
    let kept = unpack(collector, packing, body, accept).await?;
    if collector.config().data_dir.is_some() {
        // Spans are on disk before their answer leaves.
        collector.caught_up().await;
        // It may be the batch of another that was not: this one is sent again, and kept once.
        if collector.store().not_written() > not_written {
            return Err(Error::NotWritten);
        }
    }
    Ok(kept)
}

/// Reads a body, unpacks it, and hands it to `take`.
pub async fn unpack<T: Send + 'static>(
    collector: &Collector,
    packing: Packing,
    body: Body,
    take: impl FnOnce(&Collector, &[u8], Reservation) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (body, reservation) = body::read(collector, body).await?;
    if let Some(body) = body::small(&body, packing) {
        // Less work than waking another thread.
        return take(collector, &body, reservation);
    }
    let place = collector.unpacking().await?;
    let by = collector.clone();
    // A large batch takes a tenth of a second: not on a thread that answers others.
    let taken = tokio::task::spawn_blocking(move || {
        let _place = place;
        let body = body::complete(&body, packing)?;
        take(&by, &body, reservation)
    });
    taken.await.map_err(|_| Error::Internal)?
}
