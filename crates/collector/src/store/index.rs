//! What finds a trace: by its id, by what is true of its spans, by their names.

/// Which terms may be here, in a few bytes.
mod filter;

/// What a search may ask about, as hashes.
mod terms;

/// Where each trace is, by its id.
mod keys;

/// Which names the spans have.
mod names;

pub use filter::{Filter, SmallFilter};
pub use keys::Keys;
pub use names::Names;
pub use terms::{QueryTerms, Terms, of_trace};
