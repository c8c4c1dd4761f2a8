//! What an answer is made of when all goes well.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use zipkin::encode;

use super::Error;
use crate::store::Spans;

/// Any value as JSON.
pub fn json(value: &impl Serialize) -> Result<Response, Error> {
    // Our own types are all JSON.
    serde_json::to_vec(value)
        .map(json_bytes)
        .map_err(|_| Error::Internal)
}

/// A trace as JSON: its spans as they came.
pub fn trace(spans: &Spans) -> Response {
    let mut out = Vec::new();
    encode::list(&mut out, spans.iter());
    json_bytes(out)
}

/// A list of traces as JSON, which takes its time where they are long.
pub fn traces(traces: Vec<Spans>) -> Response {
    let mut out = vec![b'['];
    for (index, spans) in traces.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        encode::list(&mut out, spans.iter());
    }
    out.push(b']');
    json_bytes(out)
}

/// Lets a browser keep the answer for five minutes, as Zipkin does with names that seldom change.
pub fn cached(mut response: Response) -> Response {
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("max-age=300, must-revalidate"),
    );
    response
}

fn json_bytes(json: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}
