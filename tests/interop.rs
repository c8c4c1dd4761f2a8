//! Other people's instrumentation on either side of ours: one trace, right parents, one decision, and values that travel.
//! `.ci/interop` installs the peers and runs this; `docs/interop.md` says what came out.
#![expect(
    clippy::indexing_slicing,
    reason = "an answer of another shape should fail the test where it is read"
)]

use crate::{harness::client, names::encoded};
use asked::{accepted, every_place, links, mdc};
use chains::Chains;
use peer::{
    BRAVE, MICROMETER, OTEL_GO, OTEL_GO_THROUGH_COLLECTOR, OTEL_JAVA, OTEL_JS, OTEL_JS_OTLP, OTEL_PYTHON,
    OTEL_PYTHON_OTLP, PY_ZIPKIN, Peer, ZIPKIN_JS,
};

/// The programs.
mod peer;

/// The programs and our services, in three chains.
mod chains;

/// The demands on each peer.
mod asked;

/// Traces in the collector.
mod trace;

/// Our spans in Jaeger.
mod jaeger;

#[tokio::test]
#[ignore = "needs Brave: .ci/interop"]
async fn brave_in_many_b3_headers() {
    every_place(&BRAVE, "b3multi").await;
}

#[tokio::test]
#[ignore = "needs Brave: .ci/interop"]
async fn brave_in_one_b3_header() {
    every_place(&BRAVE, "b3").await;
}

#[tokio::test]
#[ignore = "needs Brave: .ci/interop"]
async fn brave_in_w3c_headers() {
    every_place(&MICROMETER, "w3c").await;
}

#[tokio::test]
#[ignore = "needs py_zipkin: .ci/interop"]
async fn py_zipkin_in_many_b3_headers() {
    every_place(&PY_ZIPKIN, "b3multi").await;
}

#[tokio::test]
#[ignore = "needs py_zipkin: .ci/interop"]
async fn py_zipkin_reads_one_b3_header() {
    every_place(&PY_ZIPKIN, "b3").await;
}

#[tokio::test]
#[ignore = "needs OpenTelemetry for Python: .ci/interop"]
async fn otel_python_in_many_b3_headers() {
    every_place(&OTEL_PYTHON, "b3multi").await;
}

#[tokio::test]
#[ignore = "needs OpenTelemetry for Python: .ci/interop"]
async fn otel_python_in_one_b3_header() {
    every_place(&OTEL_PYTHON, "b3").await;
}

#[tokio::test]
#[ignore = "needs OpenTelemetry for Python: .ci/interop"]
async fn otel_python_in_w3c_headers() {
    every_place(&OTEL_PYTHON, "w3c").await;
}

#[tokio::test]
#[ignore = "needs OpenTelemetry for Python: .ci/interop"]
async fn otel_python_by_otlp() {
    every_place(&OTEL_PYTHON_OTLP, "w3c").await;
}

#[tokio::test]
#[ignore = "needs OpenTelemetry for JavaScript: .ci/interop"]
async fn otel_js_by_otlp() {
    every_place(&OTEL_JS_OTLP, "w3c").await;
}

#[tokio::test]
#[ignore = "needs OpenTelemetry's agent for Java: .ci/interop"]
async fn otel_java_by_otlp() {
    every_place(&OTEL_JAVA, "w3c").await;
}

#[tokio::test]
#[ignore = "needs OpenTelemetry for Go: .ci/interop"]
async fn otel_go_by_otlp() {
    every_place(&OTEL_GO, "w3c").await;
}

#[tokio::test]
#[ignore = "needs OpenTelemetry for Go, and its Collector: .ci/interop"]
async fn otel_go_through_the_otel_collector() {
    every_place(&OTEL_GO_THROUGH_COLLECTOR, "w3c").await;
}

#[tokio::test]
#[ignore = "needs OpenTelemetry for JavaScript: .ci/interop"]
async fn otel_js_in_many_b3_headers() {
    every_place(&OTEL_JS, "b3multi").await;
}

