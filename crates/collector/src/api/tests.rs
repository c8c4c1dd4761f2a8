use std::{io::Read as _, iter, time::Duration};

use axum::{
    body::{Body, to_bytes},
    http::{Method, Request},
};
use flate2::read::GzDecoder;
use serde_json::Value;
use tokio::time::timeout;
use tower::ServiceExt as _;

use crate::{
    Collector, Config,
    ask::{get, post, send},
    store::Store,
    work::AnswerMemory,
};

const SPANS: &str = r#"[
    {"traceId":"10000000000000abc","id":"1","kind":"SERVER","name":"GET /","timestamp":1700000000000000,"duration":9,
     "localEndpoint":{"serviceName":"Gateway"}},
    {"traceId":"10000000000000abc","parentId":"1","id":"2","kind":"CLIENT","timestamp":1700000000000001,"duration":5,
     "localEndpoint":{"serviceName":"gateway"},"remoteEndpoint":{"serviceName":"orders"},"tags":{"env":"test"}},
    {"traceId":"2","id":"3","name":"tick","localEndpoint":{"serviceName":"clock"}}]"#;

async fn with_spans(config: Config) -> Collector {
    let collector = Collector::new(&config);
    assert_eq!(post(&collector, &[], SPANS).await.said(), (202, String::new()));
    collector
}

