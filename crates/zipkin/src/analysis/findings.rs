//! Diagnoses, by rule. Each says what was seen in this trace, never more than that.

use serde::Serialize;

use super::{clocks::Clock, kin::Kin, messages::Message};
use crate::{Kind, Row, Waterfall, words};

/// Calls of one parent side by side: alike, tried again, one after another, waiting for a place.
mod siblings;

/// Contexts and spans that did not arrive.
mod lost;

/// One diagnosis. It is written to JSON in camel case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Which rule found it.
    pub kind: FindingKind,
    /// What was seen, as a sentence.
    pub text: String,
    /// Microseconds that it cost, or could have cost less; 0 where it is about what is not known.
    pub cost_us: u64,
    /// The ids of the first spans that show it.
    pub span_ids: Vec<String>,
}

/// The rules. They are written to JSON in camel case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum FindingKind {
    /// Five and more calls alike, one after another.
    NPlusOne,
    /// Different calls one after another. They may overlap, unless one needs another's answer: no trace shows that.
    Sequential,
    /// A call that failed and was tried again.
    Retries,
    /// A message that waited in a queue for half of the trace or longer.
    QueueWait,
    /// Calls that waited for a place: a lock, a pool or a queue of requests. A trace cannot tell these apart.
    PlaceWait,
    /// A client that gave up while its server went on.
    GaveUp,
    /// A service that began a trace of its own although it was called.
    LostContext,
    /// Spans that others name, or that a call should have, and that are not there.
    LostSpans,
    /// Clocks that cannot both be right.
    Clock,
    /// A span with the tag `error` below which nothing failed.
    Failed,
}

/// More ids than these are left out.
const MAX_IDS: usize = 10;

/// All that the rules find, the costliest first.
pub(super) fn findings(
    trace: &Waterfall,
    kin: &Kin<'_>,
    clocks: &[Clock],
    messages: &[Message],
) -> Vec<Finding> {
    let mut findings = siblings::findings(kin);
    findings.extend(in_queues(trace, messages));
    findings.extend(named_waits(trace, kin));
    findings.extend(gave_up(kin));
    findings.extend(lost::contexts(kin));
    findings.extend(lost::spans(trace, kin));
    findings.extend(clocks.iter().filter_map(wrong_clock));
    findings.extend(failed(kin));
    // Stable: of those that cost nothing, the order above.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.cost_us));
    findings
}

impl Finding {
    fn new<'a>(
        kind: FindingKind,
        cost_us: u64,
        rows: impl IntoIterator<Item = &'a Row>,
        text: String,
    ) -> Self {
        let ids = rows.into_iter().take(MAX_IDS).map(|row| row.span.id.to_string());
        Self {
            kind,
            text,
            cost_us,
            span_ids: ids.collect(),
        }
    }
}

fn in_queues(trace: &Waterfall, messages: &[Message]) -> Option<Finding> {
    let whole = trace.times.duration?;
    let longest = messages.iter().max_by_key(|message| message.queue_us)?;
    let waited = longest
        .queue_us
        .filter(|&waited| waited >= whole / 2 && waited > 0)?;
    let queue = words::or(longest.queue.as_deref().unwrap_or_default(), "a queue");
    Some(Finding::new(
        FindingKind::QueueWait,
        waited,
        [],
        format!("{} waited in {queue}.", words::part(waited, whole)),
    ))
}

/// Local work whose name says that it waits.
const WAITS: [&str; 6] = ["acquire", "checkout", "lock", "pool", "queue", "wait"];

fn named_waits(trace: &Waterfall, kin: &Kin<'_>) -> Option<Finding> {
    let whole = trace.times.duration?;
    let is_wait = |row: &&Row| {
        let name = row.name.to_lowercase();
        row.kind.is_none()
            && name
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| WAITS.contains(&word))
    };
    let longest = kin.rows.iter().filter(is_wait).max_by_key(|row| row.duration)?;
    let waited = longest.duration.filter(|&waited| waited >= whole / 4)?;
    let service = words::or(&longest.service, words::NO_SERVICE);
    let text = format!(
        "{} {service} waited in “{}”.",
        words::part(waited, whole),
        longest.name
    );
    Some(Finding::new(FindingKind::PlaceWait, waited, [longest], text))
}

fn gave_up(kin: &Kin<'_>) -> Option<Finding> {
    let mut clients = kin
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.kind == Some(Kind::Client));
    clients.find_map(|(index, client)| {
        let (_, server) = kin.only_server(index)?;
        let (waited, took) = (client.duration?, server.duration?);
        // A client that read no answer failed.
        let outlived = client.error.is_some() && took > waited;
        let [caller, callee] = [client, server].map(|row| words::or(&row.service, words::NO_SERVICE));
        outlived.then(|| {
            let text = format!(
                "{caller} gave up on {callee} after {}; {callee} went on for {}.",
                words::duration(waited),
                words::duration(took)
            );
            Finding::new(FindingKind::GaveUp, waited, [client, server], text)
        })
    })
}

fn wrong_clock(clock: &Clock) -> Option<Finding> {
    let text = format!("{}.", clock.doubt()?);
    Some(Finding::new(FindingKind::Clock, 0, [], text))
}

/// The innermost failure: others failed because of it.
fn failed(kin: &Kin<'_>) -> Option<Finding> {
    let innermost = |&(index, row): &(usize, &Row)| {
        row.error.is_some() && !kin.below(index).any(|(_, below)| below.error.is_some())
    };
    let (_, row) = kin.rows.iter().enumerate().find(innermost)?;
    let service = words::or(&row.service, words::NO_SERVICE);
    let why: String = row
        .error
        .iter()
        .flat_map(|error| error.chars())
        .take(100)
        .collect();
    let why = if why.is_empty() { why } else { format!(": {why}") };
    let text = match (row.kind, row.span.remote_service()) {
        (Some(Kind::Client | Kind::Producer), Some(remote)) => {
            format!("{} call to {remote} failed{why}", words::of_whom(service))
        }
        _ => format!("{service} failed{why}"),
    };
    Some(Finding::new(FindingKind::Failed, 0, [row], format!("{text}.")))
}

/// Whom a client called, and whether a server answered it.
fn callee<'a>(kin: &Kin<'a>, client: usize) -> &'a str {
    let server = kin.below(client).find(|(_, row)| row.kind == Some(Kind::Server));
    let remote = kin.row(client).and_then(|row| row.span.remote_service());
    server
        .map(|(_, row)| row.service.as_str())
        .or(remote)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
