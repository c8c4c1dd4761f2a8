//! Classes that one trace shows, by what its analysis found.

use std::collections::BTreeMap;

use zipkin::{
    Kind, Row, Waterfall,
    analysis::{Analysis, Finding, FindingKind},
};

use crate::{class::Class, hop::Hop};

/// Calls that share a moment: from so many on they are a burst.
const BURST: usize = 3;

/// A wait for a place is at least as long, in microseconds: the deck's are 75 ms.
const WAIT_US: u64 = 30_000;

/// Each class, and the hop that has it.
pub(super) fn classes(trace: &Waterfall, analysis: &Analysis) -> Vec<(Hop, Class)> {
    let of_finding = |finding: &Finding| {
        let rows: Vec<&Row> = rows(trace, finding).collect();
        // On a busy machine calls that come at once wait for a processor.
        let is_short = finding.kind == FindingKind::PlaceWait && finding.cost_us < WAIT_US;
        class(finding.kind, &rows).filter(|_| !is_short)
    };
    let mut found: Vec<(Hop, Class)> = analysis.findings.iter().filter_map(of_finding).collect();
    found.extend(bursts(trace));
    found
}

/// By whom a body was waited for, and how long.
pub(super) fn slow_bodies(trace: &Waterfall, analysis: &Analysis) -> BTreeMap<Hop, u64> {
    let bodies = analysis
        .findings
        .iter()
        .filter(|finding| finding.kind == FindingKind::SlowBody);
    let reader = |finding: &Finding| {
        let client = rows(trace, finding).find(|row| row.kind == Some(Kind::Client))?;
        Some((Hop::named(&client.service)?, finding.cost_us))
    };
    bodies.filter_map(reader).collect()
}

fn rows<'a>(trace: &'a Waterfall, finding: &'a Finding) -> impl Iterator<Item = &'a Row> {
    let row = |id: &String| trace.rows.iter().find(|row| row.span.id.to_string() == *id);
    finding.span_ids.iter().filter_map(row)
}

fn class(kind: FindingKind, rows: &[&Row]) -> Option<(Hop, Class)> {
    let first = rows.first()?;
    let (own, called) = (
        Hop::named(&first.service),
        first.span.remote_service().and_then(Hop::named),
    );
    match kind {
        FindingKind::NPlusOne => Some((own?, Class::ManyCalls)),
        FindingKind::Retries => Some((own?, Class::Retries)),
        FindingKind::CacheMiss => Some((own?, Class::CacheMiss)),
        FindingKind::PlaceWait => Some((called?, Class::PlaceWait)),
        FindingKind::SlowBody => Some((called?, Class::SlowBody)),
        FindingKind::GaveUp => Some((called?, Class::NoAnswer)),
        FindingKind::Failed => failed(first),
        _ => None,
    }
}

/// The innermost span that failed: a server that did, or a call to nobody.
fn failed(row: &Row) -> Option<(Hop, Class)> {
    let error = row.error.as_deref().unwrap_or_default();
    if row.kind == Some(Kind::Server) {
        let class = match error {
            "cancelled" => Class::NoAnswer,
            "body broken" => Class::BrokenOff,
            _ => Class::Error,
        };
        return Some((Hop::named(&row.service)?, class));
    }
    let called = row.span.remote_service().and_then(Hop::named)?;
    match error {
        "timeout" | "no whole answer in time" => Some((called, Class::NoAnswer)),
        "connection refused" => Some((called, Class::Refused)),
        "connection broken" | "the answer broke off" => Some((called, Class::BrokenOff)),
        _ => None,
    }
}

/// Calls alike of one parent, of which at least three share a moment.
fn bursts(trace: &Waterfall) -> impl Iterator<Item = (Hop, Class)> {
    let mut alike: BTreeMap<(usize, &str), Vec<&Row>> = BTreeMap::new();
    for row in trace.rows.iter().filter(|row| row.kind == Some(Kind::Client)) {
        if let Some(parent) = row.parent {
            alike.entry((parent, row.name.as_str())).or_default().push(row);
        }
    }
    alike
        .into_values()
        .filter(|calls| is_burst(calls))
        .filter_map(|calls| {
            let hop = Hop::named(&calls.first()?.service)?;
            Some((hop, Class::Burst))
        })
}

fn is_burst(calls: &[&Row]) -> bool {
    let when = |row: &&Row| Some((row.offset?, row.offset? + row.duration?));
    let times: Vec<(u64, u64)> = calls.iter().filter_map(when).collect();
    let at = |moment: u64| {
        times
            .iter()
            .filter(|(start, end)| *start <= moment && moment < *end)
            .count()
    };
    times.iter().any(|(start, _)| at(*start) >= BURST)
}
