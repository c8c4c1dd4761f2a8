//! HTTP/2 without TLS on both sides, and a connection that becomes another protocol.

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{StatusCode, Version, header},
    response::Response,
    routing::get as on_get,
};
use hyper_util::rt::TokioIo;
use reqwest::redirect;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tracing::info_span;
use zipkin::{Kind, TraceId};

use crate::world::{in_request, new_trace, plain, serve, span, spans, tag, telemetry, traced};

fn http2() -> reqwest::ClientBuilder {
    plain().http2_prior_knowledge().redirect(redirect::Policy::none())
}

#[tokio::test]
async fn http_2_is_traced_on_both_sides() {
    let next = serve(Router::new().route(
        "/things/{id}",
        on_get(async |request: Request| {
            assert_eq!(request.version(), Version::HTTP_2);
            assert_eq!(telemetry::mdc::get("userId").as_deref(), Some("joey"));
            "thing"
        }),
    ))
    .await;
    let (server, others) = in_request(
        move || {
            let next = next.clone();
            async move {
                telemetry::mdc::put("userId", "joey").unwrap();
                let client = telemetry().client(http2()).unwrap();
                let calls =
                    (0..3).map(|id| client.send("Things", client.http().get(format!("{next}/things/{id}"))));
                for answer in futures_util::future::join_all(calls).await {
                    assert_eq!(answer.unwrap().text().await.unwrap(), "thing");
                }
            }
        },
        6,
    )
    .await;
    let calls: Vec<_> = others
        .iter()
        .filter(|span| span.kind == Some(Kind::Client))
        .collect();
    assert!(calls.len() == 3 && calls.iter().all(|call| call.parent_id == Some(server.id)));
    for served in others.iter().filter(|span| span.kind == Some(Kind::Server)) {
        let caller = calls
            .iter()
            .find(|call| Some(call.id) == served.parent_id)
            .unwrap();
        assert_eq!(
            (tag(caller, "http.path"), tag(caller, "error")),
            (tag(served, "http.path"), None)
        );
        assert_eq!(served.name.as_deref(), Some("get /things/{id}"));
    }
}

#[tokio::test]
async fn a_stream_that_is_reset_ends_its_span_and_no_other() {
    let slow = async || tokio::time::sleep(Duration::from_secs(30)).await;
    let url = serve(
        Router::new()
            .route("/slow", on_get(slow))
            .route("/", on_get(async || "quick")),
    )
    .await;
    let client = http2().build().unwrap();
    let ((lost, lost_b3), (kept, kept_b3)) = (new_trace(), new_trace());
    let slow = client
        .get(format!("{url}/slow"))
        .header("b3", lost_b3)
        .timeout(Duration::from_millis(100));
    assert!(slow.send().await.unwrap_err().is_timeout());
    assert_eq!(
        client
            .get(&url)
            .header("b3", kept_b3)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    assert_eq!(tag(&span(lost).await, "error"), Some("cancelled"));
    assert_eq!(tag(&span(kept).await, "error"), None);
}

/// Says every byte again, in capitals.
async fn upgrade(mut request: Request) -> Response {
    let upgrade = hyper::upgrade::on(&mut request);
    telemetry::task::spawn(info_span!("talk"), async move {
        let mut stream = TokioIo::new(upgrade.await.unwrap());
        let mut bytes = [0; 5];
        stream.read_exact(&mut bytes).await.unwrap();
        stream.write_all(&bytes.to_ascii_uppercase()).await.unwrap();
    });
    let answer = Response::builder().status(StatusCode::SWITCHING_PROTOCOLS);
    let answer = answer
        .header(header::CONNECTION, "upgrade")
        .header(header::UPGRADE, "shout");
    answer.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn an_upgrade_ends_the_spans_and_what_follows_is_a_child() {
    let url = serve(Router::new().route("/talk", on_get(upgrade))).await;
    let client = traced();
    let request = client
        .http()
        .get(format!("{url}/talk"))
        .header("connection", "upgrade")
        .header("upgrade", "shout");
    let response = client.send("Talk", request).await.unwrap();
    assert_eq!(response.status(), 101);
    let trace_id = TraceId::parse(response.headers()["x-trace-id"].to_str().unwrap()).unwrap();
    let handshake = spans(trace_id, 2).await;
    for span in &handshake {
        assert_eq!(
            (tag(span, "http.status_code"), tag(span, "error")),
            (Some("101"), None)
        );
    }

    let mut stream = response.upgrade().await.unwrap();
    stream.write_all(b"hello").await.unwrap();
    let mut bytes = [0; 5];
    stream.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"HELLO");
    let talk = spans(trace_id, 3)
        .await
        .into_iter()
        .find(|span| span.kind.is_none())
        .unwrap();
    let server = handshake
        .iter()
        .find(|span| span.kind == Some(Kind::Server))
        .unwrap();
    assert_eq!(
        (talk.name.as_deref(), talk.parent_id),
        (Some("talk"), Some(server.id))
    );
}
