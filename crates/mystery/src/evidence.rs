//! Evidence from the running system since the faults were set: traces of the traffic, each hop asked alone, log lines.

use std::{collections::BTreeSet, time::Duration};

use ask::{lines::Line, stored::Stored};
use probe::Chain;
use zipkin::{TraceId, Waterfall};

use crate::team::Names;

/// All that was seen.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Traces, of the traffic and of whoever else asked.
    pub traces: Vec<Waterfall>,
    /// The services that report, in whatever trace.
    pub services: Vec<String>,
    /// Each hop asked alone, in each dialect.
    pub asked: probe::Evidence,
    /// Log lines of the services; none where nobody keeps them.
    pub lines: Option<Vec<Line>>,
}

/// The time that is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// When the faults were on, in microseconds since the epoch.
    pub from_us: u64,
    /// Spans of requests up to here have arrived.
    pub to_us: u64,
    /// The number of the last log line before; none where nobody keeps lines.
    pub after_line: Option<u64>,
}

/// So many traces at most.
const MOST: u32 = 300;

/// A clock that is wrong moves the start of a trace by no more than this.
const CLOCKS: Duration = Duration::from_secs(5);

/// The time that spans of the knocks may take to arrive.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// Looks at traces and lines of the window, and then asks each hop alone. `names`: those that the hops have there.
///
/// # Errors
/// The server of traces cannot be asked.
pub async fn gather(
    chain: &Chain,
    names: &Names,
    stored: &Stored,
    window: Window,
) -> anyhow::Result<Evidence> {
    let length = Duration::from_micros(window.to_us.saturating_sub(window.from_us)) + CLOCKS;
    let end_ms = (window.to_us + u64::try_from(CLOCKS.as_micros())?) / 1_000;
    let found = found(stored, names, end_ms, length + CLOCKS).await?;
    let own = found.into_iter().filter_map(|trace| names.trace(trace));
    let traces = own.filter(|trace| is_within(trace, &window)).collect();
    let services = names.services(stored.services().await?);
    let lines = match window.after_line {
        Some(after) => lines_after(stored, after).await,
        None => None,
    };
    let lines = lines.and_then(|lines| names.lines(lines));
    let asked = probe::gather(chain, stored, 0, 0, PATIENCE).await?;
    Ok(Evidence {
        traces,
        services,
        asked,
        lines,
    })
}

/// The traces of a time; those of one team alone, where many share the server.
async fn found(
    stored: &Stored,
    names: &Names,
    end_ms: u64,
    length: Duration,
) -> anyhow::Result<Vec<Waterfall>> {
    if names.are_plain() {
        return stored.within(end_ms, length, MOST, None).await;
    }
    let mut found = stored.calls_of(end_ms, length, MOST, names.edge()).await?;
    for name in names.all() {
        found.extend(stored.within(end_ms, length, MOST, Some(name)).await?);
    }
    let mut known: BTreeSet<TraceId> = BTreeSet::new();
    found.retain(|trace| known.insert(trace.trace_id));
    Ok(found)
}

/// The number of the latest log line that the collector keeps; nothing where it keeps none, as no Zipkin does.
pub async fn latest_line(stored: &Stored) -> Option<u64> {
    let found = stored.lines(&[("limit", "1")]).await.ok()??;
    Some(found.latest.unwrap_or_default())
}

async fn lines_after(stored: &Stored, after: u64) -> Option<Vec<Line>> {
    let params = [("limit", "1000"), ("after", &after.to_string())];
    Some(stored.lines(&params).await.ok()??.lines)
}

/// The traffic's own clock decides, where it is in the trace.
fn is_within(trace: &Waterfall, window: &Window) -> bool {
    let rows = || trace.rows.iter();
    let own = rows().filter(|row| row.service == crate::hop::LOAD);
    let start = own
        .filter_map(|row| row.span.timestamp)
        .min()
        .or(trace.times.start);
    start.is_some_and(|start| (window.from_us..window.to_us).contains(&start))
}
