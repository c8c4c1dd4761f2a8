//! What a request carries through this process.

/// Which traces are recorded.
pub mod sampler;

/// What the spans of one request share.
pub mod scope;
