//! Knowledge beside a trace: the place where a server's half of a call may be, when it is not in the trace.

use std::{collections::BTreeSet, time::Duration};

use zipkin::{
    Waterfall,
    analysis::{Beside, FindingKind, analyse_beside, unanswered},
};

use crate::stored::Stored;

/// Traces of one service that began during a call: so many at most.
const MOST: u32 = 10;

/// Looks where the halves of calls may be that no server answered. What cannot be looked up is not known.
pub async fn beside(stored: &Stored, trace: &Waterfall) -> Beside {
    let mut beside = Beside::default();
    let calls = unanswered(trace);
    if calls.is_empty() {
        return beside;
    }
    beside.services = stored.services().await.unwrap_or_default();
    let halves: BTreeSet<_> = calls.iter().filter_map(|call| call.lower_half).collect();
    for half in halves {
        // One that does not tell ids of 64 bits from others has the trace itself there.
        let found = stored.trace(half).await.ok().flatten();
        beside
            .traces
            .extend(found.filter(|found| found.trace_id != trace.trace_id));
    }
    for call in calls {
        let end = call.start_us.saturating_add(call.duration_us) / 1_000 + 1;
        let length = Duration::from_micros(call.duration_us) + Duration::from_millis(2);
        let found = stored.within(end, length, MOST, Some(&call.service)).await;
        let others = found.unwrap_or_default().into_iter();
        beside
            .traces
            .extend(others.filter(|found| found.trace_id != trace.trace_id));
    }
    beside
}

/// Whether the server's half of a call is in another trace: it will not come into this one.
pub fn is_elsewhere(trace: &Waterfall, beside: &Beside) -> bool {
    let findings = analyse_beside(trace, beside).findings;
    let mut kinds = findings.iter().map(|finding| finding.kind);
    kinds.any(|kind| matches!(kind, FindingKind::LostContext | FindingKind::IdsCut))
}
