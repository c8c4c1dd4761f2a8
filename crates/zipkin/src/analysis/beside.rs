//! Knowledge beside a trace: other traces, and the services that report at all. A context that was lost leaves its other half there.

use super::kin::{Kin, interval};
use crate::{Kind, TraceId, Waterfall};

/// Knowledge beside a trace, from a store of traces.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Beside {
    /// Other traces that may have the other half of a call.
    pub traces: Vec<Waterfall>,
    /// Services that report spans, in whatever trace.
    pub services: Vec<String>,
}

/// A call that was answered, whose server left no span in the trace; and where the server's half may be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unanswered {
    /// The service that was called.
    pub service: String,
    /// When the call began, in microseconds since the epoch.
    pub start_us: u64,
    /// The duration.
    pub duration_us: u64,
    /// The trace whose id is the lower half of this one's, where that has more than 64 bits.
    pub lower_half: Option<TraceId>,
}

/// Calls that look the same are looked for once each, and so many at most.
const MOST: usize = 5;

/// The calls of a trace whose servers may be found elsewhere: in the trace [`lower_half`](Unanswered::lower_half), or in one of
/// the service's that began during the call. What is found goes into [`Beside`].
pub fn unanswered(trace: &Waterfall) -> Vec<Unanswered> {
    let kin = Kin::of(trace);
    let lower_half = lower_half(trace.trace_id);
    let calls = kin.rows.iter().enumerate().filter_map(|(index, row)| {
        let is_call = row.kind == Some(Kind::Client) && row.error.is_none() && kin.servers(index) == 0;
        let when = interval(row).filter(|_| is_call)?;
        let service = kin.callee(index);
        (!service.is_empty()).then_some(Unanswered {
            service: service.to_owned(),
            start_us: u64::try_from(when.start).ok()?,
            duration_us: row.duration?,
            lower_half,
        })
    });
    calls.take(MOST).collect()
}

/// The trace's id in 64 bits, where it has more.
pub(super) fn lower_half(id: TraceId) -> Option<TraceId> {
    let lower = id.value() & u128::from(u64::MAX);
    (lower != id.value() && lower != 0).then(|| TraceId::new(lower))
}
