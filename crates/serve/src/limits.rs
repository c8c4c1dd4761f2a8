//! Limits of connections: their number and their times.

use std::time::Duration;

use crate::files;

/// Limits of a server.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at a time.
    pub places: usize,
    /// Connections beyond them, each for one answer: `/health`, or 503.
    pub spare: usize,
    /// The time for a request's head, and for a connection at rest.
    pub head: Duration,
    /// The time for a client that takes nothing of its answer.
    pub write: Duration,
}

impl Limits {
    /// Bytes of a request's head.
    pub const HEAD_BYTES: usize = 32 << 10;

    /// At most `places` connections, fewer where the process may open fewer files. Each connection takes
    /// `files_each`: two where a request is passed on.
    pub fn new(places: usize, files_each: usize) -> Self {
        /// Other open files: standard streams, the runtime's, listeners, files of spans.
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
