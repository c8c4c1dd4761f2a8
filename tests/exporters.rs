//! Exporters that cannot send what they have, or that are not there.

use std::{
    io::{Read as _, Write as _},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Instant,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
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
async fn a_batch_too_large_goes_in_halves_until_one_span_is_lost() {
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
async fn a_busy_collector_is_left_alone_as_long_as_it_asks() {
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
fn an_exporter_that_was_left_out_is_named_at_the_start() {
    let mut gateway = crate::harness::hop(&["gateway", "--exporter", "zipkin-kafka"]);
    let output = gateway.env("LISTEN_ADDR", "127.0.0.1:0").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("cargo build -p hop --features kafka"), "{text}");
}

/// A destination that answers with these bytes, and where it is.
fn answering(answer: String) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut connection in listener.incoming().map_while(Result::ok) {
            let _ = connection.read(&mut [0; 1 << 16]);
            let _ = connection.write_all(answer.as_bytes());
        }
    });
    url
}

/// Takes whatever comes, and keeps how often.
async fn take_all(State(calls): State<Arc<AtomicUsize>>) -> StatusCode {
    calls.fetch_add(1, Relaxed);
    StatusCode::ACCEPTED
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn only_a_2xx_of_the_endpoint_itself_counts_as_sent() {
    let elsewhere = Arc::new(AtomicUsize::new(0));
    let router = Router::new().fallback(take_all).with_state(elsewhere.clone());
    let other = serve(router).await;
    let redirect = |status: &str| {
        format!("HTTP/1.1 {status}\r\nlocation: {other}/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    };
    let table = [
        // Followed by most clients: as a GET without a body, or with the whole batch to another host.
        (redirect("301 Moved Permanently"), 0, "redirects are not followed"),
        (redirect("302 Found"), 0, "redirects are not followed"),
        (redirect("303 See Other"), 0, "redirects are not followed"),
        (
            redirect("307 Temporary Redirect"),
            0,
            "redirects are not followed",
        ),
        (
            redirect("308 Permanent Redirect"),
            0,
            "redirects are not followed",
        ),
        // To nowhere, and no redirect at all.
        (
            "HTTP/1.1 300 Multiple Choices\r\ncontent-length: 0\r\n\r\n".to_owned(),
            0,
            "300",
        ),
        ("HTTP/1.1 304 Not Modified\r\n\r\n".to_owned(), 0, "304"),
        (
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n".to_owned(),
            0,
            "101",
        ),
        // An interim answer comes before the answer.
        (
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n".to_owned(),
            1,
            "",
        ),
        ("HTTP/1.1 204 No Content\r\n\r\n".to_owned(), 1, ""),
        // A body that is no JSON, and one that never ends.
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>".to_owned(),
            1,
            "",
        ),
        (
            "HTTP/1.1 202 Accepted\r\ncontent-length: 9999999999\r\n\r\n{".to_owned(),
            1,
            "",
        ),
    ];
    let mut tries = tokio::task::JoinSet::new();
    for exporter in ["zipkin", "opentelemetry-zipkin"] {
        for (answer, sent, said) in table.clone() {
            tries.spawn(async move {
                let endpoint = format!("{}/api/v2/spans", answering(answer.clone()));
                let environment = [
                    ("OTEL_TRACES_EXPORTER", exporter),
                    ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", endpoint.as_str()),
                ];
                let inventory = Part::start("inventory", &environment);
                let url = format!("{}/items?name=mouse", inventory.url);
                assert_eq!(client().get(url).send().await.unwrap().status(), 200);
                if sent == 0 {
                    inventory.lines_with(said, 1);
                }
                let last = inventory.stop();
                assert_eq!(counts(&last), [1, sent, 1 - sent], "{exporter}, {answer}: {last}");
            });
        }
    }
    tries.join_all().await;
    assert_eq!(elsewhere.load(Relaxed), 0, "spans went to another host");
}

/// Things that a destination may do to a connection.
#[derive(Clone, Copy, Debug)]
enum Habit {
    /// It takes the connection and says nothing.
    Hangs,
    /// It ends the connection in the middle of a batch.
    Resets,
    /// It says half of an answer.
    Breaks,
    /// It refuses what it gets, for good.
    Refuses,
}

/// A destination with this habit; its address.
fn destination(habit: Habit) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}/api/v2/spans", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for mut connection in listener.incoming().map_while(Result::ok) {
            let mut some = [0; 100];
            let _ = connection.read(&mut some);
            let answer: &[u8] = match habit {
                Habit::Hangs => {
                    held.push(connection);
                    continue;
                }
                // Closed with bytes unread: the system sends a reset.
                Habit::Resets => b"",
                Habit::Breaks => b"HTTP/1.1 202 Acc",
                Habit::Refuses => {
                    let _ = connection.read(&mut [0; 1 << 16]);
                    b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                }
            };
            let _ = connection.write_all(answer);
        }
    });
    endpoint
}

