//! A log line as it is shown, and what lines are sorted by.

use expect::LogLine;
use serde_json::json;

use crate::{
    draw::text::{clean, pad},
    screen::{DIM, Paint, RED},
};

/// The key by which lines are sorted.
pub fn order(line: &LogLine) -> &str {
    // A zone, and more digits than milliseconds, would only make equal times differ.
    line.time.trim_end_matches('Z')
}

/// `07:17:19.097 INFO  463ac35c orders userId=terry message`
pub fn text(line: &LogLine, paint: Paint) -> String {
    if line.time.is_empty() {
        return clean(&line.message);
    }
    let time = line.time.split_once('T').map_or(&*line.time, |(_, time)| time);
    let time: String = time.trim_end_matches('Z').chars().take(12).collect();
    let level = pad(&clean(&line.level), 5);
    let level = if line.level == "ERROR" {
        paint.style(RED, &level)
    } else {
        level
    };
    let id: String = without_padding(&line.trace_id).chars().take(8).collect();
    let parts = [
        paint.style(DIM, &clean(&time)),
        level,
        pad(&clean(&id), 8),
        clean(&line.service),
        clean(&values(line)),
        clean(&line.message),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// The same for a program.
pub fn json(line: &LogLine) -> String {
    json!({
        "time": line.time,
        "level": line.level,
        "service": line.service,
        "traceId": line.trace_id,
        "spanId": line.span_id,
        "values": values(line),
        "message": line.message,
    })
    .to_string()
}

/// An id of 64 bits that a format of 128 has filled up.
fn without_padding(id: &str) -> &str {
    id.strip_prefix("0000000000000000")
        .filter(|rest| rest.len() == 16)
        .unwrap_or(id)
}

/// The user goes first, then the other values.
fn values(line: &LogLine) -> String {
    let mut values: Vec<(&String, &String)> = line.values.iter().collect();
    values.sort_by_key(|(key, _)| key.as_str() != "userId");
    let values = values.iter().map(|(key, value)| format!("{key}={value}"));
    values.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// One line, as each of our formats has it.
    const LINES: [&str; 5] = [
        "2026-11-28 23:30:22.948  INFO [orders,901c9ce2,79897d9d,true] 30160 --- [main] orders::routes : userId=terry orderId=1 got it",
        r#"{"timestamp":"2026-11-28T23:30:22.948Z","level":"INFO","mdc":{"traceId":"901c9ce2","spanId":"79897d9d","parentId":"1",
            "spanExportable":"true","userId":"terry","orderId":"1"},"logger":"orders::routes","message":"got it","context":"default"}"#,
        r#"{"severity":"INFO","time":"2026-11-28T23:30:22.948Z","message":"got it","logger":"orders::routes",
            "serviceContext":{"service":"orders"},"logging.googleapis.com/trace":"projects/p/traces/901c9ce2",
            "logging.googleapis.com/spanId":"79897d9d","logging.googleapis.com/labels":{"userId":"terry","orderId":"1"}}"#,
        r#"{"@timestamp":"2026-11-28T23:30:22.948Z","log.level":"INFO","message":"got it","ecs.version":"1.2.0",
            "service.name":"orders","trace.id":"901c9ce2","span.id":"79897d9d","userId":"terry","orderId":"1"}"#,
        "23:30:22.948 INFO  901c9ce2 userId=terry orderId=1 got it",
    ];

    #[test]
    fn each_format_says_the_same_with_and_without_a_prefix() {
        for line in LINES {
            let line = line.replace("\n            ", "");
            for prefix in ["", "orders-1  | ", "three-hops-orders-1  | ", "orders    | "] {
                let read = LogLine::read(&format!("{prefix}{line}")).unwrap();
                let shown = text(&read, Paint(false));
                // Only a prefix names the service of a logback line.
                let shown = shown.replace("three-hops-", "").replace(" orders ", " ");
                assert_eq!(
                    shown, "23:30:22.948 INFO  901c9ce2 userId=terry orderId=1 got it",
                    "{prefix}{line}"
                );
                let json: Value = serde_json::from_str(&json(&read)).unwrap();
                assert_eq!(
                    (&json["values"], &json["message"]),
                    (&"userId=terry orderId=1".into(), &"got it".into())
                );
                // A short line has no room for the span.
                let span = json["spanId"].as_str().unwrap();
                assert!(span == "79897d9d" || line.starts_with("23:30"), "{line}");
            }
        }
    }
}
