//! Answers that refuse a request of OpenTelemetry's protocol: a `google.rpc.Status`, whoever refuses.

use axum::{
    body::to_bytes,
    extract::Request,
    http::{HeaderValue, header},
    response::Response,
};
use zipkin::decode::otlp::Encoding;

use crate::rpc;

/// The paths of its signals: the stable ones, and those in development, as profiles.
const PREFIXES: [&str; 2] = ["v1/", "v1development/"];

/// As long as the text of a refusal may be.
const LONGEST: usize = 64 << 10;

/// The encoding of an answer that refuses this request, if it is one of OpenTelemetry's protocol. Whoever names no type that is
/// read here gets JSON, which a person can read.
pub fn encoding(request: &Request) -> Option<Encoding> {
    let path = request.uri().path().trim_start_matches('/');
    let is_otlp = PREFIXES.iter().any(|prefix| path.starts_with(prefix));
    is_otlp.then(|| rpc::encoding(request.headers()).unwrap_or(Encoding::Json))
}

/// The answer; where it refuses, its text in a `Status`.
pub async fn status(encoding: Option<Encoding>, response: Response) -> Response {
    let status = response.status();
    let Some(encoding) = encoding.filter(|_| status.is_client_error() || status.is_server_error()) else {
        return response;
    };
    let (mut head, body) = response.into_parts();
    let text = to_bytes(body, LONGEST).await.unwrap_or_default();
    let (kind, body) = rpc::refused(encoding, status, String::from_utf8_lossy(&text).trim_end());
    head.headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // It was the text's.
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, body.into())
}
