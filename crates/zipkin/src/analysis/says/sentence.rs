//! A sentence in its parts, so that each language words it in its own order.

use serde::Serialize;

/// A sentence about a trace. Names are as the spans have them: empty where they have none. Times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sentence {
    /// Where the time went cannot be said.
    CannotTell(CannotTell),
    /// Where the time went.
    Went {
        time: u64,
        whole: u64,
        most: Part,
        then: Option<Part>,
    },
    /// Calls alike, one after another.
    NPlusOne {
        caller: String,
        callee: String,
        count: usize,
        took: u64,
    },
    /// Different calls, one after another; those that name no service come last, and once.
    Sequential {
        caller: String,
        callees: Vec<String>,
        others: bool,
        took: u64,
    },
    /// A call that was tried again.
    Retries {
        callee: String,
        tries: usize,
        failures: usize,
        timed_out: bool,
    },
    /// A message that waited in a queue.
    QueueWait { time: u64, whole: u64, queue: String },
    /// Work whose name says that it waits.
    NamedWait {
        time: u64,
        whole: u64,
        service: String,
        name: String,
    },
    /// Calls that waited for a place.
    PlaceWait {
        waiting: usize,
        calls: usize,
        callee: String,
        longest: u64,
        places: usize,
    },
    /// A body that came long after its headers.
    SlowBody {
        caller: String,
        callee: String,
        longer: u64,
    },
    /// A value that was not in a cache.
    CacheMiss {
        service: String,
        callee: String,
        took: u64,
    },
    /// A client that gave up; its server may have gone on.
    GaveUp {
        caller: String,
        callee: String,
        after: u64,
        went_on: Option<u64>,
    },
    /// A root that has a caller.
    LostContext { service: String, caller: String },
    /// A service that began another trace, which is known, while it was called.
    OwnTrace {
        service: String,
        caller: String,
        trace_id: String,
    },
    /// Ids of 64 bits in a trace of 128: all in one, or the rest in the trace of the lower half.
    IdsCut {
        service: String,
        caller: String,
        trace_id: Option<String>,
    },
    /// A call that was answered by a service that left no span here, though it reports.
    NoServer { service: String, caller: String },
    /// Spans that others name.
    LostSpans { count: usize },
    /// Clocks that disagree.
    Clock(Apart),
    /// A span that failed, or a call that did.
    Failed {
        service: String,
        remote: Option<String>,
        why: String,
    },
    /// A doubt that so many spans raise.
    Doubt { kind: DoubtKind, count: usize },
    /// A doubt that pairs of clocks raise; so many more are not listed.
    Clocks { apart: Vec<Apart>, more: usize },
    /// So many spans began before their causes, one of them by so much; each by the same clock as its cause, or not.
    Early {
        count: usize,
        by: u64,
        is_one_clock: bool,
    },
    /// The time over which a wrong clock spreads the spans of a trace, where it does.
    Spread { across: Option<u64>, whole: u64 },
    /// A position that takes another time after than before; none where it is not there.
    Differs {
        spent: Part,
        name: String,
        before: Option<u64>,
        after: Option<u64>,
    },
    /// Traces before and after have no root in common.
    OtherRoots,
    /// Traces before and after that are alike.
    NothingDiffers,
}

/// Why it cannot be said where the time went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotTell {
    /// No span has a time.
    NoTimes,
    /// The root has no end.
    NotEnded,
    /// The root has no start.
    NoTime,
}

/// A piece of the critical path by what it was spent on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Between a client and its server.
    Network(String, String),
    /// A client waited, and no server says for what.
    WaitFor(String, String),
    /// A service worked.
    Work(String),
    /// A service worked, or waited for a span below whose time is not known.
    WorkOrUnknown(String),
}

/// Two clocks that cannot both be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apart {
    pub caller: String,
    pub callee: String,
    /// At least and at most, and whether ahead; nothing where the calls contradict each other.
    pub by: Option<(u64, u64, bool)>,
}

impl Apart {
    /// Whether the other is the way back from this wrong clock: as far, in the other direction.
    pub fn is_mirrored_by(&self, other: &Self) -> bool {
        match (self.by, other.by) {
            (Some((low, high, is_ahead)), Some((lower, higher, was_ahead))) => {
                is_ahead != was_ahead && low <= higher && lower <= high
            }
            _ => false,
        }
    }
}

/// The kinds of doubts. They are written to JSON in camel case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum DoubtKind {
    /// A span names a parent that is not in the trace.
    MissingParent,
    /// More than one span has no parent id.
    SecondRoot,
    /// Spans are each other's ancestors.
    Cycle,
    /// Spans in different places have one id.
    DuplicateId,
    /// A span has started and not ended.
    Unfinished,
    /// A span took longer than the one that waited for it.
    LongerThanParent,
    /// A span began after the one that caused it had ended.
    Late,
    /// A call over HTTP that was answered has no span of its server.
    NoServer,
    /// The clocks of two services disagree.
    Clock,
}
