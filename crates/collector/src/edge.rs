//! What holds for every route, as Zipkin's server (Armeria) has it: paths that are no paths, doubled slashes, methods
//! that no route takes, CORS, compression.

use std::io::Write as _;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};

use crate::api::Error;

/// Shorter answers are not worth compressing.
const COMPRESS_FROM: usize = 2048;

/// Answers what needs no route, hands on the rest, and adds the headers that every answer has.
pub async fn pass(mut request: Request, next: Next) -> Response {
    let cross_origin = request.headers().contains_key(header::ORIGIN);
    let gzip = accepts_gzip(request.headers());
    let mut response = match answer_without_route(&request) {
        Some(response) => response,
        None => {
            collapse_slashes(request.uri_mut());
            compress(next.run(request).await, gzip).await
        }
    };
    if cross_origin {
        allow_any_origin(response.headers_mut());
    }
    response
}

fn answer_without_route(request: &Request) -> Option<Response> {
    let uri = request.uri();
    if !is_percent_encoded(uri.path()) || !is_percent_encoded(uri.query().unwrap_or_default()) {
        return Some(Error::InvalidPath.into_response());
    }
    match *request.method() {
        Method::TRACE => Some(Error::WrongMethod.into_response()),
        Method::OPTIONS if is_preflight(request.headers()) => Some(preflight()),
        Method::GET | Method::HEAD | Method::OPTIONS => None,
        _ if uri.path().starts_with("/zipkin/") => Some(Error::WrongMethod.into_response()),
        _ => None,
    }
}

/// Whether each `%` is followed by two hex digits.
fn is_percent_encoded(text: &str) -> bool {
    text.split('%').skip(1).all(|after| {
        let digits = after.as_bytes().get(..2).unwrap_or_default();
        digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit)
    })
}

fn collapse_slashes(uri: &mut Uri) {
    if !uri.path().contains("//") {
        return;
    }
    let mut target = uri.path().to_owned();
    while target.contains("//") {
        target = target.replace("//", "/");
    }
    if let Some(query) = uri.query() {
        target = format!("{target}?{query}");
    }
    if let Ok(collapsed) = target.parse() {
        *uri = collapsed;
    }
}

fn is_preflight(headers: &HeaderMap) -> bool {
    headers.contains_key(header::ORIGIN) && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight() -> Response {
    let allowed = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET,POST"),
        (header::ACCESS_CONTROL_MAX_AGE, "0"),
    ];
    (StatusCode::OK, allowed).into_response()
}

fn allow_any_origin(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("content-type,x-grpc-web"),
    );
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    accepted.unwrap_or_default().split(',').any(|coding| {
        let (name, quality) = coding.split_once(";q=").unwrap_or((coding, "1"));
        matches!(name.trim(), "gzip" | "*") && quality.trim().parse().is_ok_and(|q: f32| q > 0.0)
    })
}

async fn compress(response: Response, gzip: bool) -> Response {
    let compressible = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/json" || kind == "text/html; charset=utf-8");
    if !compressible {
        return response;
    }
    let (mut head, body) = response.into_parts();
    // Every body of ours is whole in memory already.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    if body.len() < COMPRESS_FROM {
        return Response::from_parts(head, Body::from(body));
    }
    head.headers
        .insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if !gzip {
        return Response::from_parts(head, Body::from(body));
    }
    head.headers
        .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    head.headers.remove(header::CONTENT_LENGTH);
    let packed = tokio::task::spawn_blocking(move || pack(&body)).await;
    Response::from_parts(head, Body::from(packed.unwrap_or_default()))
}

fn pack(body: &Bytes) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing into a Vec does not fail.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests;
