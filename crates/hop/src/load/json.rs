//! The report of `hop load`, for programs.

use std::time::Duration;

use load::{Report, Times};
use serde_json::{Value, json};
use zipkin::Language;

use super::{slowest::Explained, text};

/// All of it, times in microseconds.
pub fn report(report: &Report, slowest: &[Explained<'_>], language: Language) -> String {
    let failures = report.failures.iter().map(|(failure, (times, trace))| {
        json!({"kind": failure.name(), "count": times, "firstTraceId": trace.map(|id| id.to_string())})
    });
    let stages = report.stages.iter().map(|stage| {
        json!({"rate": stage.rate, "due": stage.due, "sent": stage.sent, "withoutTime": stage.without_time(), "timesUs": times(&stage.times)})
    });
    let slowest = slowest.iter().map(|Explained { slow, answer, .. }| {
        json!({
            "tookUs": micros(slow.took),
            "waitedUs": micros(slow.waited),
            "path": slow.path,
            "traceId": slow.trace_id.map(|id| id.to_string()),
            "answer": answer,
        })
    });
    json!({
        "rateReached": report.is_rate_reached(),
        "verdict": text::rate(report, language),
        "due": report.due(),
        "sent": report.sent(),
        "unsent": report.unsent,
        "lateByServer": report.late_by_server,
        "lateByUs": report.late_by_us,
        "succeeded": report.succeeded,
        "withoutTime": report.without_time(),
        "failures": failures.collect::<Vec<_>>(),
        "dueForUs": micros(report.due_for),
        "tookUs": micros(report.took),
        "timesUs": times(&report.times),
        "waitsUs": times(&report.waits),
        "stages": stages.collect::<Vec<_>>(),
        "slowest": slowest.collect::<Vec<_>>(),
        "spans": {"taken": report.delivered.taken, "lost": report.delivered.lost, "reason": report.delivered.reason},
    })
    .to_string()
}

fn times(times: &Times) -> Value {
    let at = |percent| times.percentile(percent).map(micros);
    json!({
        "count": times.count(),
        "p50": at(50.0),
        "p90": at(90.0),
        "p99": at(99.0),
        "p99.9": at(99.9),
        "longest": times.longest().map(micros),
    })
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
