use std::io::Write as _;

use axum::{body::Body, http::Method};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use crate::{
    Collector, Config,
    ask::{Answer, get, send},
    intake::MEMORY_BYTES,
};

const JSON: &str = "application/json";
const PROTOBUF: &str = "application/x-protobuf";

/// A request with one span in JSON, and one that has no trace id.
const SPAN: &str = r#"{"traceId":"0000000000000000000000000000000A","spanId":"000000000000000B","name":"a"}"#;
const BAD: &str = r#"{"spanId":"000000000000000b","name":"bad"}"#;

fn request(spans: &[&str]) -> String {
    format!(
        r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{}]}}]}}]}}"#,
        spans.join(",")
    )
}

/// The same in protocol buffers: the span with its ids, or without a trace id.
fn protobuf(spans: &[bool]) -> Vec<u8> {
    let spans = spans.iter().flat_map(|&has_trace_id| {
        let id = [18, 8, 0, 0, 0, 0, 0, 0, 0, 0xb];
        let trace_id = [vec![10, 16], vec![0; 15], vec![0xa]].concat();
        let fields = if has_trace_id {
            [trace_id, id.to_vec()].concat()
        } else {
            id.to_vec()
        };
        [vec![18, fields.len() as u8], fields].concat()
    });
    let scope: Vec<u8> = spans.collect();
    let scope = [vec![18, scope.len() as u8], scope].concat();
    [vec![10, scope.len() as u8], scope].concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn collector() -> Collector {
    Collector::new(&Config::default())
}

async fn post(collector: &Collector, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
    send(
        collector,
        (Method::POST, path),
        &[&format!("content-type: {kind}")],
        body,
    )
    .await
}

async fn traces(collector: &Collector, kind: &str, body: impl Into<Body>) -> Answer {
    post(collector, "/v1/traces", kind, body).await
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

/// The fields of a message: number and value.
fn fields(mut message: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut fields = Vec::new();
    while let [key, rest @ ..] = message {
        let varint = |bytes: &[u8]| {
            let length = bytes.iter().position(|byte| *byte < 0x80).unwrap() + 1;
            let number = bytes[..length]
                .iter()
                .rev()
                .fold(0, |number, byte| number << 7 | usize::from(byte & 0x7f));
            (number, length)
        };
        let (number, read) = varint(rest);
        let (value, end) = match key & 7 {
            0 => (vec![number as u8], read),
            2 => (rest[read..read + number].to_vec(), read + number),
            other => panic!("wire type {other}"),
        };
        fields.push((key >> 3, value));
        message = &rest[end..];
    }
    fields
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}

// Full success: 200, the response's message in the type of the request, `partial_success` unset.
#[tokio::test]
async fn a_request_that_is_taken_is_answered_in_its_own_encoding() {
    for (kind, body, answered) in [
        (JSON, request(&[SPAN]).into_bytes(), "{}"),
        (
            "Application/JSON; charset=utf-8",
            request(&[SPAN]).into_bytes(),
            "{}",
        ),
        (PROTOBUF, protobuf(&[true]), ""),
    ] {
        let collector = collector();
        let answer = traces(&collector, kind, body).await;
        assert_eq!(answer.said(), (200, answered.to_owned()), "{kind}");
        let expected = if kind == PROTOBUF { PROTOBUF } else { JSON };
        assert_eq!(answer.header("content-type"), expected);
        assert_eq!(get(&collector, "/api/v2/trace/a").await.status, 200, "{kind}");
    }
}

// "If the server receives an empty request … the server SHOULD respond with success."
#[tokio::test]
async fn an_empty_request_is_taken() {
    let collector = collector();
    for path in ["/v1/traces", "/v1/logs", "/v1/metrics"] {
        for (kind, body, answered) in [(JSON, "{}", "{}"), (JSON, "", "{}"), (PROTOBUF, "", "")] {
            let answer = post(&collector, path, kind, body).await;
            assert_eq!(answer.said(), (200, answered.to_owned()), "{path} {kind}");
        }
    }
}

// Partial success: 200, the number of rejected spans, a message in English.
#[tokio::test]
async fn one_bad_span_does_not_lose_its_batch() {
    let collector = collector();
    let answer = traces(&collector, JSON, request(&[SPAN, BAD])).await;
    let message = "1 of 2 spans rejected: span \"bad\": traceId is missing";
    let partial = json!({"partialSuccess": {"rejectedSpans": "1", "errorMessage": message}});
    assert_eq!((answer.status.as_u16(), json_of(&answer)), (200, partial));

    let answer = traces(&collector, PROTOBUF, protobuf(&[false, true])).await;
    assert_eq!(answer.status, 200);
    let response = fields(&answer.body);
    assert_eq!((response.len(), response[0].0), (1, 1));
    let partial = fields(&response[0].1);
    assert_eq!(partial[0], (1, vec![1]));
    assert!(
        text(&partial[1].1).starts_with("1 of 2 spans rejected"),
        "{partial:?}"
    );
    assert_eq!(collector.spans_received(), 4);
    assert_eq!(
        json_of(&get(&collector, "/api/v2/trace/a").await)
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

// "Servers MAY also use the partial_success field to convey warnings": 0 rejected, and a message.
#[tokio::test]
async fn a_body_with_names_in_snake_case_gets_a_warning() {
    let answer = traces(&collector(), JSON, r#"{"resource_spans":[]}"#).await;
    let partial = &json_of(&answer)["partialSuccess"];
    assert_eq!(
        (answer.status.as_u16(), &partial["rejectedSpans"]),
        (200, &json!("0"))
    );
    assert!(
        partial["errorMessage"]
            .as_str()
            .unwrap()
            .contains("lowerCamelCase")
    );
}

/// The message of a refusal, which is a `google.rpc.Status` in the type of its request.
fn refusal(answer: &Answer, kind: &str) -> String {
    assert_eq!(answer.header("content-type"), kind);
    if kind == JSON {
        return json_of(answer)["message"].as_str().unwrap().to_owned();
    }
    let status = fields(&answer.body);
    text(&status.iter().find(|(number, _)| *number == 2).unwrap().1).to_owned()
}

// Failures: a 4xx or 5xx, and a `Status` that describes the problem.
#[tokio::test]
async fn a_request_that_is_refused_is_told_why_in_its_own_encoding() {
    let base64 = SPAN.replace("0000000000000000000000000000000A", "W47/95gDgQPSabYzgT/GDA==");
    let long = vec![b' '; (10 << 20) + 1];
    for (path, kind, coding, body, status, message) in [
        // Bad data.
        (
            "/v1/traces",
            JSON,
            "",
            b"{".to_vec(),
            400,
            "End of input at line 1",
        ),
        (
            "/v1/traces",
            PROTOBUF,
            "",
            vec![0x0b],
            400,
            "Malformed reading an OTLP request",
        ),
        (
            "/v1/traces",
            JSON,
            "",
            request(&[BAD]).into_bytes(),
            400,
            "1 of 1 spans rejected: ",
        ),
        (
            "/v1/traces",
            PROTOBUF,
            "",
            protobuf(&[false]),
            400,
            "1 of 1 spans rejected: ",
        ),
        (
            "/v1/traces",
            JSON,
            "",
            request(&[&base64]).into_bytes(),
            400,
            "1 of 1 spans rejected: span \"a\": traceId \"W47",
        ),
        (
            "/v1/traces",
            JSON,
            "gzip",
            b"{}".to_vec(),
            400,
            "the body is not the gzip",
        ),
        (
            "/v1/logs",
            PROTOBUF,
            "gzip",
            b"{}".to_vec(),
            400,
            "the body is not the gzip",
        ),
        ("/v1/logs", JSON, "", b"[]".to_vec(), 400, "Malformed"),
        ("/v1/metrics", PROTOBUF, "", vec![0x0b], 400, "Malformed"),
        // Too large, on the wire and unpacked.
        ("/v1/traces", PROTOBUF, "", long.clone(), 413, "413"),
        ("/v1/traces", JSON, "gzip", gzip(&long), 413, "413"),
        ("/v1/logs", PROTOBUF, "gzip", gzip(&long), 413, "413"),
        // Types and codings that are not read; a person can read the answer.
        (
            "/v1/traces",
            "text/plain",
            "",
            Vec::new(),
            415,
            "the Content-Type \"text/plain\"",
        ),
        (
            "/v1/traces",
            "application/grpc",
            "",
            Vec::new(),
            415,
            "the Content-Type \"application/grpc\"",
        ),
        ("/v1/logs", "", "", Vec::new(), 415, "the Content-Type \"\""),
        (
            "/v1/traces",
            PROTOBUF,
            "zstd",
            Vec::new(),
            415,
            "the Content-Encoding \"zstd\"",
        ),
        // No such signal.
        ("/v1/nothing", PROTOBUF, "", Vec::new(), 404, "404 Not Found"),
        ("/v1/traces/", JSON, "", Vec::new(), 404, "404 Not Found"),
    ] {
        let headers = [
            format!("content-type: {kind}"),
            format!("content-encoding: {coding}"),
        ];
        let headers: Vec<&str> = headers
            .iter()
            .map(String::as_str)
            .filter(|header| !header.ends_with(": "))
            .collect();
        let answer = send(&collector(), (Method::POST, path), &headers, body).await;
        assert_eq!(answer.status, status, "{path} {kind} {message}");
        let said = refusal(&answer, if kind == PROTOBUF { PROTOBUF } else { JSON });
        assert!(said.starts_with(message), "{path} {kind}: {said}");
    }
    let answer = send(&collector(), (Method::GET, "/v1/traces"), &[], ()).await;
    assert_eq!(
        (answer.status.as_u16(), refusal(&answer, JSON)),
        (405, "405 Method Not Allowed".into())
    );
}

// "The Status.details field in the response SHOULD contain a BadRequest that describes the bad data."
#[tokio::test]
async fn bad_data_is_described_in_the_details() {
    let answer = traces(&collector(), JSON, "{").await;
    let status = json_of(&answer);
    assert_eq!(status["code"], 3);
    assert_eq!(
        status["details"][0]["@type"],
        "type.googleapis.com/google.rpc.BadRequest"
    );
    assert_eq!(
        status["details"][0]["fieldViolations"][0]["description"],
        status["message"]
    );

    let answer = traces(&collector(), PROTOBUF, vec![0x0b]).await;
    let status = fields(&answer.body);
    assert_eq!(
        status.iter().map(|(number, _)| *number).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    let any = fields(&status[2].1);
    assert_eq!(text(&any[0].1), "type.googleapis.com/google.rpc.BadRequest");
    let violation = fields(&fields(&any[1].1)[0].1);
    assert_eq!(violation, [(2, status[1].1.clone())]);
}

// Throttling: 503 with Retry-After.
#[tokio::test]
async fn a_request_for_which_there_is_no_room_is_told_to_come_again() {
    let collector = collector();
    let mut all = collector.intake().reservation();
    all.grow(MEMORY_BYTES).unwrap();
    for (kind, body) in [
        (JSON, request(&[SPAN]).into_bytes()),
        (PROTOBUF, protobuf(&[true])),
    ] {
        let answer = traces(&collector, kind, body).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "1"));
        assert!(refusal(&answer, kind).starts_with("too many spans at once"));
    }
    drop(all);
    assert_eq!(traces(&collector, PROTOBUF, protobuf(&[true])).await.status, 200);
}

// Part of a batch is no success: the client would not send the rest again.
#[tokio::test]
async fn a_gzip_body_that_ends_early_is_refused() {
    let spans = protobuf(&[true]);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&spans).unwrap();
    encoder.flush().unwrap();
    let first = encoder.get_ref().len();
    encoder.write_all(&spans).unwrap();
    let whole = encoder.finish().unwrap();
    for (length, status) in [(first, 400), (whole.len() - 1, 400), (whole.len(), 200)] {
        let headers = ["content-encoding: gzip", "content-type: application/x-protobuf"];
        let collector = collector();
        let body = whole[..length].to_vec();
        let answer = send(&collector, (Method::POST, "/v1/traces"), &headers, body).await;
        assert_eq!(answer.status, status, "{length} of {}", whole.len());
        assert_eq!(
            get(&collector, "/api/v2/trace/a").await.status == 200,
            status == 200
        );
        if status == 400 {
            assert!(refusal(&answer, PROTOBUF).contains("ends early"));
        }
    }
}

// "The client MAY gzip the content": small and large, in both encodings.
#[tokio::test]
async fn a_gzip_body_is_unpacked() {
    let large = request(&vec![SPAN; 5_000]).into_bytes();
    for (kind, body) in [
        (JSON, request(&[SPAN]).into_bytes()),
        (PROTOBUF, protobuf(&[true])),
        (JSON, large),
    ] {
        let collector = collector();
        let headers = [
            format!("content-type: {kind}"),
            "content-encoding: gzip".to_owned(),
        ];
        let headers = headers.each_ref().map(String::as_str);
        let answer = send(&collector, (Method::POST, "/v1/traces"), &headers, gzip(&body)).await;
        assert_eq!(answer.status, 200, "{kind}");
        assert!(collector.spans_received() > 0);
    }
}

#[tokio::test]
async fn log_records_are_kept_with_and_without_ids() {
    let collector = collector();
    let logs = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"one"},
        "traceId":"5b8efff798038103d269b633813fc60c"},{"severityNumber":17,"body":{"stringValue":"two"}}]}]}]}"#;
    let answer = post(&collector, "/v1/logs", JSON, logs).await;
    assert_eq!((answer.status.as_u16(), &*answer.text()), (200, "{}"));
    let found = collector.lines().find(&Default::default()).lines;
    let messages: Vec<&str> = found.iter().map(|line| &*line.message).collect();
    assert_eq!(messages, ["one", "two"]);
    assert!(found[0].trace_id.is_some() && found[1].trace_id.is_none());
    assert_eq!(&*found[1].service, "unknown_service");
    assert_eq!(post(&collector, "/v1/logs", JSON, "{]").await.status, 400);
}

