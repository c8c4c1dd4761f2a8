//! Exporters that cannot send what they have, or that are not there.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Instant,
};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use serde_json::Value;

use crate::{
    delivery::counts,
    harness::{Part, client, serve},
};

/// Takes bodies of 4,000 bytes at most, and keeps how many spans the largest list had.
async fn take_little(State(largest): State<Arc<AtomicUsize>>, body: Bytes) -> StatusCode {
    if body.len() > 4000 {
        return StatusCode::PAYLOAD_TOO_LARGE;
    }
    let batch: Vec<Value> = serde_json::from_slice(&body).unwrap();
    largest.fetch_max(batch.len(), Relaxed);
    StatusCode::ACCEPTED
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_too_large_goes_in_halves_and_only_a_span_too_large_alone_is_lost() {
    let largest = Arc::new(AtomicUsize::new(0));
    let router = Router::new()
        .route("/api/v2/spans", post(take_little))
        .with_state(largest.clone());
    let endpoint = format!("{}/api/v2/spans", serve(router).await);
    let environment = [
        ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", endpoint.as_str()),
        ("OTEL_BSP_SCHEDULE_DELAY", "1000"),
    ];
    let inventory = Part::start("inventory", &environment);
    for index in 0..50 {
        let user = "u".repeat(if index == 20 { 5000 } else { 5 });
        let call = client()
            .get(format!("{}/items?name=mouse", inventory.url))
            .header("baggage", format!("userId={user}"))
            .send()
            .await
            .unwrap();
        assert_eq!(call.status(), 200);
    }
    assert_eq!(counts(&inventory.stop()), [50, 49, 1]);
    let largest = largest.load(Relaxed);
    assert!(largest > 1, "each span went alone, not in halves of halves");
}

/// Says twice that it is busy, with the time to come back, and takes what comes then; keeps when it was asked.
async fn put_off(
    State(asked): State<Arc<Mutex<Vec<Instant>>>>,
) -> (StatusCode, [(&'static str, &'static str); 1]) {
    let mut asked = asked.lock().unwrap();
    asked.push(Instant::now());
    match asked.len() {
        1 => (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "1")]),
        2 => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")]),
        _ => (StatusCode::ACCEPTED, [("retry-after", "1")]),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_collector_is_left_alone_as_long_as_it_asks_and_the_log_says_that_it_was() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let router = Router::new()
        .route("/api/v2/spans", post(put_off))
        .with_state(asked.clone());
    let endpoint = format!("{}/api/v2/spans", serve(router).await);
    let inventory = Part::start("inventory", &[("OTEL_EXPORTER_ZIPKIN_ENDPOINT", &endpoint)]);
    let url = format!("{}/items?name=mouse", inventory.url);
    assert_eq!(client().get(url).send().await.unwrap().status(), 200);

    let said = inventory.lines_with("spans wait, and are tried again", 1);
    assert!(said[0].contains("503"), "{said:?}");
    inventory.lines_with("spans arrive again", 1);
    assert_eq!(counts(&inventory.stop()), [1, 1, 0]);
    let asked = asked.lock().unwrap();
    let pauses: Vec<_> = asked.windows(2).map(|two| two[1] - two[0]).collect();
    assert_eq!(pauses.len(), 2);
    assert!(pauses.iter().all(|pause| pause.as_millis() >= 1000), "{pauses:?}");
}

#[cfg(not(feature = "kafka"))]
#[test]
fn an_exporter_that_was_left_out_is_said_at_the_start_with_the_way_to_have_it() {
    let mut gateway = crate::harness::hop(&["gateway", "--exporter", "zipkin-kafka"]);
    let output = gateway.env("LISTEN_ADDR", "127.0.0.1:0").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("cargo build -p hop --features kafka"), "{text}");
}
