//! Asking a server, for the commands of `hop` that do.
//!
//! ```text
//! --zipkin-url, --port-offset → address → request (one, bounded in bytes and time) → body, or words for what went wrong
//!                               (server)
//! ```

/// Addresses of servers, as people have them at hand.
pub mod server;

/// Which server to ask.
mod address;

/// One HTTP request.
pub mod request;

pub use address::{Address, Offset};
