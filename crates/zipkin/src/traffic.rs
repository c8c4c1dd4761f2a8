//! The calls of many traces: how many, how many failed, how long they took.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Waterfall, analysis::hops, words};

/// More different calls than this are counted, and not told apart.
const MAX_CALLS: usize = 1_000;

/// The slowest traces of a call that are named.
const MAX_SLOWEST: usize = 3;

/// Adds up the calls of many traces.
///
/// ```
/// let trace = |id: u8, duration: u64| {
///     let span = format!(
///         r#"[{{"traceId":"{id}","id":"1","kind":"SERVER","timestamp":5,"duration":{duration},"name":"get /",
///              "localEndpoint":{{"serviceName":"web"}}}}]"#
///     );
///     zipkin::waterfall(&zipkin::decode::list(span.as_bytes()).unwrap()).unwrap()
/// };
/// let mut traffic = zipkin::traffic::Traffic::default();
/// (1..=100).for_each(|id| traffic.add(&trace(id, 10 * u64::from(id))));
/// let call = &traffic.calls()[0];
/// assert_eq!((call.callee.as_str(), call.count), ("web", 100));
/// assert_eq!((call.p50_us, call.p95_us, call.p99_us), (Some(500), Some(950), Some(990)));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    calls: BTreeMap<Key, Tally>,
    left_out: u64,
}

/// The caller, the callee and the name of a call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    callee: String,
    name: String,
    caller: Option<String>,
    from_outside: bool,
}

#[derive(Clone, Debug, Default)]
struct Tally {
    count: u64,
    errors: u64,
    durations: Vec<u64>,
    slowest: Vec<Slow>,
}

/// A call that took long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Slow {
    /// Its trace.
    pub trace_id: String,
    /// The duration, in microseconds.
    pub duration_us: u64,
}

/// The figures of one call. It is written to JSON in camel case; percentiles are of the nearest rank.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Call {
    /// The service that calls; none where nobody says.
    pub caller: Option<String>,
    /// Whether it came from outside of all traces.
    pub from_outside: bool,
    /// The service that is called; empty where nobody says.
    pub callee: String,
    /// The name of what is called.
    pub name: String,
    /// The number of calls.
    pub count: u64,
    /// The number of calls that failed.
    pub errors: u64,
    /// Half of the calls took at most this, in microseconds; none where no call says how long it took.
    pub p50_us: Option<u64>,
    /// 95 of a hundred took at most this.
    pub p95_us: Option<u64>,
    /// 99 of a hundred took at most this.
    pub p99_us: Option<u64>,
    /// The number of calls by duration.
    pub histogram: Vec<Bucket>,
    /// The slowest, the longest first.
    pub slowest: Vec<Slow>,
}

/// Calls of about one duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bucket {
    /// They took less than this, in microseconds, and no less than the bucket before.
    pub below_us: u64,
    /// The number of calls.
    pub count: u64,
}

impl Traffic {
    /// Adds the calls of a trace: a client's wait, or the server's time where that is not known.
    pub fn add(&mut self, trace: &Waterfall) {
        for hop in hops(trace) {
            let key = Key {
                callee: hop.callee.to_owned(),
                name: hop.name.to_owned(),
                caller: hop.caller.map(str::to_owned),
                from_outside: hop.from_outside,
            };
            if self.calls.len() >= MAX_CALLS && !self.calls.contains_key(&key) {
                self.left_out += 1;
                continue;
            }
            let tally = self.calls.entry(key).or_default();
            tally.count += 1;
            tally.errors += u64::from(hop.error);
            if let Some(duration_us) = hop.client_us.or(hop.server_us) {
                tally.durations.push(duration_us);
                tally.slow(trace, duration_us);
            }
        }
    }

    /// Calls that were not counted, since there were too many different ones.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The figures, by who is called.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.iter().map(|(key, tally)| tally.figures(key)).collect()
    }
}

