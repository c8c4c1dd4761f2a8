//! Each hop asked alone, in each dialect, and all of them by one request: what becomes of its context.
//!
//! ```text
//! chain (who is there) → knock (one hop, one dialect) ┐
//!                      → canary (through all of them) ┴→ evidence (with the stored traces) → verdict (the first broken link)
//! ```

/// The hops, and what each answers.
mod chain;

/// One request to one hop.
mod knock;

/// Requests, their spans and their lines.
mod evidence;

/// Sentences in English and Korean.
mod said;

/// The state of each hop, and the first that is broken.
mod verdict;

pub use chain::{Chain, Hop, is_named};
pub use evidence::{Asked, Evidence, HopSeen, ServerSpan, gather};
pub use knock::{Context, Dialect, Knock};
pub use said::Said;
pub use verdict::{Broken, HopVerdict, first_broken, judge};
