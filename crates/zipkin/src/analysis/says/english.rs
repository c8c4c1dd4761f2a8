//! The sentences in English.

use super::sentence::{Apart, CannotTell, DoubtKind, Part, Sentence};
use crate::words::{self, count, duration, grouped, of_whom, or, part};

/// In words.
pub fn sentence(said: &Sentence) -> String {
    match said {
        Sentence::CannotTell(why) => cannot_tell(*why).into(),
        Sentence::Went {
            time,
            whole,
            most,
            then,
        } => {
            let then = then.as_ref().map(|then| format!("; then {}", spent(then)));
            let then = then.unwrap_or_default();
            format!("{} was {}{then}.", part(*time, *whole), spent(most))
        }
        Sentence::NPlusOne {
            caller,
            callee,
            count,
            took,
        } => format!(
            "{} called {} {} times, one after another, for {}: one call for all of them may be enough (N+1).",
            name(caller),
            name(callee),
            grouped(count),
            duration(*took)
        ),
        Sentence::Sequential {
            caller,
            callees,
            others,
            took,
        } => {
            let callees: Vec<&str> = callees.iter().map(String::as_str).collect();
            let all = callees.into_iter().chain(others.then_some("others"));
            format!(
                "{} called {} one after another, for {} in all: the calls may overlap, unless one needs another's answer.",
                name(caller),
                all.collect::<Vec<_>>().join(" and "),
                duration(*took)
            )
        }
        Sentence::Retries {
            callee,
            tries,
            failures,
            timed_out,
        } => {
            let verb = if *timed_out { "timed out" } else { "failed" };
            let failed = if failures == tries {
                "all".to_owned()
            } else {
                failures.to_string()
            };
            format!("{} was tried {tries} times, {failed} {verb}.", name(callee))
        }
        Sentence::QueueWait { time, whole, queue } => {
            format!("{} waited in {}.", part(*time, *whole), or(queue, "a queue"))
        }
        Sentence::NamedWait {
            time,
            whole,
            service,
            name: work,
        } => {
            let service = name(service);
            format!("{} {service} waited in “{work}”.", part(*time, *whole))
        }
        Sentence::PlaceWait {
            waiting,
            calls,
            callee,
            longest,
            places,
        } => format!(
            "{waiting} of {calls} calls waited for a place at {}, {} at most: a lock, or a pool or queue with room for {places}.",
            name(callee),
            duration(*longest)
        ),
        Sentence::SlowBody {
            caller,
            callee,
            longer,
        } => format!(
            "{} sent its answer slowly: the last of it came at least {} after {} had the response headers.",
            name(callee),
            duration(*longer),
            name(caller)
        ),
        Sentence::CacheMiss {
            service,
            callee,
            took,
        } => format!(
            "{} cache missed: the call to {} took {}.",
            of_whom(name(service)),
            name(callee),
            duration(*took)
        ),
        Sentence::GaveUp {
            caller,
            callee,
            after,
            went_on,
        } => {
            let callee = name(callee);
            let went_on = went_on.map(|longer| format!("; {callee} went on for {} longer", duration(longer)));
            format!(
                "{} gave up on {callee} after {}{}.",
                name(caller),
                duration(*after),
                went_on.unwrap_or_default()
            )
        }
        Sentence::Failed { .. }
        | Sentence::LostContext { .. }
        | Sentence::OwnTrace { .. }
        | Sentence::IdsCut { .. }
        | Sentence::NoServer { .. }
        | Sentence::LostSpans { .. } => broken(said),
        Sentence::Clock(apart) => format!("{}.", clocks(apart)),
        Sentence::Doubt { kind, count } => doubt(*kind, *count),
        Sentence::Clocks { apart, more } => {
            let apart: Vec<String> = apart.iter().map(clocks).collect();
            let more = (*more > 0).then(|| format!("; and {} more", grouped(more)));
            format!("{}{}", apart.join("; "), more.unwrap_or_default())
        }
        Sentence::Early {
            count,
            by,
            is_one_clock,
        } => {
            let by = duration(*by);
            let began = match count {
                1 => format!("1 span began {by} before the span that caused it"),
                _ => format!(
                    "{} began up to {by} before the spans that caused them",
                    words::count(*count, "span")
                ),
            };
            let why = match is_one_clock {
                true => ", by one clock: a parent is wrong, or the clock was set",
                false => ": clocks disagree",
            };
            format!("{began}{why}")
        }
        Sentence::Spread { across: None, .. } => {
            "clocks disagree: times of different services do not compare".into()
        }
        Sentence::Spread {
            across: Some(across),
            whole,
        } => format!(
            "by these clocks the spans stretch over {}, not {}: times of different services do not compare",
            duration(*across),
            duration(*whole)
        ),
        Sentence::Differs {
            spent,
            name,
            before,
            after,
        } => differs(&position(spent, name), *before, *after),
        Sentence::OtherRoots => "The traces have other roots before and after.".into(),
        Sentence::NothingDiffers => "No position differs by more than the traces do among themselves.".into(),
    }
}

/// A position of a trace, by what its time was spent on.
pub fn position(spent: &Part, of: &str) -> String {
    match spent {
        Part::Work(service) => format!("{}: own work in “{}”", name(service), or(of, words::NO_NAME)),
        Part::Network(..) | Part::WaitFor(..) | Part::WorkOrUnknown(_) => self::spent(spent),
    }
}

