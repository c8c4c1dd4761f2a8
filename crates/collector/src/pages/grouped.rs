//! Numbers in few characters.

pub use zipkin::words::grouped;