#[tokio::test]
async fn reads_answer_as_zipkin_does() {
    let collector = with_spans(Config {
        autocomplete_keys: vec!["env".into(), "az".into()],
        ..Config::default()
    })
    .await;
    let missing = |name| format!("Mandatory parameter/header/attribute is missing: {name}");
    for (path, status, body) in [
        ("services", 200, r#"["clock","gateway"]"#.into()),
        ("spans?serviceName=GATEWAY", 200, r#"["get /"]"#.into()),
        ("spans?serviceName=", 200, "[]".into()),
        ("spans", 400, missing("serviceName")),
        ("remoteServices?serviceName=gateway", 200, r#"["orders"]"#.into()),
        ("remoteServices?serviceName=orders", 200, "[]".into()),
        ("remoteServices", 400, missing("serviceName")),
        ("autocompleteKeys", 200, r#"["az","env"]"#.into()),
        ("autocompleteValues?key=env", 200, r#"["test"]"#.into()),
        ("autocompleteValues?key=other", 200, "[]".into()),
        ("autocompleteValues?key=", 400, "key was empty".into()),
        ("autocompleteValues", 400, missing("key")),
        // A day back from today there is nothing; of a repeated parameter the first counts.
        ("traces", 200, "[]".into()),
        ("traces?limit=0&limit=1", 400, "limit <= 0".into()),
        (
            "traces?limit=",
            400,
            "Cannot set null to primitive type parameter: limit".into(),
        ),
        ("trace/abc", 404, "0000000000000abc not found".into()),
        (
            "trace/xyz",
            400,
            "xyz should be lower-hex encoded with no prefix".into(),
        ),
        ("trace/%20", 400, "traceId is empty".into()),
        ("trace/0000000000000000", 400, "traceId is all zeros".into()),
        ("traceMany", 400, missing("traceIds")),
        ("traceMany?traceIds=", 400, "traceIds parameter is empty".into()),
        (
            "traceMany?traceIds=a,000000000000000a",
            400,
            "redundant traceId: 000000000000000a".into(),
        ),
        ("traceMany?traceIds=a,", 400, "traceId is empty".into()),
        (
            "traceMany?traceIds=a",
            400,
            "Use /api/v2/trace/{traceId} endpoint to retrieve a single trace".into(),
        ),
        ("traceMany?traceIds=a,b", 200, "[]".into()),
        ("dependencies", 400, missing("endTs")),
        (
            "dependencies?endTs=",
            400,
            "Cannot set null to primitive type parameter: endTs".into(),
        ),
        ("dependencies?endTs=abc", 400, r#"For input string: "abc""#.into()),
        ("dependencies?endTs=0", 400, "endTs <= 0".into()),
        (
            "dependencies?endTs=0&lookback=b",
            400,
            r#"For input string: "b""#.into(),
        ),
        ("dependencies?endTs=1&lookback=-1", 400, "lookback <= 0".into()),
        (
            "dependencies?endTs=1700000000000",
            200,
            r#"[{"parent":"gateway","child":"orders","callCount":1}]"#.into(),
        ),
        ("dependencies?endTs=1699999999999", 200, "[]".into()),
    ] {
        for under in ["/api/v2/", "/zipkin/api/v2/"] {
            let answer = get(&collector, &format!("{under}{path}")).await;
            assert_eq!(answer.said(), (status, body.clone()), "{under}{path}");
        }
    }
}

#[tokio::test]
async fn a_trace_is_found_at_once_by_id_and_by_search() {
    let collector = with_spans(Config::default()).await;
    let one = get(&collector, "/api/v2/trace/10000000000000abc").await.text();
    assert_eq!(
        one,
        concat!(
            r#"[{"traceId":"00000000000000010000000000000abc","id":"0000000000000001","kind":"SERVER","name":"get /","#,
            r#""timestamp":1700000000000000,"duration":9,"localEndpoint":{"serviceName":"gateway"}},"#,
            r#"{"traceId":"00000000000000010000000000000abc","parentId":"0000000000000001","id":"0000000000000002","#,
            r#""kind":"CLIENT","timestamp":1700000000000001,"duration":5,"localEndpoint":{"serviceName":"gateway"},"#,
            r#""remoteEndpoint":{"serviceName":"orders"},"tags":{"env":"test"}}]"#
        )
    );
    let found = get(
        &collector,
        "/api/v2/traces?endTs=1700000000000&serviceName=gateway&annotationQuery=env%3Dtest",
    );
    assert_eq!(found.await.text(), format!("[{one}]"));
    let many = get(&collector, "/api/v2/traceMany?traceIds=10000000000000abc,9").await;
    assert_eq!(many.text(), format!("[{one}]"));
    assert_eq!(collector.spans_received(), 3);
}

#[tokio::test]
async fn traces_and_spans_are_in_zipkins_order() {
    let collector = Collector::new(&Config::default());
    let span = |trace: &str, id: u64, start_us: u64| {
        let parent = if id == 1 { "" } else { r#""parentId":"1","# };
        format!(r#"{{"traceId":"{trace}","id":"{id}",{parent}"timestamp":{start_us}}}"#)
    };
    // `a` begins first and goes on for longest; within a trace, what began in one millisecond stands together.
    let spans = [
        span("a", 1, 1_000_100),
        span("b", 1, 1_001_000),
        span("a", 2, 1_009_000),
        span("b", 2, 1_002_000),
        span("a", 3, 1_000_900),
        span("c", 1, 1_001_000),
        span("c", 2, 1_002_500),
    ];
    post(&collector, &[], format!("[{}]", spans.join(","))).await;
    collector.caught_up().await;
    let ids = async |path: &str| {
        let answer: Vec<Vec<Value>> = serde_json::from_str(&get(&collector, path).await.text()).unwrap();
        let id = |span: &Value, name| span[name].as_str().unwrap().trim_start_matches('0').to_owned();
        let spans = answer
            .iter()
            .map(|trace| trace.iter().map(|span| id(span, "id")).collect());
        let spans: Vec<String> = spans.collect();
        let traces = answer.iter().map(|trace| id(&trace[0], "traceId"));
        traces
            .zip(spans)
            .map(|(trace, spans)| format!("{trace}{spans}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(ids("/api/v2/traces?endTs=2000").await, "a132 c12 b12");
    assert_eq!(ids("/api/v2/traces?endTs=2000&limit=1").await, "a132");
    // Spans from after the time asked for do not count.
    assert_eq!(ids("/api/v2/traces?endTs=1001").await, "c12 b12 a132");
    assert_eq!(ids("/api/v2/traceMany?traceIds=c,a").await, "c12 a132");
}

/// Four thousand spans of 500 bytes: more than a piece.
async fn with_many(collector: &Collector, traces: usize) {
    let padding = "a".repeat(400);
    let span = |id: usize| {
        let trace = id % traces + 1;
        format!(
            r#"{{"traceId":"{trace:x}","id":"{id:x}","timestamp":{id}000,"tags":{{"padding":"{padding}"}}}}"#
        )
    };
    let spans: Vec<String> = (1..=4_000).map(span).collect();
    assert_eq!(
        post(collector, &[], format!("[{}]", spans.join(",")))
            .await
            .status,
        202
    );
    collector.caught_up().await;
}

#[tokio::test]
async fn long_answers_come_in_pieces_packed_or_not() {
    for traces in [1, 500] {
        let collector = Collector::new(&Config::default());
        with_many(&collector, traces).await;
        let path = "/api/v2/traces?limit=2147483647&endTs=9000";
        let plain = get(&collector, path).await;
        let all: Vec<Vec<Value>> = serde_json::from_str(&plain.text()).unwrap();
        assert_eq!((all.len(), all.iter().map(Vec::len).sum()), (traces, 4_000));
        let gzip = ["Accept-Encoding: gzip"];
        let packed = send(&collector, (Method::GET, path), &gzip, ()).await;
        assert_eq!(packed.header("content-encoding"), "gzip");
        let mut unpacked = Vec::new();
        GzDecoder::new(&packed.body[..])
            .read_to_end(&mut unpacked)
            .unwrap();
        assert!(unpacked == plain.body);
    }
}

#[tokio::test]
async fn each_of_many_long_answers_is_whole_or_refused() {
    let config = Config::default();
    let memory = AnswerMemory::of(3 << 19);
    let collector = Collector::with_answer_memory(Store::new(&config), &config, memory);
    with_many(&collector, 500).await;
    let ask = async || {
        let request = Request::get("/api/v2/traces?limit=2147483647&endTs=9000");
        let request = request.body(Body::empty()).unwrap();
        collector.router().oneshot(request).await.unwrap()
    };
    let mut whole = Vec::new();
    for _ in 0..24 {
        let response = ask().await;
        match response.status().as_u16() {
            200 => whole.push(response),
            status => {
                assert_eq!(
                    (status, &response.headers()["retry-after"]),
                    (503, &"1".parse().unwrap())
                );
            }
        }
    }
    assert_eq!(whole.len(), 2);
    // Short answers need no reservation.
    assert_eq!(
        get(&collector, "/api/v2/traces?limit=2&endTs=9000").await.status,
        200
    );
    for response in whole {
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        assert_eq!(serde_json::from_slice::<Vec<Value>>(&body).unwrap().len(), 500);
    }
    assert_eq!(ask().await.status(), 200);
}

#[tokio::test]
async fn an_answer_that_has_begun_waits_for_memory() {
    let config = Config::default();
    let memory = AnswerMemory::of(3 << 20);
    let collector = Collector::with_answer_memory(Store::new(&config), &config, memory.clone());
    with_many(&collector, 500).await;
    // The oldest trace, and so the last one of the answer, is the only long one.
    let padding = "a".repeat(1_000);
    let span = |id: usize| {
        format!(r#"{{"traceId":"ffff","id":"{id:x}","timestamp":1,"tags":{{"padding":"{padding}"}}}}"#)
    };
    let spans: Vec<String> = (1..=500).map(span).collect();
    post(&collector, &[], format!("[{}]", spans.join(","))).await;
    collector.caught_up().await;
    let request = Request::get("/api/v2/traces?limit=2147483647&endTs=9000");
    let request = request.body(Body::empty()).unwrap();
    let response = collector.router().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    // The others have the rest.
    let others: Vec<_> = iter::from_fn(|| memory.take(10_000)).collect();
    let body = to_bytes(response.into_body(), usize::MAX);
    tokio::pin!(body);
    assert!(timeout(Duration::from_millis(200), &mut body).await.is_err());
    drop(others);
    let body = body.await.unwrap();
    assert_eq!(serde_json::from_slice::<Vec<Value>>(&body).unwrap().len(), 501);
}

#[tokio::test]
async fn browsers_keep_names_of_more_than_three_services() {
    let collector = with_spans(Config::default()).await;
    let cache = async |path| get(&collector, path).await.header("cache-control").to_owned();
    assert_eq!(cache("/api/v2/services").await, "");
    assert_eq!(
        cache("/api/v2/autocompleteKeys").await,
        "max-age=300, must-revalidate"
    );
    for name in ["a", "b"] {
        let span = format!(r#"[{{"traceId":"7","id":"7","localEndpoint":{{"serviceName":"{name}"}}}}]"#);
        post(&collector, &[], span).await;
    }
    // The last list of services counts.
    assert_eq!(cache("/api/v2/spans?serviceName=a").await, "");
    assert_eq!(cache("/api/v2/services").await, "max-age=300, must-revalidate");
    assert_eq!(
        cache("/api/v2/spans?serviceName=a").await,
        "max-age=300, must-revalidate"
    );
}

#[tokio::test]
async fn without_search_traces_are_found_by_id_alone() {
    let collector = with_spans(Config {
        search_enabled: false,
        autocomplete_keys: vec!["env".into()],
        ..Config::default()
    })
    .await;
    for (path, status, body) in [
        ("services", 200, "[]"),
        ("spans?serviceName=gateway", 200, "[]"),
        ("remoteServices?serviceName=gateway", 200, "[]"),
        ("autocompleteKeys", 200, r#"["env"]"#),
        ("autocompleteValues?key=env", 200, "[]"),
        ("traces?endTs=1700000000000", 200, "[]"),
        ("traces?limit=0", 400, "limit <= 0"),
    ] {
        let answer = get(&collector, &format!("/api/v2/{path}")).await;
        assert_eq!(answer.said(), (status, body.to_owned()), "{path}");
    }
    assert_eq!(get(&collector, "/api/v2/trace/2").await.status, 200);
}

#[tokio::test]
async fn health_and_info_are_json() {
    let collector = Collector::new(&Config::default());
    for path in ["/health", "/info"] {
        let answer = get(&collector, path).await;
        assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
        let json: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert!(json["zipkin"].is_object());
    }
    assert!(
        get(&collector, "/health")
            .await
            .text()
            .contains(r#""status" : "UP""#)
    );
}

#[tokio::test]
async fn links_join_traces_whose_ids_share_their_lower_half() {
    let collector = Collector::new(&Config::default());
    let spans = r#"[
        {"traceId":"1000000000000000a","id":"1","kind":"CLIENT","timestamp":1700000000000000,"localEndpoint":{"serviceName":"web"}},
        {"traceId":"a","id":"1","kind":"SERVER","shared":true,"localEndpoint":{"serviceName":"app"}}]"#;
    assert_eq!(post(&collector, &[], spans).await.status, 202);
    let answer = get(&collector, "/api/v2/dependencies?endTs=1700000000001").await;
    assert_eq!(answer.text(), r#"[{"parent":"web","child":"app","callCount":1}]"#);
}

#[tokio::test]
async fn spans_are_counted_under_zipkins_names() {
    let collector = with_spans(Config::default()).await;
    post(&collector, &[], "[]").await;
    post(&collector, &[], "[{}]").await;
    get(&collector, "/api/v2/trace/2").await;
    get(&collector, "/api/v2/trace/3").await;
    get(&collector, "/nothing").await;
    let metrics: serde_json::Value = serde_json::from_slice(&get(&collector, "/metrics").await.body).unwrap();
    for (name, value) in [
        ("counter.zipkin_collector.messages.http", 3.0),
        ("counter.zipkin_collector.messages_dropped.http", 1.0),
        ("counter.zipkin_collector.bytes.http", (SPANS.len() + 6) as f64),
        ("counter.zipkin_collector.spans.http", 3.0),
        ("counter.zipkin_collector.spans_dropped.http", 0.0),
        ("gauge.zipkin_collector.message_bytes.http", 4.0),
    ] {
        assert_eq!(metrics[name], value, "{name}");
    }
    let text = get(&collector, "/prometheus").await.text();
    for line in [
        "# TYPE zipkin_collector_spans_total counter",
        "zipkin_collector_spans_total{transport=\"http\",} 3.0",
        "zipkin_collector_messages_dropped_total{transport=\"http\",} 1.0",
        "zipkin_collector_message_bytes{transport=\"http\",} 4.0",
        "http_server_requests_seconds_count{method=\"GET\",status=\"404\",uri=\"/api/v2/trace/{traceId}\",} 1.0",
        "http_server_requests_seconds_bucket{method=\"POST\",status=\"202\",uri=\"/api/v2/spans\",le=\"+Inf\",} 2.0",
    ] {
        assert!(text.lines().any(|each| each == line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("/nothing") && !text.contains("/metrics"));
}

#[tokio::test]
async fn ids_are_listed_by_their_first_digits() {
    let collector = with_spans(Config::default()).await;
    let long = r#"[{"traceId":"10000000000000abffffffffffffffff","id":"1"}]"#;
    post(&collector, &[], long).await;
    for (prefix, status, body) in [
        ("10000000000000abc", 200, "[]"),
        ("10000000000000AB", 200, r#"["10000000000000abffffffffffffffff"]"#),
        ("0000000000000001", 200, r#"["00000000000000010000000000000abc"]"#),
        (
            "0",
            200,
            r#"["0000000000000002","00000000000000010000000000000abc"]"#,
        ),
        // As W3C Trace Context writes an id of 16 digits.
        ("00000000000000000", 200, r#"["0000000000000002"]"#),
        ("000000000000000000000000000000000", 400, "traceId.length > 32"),
        ("%20", 400, "traceId is empty"),
        ("0x1", 400, "0x1 should be lower-hex encoded with no prefix"),
        ("", 404, "404 Not Found"),
    ] {
        let said = get(&collector, &format!("/api/ids/{prefix}")).await.said();
        assert_eq!(said, (status, body.to_owned()), "{prefix}");
    }
    let many: Vec<String> = (0..50)
        .map(|id| format!(r#"{{"traceId":"f{id:015}","id":"1"}}"#))
        .collect();
    post(&collector, &[], format!("[{}]", many.join(","))).await;
    let ids: Vec<String> = serde_json::from_slice(&get(&collector, "/api/ids/f").await.body).unwrap();
    assert_eq!((ids.len(), &*ids[0]), (20, "f000000000000000"));
}
