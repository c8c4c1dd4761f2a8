//! Spawned work that keeps its context: the span carries it, so plain `.instrument(span)` does the same.

use tokio::task::JoinHandle;
use tracing::{Instrument as _, Span};

/// Spawns a future within a span: `spawn(info_span!("send receipt"), async { … })`.
pub fn spawn<F>(span: Span, future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    tokio::spawn(future.instrument(span))
}

/// Runs a closure within a span on a thread where it may block.
pub fn spawn_blocking<T: Send + 'static>(
    span: Span,
    work: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<T> {
    tokio::task::spawn_blocking(move || span.in_scope(work))
}
