//! Bodies go through untouched, and a span lasts as long as its answer.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    routing::{get as on_get, post},
};
use futures_util::stream;
use reqwest::Response;
use tokio::time::sleep;

use crate::world::{get, new_trace, plain, serve, span, tag, traced};

/// Three parts with pauses between.
fn parts() -> Body {
    Body::from_stream(stream::unfold(0, async |part| {
        sleep(Duration::from_millis(10)).await;
        (part < 3).then(|| (Ok::<_, Infallible>(format!("part {part}\n")), part + 1))
    }))
}

#[tokio::test]
async fn a_body_comes_out_as_it_went_in() {
    let sent = Bytes::from_iter((0..1_000_000_u32).map(|n| (n % 251) as u8));
    let url = serve(
        Router::new()
            .route("/echo", post(async |body: Body| body))
            .layer(axum::extract::DefaultBodyLimit::disable()),
    )
    .await;
    let response = traced()
        .send(
            "echo",
            plain()
                .build()
                .unwrap()
                .post(format!("{url}/echo"))
                .body(sent.clone()),
        )
        .await;
    assert_eq!(response.unwrap().bytes().await.unwrap(), sent);

    let url = serve(Router::new().route("/known", on_get(async move || sent.clone()))).await;
    let (response, _) = get(&format!("{url}/known")).await;
    assert_eq!(
        response.content_length(),
        Some(1_000_000),
        "its length is still told"
    );
}

#[tokio::test]
async fn a_streamed_answer_is_within_its_span() {
    let url = serve(Router::new().route("/", on_get(async || parts()))).await;
    let (response, trace_id) = get(&url).await;
    assert_eq!(response.text().await.unwrap(), "part 0\npart 1\npart 2\n");
    let span = span(trace_id).await;
    assert!(
        span.duration.unwrap() >= 30_000 && tag(&span, "error").is_none(),
        "{span:?}"
    );
}

#[tokio::test]
async fn a_head_request_for_a_streamed_answer_ends_with_the_headers() {
    let url = serve(Router::new().route("/", on_get(async || parts()))).await;
    let (trace_id, b3) = new_trace();
    plain()
        .build()
        .unwrap()
        .head(&url)
        .header("b3", b3)
        .send()
        .await
        .unwrap();
    assert_eq!(tag(&span(trace_id).await, "error"), None);
}

#[tokio::test]
async fn a_client_that_goes_away_ends_the_handler_and_its_span() {
    let dropped = Arc::new(AtomicBool::new(false));
    let flag = dropped.clone();
    let endless = async move || {
        let _guard = Guard(flag.clone());
        std::future::pending::<()>().await;
    };
    let url = serve(Router::new().route("/", on_get(endless))).await;
    let (trace_id, b3) = new_trace();
    let call = plain()
        .build()
        .unwrap()
        .get(&url)
        .header("b3", b3)
        .timeout(Duration::from_millis(100));
    assert!(call.send().await.unwrap_err().is_timeout());
    let span = span(trace_id).await;
    assert_eq!(
        (tag(&span, "error"), tag(&span, "http.status_code")),
        (Some("cancelled"), None)
    );
    assert!(dropped.load(Relaxed));
}

struct Guard(Arc<AtomicBool>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

#[tokio::test]
async fn a_client_that_goes_away_within_the_body_is_seen() {
    let endless = async || Body::from_stream(stream::repeat_with(|| Ok::<_, Infallible>(vec![b'x'; 65_536])));
    let url = serve(Router::new().route("/", on_get(endless))).await;
    let (mut response, trace_id): (Response, _) = get(&url).await;
    assert!(response.chunk().await.unwrap().is_some());
    drop(response);
    let span = span(trace_id).await;
    assert_eq!(tag(&span, "error"), Some("cancelled"));
}

/// As in Brave: what the answer's reader does with the body, and when, is the reader's time.
#[tokio::test]
async fn a_client_span_ends_with_the_headers() {
    let url = crate::world::serve_as_is(Router::new().route("/", on_get(async || parts()))).await;
    let (server, calls) = crate::world::in_request(
        move || {
            let url = url.clone();
            async move {
                let response = traced().send("parts", plain().build().unwrap().get(url)).await;
                assert_eq!(response.unwrap().text().await.unwrap().len(), 21);
            }
        },
        1,
    )
    .await;
    assert!(
        calls[0].duration.unwrap() + 20_000 < server.duration.unwrap(),
        "{calls:?} {server:?}"
    );
}
