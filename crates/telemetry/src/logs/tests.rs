//! Lines of every format, as a back end reads them.

use serde_json::{Value, json};
use tracing::{info, info_span, warn};

use crate::kept::{in_request, written};

/// No name stands twice, in no format.
mod names;

/// Input that encoders have stumbled over.
mod any_input;

fn object(line: &str) -> Value {
    assert_eq!(line.matches('\n').count(), 1, "one line: {line:?}");
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[test]
fn gcp_lines_are_joined_with_their_trace() {
    let line = written("gcp", || {
        in_request(&[("userId", "terry")], || {
            warn!(target: "shop::orders", code = 7, severity = "mine", "no \"stock\"");
        });
    });
    let mut line = object(&line);
    let time = line.as_object_mut().unwrap().remove("time").unwrap();
    assert_eq!(
        time.as_str().unwrap().len(),
        "2026-11-24T07:17:19.097123Z".len(),
        "{time}"
    );
    let location = line
        .as_object_mut()
        .unwrap()
        .remove("logging.googleapis.com/sourceLocation")
        .unwrap();
    assert!(
        location["file"].as_str().unwrap().ends_with("tests.rs"),
        "{location}"
    );
    assert!(
        location["line"].as_str().unwrap().parse::<u32>().is_ok(),
        "{location}"
    );
    assert_eq!(
        line,
        json!({
            "severity": "WARNING",
            "message": "no \"stock\"",
            "logger": "shop::orders",
            "serviceContext": {"service": "shop"},
            "logging.googleapis.com/trace": "projects/p-1/traces/000000000000000000000000000000a1",
            "logging.googleapis.com/trace_sampled": true,
            "logging.googleapis.com/labels": {"userId": "terry"},
            "code": 7,
            "fields.severity": "mine",
        })
    );
}

#[test]
fn ecs_lines_are_flat_and_nothing_takes_the_place_of_an_object() {
    let line = written("ecs", || {
        in_request(&[("userId", "terry"), ("message", "forged")], || {
            warn!(target: "shop::orders", code = 7, error = "gone", userId = 8, log = "x", http.request.method = "GET", "no stock");
        });
    });
    let mut line = object(&line);
    let time = line.as_object_mut().unwrap().remove("@timestamp").unwrap();
    assert_eq!(time.as_str().unwrap().len(), "2026-11-24T07:17:19.097Z".len());
    line.as_object_mut()
        .unwrap()
        .remove("process.thread.name")
        .unwrap();
    assert_eq!(
        line,
        json!({
            "log.level": "WARN",
            "message": "no stock",
            "ecs.version": "1.2.0",
            "service.name": "shop",
            "event.dataset": "shop",
            "log.logger": "shop::orders",
            "trace.id": "00000000000000a1",
            "userId": "terry",
            "labels.message": "forged",
            "code": "7",
            "error.message": "gone",
            "labels.userId": "8",
            "labels.log": "x",
            "http.request.method": "GET",
        })
    );
}

#[test]
fn spans_have_their_id_and_lines_outside_of_requests_have_none() {
    for (format, span_id, trace_id) in [
        ("ecs", "/span.id", "/trace.id"),
        ("logback", "/mdc/spanId", "/mdc/traceId"),
        (
            "gcp",
            "/logging.googleapis.com~1spanId",
            "/logging.googleapis.com~1trace",
        ),
    ] {
        let lines = written(format, || {
            info!("before");
            in_request(&[], || info_span!("work").in_scope(|| info!("during")));
            info!("after");
        });
        let lines: Vec<Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let is_there = |name| {
            lines
                .iter()
                .map(|line| line.pointer(name).is_some())
                .collect::<Vec<_>>()
        };
        assert_eq!(is_there(span_id), [false, true, false], "{format}");
        assert_eq!(is_there(trace_id), [false, true, false], "{format}");
        assert_eq!(lines[1].pointer(span_id).unwrap().as_str().unwrap().len(), 16);
    }
    let text = written("text", || info!("alone"));
    assert!(text.contains("  INFO [shop,,,] "), "{text}");
}
