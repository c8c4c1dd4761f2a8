//! The trace that is open, closely.

use ask::lines::Line;
use zipkin::{TraceId, Waterfall, analysis::Beside};

use super::super::look::lines;
use crate::{beside::beside, stored::Stored};

/// A trace that was asked for.
pub struct Opened {
    /// The id that was asked for.
    pub id: TraceId,
    /// The server's answer; none where it does not have the trace.
    pub found: Option<Open>,
}

/// A trace, closely.
pub struct Open {
    /// The trace.
    pub trace: Waterfall,
    /// Where the halves of its calls may be.
    pub beside: Beside,
    /// Its log lines by time; none where the server keeps none.
    pub lines: Option<Vec<Line>>,
}

impl Opened {
    /// Asks for it.
    pub async fn at(stored: &Stored, id: TraceId) -> anyhow::Result<Self> {
        let Some(trace) = stored.trace(id).await? else {
            return Ok(Self { id, found: None });
        };
        let found = Open {
            beside: beside(stored, &trace).await,
            lines: lines(stored, "traceId", &id.to_string()).await?,
            trace,
        };
        Ok(Self {
            id,
            found: Some(found),
        })
    }
}
