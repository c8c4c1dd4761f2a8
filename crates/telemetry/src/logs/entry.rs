//! All that a format can say about a line.

use smol_str::SmolStr;
use tracing::Metadata;

use super::line::Line;
use crate::request::scope::Origin;

/// All that a format can say about a line.
pub(super) struct Entry<'a> {
    pub service: &'a str,
    /// The Google Cloud project that keeps the traces.
    pub project: Option<&'a str>,
    pub metadata: &'a Metadata<'a>,
    pub line: &'a Line,
    pub ids: &'a Origin,
    pub mdc: &'a [(SmolStr, SmolStr)],
    pub thread: &'a str,
    /// Microseconds since the epoch.
    pub now: u64,
}