// A worker for each destination: a part that is waited for holds up its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn no_destination_delays_a_request_or_loses_a_span_uncounted() {
    let table = [
        (destination(Habit::Hangs), "timeout"),
        (destination(Habit::Resets), "connection broken"),
        (destination(Habit::Breaks), "connection broken"),
        (destination(Habit::Refuses), "20 were refused by the collector"),
        (
            "http://nobody.invalid:9411/api/v2/spans".to_owned(),
            "no connection",
        ),
    ];
    let mut tries = tokio::task::JoinSet::new();
    for (endpoint, said) in table {
        tries.spawn(async move {
            let environment = [
                ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", endpoint.as_str()),
                ("OTEL_BSP_EXPORT_TIMEOUT", "500"),
            ];
            let inventory = Part::start("inventory", &environment);
            let mut took = Vec::new();
            for _ in 0..20 {
                let begun = Instant::now();
                let url = format!("{}/items?name=mouse", inventory.url);
                assert_eq!(client().get(url).send().await.unwrap().status(), 200);
                took.push(begun.elapsed());
            }
            // A request that waits for a destination waits until the time-out; a busy machine delays one and not the next.
            let waited = took.iter().filter(|took| took.as_millis() >= 500).count();
            assert!(waited < 10, "{endpoint}: {took:?}");
            if !said.starts_with("20 ") {
                inventory.lines_with(said, 1);
            }
            let last = inventory.stop();
            assert_eq!(counts(&last), [20, 0, 20], "{endpoint} ({said}): {last}");
            assert!(!said.starts_with("20 ") || last.contains(said), "{last}");
        });
    }
    tries.join_all().await;
}

/// Keeps the headers of the last request.
async fn keep_headers(State(kept): State<Arc<Mutex<HeaderMap>>>, headers: HeaderMap) -> StatusCode {
    *kept.lock().unwrap() = headers;
    StatusCode::ACCEPTED
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_for_a_hosted_back_end_go_with_each_batch() {
    for exporter in ["zipkin", "opentelemetry-zipkin"] {
        let kept = Arc::new(Mutex::new(HeaderMap::new()));
        let router = Router::new().fallback(keep_headers).with_state(kept.clone());
        let environment = [
            ("OTEL_TRACES_EXPORTER", exporter),
            (
                "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
                &format!("{}/api/v2/spans", serve(router).await),
            ),
            (
                "ZIPKIN_EXPORTER_HEADERS",
                "Authorization=Bearer%20a1b2%3D, x-tenant=shop",
            ),
        ];
        let inventory = Part::start("inventory", &environment);
        let url = format!("{}/items?name=mouse", inventory.url);
        assert_eq!(client().get(url).send().await.unwrap().status(), 200);
        assert_eq!(counts(&inventory.stop()), [1, 1, 0], "{exporter}");
        let kept = kept.lock().unwrap();
        for (name, value) in [
            ("authorization", "Bearer a1b2="),
            ("x-tenant", "shop"),
            ("content-type", "application/json"),
        ] {
            assert_eq!(kept[name], value, "{exporter}: {kept:?}");
        }
    }
}

#[test]
fn malformed_headers_are_refused_and_no_key_is_shown() {
    for (headers, said) in [
        ("a=b,s3cret", "entry 2 is not key=value"),
        ("a=s3cret%0A", "the value of entry 1"),
        (
            "content-length=s3cret",
            "the exporter sets itself: content-length",
        ),
    ] {
        let mut gateway = crate::harness::hop(&["gateway"]);
        gateway
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env("ZIPKIN_EXPORTER_HEADERS", headers);
        let output = gateway.output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(
            text.contains(said) && text.contains("ZIPKIN_EXPORTER_HEADERS"),
            "{text}"
        );
        assert!(!text.contains("s3cret"), "{text}");
    }
    let mut help = crate::harness::hop(&["gateway", "--help"]);
    let output = help.env("ZIPKIN_EXPORTER_HEADERS", "a=s3cret").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.contains("ZIPKIN_EXPORTER_HEADERS") && !text.contains("s3cret"),
        "{text}"
    );
}
