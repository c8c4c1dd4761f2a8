//! Spans at work, and the work within them.

/// A span at work.
pub(crate) mod record;

/// Tags and annotations.
mod notes;

/// The span that is current.
pub(crate) mod current;

/// Values on every later line, and on every later hop.
pub mod mdc;

/// Spawned work that keeps its context.
pub mod task;