impl Tally {
    fn slow(&mut self, trace: &Waterfall, duration_us: u64) {
        let place = self
            .slowest
            .partition_point(|slow| slow.duration_us >= duration_us);
        if place < MAX_SLOWEST {
            let trace_id = trace.trace_id.to_string();
            self.slowest.insert(
                place,
                Slow {
                    trace_id,
                    duration_us,
                },
            );
            self.slowest.truncate(MAX_SLOWEST);
        }
    }

    fn figures(&self, key: &Key) -> Call {
        let mut sorted = self.durations.clone();
        sorted.sort_unstable();
        let percentile = |percent: usize| {
            let rank = (sorted.len() * percent).div_ceil(100);
            sorted.get(rank.checked_sub(1)?).copied()
        };
        Call {
            caller: key.caller.clone(),
            from_outside: key.from_outside,
            callee: key.callee.clone(),
            name: key.name.clone(),
            count: self.count,
            errors: self.errors,
            p50_us: percentile(50),
            p95_us: percentile(95),
            p99_us: percentile(99),
            histogram: histogram(&sorted),
            slowest: self.slowest.clone(),
        }
    }
}

impl Call {
    /// The caller, or the reason that it is not known, in English.
    pub fn caller_or_why(&self) -> &str {
        match (&self.caller, self.from_outside) {
            (Some(caller), _) => caller,
            (None, true) => words::OUTSIDE,
            (None, false) => words::NOT_REPORTED,
        }
    }
}

/// Buckets of half a power of two, from that of the shortest to that of the longest.
fn histogram(sorted: &[u64]) -> Vec<Bucket> {
    let (Some(&shortest), Some(&longest)) = (sorted.first(), sorted.last()) else {
        return Vec::new();
    };
    let edge = |step: i32| 2_f64.powf(f64::from(step) / 2.0).ceil() as u64;
    let mut step = (2.0 * (shortest.max(1) as f64).log2()).floor() as i32;
    let mut buckets = Vec::new();
    let mut counted = 0;
    loop {
        step += 1;
        let below_us = edge(step);
        if buckets
            .last()
            .is_some_and(|last: &Bucket| last.below_us == below_us)
        {
            continue;
        }
        let up_to = sorted.partition_point(|&duration| duration < below_us);
        if up_to > counted || !buckets.is_empty() {
            buckets.push(Bucket {
                below_us,
                count: (up_to - counted) as u64,
            });
        }
        counted = up_to;
        if below_us > longest || step > 128 {
            return buckets;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sample::trace, waterfall};

    fn request(orders: u64, failed: &str) -> Waterfall {
        let lines = [
            "a - SERVER web - @1000+900".to_owned(),
            "b a CLIENT web orders @1100+800".to_owned(),
            format!("c b SERVER orders - @1150+{orders} {failed}"),
        ];
        let lines: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
        waterfall(&trace(&lines)).unwrap()
    }

    #[test]
    fn calls_are_told_apart_by_both_sides() {
        let mut traffic = Traffic::default();
        traffic.add(&request(600, "error"));
        traffic.add(&request(700, ""));
        let calls = traffic.calls();
        let said: Vec<_> = calls
            .iter()
            .map(|call| {
                (
                    call.caller_or_why(),
                    call.callee.as_str(),
                    call.count,
                    call.errors,
                )
            })
            .collect();
        assert_eq!(said, [("web", "orders", 2, 1), ("outside", "web", 2, 0)]);
        // The client's wait counts, not the server's time.
        assert_eq!(
            (calls[0].p50_us, calls[0].slowest[0].duration_us),
            (Some(800), 800)
        );
    }

    #[test]
    fn buckets_hold_each_call_once() {
        for durations in [&[0][..], &[1, 1, 2, 3, 5], &[10, 1_000_000], &[u64::MAX / 4]] {
            let buckets = histogram(durations);
            let all: u64 = buckets.iter().map(|bucket| bucket.count).sum();
            assert_eq!(all, durations.len() as u64, "{durations:?} {buckets:?}");
            assert!(
                buckets.windows(2).all(|pair| pair[0].below_us < pair[1].below_us),
                "{buckets:?}"
            );
        }
        assert_eq!(histogram(&[]), []);
    }
}
