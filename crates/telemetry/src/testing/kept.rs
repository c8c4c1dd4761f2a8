//! Spans, lines and requests by trace. The oldest traces go, so that a binary with a thousand tests stays small.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use expect::{LogLine, Wire};
use zipkin::{Span, TraceId};

/// So many traces are kept; a test looks at its own soon after it.
const MAX_TRACES: usize = 10_000;

/// So many spans, lines and requests of one trace each.
const MAX_OF_ONE: usize = 10_000;

/// All that is kept of one trace.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    pub spans: Vec<Span>,
    pub lines: Vec<LogLine>,
    pub wires: Vec<Wire>,
}

#[derive(Default)]
struct Traces {
    by_id: HashMap<TraceId, Kept>,
    /// By age.
    ids: VecDeque<TraceId>,
}

/// All that is there of a trace so far.
pub fn of(id: TraceId) -> Kept {
    traces().by_id.get(&id).cloned().unwrap_or_default()
}

/// Keeps a span that has ended.
pub fn span(span: Span) {
    with(span.trace_id, |kept| push(&mut kept.spans, span));
}

/// Keeps a line.
pub fn line(id: TraceId, line: LogLine) {
    with(id, |kept| push(&mut kept.lines, line));
}

/// Keeps a request as it stood on the wire.
pub fn wire(id: TraceId, wire: Wire) {
    with(id, |kept| push(&mut kept.wires, wire));
}

fn push<T>(list: &mut Vec<T>, new: T) {
    if list.len() < MAX_OF_ONE {
        list.push(new);
    }
}

fn with(id: TraceId, keep: impl FnOnce(&mut Kept)) {
    let mut traces = traces();
    if !traces.by_id.contains_key(&id) {
        traces.ids.push_back(id);
        if traces.ids.len() > MAX_TRACES
            && let Some(oldest) = traces.ids.pop_front()
        {
            traces.by_id.remove(&oldest);
        }
    }
    keep(traces.by_id.entry(id).or_default());
}

fn traces() -> MutexGuard<'static, Traces> {
    static TRACES: OnceLock<Mutex<Traces>> = OnceLock::new();
    let traces = TRACES.get_or_init(Mutex::default);
    traces.lock().unwrap_or_else(PoisonError::into_inner)
}
