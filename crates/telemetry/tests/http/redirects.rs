//! A call that is sent elsewhere: one CLIENT span a hop, siblings all, each with headers of its own.

use std::time::{Duration, Instant};

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, Method, StatusCode, header},
    response::{AppendHeaders, IntoResponse},
    routing::{any, get as on_get},
};
use reqwest::redirect::Policy;
use zipkin::Span;

use crate::world::{in_request, serve_as_is, tag, telemetry, traced};

fn redirect(status: u16, location: impl Into<String>) -> impl IntoResponse {
    let location = AppendHeaders([(header::LOCATION, location.into())]);
    (StatusCode::from_u16(status).unwrap(), location)
}

/// Method, body and whether there is a content type, as they arrive.
async fn echo(request: Request) -> String {
    let (method, has_type) = (
        request.method().clone(),
        request.headers().contains_key(header::CONTENT_TYPE),
    );
    let body = axum::body::to_bytes(request.into_body(), 99).await.unwrap();
    format!("{method} {} {has_type}", String::from_utf8_lossy(&body))
}

/// The answer to a call that follows, and the spans of its hops.
async fn follow(method: Method, url: String, hops: usize) -> (String, Vec<Span>) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let (server, calls) = in_request(
        move || {
            let (method, url, sender) = (method.clone(), url.clone(), sender.clone());
            async move {
                let client = traced().following(3);
                let request = client
                    .http()
                    .request(method, url)
                    .header(header::CONTENT_TYPE, "text/plain")
                    .body("body");
                let response = client.send("Stock", request).await.unwrap();
                let status = response.status().as_u16();
                sender
                    .send(format!("{status} {}", response.text().await.unwrap()))
                    .unwrap();
            }
        },
        hops,
    )
    .await;
    assert!(calls.iter().all(|call| call.parent_id == Some(server.id)));
    (receiver.recv().unwrap(), calls)
}

#[tokio::test]
async fn each_hop_is_a_span_and_they_follow_each_other() {
    let routes = Router::new().route("/foo", any(async || redirect(302, "/bar?q=1")));
    let url = serve_as_is(routes).await;
    let (answer, calls) = follow(Method::GET, format!("{url}/foo"), 2).await;
    assert_eq!(answer, "404 ");
    let told: Vec<_> = calls
        .iter()
        .map(|call| (tag(call, "http.path").unwrap(), tag(call, "error")))
        .collect();
    assert_eq!(told, [("/foo", None), ("/bar", Some("404"))]);
    assert_eq!(tag(&calls[0], "http.status_code"), Some("302"));
    assert!(calls[0].timestamp.unwrap() + calls[0].duration.unwrap() <= calls[1].timestamp.unwrap() + 1);
    assert!(calls.iter().all(|call| call.remote_service() == Some("stock")));
}

#[tokio::test]
async fn no_client_of_ours_lets_reqwest_follow() {
    let url = serve_as_is(Router::new().route("/", on_get(async || redirect(307, "/elsewhere")))).await;
    let asked = reqwest::Client::builder().no_proxy().redirect(Policy::limited(5));
    let client = telemetry().client(asked).unwrap();
    let answer = client.send("stock", client.http().get(url)).await.unwrap();
    assert_eq!(answer.status(), 307);
}

#[tokio::test]
async fn method_and_body_go_on_as_the_status_says() {
    for (status, method, expected) in [
        (301, Method::POST, "200 GET  false"),
        (302, Method::POST, "200 GET  false"),
        (302, Method::PUT, "200 PUT body true"),
        (303, Method::PUT, "200 GET  false"),
        (307, Method::POST, "200 POST body true"),
        (308, Method::DELETE, "200 DELETE body true"),
    ] {
        let routes = Router::new()
            .route("/a/from", any(async move || redirect(status, "to")))
            .route("/a/to", any(echo));
        let url = serve_as_is(routes).await;
        assert_eq!(
            follow(method, format!("{url}/a/from"), 2).await.0,
            expected,
            "{status}"
        );
    }
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_the_answer() {
    for (status, location, hops) in [
        (300, "/to", 1),
        (304, "/to", 1),
        (302, "", 4), // itself
        (302, "mailto:terry", 1),
        (302, "http://", 1),
        (302, "/loop", 4),
    ] {
        let routes = Router::new()
            .route("/from", any(async move || redirect(status, location)))
            .route("/loop", any(async || redirect(302, "/loop")));
        let url = serve_as_is(routes).await;
        let (answer, _) = follow(Method::GET, format!("{url}/from"), hops).await;
        assert_eq!(answer, format!("{status} "), "{location}");
    }
}

#[tokio::test]
async fn another_origin_gets_the_trace_and_none_of_the_secrets() {
    let seen = async |headers: HeaderMap| {
        assert!(headers.contains_key("x-b3-traceid") && headers.contains_key("traceparent"));
        for secret in ["authorization", "cookie", "baggage"] {
            assert!(!headers.contains_key(secret), "{secret}");
        }
        "seen"
    };
    let other = serve_as_is(Router::new().route("/", on_get(seen))).await;
    let url = serve_as_is(Router::new().route("/", on_get(async move || redirect(302, other)))).await;
    let (_, calls) = in_request(
        move || {
            let url = url.clone();
            async move {
                telemetry::mdc::put("userId", "joey").unwrap();
                let client = traced().following(3);
                let request = client
                    .http()
                    .get(url)
                    .header("authorization", "secret")
                    .header("cookie", "a=b");
                let response = client.send("Stock", request).await.unwrap();
                assert_eq!(response.text().await.unwrap(), "seen");
            }
        },
        2,
    )
    .await;
    let services: Vec<_> = calls.iter().map(Span::remote_service).collect();
    assert_eq!(
        services,
        [Some("stock"), Some("127.0.0.1")],
        "who that is, only its address says"
    );
}

#[tokio::test]
async fn the_limit_of_a_request_holds_for_all_hops() {
    let slow = async move || {
        tokio::time::sleep(Duration::from_millis(150)).await;
        redirect(302, "/")
    };
    let url = serve_as_is(Router::new().route("/", on_get(slow))).await;
    let started = Instant::now();
    let client = traced().following(10);
    let request = client.http().get(url).timeout(Duration::from_millis(400));
    assert!(client.send("Stock", request).await.unwrap_err().is_timeout());
    assert!(
        started.elapsed().as_millis() < 1200,
        "ten hops of 150 ms, and 400 ms for all"
    );
}

#[tokio::test]
async fn nothing_is_followed_unless_asked_for() {
    let url = serve_as_is(Router::new().route("/", on_get(async || redirect(302, "/to")))).await;
    let client = traced();
    let response = client.send("Stock", client.http().get(url)).await.unwrap();
    assert_eq!(response.status(), 302);
}
