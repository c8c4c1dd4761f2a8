//! A loop around hyper for the collector and the services. Whatever strangers do with their connections, a client that
//! asks and reads gets its answer.
//!
//! ```text
//! listener → Server ─┬→ places → connection → router      a resting connection makes room for the next one
//!                    └→ spare  → /health, or 503          when every place has a request under way
//! ```

/// Taking an address.
mod bind;

/// Taking connections, and ending well.
mod server;

/// How many connections there may be, and which has to go.
mod places;

/// Requests and answers of one connection.
mod connection;

/// A socket that waits for no reader for ever.
mod socket;

/// How many files the process may open.
mod files;

use std::time::Duration;

use axum::body::{Body, to_bytes};
use tokio::time::timeout;

pub use bind::bind;
pub use connection::Ends;
pub use server::Server;

/// What a server allows.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at a time.
    pub places: usize,
    /// Connections beyond them, each for one answer: `/health`, or 503.
    pub spare: usize,
    /// How long a request's head may take, and how long a connection may rest.
    pub head: Duration,
    /// How long a client may take nothing of its answer.
    pub write: Duration,
}

impl Limits {
    /// Bytes of a request's head.
    pub const HEAD_BYTES: usize = 32 << 10;

    /// At most `places` connections, fewer where the process may open fewer files. Each connection takes
    /// `files_each`: two where a request is passed on.
    pub fn new(places: usize, files_each: usize) -> Self {
        /// What is open besides: standard streams, the runtime's, listeners, files of spans.
        const RESERVE: usize = 24;
        const SPARE: usize = 8;
        let left = files::may_be_open().saturating_sub(RESERVE + SPARE);
        Self {
            places: places.min(left / files_each.max(1)).max(1),
            spare: SPARE,
            // As long as Zipkin's server lets a connection rest.
            head: Duration::from_secs(15),
            write: Duration::from_secs(10),
        }
    }
}

/// Reads the body of a request that is refused, if it is short and on its way: a client that sends all of it before it
/// reads would not see why it is refused.
pub async fn swallow(body: Body) {
    const SHORT: usize = 64 << 10;
    const SOON: Duration = Duration::from_millis(20);
    // It does not matter how it ends.
    let _ = timeout(SOON, to_bytes(body, SHORT)).await;
}
