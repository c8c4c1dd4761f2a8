//! Asking a server, for the commands of `hop` that do.
//!
//! ```text
//! --zipkin-url, --port-offset → address → request (one, bounded in bytes and time) → body, or words for what went wrong
//!                               (server)               └→ stored: traces, and whether one is whole
//! ```

/// Addresses of servers, as people have them at hand.
pub mod server;

/// Which server to ask.
mod address;

/// One HTTP request.
pub mod request;

/// Whether a trace has arrived whole.
pub mod whole;

/// Traces as a collector has them.
pub mod stored;

/// Log lines as our collector keeps them.
pub mod lines;

pub use address::{Address, Offset};