fn differs(what: &str, before: Option<u64>, after: Option<u64>) -> String {
    match (before, after) {
        (None, after) => format!(
            "{what}: {}, and was not there before.",
            duration(after.unwrap_or_default())
        ),
        (Some(before), None) => format!("{what}: took {}, and is not there any more.", duration(before)),
        (Some(before), Some(after)) => format!(
            "{what}: {} {}, {} after {} before.",
            duration(after.abs_diff(before)),
            if after > before { "longer" } else { "shorter" },
            duration(after),
            duration(before)
        ),
    }
}

/// Failures, and spans that did not arrive.
fn broken(said: &Sentence) -> String {
    match said {
        Sentence::LostContext { service, caller } => format!(
            "{} lost the context of {}: its span has no parent, and was called.",
            name(service),
            name(caller)
        ),
        Sentence::OwnTrace {
            service,
            caller,
            trace_id,
        } => format!(
            "{} lost the context of {}: it began trace {trace_id} of its own while it was called.",
            name(service),
            name(caller)
        ),
        Sentence::IdsCut {
            service,
            caller,
            trace_id,
        } => {
            let rest = trace_id
                .as_ref()
                .map(|id| format!(", and the rest is in trace {id}"));
            format!(
                "{} keeps 64 bits of the 128-bit trace id of {}: from there on ids have 16 digits{}.",
                name(service),
                name(caller),
                rest.unwrap_or_default()
            )
        }
        Sentence::NoServer { service, caller } => {
            let service = name(service);
            format!(
                "{service} answered {}, and no span of it is here: {service} decided anew not to record, lost the context, \
                 or its spans were lost or are still held back.",
                name(caller)
            )
        }
        Sentence::LostSpans { count: lost } => {
            let verb = if *lost == 1 { "was" } else { "were" };
            // A parent that is missing may have had a parent of its own.
            let lost = count(*lost, "span");
            format!("At least {lost} {verb} lost: figures around the gaps are too large.")
        }
        Sentence::Failed { service, remote, why } => {
            let why = if why.is_empty() {
                String::new()
            } else {
                format!(": {why}")
            };
            match remote {
                Some(remote) => format!("{} call to {remote} failed{why}.", of_whom(name(service))),
                None => format!("{} failed{why}.", name(service)),
            }
        }
        _ => String::new(),
    }
}

const fn cannot_tell(why: CannotTell) -> &'static str {
    match why {
        CannotTell::NoTimes => "Cannot tell: no span says when it ran.",
        CannotTell::NotEnded => "Cannot tell: the root has not ended.",
        CannotTell::NoTime => "Cannot tell: the root does not say when it ran.",
    }
}

fn spent(part: &Part) -> String {
    match part {
        Part::Network(caller, callee) => format!("network between {} and {}", name(caller), name(callee)),
        Part::WaitFor(caller, callee) => {
            format!("{} waiting for {}", name(caller), or(callee, "a call"))
        }
        Part::Work(service) if service.is_empty() => "work of a span that names no service".into(),
        Part::Work(service) => format!("{} own work", of_whom(service)),
        Part::WorkOrUnknown(service) => {
            let work = self::spent(&Part::Work(service.clone()));
            format!("{work} or a span below it whose time is not known")
        }
    }
}

fn clocks(apart: &Apart) -> String {
    let (caller, callee) = (name(&apart.caller), name(&apart.callee));
    let Some((low, high, is_ahead)) = apart.by else {
        return format!(
            "the calls of {caller} to {callee} contradict each other: a clock was set between them"
        );
    };
    let side = if is_ahead { "ahead of" } else { "behind" };
    let [low, high] = [low, high].map(duration);
    let by = if low == high {
        low
    } else {
        format!("{low} to {high}")
    };
    format!("{} clock is {side} {} by {by}", of_whom(callee), of_whom(caller))
}

fn doubt(kind: DoubtKind, spans: usize) -> String {
    let (one, several, rest) = match kind {
        DoubtKind::MissingParent => (
            "names",
            "name",
            "a parent that is not in the trace: spans were lost, or are kept elsewhere",
        ),
        DoubtKind::SecondRoot => (
            "has",
            "have",
            "no parent beside the first root: a context was lost, a trace id used again, or the span named itself as its parent",
        ),
        DoubtKind::Cycle => ("is", "are", "below what it caused itself: the cycle is cut there"),
        DoubtKind::DuplicateId => (
            "has",
            "have",
            "the id of another span: what is below one may belong to the other",
        ),
        DoubtKind::Unfinished => (
            "has",
            "have",
            "not ended, the end was lost, or 0 was sent as the duration, which Zipkin takes for none",
        ),
        DoubtKind::LongerThanParent => ("took", "took", "longer than the span that waited for it"),
        DoubtKind::Late => ("began", "began", "after the span that caused it had ended"),
        DoubtKind::NoServer => {
            let (was, has) = if spans == 1 {
                ("was", "has")
            } else {
                ("were", "have")
            };
            return format!(
                "{} {was} answered and {has} no span of its server: not traced, not recorded, or lost",
                count(spans, "call")
            );
        }
        DoubtKind::Clock => (
            "began",
            "began",
            "before the span that caused it: clocks disagree",
        ),
    };
    let verb = if spans == 1 { one } else { several };
    format!("{} {verb} {rest}", count(spans, "span"))
}

fn name(service: &str) -> &str {
    or(service, words::NO_SERVICE)
}
