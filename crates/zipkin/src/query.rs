//! The search for traces: the parameters of `GET /api/v2/traces` and what they match.

/// Why parameters are not a search.
mod error;

/// A search, and how its parameters are read.
mod parameters;

/// Whether a search finds a trace.
mod matching;

pub use error::QueryError;
pub use matching::Searched;
pub use parameters::Query;
