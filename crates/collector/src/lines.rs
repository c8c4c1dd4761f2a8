//! Log lines in memory, beside the traces that they belong to: from a pipe, from files, from `hop up`'s services, from any
//! OpenTelemetry SDK. They are bounded in bytes, the oldest go first, and none outlasts the process.
//!
//! ```text
//! text    ─ expect::LogLine ─┐
//! records ─ zipkin's OTLP ───┴→ line → shelf ─ query → found lines, by time
//! ```

/// The severity of a line.
mod level;

/// One line, cut to what is kept of it.
mod line;

/// The lines that are looked for.
mod query;

/// The lines that are kept.
mod shelf;

/// Where lines are read from.
mod source;

pub use level::Level;
pub use line::{Line, split};
pub use query::LineQuery;
pub use shelf::{Found, Lines};
pub use source::{LineSource, LineSourceError};
