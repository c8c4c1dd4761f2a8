//! One CLIENT span a call, and what it says.

use axum::{
    Json, Router,
    extract::Request,
    http::{HeaderMap, Method, StatusCode},
    routing::any,
};
use reqwest::header;
use serde_json::json;
use telemetry::{TracedClient, mdc, trace_id};
use zipkin::Kind;

use crate::world::{in_request, new_trace, nothing_is_sent, plain, serve, serve_as_is, spans, tag, traced};

/// A next hop that answers with what it got, or with the status that `/status/…` asks for.
async fn next_hop() -> String {
    let echo = async |request: Request| {
        let status = request
            .uri()
            .path()
            .strip_prefix("/status/")
            .map_or(200, |text| text.parse().unwrap());
        let headers = |name| {
            request
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        let body = json!({ "method": request.method().as_str(), "target": request.uri().to_string(),
            "b3": headers("x-b3-spanid"), "sampled": headers("x-b3-sampled"), "baggage": headers("baggage") });
        (StatusCode::from_u16(status).unwrap(), Json(body))
    };
    serve_as_is(Router::new().fallback(any(echo))).await
}

async fn call(client: &TracedClient, method: Method, url: String) -> serde_json::Value {
    let request = client.http().request(method, url);
    client.send("Stock", request).await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn the_application_has_the_last_word_on_headers() {
    let url = next_hop().await;
    let key = "signed".to_owned();
    let client = traced().amending(move |request| {
        assert!(request.headers().contains_key("x-b3-spanid"));
        request.headers_mut().insert("x-b3-sampled", key.parse().unwrap());
    });
    let answer = call(&client, Method::GET, url).await;
    assert_eq!(answer["sampled"], "signed");
}

#[tokio::test]
async fn a_call_is_a_child_of_the_current_span() {
    let url = next_hop().await;
    let port = url.rsplit(':').next().unwrap().parse().unwrap();
    let (server, calls) = in_request(
        move || {
            let url = url.clone();
            async move {
                mdc::put("userId", "joey").unwrap();
                let answer = call(&traced(), Method::GET, format!("{url}/foo?z=2")).await;
                mdc::put("orderId", answer["b3"].as_str().unwrap()).unwrap();
                assert_eq!(
                    (&answer["sampled"], &answer["baggage"]),
                    (&json!("1"), &json!("userId=joey"))
                );
                assert_eq!(
                    answer["target"], "/foo?z=2",
                    "only the tag goes without the query"
                );
            }
        },
        1,
    )
    .await;
    let span = &calls[0];
    assert_eq!(
        tag(&server, "orderId"),
        Some(span.id.to_string().as_str()),
        "the id on the wire is the span's"
    );
    assert_eq!((span.kind, span.parent_id), (Some(Kind::Client), Some(server.id)));
    assert_eq!(span.name.as_deref(), Some("get"));
    let tags: Vec<_> = span
        .tags
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        tags,
        [
            ("http.method", "GET"),
            ("http.path", "/foo"),
            ("http.status_code", "200")
        ]
    );
    let remote = span.remote_endpoint.as_ref().unwrap();
    assert_eq!(
        (remote.service_name.as_deref(), remote.port),
        (Some("stock"), Some(port))
    );
    assert_eq!(remote.ipv4, Some([127, 0, 0, 1].into()));
    let end = |span: &zipkin::Span| span.timestamp.unwrap() + span.duration.unwrap();
    assert!(span.timestamp >= server.timestamp && end(span) <= end(&server) + 1);
}

#[tokio::test]
async fn a_denied_trace_travels_on_and_is_not_recorded() {
    let next = next_hop().await;
    let calling = async move || {
        mdc::put("userId", "joey").unwrap();
        Json(call(&traced(), Method::GET, next).await)
    };
    let url = serve(Router::new().fallback(any(calling))).await;
    let (trace_id, b3) = new_trace();
    let request = plain()
        .build()
        .unwrap()
        .get(url)
        .header("b3", b3.trim_end_matches('1').to_owned() + "0");
    let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (&answer["sampled"], &answer["baggage"]),
        (&json!("0"), &json!("userId=joey"))
    );
    assert!(answer["b3"].is_string());
    nothing_is_sent(trace_id).await;
}

