//! Failures of a call to the next service.

use axum::http::StatusCode;

/// More than this is no answer of ours: reading on would only let a broken neighbour fill our memory.
pub const MAX_BODY_BYTES: usize = 1 << 20;

/// A failed call, for the log and never for the user.
#[derive(Debug, thiserror::Error)]
pub enum CallFailure {
    /// No connection, a broken one, or one too slow.
    #[error("no answer")]
    Transport(#[source] reqwest::Error),
    /// An answer that is neither a success nor a 504.
    #[error("it answered {0}")]
    Status(StatusCode),
    /// A body longer than we care to read.
    #[error("its body is longer than {MAX_BODY_BYTES} bytes")]
    TooBig,
    /// A body that is not what we asked for.
    #[error("its body is not as expected")]
    Body(#[from] serde_json::Error),
    /// A body without all that we asked for.
    #[error("its answer is incomplete")]
    Incomplete,
}