#[tokio::test]
#[ignore = "needs OpenTelemetry for JavaScript: .ci/interop"]
async fn otel_js_in_one_b3_header() {
    every_place(&OTEL_JS, "b3").await;
}

#[tokio::test]
#[ignore = "needs OpenTelemetry for JavaScript: .ci/interop"]
async fn otel_js_in_w3c_headers() {
    every_place(&OTEL_JS, "w3c").await;
}

#[tokio::test]
#[ignore = "needs zipkin-js: .ci/interop"]
async fn zipkin_js_in_many_b3_headers() {
    every_place(&ZIPKIN_JS, "b3multi").await;
}

/// Brave and we share the ids of our clients, or neither does: the links are the same.
#[tokio::test]
#[ignore = "needs Brave: .ci/interop"]
async fn brave_joins_our_spans_and_we_join_braves() {
    for (join, ids_of_front) in [("true", 4), ("false", 7)] {
        let chains = Chains::start(&BRAVE, "b3multi", Some(join));
        for place in chains.places() {
            let line = accepted(&chains, &place, &BRAVE, "b3multi").await;
            let mut ids: Vec<_> = line.iter().map(|span| span["id"].to_string()).collect();
            ids.dedup();
            if place.name == "front" {
                assert_eq!(ids.len(), ids_of_front, "join {join}: {line:?}");
            }
        }
        assert_eq!(chains.links().await, links(&chains, 1), "join {join}");
    }
}

/// Brave's own way to carry a value is a header with its name; `userid` is the one that our services take a user from.
#[tokio::test]
#[ignore = "needs Brave: .ci/interop"]
async fn braves_own_field_is_our_user() {
    let chains = Chains::start(&BRAVE, "b3", None);
    let [front, middle, _] = chains.places();
    let url = encoded(&format!("{}/orders/8", front.gateway.url));
    let call = format!("{}/call?url={url}&userId=terry&orderId=7", chains.peer.url);
    assert_eq!(client().get(call).send().await.unwrap().status(), 200);
    let spans = trace::of_user(&chains.collector.url, "terry", 7).await;
    let id = spans[0]["traceId"].as_str().unwrap();
    for part in front.after {
        for mdc in mdc(part, id) {
            assert_eq!((&mdc["userId"], &mdc["orderId"]), (&"terry".into(), &"8".into()));
        }
    }

    let call = client()
        .get(format!("{}/orders/8", middle.gateway.url))
        .header("userid", "kim");
    assert_eq!(call.send().await.unwrap().status(), 200);
    let received = chains.peer.lines_with("/orders/8\t", 1);
    assert!(received[0].starts_with("/orders/8\tkim\tnull\t"), "{received:?}");
}

#[tokio::test]
#[ignore = "needs Brave and OpenTelemetry for Python: .ci/interop"]
async fn brave_before_us_in_b3_and_otel_python_behind_us_in_w3c() {
    between(&BRAVE, "b3multi", &OTEL_PYTHON, "w3c").await;
}

#[tokio::test]
#[ignore = "needs OpenTelemetry for JavaScript and zipkin-js: .ci/interop"]
async fn otel_js_before_us_in_w3c_and_zipkin_js_behind_us_in_b3() {
    between(&OTEL_JS, "w3c", &ZIPKIN_JS, "b3multi").await;
}

/// One trace through one peer before us and another behind us, each in a format that the other need not know.
async fn between(first: &Peer, first_format: &str, last: &Peer, last_format: &str) {
    let chains = Chains::start(last, last_format, None);
    let spans = format!("{}/api/v2/spans", chains.collector.url);
    let front = first.start(&[("SPANS", &spans), ("FORMAT", first_format), ("INVENTORY_URL", "")]);
    let [_, middle, end] = chains.places();
    for place in [middle, end] {
        let place = place.behind(&front, first.service);
        let user = format!("terry-{}", place.name);
        place.call(&user, "8", &[]).await;
        let expected = place.line();
        let spans = trace::of_user(&chains.collector.url, &user, expected.len()).await;
        let line = trace::in_line(spans, &expected);
        assert_eq!(line[0]["traceId"].as_str().unwrap().len(), first.digits);
    }
}
