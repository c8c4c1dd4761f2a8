//! All traces by their start, in segments of a few hundred.

/// The spans of a trace, and when it started.
mod trace;

/// Traces by their position, in one piece.
mod ordered;

/// Dependency links of a segment.
mod linked;

/// Traces that follow each other, with what all of them have.
mod segment;

/// All traces, by their start.
mod timeline;

/// Traces from a clock that is ahead.
mod ahead;

pub use ahead::{Ahead, DAY_MS};
pub use linked::{Call, Linked, LinkedOnce, Within};
pub use segment::{Candidate, MANY};
pub use timeline::Timeline;
pub use trace::{FileRange, Trace};
