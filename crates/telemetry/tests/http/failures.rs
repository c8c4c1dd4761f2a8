//! Calls without an answer: the span ends, says why in a few words, and the caller gets the error.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::body::Bytes;
use http_body::{Body, Frame};
use reqwest::RequestBuilder;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use zipkin::Span;

use crate::world::{in_request, tag, traced};

/// The span of a call that fails.
async fn failed(request: impl Fn() -> RequestBuilder + Clone + Send + Sync + 'static) -> Span {
    let (server, mut calls) = in_request(
        move || {
            let request = request();
            async move { assert!(traced().send("Stock", request).await.is_err()) }
        },
        1,
    )
    .await;
    let call = calls.remove(0);
    assert_eq!(
        (call.parent_id, tag(&call, "http.status_code")),
        (Some(server.id), None)
    );
    call
}

async fn error_at(url: String) -> String {
    let span = failed(move || traced().http().get(&url).timeout(Duration::from_millis(200))).await;
    tag(&span, "error").unwrap().to_owned()
}

/// A server that reads a request, answers with these bytes, and closes.
async fn answering(bytes: &'static [u8]) -> String {
    listening(async move |mut stream: TcpStream| {
        let _ = stream.read(&mut [0; 9_999]).await;
        let _ = stream.write_all(bytes).await;
    })
    .await
}

async fn listening<F: Future<Output = ()> + Send>(
    serve: impl Fn(TcpStream) -> F + Send + Sync + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            serve(listener.accept().await.unwrap().0).await;
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn a_transport_failure_is_told_in_a_few_words() {
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let silent = listening(async |stream| {
        tokio::time::sleep(Duration::from_secs(5)).await;
        drop(stream);
    })
    .await;
    let reset = listening(async |mut stream| {
        let _ = stream.read(&mut [0; 9_999]).await;
        stream.set_zero_linger().unwrap();
        drop(stream);
    })
    .await;
    for (url, error) in [
        (format!("http://{free}"), "connection refused"),
        (silent, "timeout"),
        (reset, "connection broken"),
        (answering(b"").await, "connection broken"),
        (answering(b"HTTP/1.1 200 OK\r\nx: ").await, "connection broken"),
        (answering(b"not HTTP at all\r\n\r\n").await, "connection broken"),
        // A name that nobody can know (RFC 6761).
        ("http://nobody.invalid/".to_owned(), "no connection"),
        // Calls that never got as far as a connection.
        ("ftp://127.0.0.1/".to_owned(), "request cannot be sent"),
    ] {
        assert_eq!(error_at(url.clone()).await, error, "{url}");
    }
}

#[tokio::test]
async fn a_megabyte_of_headers_is_no_answer() {
    let url = listening(async |mut stream| {
        let _ = stream.read(&mut [0; 9_999]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        for _ in 0..1000 {
            let _ = stream
                .write_all(format!("x: {}\r\n", "x".repeat(1000)).as_bytes())
                .await;
        }
        let _ = stream.write_all(b"content-length: 0\r\n\r\n").await;
    })
    .await;
    let span = failed(move || traced().http().get(&url)).await;
    assert_eq!(tag(&span, "error"), Some("connection broken"));
}

#[tokio::test]
async fn a_request_body_that_fails_breaks_the_connection() {
    let url = listening(async |mut stream| {
        let mut bytes = [0; 9_999];
        while stream.read(&mut bytes).await.is_ok_and(|count| count > 0) {}
    })
    .await;
    let span = failed(move || traced().http().post(&url).body(reqwest::Body::wrap(Failing))).await;
    assert_eq!(tag(&span, "error"), Some("connection broken"));
}

#[tokio::test]
async fn a_request_that_cannot_be_built_has_no_span() {
    let (_, calls) = in_request(
        || async {
            let request = traced().http().get("no address at all");
            assert!(traced().send("Stock", request).await.unwrap_err().is_builder());
        },
        0,
    )
    .await;
    assert_eq!(calls, []);
}

/// A body that breaks off at once.
struct Failing;

impl Body for Failing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Poll::Ready(Some(Err(io::Error::other("no more"))))
    }
}
