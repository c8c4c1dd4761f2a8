//! Requests that no client library sends, over a bare socket.

use axum::{Router, routing::any};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use zipkin::TraceId;

use crate::world::{CALLER, new_trace, plain, serve, span, tag};

/// Writes bytes, and reads what comes back until the other side closes.
async fn exchange(url: &str, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://"))
        .await
        .unwrap();
    // A server that has seen enough may close before all is written.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn trace_of(answer: &str) -> TraceId {
    let (_, rest) = answer.split_once("x-trace-id: ").unwrap();
    TraceId::parse(rest.split("\r\n").next().unwrap()).unwrap()
}

async fn service() -> String {
    serve(Router::new().fallback(any(async || "here"))).await
}

#[tokio::test]
async fn headers_that_cannot_be_read_are_absent() {
    let url = service().await;
    let (trace_id, _) = new_trace();
    let w3c = format!("00-{trace_id:0>32}-{CALLER}-01");
    let long = format!("baggage: userId={}\r\n", "x".repeat(200_000));
    for headers in [
        // Two headers do not agree on the trace.
        format!("traceparent: {w3c}\r\ntraceparent: {w3c}\r\n"),
        "b3: \u{ff}\u{fe}\r\n".to_owned(),
        "traceparent:\r\ntracestate: =,=,,\r\n".to_owned(),
        long,
        "baggage: userId%ff=%ff%00,=,;;;,userId\r\n".to_owned(),
    ] {
        let request = format!("GET /a HTTP/1.1\r\nhost: x\r\n{headers}connection: close\r\n\r\n");
        let answer = exchange(&url, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        let found = trace_of(&answer);
        assert_ne!(found, trace_id);
        let span = span(found).await;
        assert_eq!((span.parent_id, tag(&span, "userId")), (None, None));
    }
}

#[tokio::test]
async fn of_a_repeated_b3_header_the_first_counts_as_in_brave() {
    let url = service().await;
    let (trace_id, b3) = new_trace();
    for headers in [
        format!("b3: {b3}\r\nb3: 0\r\n"),
        format!("x-b3-traceid: {trace_id}\r\nx-b3-traceid: 1a\r\nx-b3-spanid: {CALLER}\r\n"),
    ] {
        let request = format!("GET /a HTTP/1.1\r\nhost: x\r\n{headers}connection: close\r\n\r\n");
        assert_eq!(trace_of(&exchange(&url, request.as_bytes()).await), trace_id);
    }
}

#[tokio::test]
async fn header_names_have_any_case_and_values_are_trimmed() {
    let url = service().await;
    let (trace_id, b3) = new_trace();
    let request = format!("GET /a HTTP/1.1\r\nHOST: x\r\nB3: \t {b3}  \r\nconnection: close\r\n\r\n");
    assert_eq!(trace_of(&exchange(&url, request.as_bytes()).await), trace_id);
}

#[tokio::test]
async fn a_request_target_may_have_any_form() {
    let url = service().await;
    for (line, path) in [
        ("OPTIONS * HTTP/1.1", "*"),
        ("GET http://elsewhere/x?y HTTP/1.1", "/x"),
        ("GET http://elsewhere HTTP/1.1", "/"),
        ("GET /%00%ff//../?? HTTP/1.0", "/%00%ff//../"),
    ] {
        let request = format!("{line}\r\nhost: x\r\nconnection: close\r\n\r\n");
        let answer = exchange(&url, request.as_bytes()).await;
        assert!(answer.contains(" 200 "), "{line}: {answer}");
        assert_eq!(tag(&span(trace_of(&answer)).await, "http.path"), Some(path));
    }
}

#[tokio::test]
async fn a_megabyte_of_headers_is_refused_and_the_next_request_is_not() {
    let url = service().await;
    let many: String = (0..1000)
        .map(|n| format!("x-{n}: {}\r\n", "x".repeat(1000)))
        .collect();
    let one = format!("x: {}\r\n", "x".repeat(1 << 20));
    for headers in [many, one] {
        let request = format!("GET /a HTTP/1.1\r\nhost: x\r\n{headers}\r\n");
        let answer = exchange(&url, request.as_bytes()).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 431 "),
            "{answer}"
        );
        assert_eq!(
            plain().build().unwrap().get(&url).send().await.unwrap().status(),
            200
        );
    }
}
