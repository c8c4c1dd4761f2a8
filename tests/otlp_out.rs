//! Our services' spans by OpenTelemetry's protocol: the same trace as by Zipkin's, and what an answer may say.
#![expect(
    clippy::indexing_slicing,
    reason = "an answer of another shape should fail the test where it is read"
)]

use std::{
    io::Read as _,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
};
use serde_json::Value;

use crate::{
    delivery::counts,
    harness::{Part, Stack, client, hop, serve},
};

/// The shape of a trace: each span with its parent's place, its service and the one that it called.
fn shape(mut spans: Vec<Value>) -> Vec<String> {
    spans.sort_by_key(|span| span["timestamp"].as_u64());
    let ids: Vec<_> = spans.iter().map(|span| span["id"].clone()).collect();
    let place = |id: &Value| ids.iter().position(|each| each == id);
    let line = |span: &Value| {
        format!(
            "{:?} {} {} {} {} {} {}",
            place(&span["parentId"]),
            span["localEndpoint"]["serviceName"],
            span["kind"],
            span["name"],
            span["remoteEndpoint"]["serviceName"],
            span["tags"]["userId"],
            span["tags"]["orderId"],
        )
    };
    spans.iter().map(line).collect()
}

#[tokio::test]
async fn the_trace_is_the_same_as_by_zipkins_protocol() {
    let mut shapes = Vec::new();
    for (exporter, method, path, status) in [
        ("zipkin", "http.method", "http.path", "http.status_code"),
        (
            "otlp",
            "http.request.method",
            "url.path",
            "http.response.status_code",
        ),
    ] {
        let stack = Stack::start(&[("OTEL_TRACES_EXPORTER", exporter)]);
        let url = format!("{}/orders/8", stack.gateway.url);
        let call = client().get(url).header("userid", "terry").send().await.unwrap();
        let id = call.headers()["x-trace-id"].to_str().unwrap().to_owned();
        let spans = stack.trace(&id, 5).await;
        let root = spans.iter().find(|span| span["parentId"].is_null()).unwrap();
        let tags = &root["tags"];
        assert_eq!(
            (&tags[method], &tags[path], &tags[status]),
            (&"GET".into(), &"/orders/8".into(), &"200".into())
        );
        for span in spans.iter().filter(|span| span["kind"] == "CLIENT") {
            assert_eq!(span["remoteEndpoint"]["ipv4"], "127.0.0.1", "{span}");
            assert!(span["remoteEndpoint"]["port"].is_u64(), "{span}");
        }
        if exporter == "otlp" {
            assert_eq!(tags["http.route"], "/orders/{id}");
            assert_eq!(tags["service.version"], env!("CARGO_PKG_VERSION"));
            assert!(tags["service.instance.id"].is_string(), "{tags}");
        }
        shapes.push(shape(spans));
        assert_eq!(counts(&stack.gateway.stop()), [2, 2, 0], "{exporter}");
    }
    assert_eq!(shapes[0], shapes[1]);
}

/// An answer: its status, its header for the time to come back, and its body.
type Answer = (u16, &'static str, &'static [u8]);

/// Requests that a collector has received, and its answers; the last answer again and again.
type Collector = Arc<Mutex<(Vec<(HeaderMap, Bytes)>, Vec<Answer>)>>;

async fn answer(State(collector): State<Collector>, headers: HeaderMap, body: Bytes) -> Response {
    let (received, answers) = &mut *collector.lock().unwrap();
    received.push((headers, body));
    let next = (received.len() - 1).min(answers.len() - 1);
    let (status, wait, body) = answers[next];
    let status = StatusCode::from_u16(status).unwrap();
    let mut response = (status, [(CONTENT_TYPE, "application/x-protobuf")], body).into_response();
    if !wait.is_empty() {
        response
            .headers_mut()
            .insert("retry-after", wait.parse().unwrap());
    }
    response
}