#[tokio::test]
async fn methods_paths_and_statuses_are_told() {
    let url = next_hop().await;
    let cases = [
        (Method::OPTIONS, "", 200, "/"),
        (Method::POST, "/post?a=b", 200, "/post"),
        (Method::GET, "/status/400", 400, "/status/400"),
        (Method::GET, "/status/503", 503, "/status/503"),
        (Method::GET, "/status/204", 204, "/status/204"),
        (Method::PATCH, "/a%20b", 200, "/a%20b"),
    ];
    let sent = cases.clone();
    let (_, calls) = in_request(
        move || {
            let (url, sent) = (url.clone(), sent.clone());
            async move {
                for (method, path, status, _) in sent {
                    let client = traced();
                    let request = client.http().request(method, format!("{url}{path}"));
                    assert_eq!(client.send("Stock", request).await.unwrap().status(), status);
                }
            }
        },
        cases.len(),
    )
    .await;
    for (span, (method, _, status, path)) in calls.iter().zip(cases) {
        assert_eq!(
            span.name.as_deref(),
            Some(method.as_str().to_lowercase().as_str())
        );
        assert_eq!(
            (tag(span, "http.method"), tag(span, "http.path")),
            (Some(method.as_str()), Some(path))
        );
        let status = status.to_string();
        assert_eq!(tag(span, "http.status_code"), Some(status.as_str()));
        assert_eq!(
            tag(span, "error"),
            (status.as_str() >= "400").then_some(status.as_str())
        );
    }
}

#[tokio::test]
async fn work_after_a_call_is_no_child_of_the_call() {
    let url = next_hop().await;
    let (server, spans) = in_request(
        move || {
            let url = url.clone();
            async move {
                let around = trace_id();
                call(&traced(), Method::GET, url.clone()).await;
                assert_eq!(trace_id(), around);
                call(&traced(), Method::GET, url).await;
            }
        },
        2,
    )
    .await;
    assert!(spans.iter().all(|span| span.parent_id == Some(server.id)));
}

#[tokio::test]
async fn a_call_outside_of_any_request_is_a_trace_of_its_own() {
    let url = serve(Router::new().fallback(any(async |headers: HeaderMap| {
        assert!(!headers.contains_key("x-b3-parentspanid"));
    })))
    .await;
    let client = traced();
    let answer = client.send("Stock", client.http().get(url)).await.unwrap();
    assert_eq!(answer.status(), 200);
    let trace_id = answer.headers()["x-trace-id"].to_str().unwrap();
    let spans = spans(zipkin::TraceId::parse(trace_id).unwrap(), 2).await;
    assert_eq!((spans[0].kind, spans[0].parent_id), (Some(Kind::Client), None));
    assert_eq!(
        (spans[1].kind, spans[1].parent_id),
        (Some(Kind::Server), Some(spans[0].id))
    );
}

#[tokio::test]
async fn headers_of_the_caller_stay_but_for_the_context() {
    let url = serve_as_is(Router::new().fallback(any(async |headers: HeaderMap| {
        assert_eq!(headers[header::AUTHORIZATION], "secret");
        assert_eq!(headers.get_all("x-b3-traceid").iter().count(), 1);
        assert_ne!(headers["x-b3-traceid"], "stale");
    })))
    .await;
    let client = traced();
    let request = client
        .http()
        .get(url)
        .header(header::AUTHORIZATION, "secret")
        .header("x-b3-traceid", "stale");
    assert_eq!(client.send("Stock", request).await.unwrap().status(), 200);
}
