//! The index of traces: by id, by terms of their spans, by names.

/// Which terms may be here, in a few bytes.
mod filter;

/// Terms of a search, as hashes.
mod terms;

/// Where each trace is, by its id.
mod keys;

/// Which names the spans have.
mod names;

pub use filter::{Filter, SmallFilter};
pub use keys::Keys;
pub use names::Names;
pub use terms::{QueryTerms, Terms, of_trace};
