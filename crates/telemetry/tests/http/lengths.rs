//! Where an answer's body ends: with its headers, with the last byte of its `Content-Length`, with its trailers, or with
//! its stream.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    http::{HeaderMap, Method, StatusCode, header::CONTENT_LENGTH},
    response::{IntoResponse, Response},
    routing::any,
};
use futures_util::{StreamExt as _, stream};
use http_body::Frame;
use tokio::time::sleep;

use crate::world::{new_trace, plain, serve, span, tag};

/// Parts of ten bytes, with pauses between.
fn parts(count: usize) -> Body {
    let parts = stream::iter(0..count).then(async |_| {
        sleep(Duration::from_millis(2)).await;
        Ok::<_, Infallible>(Bytes::from_static(b"ten bytes\n"))
    });
    Body::from_stream(parts)
}

/// So many bytes promised, so many parts sent.
fn promised(length: &'static str, count: usize) -> Response {
    ([(CONTENT_LENGTH, length)], parts(count)).into_response()
}

/// A part, trailers, and an end that is not known before it is asked for; then, it is.
struct Trailing(u8);

impl HttpBody for Trailing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0 += 1;
        Poll::Ready(match self.0 {
            1 => Some(Ok(Frame::data(Bytes::from_static(b"ten bytes\n")))),
            2 => Some(Ok(Frame::trailers(HeaderMap::new()))),
            _ => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.0 >= 3
    }
}

/// The answer that a client gets, if all goes well, and the tags of its span.
async fn asked(
    method: Method,
    answer: impl Fn() -> Response + Clone + Send + Sync + 'static,
) -> (Option<usize>, zipkin::Span) {
    let url = serve(Router::new().route("/", any(async move || answer()))).await;
    let (trace_id, b3) = new_trace();
    let request = plain().build().unwrap().request(method, url).header("b3", b3);
    let received = async { request.send().await?.bytes().await };
    let received = received.await.ok().map(|body| body.len());
    (received, span(trace_id).await)
}

#[tokio::test]
async fn an_answer_ends_with_the_last_byte_that_it_promised() {
    type Case = (fn() -> Response, Option<usize>, Option<&'static str>);
    let cases: [Case; 7] = [
        (|| promised("30", 3), Some(30), None),
        // The server sends no more than was promised.
        (|| promised("25", 3), Some(25), None),
        (|| promised("10", 99), Some(10), None),
        (|| promised("40", 3), None, Some("body cut short")),
        (|| promised("40", 0), None, Some("body cut short")),
        (|| parts(3).into_response(), Some(30), None),
        (|| Body::new(Trailing(0)).into_response(), Some(10), None),
    ];
    for (number, (answer, received, error)) in cases.into_iter().enumerate() {
        let (body, span) = asked(Method::GET, answer).await;
        assert_eq!((body, tag(&span, "error")), (received, error), "{number}");
        assert_eq!(
            tag(&span, "http.status_code").is_none(),
            error.is_some(),
            "{number}"
        );
    }
}

#[tokio::test]
async fn an_answer_without_a_body_ends_with_its_headers() {
    type Case = (Method, fn() -> Response);
    let cases: [Case; 8] = [
        (Method::HEAD, || {
            Body::from_stream(stream::pending::<Result<Bytes, Infallible>>()).into_response()
        }),
        (Method::HEAD, || promised("30", 3)),
        (Method::HEAD, || parts(3).into_response()),
        (Method::GET, || promised("0", 3)),
        (Method::GET, || (StatusCode::NO_CONTENT, parts(3)).into_response()),
        (Method::GET, || {
            (StatusCode::NOT_MODIFIED, [(CONTENT_LENGTH, "30")], parts(3)).into_response()
        }),
        (Method::GET, || Body::new(Trailing(2)).into_response()),
        (Method::GET, || Body::new(Trailing(3)).into_response()),
    ];
    for (number, (method, answer)) in cases.into_iter().enumerate() {
        let (body, span) = asked(method, answer).await;
        assert_eq!((body, tag(&span, "error")), (Some(0), None), "{number}");
        assert!(tag(&span, "http.status_code").is_some(), "{number}");
    }
}

#[tokio::test]
async fn a_client_that_leaves_before_the_last_byte_is_seen() {
    let url = serve(Router::new().route("/", any(async || promised("1000000", 100_000)))).await;
    let (trace_id, b3) = new_trace();
    let request = plain().build().unwrap().get(url).header("b3", b3);
    let mut response = request.send().await.unwrap();
    assert!(response.chunk().await.unwrap().is_some());
    drop(response);
    assert_eq!(tag(&span(trace_id).await, "error"), Some("cancelled"));
}
