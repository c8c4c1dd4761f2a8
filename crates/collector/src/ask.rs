//! Requests to a collector in a test: `oneshot` into its router, without a socket.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode},
};
use tower::ServiceExt as _;

use crate::Collector;

/// The answer.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// Status and body.
    pub fn said(&self) -> (u16, String) {
        (self.status.as_u16(), self.text())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// A header; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Any request; each header is `name: value`.
pub async fn send(
    collector: &Collector,
    request: (Method, &str),
    headers: &[&str],
    body: impl Into<Body>,
) -> Answer {
    let mut built = Request::builder().method(request.0).uri(request.1);
    for (name, value) in headers.iter().filter_map(|header| header.split_once(": ")) {
        built = built.header(name, value);
    }
    let response = collector
        .router()
        .oneshot(built.body(body.into()).unwrap())
        .await
        .unwrap();
    let (head, body) = response.into_parts();
    Answer {
        status: head.status,
        headers: head.headers,
        body: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
    }
}

/// A GET without headers.
pub async fn get(collector: &Collector, path: &str) -> Answer {
    send(collector, (Method::GET, path), &[], ()).await
}

/// A batch of spans.
pub async fn post(collector: &Collector, headers: &[&str], body: impl Into<Body>) -> Answer {
    send(collector, (Method::POST, "/api/v2/spans"), headers, body).await
}
