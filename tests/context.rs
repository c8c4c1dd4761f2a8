//! One trace through three processes: its spans, the headers between its hops, and its log lines.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
};

use axum::{Router, http::HeaderMap, routing::get};
use serde_json::Value;

use crate::harness::{Part, Stack, client, serve};

const TRACE: &str = "463ac35c9f6413ad48485a3953bb6124";
const SPAN: &str = "a2fb4a1d1a96d312";
const ORDER: &str =
    r#"{"item":"laptop","pricePerItem":100,"quantity":1,"totalPrice":100,"id":8,"user":"terry"}"#;

fn ids<'a>(spans: &'a [Value], name: &'a str) -> impl Iterator<Item = &'a str> {
    spans.iter().filter_map(move |span| span[name].as_str())
}

#[tokio::test]
async fn a_callers_b3_trace_goes_on_through_all_three() {
    let stack = Stack::start(&[]);
    let response = client()
        .get(format!("{}/orders/8", stack.gateway.url))
        .header("userid", "terry")
        .header("X-B3-TraceId", TRACE)
        .header("X-B3-SpanId", SPAN)
        .header("X-B3-Sampled", "1")
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["x-trace-id"], TRACE);
    assert_eq!(response.text().await.unwrap(), ORDER);

    let spans = stack.trace(TRACE, 5).await;
    let kinds: Vec<_> = ids(&spans, "kind").collect();
    assert_eq!(
        (
            spans.len(),
            kinds.iter().filter(|kind| **kind == "SERVER").count()
        ),
        (5, 3)
    );
    let known: HashSet<_> = ids(&spans, "id").collect();
    let outside: Vec<_> = spans
        .iter()
        .filter(|span| !known.contains(span["parentId"].as_str().unwrap()))
        .collect();
    assert_eq!(outside.len(), 1, "one root: {spans:?}");
    assert_eq!(
        (outside[0]["parentId"].as_str(), outside[0]["kind"].as_str()),
        (Some(SPAN), Some("SERVER"))
    );
    for span in spans.iter().filter(|span| span["kind"] == "SERVER") {
        assert_eq!(
            (&span["tags"]["userId"], &span["tags"]["orderId"]),
            (&"terry".into(), &"8".into()),
            "{span}"
        );
    }
    for span in &spans {
        assert_eq!(span["localEndpoint"]["ipv4"], "127.0.0.1", "{span}");
    }
    let remote: HashMap<_, _> = spans
        .iter()
        .filter(|span| span["kind"] == "CLIENT")
        .map(|span| {
            (
                span["localEndpoint"]["serviceName"].as_str(),
                span["remoteEndpoint"]["serviceName"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        remote,
        HashMap::from([
            (Some("gateway"), Some("orders")),
            (Some("orders"), Some("inventory"))
        ])
    );

    for part in [&stack.gateway, &stack.orders, &stack.inventory] {
        for line in part.lines_with(TRACE, 2) {
            assert!(
                line.contains(",true]") && line.contains("userId=terry orderId=8 "),
                "{line}"
            );
        }
    }
    let all_time = "endTs=9999999999999&lookback=9999999999999";
    let links = client()
        .get(format!("{}/api/v2/dependencies?{all_time}", stack.collector.url))
        .send()
        .await
        .unwrap();
    let links = links.text().await.unwrap();
    assert_eq!(
        links,
        r#"[{"parent":"gateway","child":"orders","callCount":1},{"parent":"orders","child":"inventory","callCount":1}]"#
    );
}

#[tokio::test]
async fn a_denied_trace_leaves_no_span_and_keeps_its_ids() {
    let stack = Stack::start(&[("OTEL_BSP_SCHEDULE_DELAY", "1")]);
    let url = format!("{}/orders/9", stack.gateway.url);
    let call = client()
        .get(&url)
        .header("userid", "terry")
        .header("b3", format!("{TRACE}-{SPAN}-0"));
    assert_eq!(call.send().await.unwrap().headers()["x-trace-id"], TRACE);
    for part in [&stack.gateway, &stack.orders, &stack.inventory] {
        for line in part.lines_with(TRACE, 2) {
            assert!(
                line.contains(",false]") && line.contains("userId=terry orderId=9 "),
                "{line}"
            );
        }
    }
    // A later request's spans are there: the denied one's would be too.
    let call = client().get(&url).header("userid", "terry").send().await.unwrap();
    stack
        .trace(call.headers()["x-trace-id"].to_str().unwrap(), 5)
        .await;
    let denied = client()
        .get(format!("{}/api/v2/trace/{TRACE}", stack.collector.url))
        .send()
        .await
        .unwrap();
    assert_eq!(denied.status(), 404);
}

/// The headers that a stand-in for orders gets from the gateway.
async fn headers_to_orders(environment: &[(&str, &str)], request: &[(&str, &str)]) -> HeaderMap {
    let seen = Arc::new(Mutex::new(HeaderMap::new()));
    let kept = seen.clone();
    let answer = async move |headers: HeaderMap| {
        *kept.lock().unwrap() = headers;
        ORDER
    };
    let orders = serve(Router::new().route("/orders/{id}", get(answer))).await;
    let environment: Vec<_> = [("ORDERS_URL", orders.as_str()), ("OTEL_TRACES_EXPORTER", "none")]
        .into_iter()
        .chain(environment.to_vec())
        .collect();
    let gateway = Part::start("gateway", &environment);
    let mut call = client()
        .get(format!("{}/orders/8", gateway.url))
        .header("userid", "terry");
    for (name, value) in request {
        call = call.header(*name, *value);
    }
    assert_eq!(call.send().await.unwrap().status(), 200);
    seen.lock().unwrap().clone()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn every_format_is_written_by_default() {
    let request = [
        ("X-B3-TraceId", TRACE),
        ("X-B3-SpanId", SPAN),
        ("X-B3-Sampled", "1"),
        ("tracestate", "a=1"),
    ];
    let headers = headers_to_orders(&[], &request).await;
    assert_eq!(text(&headers, "x-b3-traceid"), Some(TRACE));
    assert_eq!(text(&headers, "x-b3-sampled"), Some("1"));
    assert_eq!(text(&headers, "b3"), None);
    assert_eq!(text(&headers, "baggage"), Some("userId=terry,orderId=8"));
    let span_id = text(&headers, "x-b3-spanid").unwrap();
    assert_ne!(span_id, SPAN);
    assert!(text(&headers, "x-b3-parentspanid").is_some_and(|parent| parent != SPAN && parent != span_id));
    assert_eq!(
        text(&headers, "traceparent").unwrap(),
        format!("00-{TRACE}-{span_id}-01")
    );
}

#[tokio::test]
async fn the_four_decisions_stay_apart() {
    for (sent, sampled, flags, single) in [
        (("X-B3-Sampled", "1"), Some("1"), None, "1"),
        (("X-B3-Sampled", "0"), Some("0"), None, "0"),
        (("X-B3-Flags", "1"), None, Some("1"), "d"),
        // Deferred: decided here, as the sampler says.
        (("X-Nothing", "1"), Some("1"), None, "1"),
    ] {
        let request = [("X-B3-TraceId", "463ac35c9f6413ad"), ("X-B3-SpanId", SPAN), sent];
        let headers = headers_to_orders(&[("OTEL_PROPAGATORS", "b3,b3multi")], &request).await;
        assert_eq!(
            text(&headers, "x-b3-traceid"),
            Some("463ac35c9f6413ad"),
            "64 bits stay 64 bits"
        );
        assert_eq!(
            (text(&headers, "x-b3-sampled"), text(&headers, "x-b3-flags")),
            (sampled, flags),
            "{sent:?}"
        );
        assert_eq!(
            text(&headers, "b3").unwrap().split('-').nth(2),
            Some(single),
            "{sent:?}"
        );
        assert_eq!(
            (text(&headers, "traceparent"), text(&headers, "baggage")),
            (None, None)
        );
    }
}

#[tokio::test]
async fn w3c_goes_in_and_out_with_its_state() {
    let parent = format!("00-{TRACE}-{SPAN}-01");
    let request = [
        ("traceparent", parent.as_str()),
        ("tracestate", "a=1,b=2"),
        ("baggage", "userId=kim,orderId=7,secret=1"),
    ];
    let headers = headers_to_orders(&[("OTEL_PROPAGATORS", "tracecontext,baggage")], &request).await;
    assert!(
        text(&headers, "traceparent")
            .unwrap()
            .starts_with(&format!("00-{TRACE}-"))
    );
    assert_eq!(text(&headers, "tracestate"), Some("a=1,b=2"));
    // The edge puts its own values over the caller's; nobody's secret travels.
    assert_eq!(text(&headers, "baggage"), Some("userId=terry,orderId=8"));
    assert_eq!(text(&headers, "x-b3-traceid"), None);

    let pass_all = [
        ("OTEL_PROPAGATORS", "tracecontext,baggage"),
        ("BAGGAGE_PASS", "all"),
    ];
    let headers = headers_to_orders(&pass_all, &request).await;
    assert_eq!(text(&headers, "baggage"), Some("userId=terry,orderId=8,secret=1"));
}

#[tokio::test]
async fn the_flags_are_00_or_01_unless_the_caller_sets_more() {
    let w3c = [("OTEL_PROPAGATORS", "tracecontext")];
    let flags = |headers: HeaderMap| text(&headers, "traceparent").unwrap()[53..].to_owned();
    assert_eq!(flags(headers_to_orders(&w3c, &[]).await), "01");
    let parent = format!("00-{TRACE}-{SPAN}-03");
    let headers = headers_to_orders(&w3c, &[("traceparent", &parent)]).await;
    assert_eq!(flags(headers), "03");
}

#[tokio::test]
async fn nothing_is_written_where_nothing_is_wanted() {
    let headers = headers_to_orders(&[("OTEL_PROPAGATORS", "none")], &[]).await;
    for name in ["b3", "x-b3-traceid", "traceparent", "tracestate", "baggage"] {
        assert_eq!(text(&headers, name), None, "{name}");
    }
}

#[tokio::test]
async fn a_server_joins_its_clients_span_where_asked_to() {
    let stack = Stack::start(&[("SERVER_SPAN_JOIN", "true")]);
    let call = client()
        .get(format!("{}/users/terry", stack.gateway.url))
        .send()
        .await
        .unwrap();
    let spans = stack
        .trace(call.headers()["x-trace-id"].to_str().unwrap(), 5)
        .await;
    assert_eq!(
        ids(&spans, "id").collect::<HashSet<_>>().len(),
        3,
        "two are shared: {spans:?}"
    );
    assert_eq!(spans.iter().filter(|span| span["shared"] == true).count(), 2);

    // A caller that has not decided reports nothing: its id is joined and shared with nobody.
    let (trace, caller) = ("00000000000000a1", "00000000000000a2");
    let call = client().get(format!("{}/users/terry", stack.gateway.url));
    let call = call.header("b3", format!("{trace}-{caller}"));
    call.send().await.unwrap();
    let spans = stack.trace(trace, 5).await;
    let joined: Vec<_> = spans.iter().filter(|span| span["id"] == caller).collect();
    assert_eq!(joined.len(), 1, "{spans:?}");
    assert_eq!(
        (&joined[0]["kind"], &joined[0]["shared"]),
        (&"SERVER".into(), &Value::Null)
    );
}

#[tokio::test]
async fn logback_lines_are_the_series_layout() {
    let stack = Stack::start(&[("LOG_FORMAT", "logback")]);
    let call = client()
        .get(format!("{}/orders/8", stack.gateway.url))
        .header("userid", "terry");
    let call = call.send().await.unwrap();
    let trace_id = call.headers()["x-trace-id"].to_str().unwrap();
    for part in [&stack.gateway, &stack.orders, &stack.inventory] {
        for line in part.lines_with(trace_id, 2) {
            let line: Value = serde_json::from_str(&line).unwrap();
            let keys: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(
                keys,
                [
                    "context",
                    "level",
                    "logger",
                    "mdc",
                    "message",
                    "thread",
                    "timestamp"
                ]
            );
            assert_eq!(
                (&line["mdc"]["userId"], &line["mdc"]["orderId"]),
                (&"terry".into(), &"8".into())
            );
            assert_eq!(line["mdc"]["spanExportable"], "true");
        }
        let start: Value = serde_json::from_str(&part.lines()[0]).unwrap();
        assert_eq!(start.get("mdc"), None, "no request, no mdc");
    }
}

#[tokio::test]
async fn the_trace_is_whole_whatever_lines_are_written() {
    let stack = Stack::start(&[
        ("RUST_LOG", "error"),
        ("HTTP_PROXY", "http://127.0.0.1:9"),
        ("http_proxy", "http://127.0.0.1:9"),
    ]);
    let call = client()
        .get(format!("{}/users/terry", stack.gateway.url))
        .send()
        .await
        .unwrap();
    assert_eq!(call.status(), 200);
    stack
        .trace(call.headers()["x-trace-id"].to_str().unwrap(), 5)
        .await;
}