#[tokio::test]
async fn items_that_are_not_kept_are_counted_and_said() {
    let collector = Collector::new(&Config {
        logs_max_bytes: 0,
        ..Config::default()
    });
    let logs = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{},{}]}]}]}"#;
    let answer = post(&collector, "/v1/logs", JSON, logs).await;
    let partial = &json_of(&answer)["partialSuccess"];
    assert_eq!(
        (answer.status.as_u16(), &partial["rejectedLogRecords"]),
        (200, &json!("2"))
    );
    assert!(
        partial["errorMessage"]
            .as_str()
            .unwrap()
            .contains("logs are not kept here")
    );

    let metrics = [10, 10, 18, 8, 18, 6, 42, 4, 10, 0, 10, 0];
    let answer = post(&collector, "/v1/metrics", PROTOBUF, metrics.to_vec()).await;
    let partial = fields(&fields(&answer.body)[0].1);
    assert_eq!((answer.status.as_u16(), &partial[0]), (200, &(1, vec![2])));
    assert!(text(&partial[1].1).starts_with("metrics are not kept here"));
    assert_eq!(collector.spans_received(), 0);
}

#[tokio::test]
async fn pages_of_other_sites_send_as_to_the_other_routes() {
    let asked = [
        "origin: http://x",
        "access-control-request-method: POST",
        "access-control-request-headers: content-type",
    ];
    let answer = send(&collector(), (Method::OPTIONS, "/v1/traces"), &asked, ()).await;
    assert_eq!(
        (
            answer.status.as_u16(),
            answer.header("access-control-allow-origin")
        ),
        (200, "*")
    );
    let headers = ["origin: http://x", "content-type: application/json"];
    for (body, status) in [("{}", 200), ("{", 400)] {
        let answer = send(&collector(), (Method::POST, "/v1/traces"), &headers, body).await;
        assert_eq!(
            (
                answer.status.as_u16(),
                answer.header("access-control-allow-origin")
            ),
            (status, "*")
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    let restricted = Collector::new(&Config {
        query_allowed_origins: vec!["http://localhost:9411".into()],
        ..Config::default()
    });
    let answer = send(&restricted, (Method::POST, "/v1/traces"), &headers, "{}").await;
    assert_eq!(answer.status, 403);
    assert!(refusal(&answer, JSON).starts_with("403 Forbidden"));
}

#[tokio::test]
async fn spans_are_counted_under_their_own_transport() {
    let collector = collector();
    let body = request(&[SPAN, BAD]);
    let bytes = body.len();
    traces(&collector, JSON, body).await;
    traces(&collector, JSON, "{").await;
    let text = get(&collector, "/prometheus").await.text();
    for line in [
        "zipkin_collector_messages_total{transport=\"otel/http\",} 2.0".to_owned(),
        "zipkin_collector_messages_dropped_total{transport=\"otel/http\",} 1.0".to_owned(),
        "zipkin_collector_spans_total{transport=\"otel/http\",} 2.0".to_owned(),
        "zipkin_collector_spans_dropped_total{transport=\"otel/http\",} 1.0".to_owned(),
        format!(
            "zipkin_collector_bytes_total{{transport=\"otel/http\",}} {}.0",
            bytes + 1
        ),
        "zipkin_collector_spans_total{transport=\"http\",} 0.0".to_owned(),
    ] {
        assert!(text.lines().any(|each| each == line), "{line}\n{text}");
    }
    assert!(
        text.contains("method=\"POST\",status=\"200\",uri=\"/v1/traces\""),
        "{text}"
    );
    let metrics = json_of(&get(&collector, "/metrics").await);
    assert_eq!(metrics["counter.zipkin_collector.spans.otel/http"], 2.0);
}

// COLLECTOR_SAMPLE_RATE decides by trace id, whatever the format.
#[tokio::test]
async fn the_sample_rate_holds() {
    let collector = Collector::new(&Config {
        collector_sample_rate: 0.0,
        ..Config::default()
    });
    assert_eq!(traces(&collector, PROTOBUF, protobuf(&[true])).await.status, 200);
    assert_eq!(get(&collector, "/api/v2/trace/a").await.status, 404);
}

// Profiles are in development, and not kept here.
#[tokio::test]
async fn a_signal_that_is_not_taken_is_refused_with_a_status() {
    for path in ["/v1/other", "/v1development/profiles"] {
        let answer = post(&collector(), path, JSON, "{}").await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (404, JSON),
            "{path}"
        );
        assert!(refusal(&answer, JSON).contains("404"), "{path}");
    }
}