/// One span of inventory, sent to a collector that answers so: the last line, what was received, and all lines.
async fn sent(answers: &[Answer], more: &[(&str, &str)]) -> (String, Vec<(HeaderMap, Bytes)>, Vec<String>) {
    let collector = Collector::new(Mutex::new((Vec::new(), answers.to_vec())));
    let router = Router::new().fallback(answer).with_state(collector.clone());
    let url = serve(router).await;
    let environment = [
        ("OTEL_TRACES_EXPORTER", "otlp"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()),
    ];
    let inventory = Part::start("inventory", &[&environment, more].concat());
    let call = format!("{}/items?name=mouse", inventory.url);
    assert_eq!(client().get(call).send().await.unwrap().status(), 200);
    // Until its last answer: a part that stops waits for none.
    for _ in 0..200 {
        if collector.lock().unwrap().0.len() >= answers.len() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let lines = inventory.lines();
    let last = tokio::task::spawn_blocking(|| inventory.stop()).await.unwrap();
    let received = std::mem::take(&mut collector.lock().unwrap().0);
    (last, received, lines)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_answer_of_the_protocol_has_its_consequence() {
    // `partial_success`: a rejected span, and a warning about none; `google.rpc.Status`: a reason.
    const LOST: &[u8] = b"\x0a\x0d\x08\x01\x12\x09no trace!";
    const WARNING: &[u8] = b"\x0a\x06\x12\x04slow";
    const REASON: &[u8] = b"\x12\x08no space";
    let table: [(&[Answer], [usize; 3], usize, &str); 11] = [
        (&[(200, "", b"")], [1, 1, 0], 1, ""),
        // zipkin-otel says it so.
        (&[(202, "", b"")], [1, 1, 0], 1, ""),
        (&[(200, "", LOST)], [1, 0, 1], 1, "no trace!"),
        (&[(200, "", WARNING)], [1, 1, 0], 1, "with a remark: http"),
        (&[(400, "", REASON)], [1, 0, 1], 1, "400 Bad Request: no space"),
        // Only four statuses pass, by the specification.
        (&[(500, "", b"")], [1, 0, 1], 1, "500"),
        (&[(404, "", b"")], [1, 0, 1], 1, "404"),
        (&[(413, "", REASON)], [1, 0, 1], 1, "413"),
        (
            &[(503, "1", REASON), (200, "", b"")],
            [1, 1, 0],
            2,
            "503 Service Unavailable: no space",
        ),
        (&[(429, "1", b""), (200, "", b"")], [1, 1, 0], 2, "429"),
        (
            &[(502, "", b""), (504, "", b""), (200, "", b"")],
            [1, 1, 0],
            3,
            "502",
        ),
    ];
    let mut tries = tokio::task::JoinSet::new();
    for (answers, expected, requests, said) in table {
        tries.spawn(async move {
            let (last, received, lines) = sent(answers, &[]).await;
            assert_eq!(counts(&last), expected, "{answers:?}: {last}");
            assert_eq!(received.len(), requests, "{answers:?}");
            let lines = lines.join("\n");
            assert!(lines.contains(said), "{answers:?}: {lines}");
        });
    }
    tries.join_all().await;
}

/// The bound is the one that the specification recommends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_too_long_is_an_error_that_stays() {
    const LONG: &[u8] = &[0; (4 << 20) + 1];
    for status in [200, 503] {
        let (last, received, lines) = sent(&[(status, "1", LONG)], &[]).await;
        assert_eq!(counts(&last), [1, 0, 1], "{status}: {last}");
        assert_eq!(received.len(), 1, "{status}");
        let lines = lines.join("\n");
        assert!(lines.contains("more than 4194304 bytes"), "{status}: {lines}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_has_the_headers_that_were_set_and_may_be_packed() {
    let settings = [
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=shop"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "authorization=Bearer%20a1"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
        ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test"),
    ];
    let (last, received, _) = sent(&[(200, "", b"")], &settings).await;
    assert_eq!(counts(&last), [1, 1, 0]);
    let (headers, body) = &received[0];
    for (name, value) in [
        ("content-type", "application/x-protobuf"),
        ("content-encoding", "gzip"),
        ("authorization", "Bearer a1"),
    ] {
        assert_eq!(headers[name], value, "{headers:?}");
    }
    assert!(
        headers["user-agent"]
            .to_str()
            .unwrap()
            .starts_with("OTel-OTLP-Exporter-Rust")
    );
    // The headers for traces stand in place of those for all signals.
    assert!(!headers.contains_key("x-tenant"), "{headers:?}");
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&body[..])
        .read_to_end(&mut unpacked)
        .unwrap();
    let unpacked = String::from_utf8_lossy(&unpacked);
    for text in ["deployment.environment.name", "inventory", "GET /items"] {
        assert!(unpacked.contains(text), "{unpacked}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_never_answers_is_said_at_the_end() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let mut inventory = Part::start(
        "inventory",
        &[
            ("OTEL_TRACES_EXPORTER", "otlp"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint),
        ],
    );
    let call = format!("{}/items?name=mouse", inventory.url);
    assert_eq!(client().get(call).send().await.unwrap().status(), 200);
    let (mut connection, _) = silent.accept().unwrap();
    connection.read_exact(&mut [0; 4]).unwrap();
    drop(inventory.stdin());
    let lines = tokio::task::spawn_blocking(move || inventory.lines_with("no answer so far", 1));
    let line = &lines.await.unwrap()[0];
    assert!(line.contains("1 were left when the process stopped"), "{line}");
}

#[test]
fn a_setting_that_cannot_be_used_ends_the_start() {
    for (variable, text, said) in [
        (
            "OTEL_EXPORTER_OTLP_PROTOCOL",
            "grpc",
            "set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
        ),
        (
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
            "http/json",
            "set OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf",
        ),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd", "gzip and none"),
        ("SERVER_SPAN_JOIN", "true", "set SERVER_SPAN_JOIN=false"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a", "entry 1 is not key=value"),
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            "a=s3cret%0A",
            "the value of entry 1",
        ),
    ] {
        let mut gateway = hop(&["gateway", "--exporter", "otlp"]);
        let output = gateway
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env(variable, text)
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{variable}: {error}");
        assert!(error.contains(said) && error.contains(variable), "{error}");
        assert!(!error.contains("s3cret"), "{error}");
    }
}
