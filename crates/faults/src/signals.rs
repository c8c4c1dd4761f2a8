//! Faults of spans and log lines on their way: a list of spans in Zipkin's JSON, and one line at a time.

/// A clock that is wrong.
pub mod clock;

/// Lines that belong to no trace.
pub mod logs_without_ids;

/// Spans that wait.
pub mod exporter_blocked;

/// Spans that do not arrive.
pub mod spans_lost;

use serde_json::Value;

use crate::{hit::Hit, kind::Kind};

/// The spans as these faults leave them. A body that is no list of spans stays as it is.
pub fn spans(hits: &[Hit], body: Vec<u8>) -> Vec<u8> {
    let is_changed = |hit: &Hit| matches!(hit.kind(), Kind::Clock(_) | Kind::SpansLost(_));
    if !hits.iter().any(is_changed) {
        return body;
    }
    let Ok(mut spans) = serde_json::from_slice::<Vec<Value>>(&body) else {
        return body;
    };
    for hit in hits {
        match hit.kind() {
            Kind::Clock(ms) => clock::shift(*ms, &mut spans),
            Kind::SpansLost(share) => spans.retain(|_| !hit.next().is_within(*share)),
            _ => {}
        }
    }
    serde_json::to_vec(&spans).unwrap_or(body)
}

/// The line as these faults leave it; nothing where it stays as it is.
pub fn line(hits: &[Hit], line: &[u8]) -> Option<Vec<u8>> {
    let mut changed = None;
    for hit in hits {
        let line = changed.as_deref().unwrap_or(line);
        let next = match hit.kind() {
            Kind::Clock(ms) => clock::shift_line(*ms, line),
            Kind::LogsWithoutIds => logs_without_ids::strip(line),
            _ => None,
        };
        changed = next.or(changed);
    }
    changed
}
