//! Traces and log lines of the server at one time.

use ask::lines::Line;
use zipkin::Waterfall;

use crate::{
    hops::{Calls, add_up},
    stored::Stored,
};

/// Log lines of a look.
const LINES: &str = "500";

/// The traces to look at.
#[derive(Clone, Debug)]
pub struct Asked {
    /// At most so many traces, the latest.
    pub limit: u32,
    /// Traces in which this service has a span.
    pub service: Option<String>,
}

/// Traces and lines of one time.
#[derive(Debug, Default)]
pub struct Look {
    /// The latest traces, the latest first.
    pub traces: Vec<Waterfall>,
    /// Their calls, added up.
    pub calls: Vec<Calls>,
    /// The latest log lines, the latest first; none where the server keeps none.
    pub lines: Option<Vec<Line>>,
}

impl Look {
    /// Looks.
    ///
    /// # Errors
    /// The server cannot be asked.
    pub async fn at(stored: &Stored, asked: &Asked) -> anyhow::Result<Self> {
        let mut traces = stored.latest(asked.limit, asked.service.as_deref()).await?;
        traces.sort_by_key(|trace| std::cmp::Reverse(trace.times.start));
        let service = asked.service.as_deref().unwrap_or_default();
        let mut lines = lines(stored, "service", service).await?;
        if let Some(lines) = &mut lines {
            lines.reverse();
        }
        Ok(Self {
            calls: add_up(&traces),
            traces,
            lines,
        })
    }
}

/// Lines by time, of which one thing is so.
pub async fn lines(stored: &Stored, name: &str, value: &str) -> anyhow::Result<Option<Vec<Line>>> {
    let found = stored.lines(&[("limit", LINES), (name, value)]).await?;
    Ok(found.map(|found| found.lines))
}
