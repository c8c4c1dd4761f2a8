//! The place of a trace among others of its root: slower than so many of those that were there in an hour.

use std::collections::BTreeMap;

use serde::Serialize;
use zipkin::{Query, TraceId};

use crate::{
    clock::now_ms,
    pages::{grouped::grouped, laid::Laid, reader::Reader},
    store::Store,
    work::{Asker, Gone},
};

/// Of more traces, the latest count.
const MAX_TRACES: usize = 300;

/// Fewer say nothing.
const MIN_TRACES: usize = 5;

/// Of fewer, a percentage would be more exact than it is.
const MANY: usize = 20;

/// Traces of more bytes in all are not read for it.
const MAX_BYTES: usize = 2 << 20;

const HOUR_MS: u64 = 3_600_000;

/// A trace among others with the same root, by duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// The number of others.
    others: usize,
    /// The number of others that were faster.
    faster: usize,
    /// Whether they are those of the last hour. Else they are of the hour that ended with this trace.
    is_last_hour: bool,
}

/// The root that a trace has in common with others, and how long it took.
pub struct Compared {
    trace_id: TraceId,
    service: String,
    name: String,
    start: u64,
    took: u64,
}

impl Compared {
    /// Of a trace; nothing where it does not say how long it took.
    pub fn of(laid: &Laid) -> Option<Self> {
        let trace = &laid.trace;
        let root = trace.rows.first()?;
        let is_known = !root.service.is_empty() && !root.name.is_empty() && !trace.times.is_open;
        is_known.then_some(())?;
        Some(Self {
            trace_id: trace.trace_id,
            service: root.service.clone(),
            name: root.name.clone(),
            start: trace.times.start?,
            took: trace.times.duration?,
        })
    }
}

/// Looks for the others; nothing where they are few.
pub fn standing(root: &Compared, store: &Store, asker: &Asker) -> Result<Option<Standing>, Gone> {
    let (now, start_ms) = (now_ms(), root.start / 1_000);
    let is_last_hour = start_ms.saturating_add(HOUR_MS) >= now && start_ms <= now;
    let query = Query {
        service_name: Some(root.service.clone()),
        remote_service_name: None,
        span_name: Some(root.name.to_lowercase()),
        annotation_query: BTreeMap::new(),
        min_duration: None,
        max_duration: None,
        // To the end of its millisecond.
        end_ts: if is_last_hour {
            now
        } else {
            start_ms.saturating_add(1)
        },
        lookback: HOUR_MS,
        limit: MAX_TRACES,
    };
    let (mut others, mut faster, mut bytes) = (0, 0, 0);
    for key in store.search(&query, asker)? {
        let Some(spans) = store.found(key).filter(|spans| spans.trace_id() != root.trace_id) else {
            continue;
        };
        if !spans.is_outlined() {
            bytes += spans.end();
        }
        if bytes > MAX_BYTES {
            break;
        }
        asker.still_waits()?;
        let Some(summary) = spans
            .summary(0)
            .filter(|other| (&other.service, &other.name) == (&root.service, &root.name))
        else {
            continue;
        };
        if let Some(other) = summary.times.duration.filter(|_| !summary.times.is_open) {
            others += 1;
            faster += usize::from(other < root.took);
        }
    }
    Ok((others >= MIN_TRACES).then_some(Standing {
        others,
        faster,
        is_last_hour,
    }))
}

impl Standing {
    /// In words.
    pub fn text(self, reader: &Reader) -> String {
        let percent = match self.others {
            MANY.. => format!(" ({} %)", self.faster * 100 / self.others),
            _ => String::new(),
        };
        let values: [(&str, &dyn std::fmt::Display); 3] = [
            ("faster", &grouped(self.faster)),
            ("others", &grouped(self.others)),
            ("percent", &percent),
        ];
        if self.is_last_hour {
            reader.fill(
                "Slower than {faster} of {others} others with this root in the last hour{percent}.",
                &values,
            )
        } else {
            reader.fill(
                "Slower than {faster} of {others} others with this root in the hour before it{percent}.",
                &values,
            )
        }
    }
}
