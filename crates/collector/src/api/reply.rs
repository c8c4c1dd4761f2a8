//! What an answer is made of when all goes well.

use std::collections::HashMap;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use zipkin::{Searched as _, encode};

use super::Error;
use crate::{
    store::{PackedSpan, Spans},
    work::{Asker, Gone},
};

/// Any value as JSON.
pub fn json(value: &impl Serialize) -> Result<Response, Error> {
    // Our own types are all JSON.
    serde_json::to_vec(value)
        .map(json_bytes)
        .map_err(|_| Error::Internal)
}

/// A trace as JSON.
pub fn trace(spans: &Spans) -> Response {
    let mut out = Vec::new();
    write_trace(&mut out, spans);
    json_bytes(out)
}

/// A list of traces as JSON, which takes its time where they are long.
pub fn traces(traces: Vec<Spans>, asker: &Asker) -> Result<Response, Gone> {
    let mut out = vec![b'['];
    for (index, spans) in traces.iter().enumerate() {
        asker.still_waits()?;
        if index > 0 {
            out.push(b',');
        }
        write_trace(&mut out, spans);
    }
    out.push(b']');
    Ok(json_bytes(out))
}

/// The spans as they came and, as in Zipkin, those that began in one millisecond where the first of them is.
fn write_trace(out: &mut Vec<u8>, spans: &Spans) {
    let mut spans: Vec<PackedSpan> = spans.read().collect();
    let start_ms = |span: &PackedSpan| span.timestamp().unwrap_or_default() / 1000;
    let mut firsts = HashMap::new();
    for (place, span) in spans.iter().enumerate() {
        firsts.entry(start_ms(span)).or_insert(place);
    }
    spans.sort_by_cached_key(|span| firsts.get(&start_ms(span)).copied());
    encode::list(out, spans.iter().map(PackedSpan::to_ref));
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
