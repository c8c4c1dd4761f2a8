//! A logback JSON line in short: time, level, start of the trace id, MDC, message.

use std::collections::BTreeMap;

use clap::builder::styling::AnsiColor;
use serde::Deserialize;

use crate::{
    draw::text::{clean, pad},
    screen::{DIM, Paint, RED},
};

#[derive(Deserialize)]
struct Line {
    timestamp: String,
    level: String,
    #[serde(default)]
    mdc: BTreeMap<String, String>,
    message: String,
    exception: Option<String>,
}

/// `07:17:19.097 INFO  463ac35c userId=terry orderId=1 message`. What is no such line is shown as it is, made harmless.
pub fn line(json: &str, paint: Paint) -> String {
    let Ok(line) = serde_json::from_str::<Line>(json) else {
        return clean(json);
    };
    let time = line
        .timestamp
        .split_once('T')
        .map_or(&*line.timestamp, |(_, time)| time);
    let level = pad(&clean(&line.level), 5);
    let level = match line.level.as_str() {
        "ERROR" => paint.style(RED, &level),
        "WARN" => paint.style(AnsiColor::Yellow.on_default(), &level),
        _ => level,
    };
    let trace = line.mdc.get("traceId").map_or("", |id| id.get(..8).unwrap_or(id));
    let mut shown = format!(
        "{} {level} {} {}{}",
        paint.style(DIM, &clean(time.trim_end_matches('Z'))),
        pad(&clean(trace), 8),
        values(&line.mdc),
        clean(&line.message)
    );
    if let Some(exception) = &line.exception {
        shown.push_str(&format!(" {}", paint.style(RED, &clean(exception))));
    }
    shown
}

/// Values that the services put; the ids have their own columns, and the rest is in the trace.
fn values(mdc: &BTreeMap<String, String>) -> String {
    let ids = ["traceId", "spanId", "parentId", "spanExportable"];
    let mut values: Vec<_> = mdc
        .iter()
        .filter(|(key, _)| !ids.contains(&key.as_str()))
        .collect();
    // The user, then the order: as they were put.
    values.sort_by_key(|(key, _)| *key != "userId");
    let shown = values
        .iter()
        .map(|(key, value)| format!("{}={} ", clean(key), clean(value)));
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_to_what_a_person_reads() {
        let json = r#"{"timestamp":"2026-11-24T07:17:19.097Z","level":"INFO","thread":"main",
            "mdc":{"traceId":"463ac35c9f6413ad","spanId":"a2fb4a1d1a96d312","spanExportable":"true",
            "orderId":"1","userId":"김치\u001b[2J"},"logger":"orders::routes","message":"getItem","context":"default"}"#;
        let shown = r"07:17:19.097 INFO  463ac35c userId=김치\u{1b}[2J orderId=1 getItem";
        assert_eq!(line(json, Paint(false)), shown);
    }

    #[test]
    fn a_line_outside_a_request_has_no_ids() {
        let json = r#"{"timestamp":"2026-11-24T07:17:19.097Z","level":"WARN","message":"slow","exception":"boom\n at"}"#;
        assert_eq!(
            line(json, Paint(false)),
            r"07:17:19.097 WARN           slow boom\n at"
        );
    }

    #[test]
    fn a_line_that_is_not_json_is_shown_as_it_is() {
        assert_eq!(
            line("thread 'main' panicked\tat", Paint(false)),
            r"thread 'main' panicked\tat"
        );
    }
}
