//! Diagnoses, by rule. Each says what was seen in this trace, never more than that.

use super::{
    beside::Beside,
    clocks::{Clock, doubted},
    kin::{AT_ONCE, Kin, interval},
    messages::Message,
    says::{Apart, Sentence},
};
use crate::{Kind, Row, Waterfall};

/// One diagnosis, and which rule found it.
mod finding;

/// Calls of one parent side by side: alike, tried again, one after another, waiting for a place.
mod siblings;

/// Contexts and spans that did not arrive.
mod lost;

/// Calls whose servers are in another trace, or in none.
mod elsewhere;

/// Answers and values that came late: a body, a cache.
mod late;

pub use finding::{Finding, FindingKind};
use late::has_word;

/// All that the rules find, the costliest first.
pub(super) fn findings(
    trace: &Waterfall,
    kin: &Kin<'_>,
    clocks: &[Clock],
    messages: &[Message],
    beside: &Beside,
) -> Vec<Finding> {
    let mut findings = siblings::findings(kin);
    findings.extend(in_queues(trace, messages));
    findings.extend(named_waits(trace, kin));
    findings.extend(gave_up(kin));
    findings.extend(late::bodies(kin));
    findings.extend(late::caches(kin));
    findings.extend(lost::contexts(kin));
    findings.extend(lost::spans(trace, kin));
    findings.extend(elsewhere::ids_cut(kin));
    findings.extend(elsewhere::servers(trace, kin, beside));
    findings.extend(doubted(clocks).into_iter().map(wrong_clock));
    findings.extend(failed(kin));
    // Stable: of those that cost nothing, the order above.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.cost_us));
    findings
}

fn in_queues(trace: &Waterfall, messages: &[Message]) -> Option<Finding> {
    let whole = trace.times.duration?;
    let longest = messages.iter().max_by_key(|message| message.queue_us)?;
    let waited = longest
        .queue_us
        .filter(|&waited| waited >= whole / 2 && waited > 0)?;
    let said = Sentence::QueueWait {
        time: waited,
        whole,
        queue: longest.queue.clone().unwrap_or_default(),
    };
    Some(Finding::new(FindingKind::QueueWait, waited, [], said))
}

/// Local work whose name says that it waits.
const WAITS: [&str; 6] = ["acquire", "checkout", "lock", "pool", "queue", "wait"];

fn named_waits(trace: &Waterfall, kin: &Kin<'_>) -> Option<Finding> {
    let whole = trace.times.duration?;
    let waits = kin.rows.iter().filter(|row| is_wait(row));
    let longest = waits.max_by_key(|row| row.duration)?;
    let waited = longest.duration.filter(|&waited| waited >= whole / 4)?;
    let said = Sentence::NamedWait {
        time: waited,
        whole,
        service: longest.service.clone(),
        name: longest.name.clone(),
    };
    Some(Finding::new(FindingKind::PlaceWait, waited, [longest], said))
}

/// Whether the row's name says that it waits.
pub(super) fn is_wait(row: &Row) -> bool {
    row.kind.is_none() && has_word(&row.name, &WAITS)
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
        outlived.then(|| {
            let said = Sentence::GaveUp {
                caller: client.service.clone(),
                callee: server.service.clone(),
                after: waited,
                went_on: went_on(client, server),
            };
            Finding::new(FindingKind::GaveUp, waited, [client, server], said)
        })
    })
}

/// The time that a server worked on after its caller had given up; nothing where it was stopped at once, or its clock does not say.
fn went_on(client: &Row, server: &Row) -> Option<u64> {
    let [client, server] = [client, server].map(interval);
    let (client, server) = (client?, server?);
    let longer = server.end - client.end;
    let is_known = server.start >= client.start && longer >= AT_ONCE;
    is_known.then(|| u64::try_from(longer).ok())?
}

fn wrong_clock(apart: Apart) -> Finding {
    Finding::new(FindingKind::Clock, 0, [], Sentence::Clock(apart))
}

/// The innermost failure: others failed because of it.
fn failed(kin: &Kin<'_>) -> Option<Finding> {
    // A call may end well and its body break: the failure below it is further in than its own error.
    let mut failed_below = vec![false; kin.rows.len()];
    for (index, row) in kin.rows.iter().enumerate().rev() {
        let is_failed = row.error.is_some() || failed_below.get(index).copied().unwrap_or_default();
        if let Some(above) = row.parent.and_then(|parent| failed_below.get_mut(parent)) {
            *above |= is_failed;
        }
    }
    let mut innermost = kin.rows.iter().zip(failed_below);
    let (row, _) = innermost.find(|(row, failed_below)| row.error.is_some() && !failed_below)?;
    let why: String = row
        .error
        .iter()
        .flat_map(|error| error.chars())
        .take(100)
        .collect();
    let remote = match row.kind {
        Some(Kind::Client | Kind::Producer) => row.span.remote_service(),
        _ => None,
    };
    let said = Sentence::Failed {
        service: row.service.clone(),
        remote: remote.map(str::to_owned),
        why,
    };
    Some(Finding::new(FindingKind::Failed, 0, [row], said))
}

#[cfg(test)]
mod tests;
