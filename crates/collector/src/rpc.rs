//! Answers of OTLP/HTTP: `Export…ServiceResponse` and `google.rpc.Status`, each in the encoding of its request.
//! <https://github.com/open-telemetry/opentelemetry-proto/blob/main/docs/specification.md#otlphttp-response>

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use zipkin::decode::otlp::Encoding;

const PROTOBUF: &str = "application/x-protobuf";
const JSON: &str = "application/json";

/// The details of a `google.rpc.Status` about bad data.
const BAD_REQUEST: &str = "type.googleapis.com/google.rpc.BadRequest";

/// The kind of data that a request carries.
#[derive(Clone, Copy)]
pub enum Signal {
    Traces,
    Logs,
    Metrics,
}

/// The encoding of a request, by its Content-Type; none where that is another one.
pub fn encoding(headers: &HeaderMap) -> Option<Encoding> {
    match media_type(headers).as_str() {
        PROTOBUF => Some(Encoding::Protobuf),
        JSON => Some(Encoding::Json),
        _ => None,
    }
}

/// The type of a body, without its parameters, in lower case; empty where it has none.
pub fn media_type(headers: &HeaderMap) -> String {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media_type = value.unwrap_or_default().split(';').next();
    media_type.unwrap_or_default().trim().to_ascii_lowercase()
}

/// The answer to a request that was taken, but for so many of what it carries. No message: all is well.
pub fn taken(encoding: Encoding, signal: Signal, rejected: usize, message: &str) -> Response {
    let body = match encoding {
        _ if rejected == 0 && message.is_empty() => match encoding {
            Encoding::Protobuf => Vec::new(),
            Encoding::Json => b"{}".to_vec(),
        },
        Encoding::Protobuf => {
            let mut partial = Vec::new();
            number(&mut partial, 1, rejected as u64);
            part(&mut partial, 2, message.as_bytes());
            let mut response = Vec::new();
            part(&mut response, 1, &partial);
            response
        }
        Encoding::Json => {
            let rejects = match signal {
                Signal::Traces => "rejectedSpans",
                Signal::Logs => "rejectedLogRecords",
                Signal::Metrics => "rejectedDataPoints",
            };
            // 64 bits are a text in protocol buffers' JSON.
            json!({"partialSuccess": {rejects: rejected.to_string(), "errorMessage": message}})
                .to_string()
                .into_bytes()
        }
    };
    ([(header::CONTENT_TYPE, content_type(encoding))], body).into_response()
}

/// The type and the body of an answer that refuses.
pub fn refused(encoding: Encoding, status: StatusCode, message: &str) -> (&'static str, Vec<u8>) {
    let code = code(status);
    let is_bad_data = status == StatusCode::BAD_REQUEST;
    let body = match encoding {
        Encoding::Protobuf => {
            let mut body = Vec::new();
            number(&mut body, 1, code);
            part(&mut body, 2, message.as_bytes());
            if is_bad_data {
                part(&mut body, 3, &bad_request(message));
            }
            body
        }
        Encoding::Json => {
            let mut body = json!({"code": code, "message": message});
            if let (true, Some(fields)) = (is_bad_data, body.as_object_mut()) {
                let details = json!([{"@type": BAD_REQUEST, "fieldViolations": [{"description": message}]}]);
                fields.insert("details".to_owned(), details);
            }
            body.to_string().into_bytes()
        }
    };
    (content_type(encoding), body)
}

fn content_type(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Protobuf => PROTOBUF,
        Encoding::Json => JSON,
    }
}

/// gRPC's code, which clients may log: <https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto>.
fn code(status: StatusCode) -> u64 {
    match status.as_u16() {
        403 => 7,
        404 => 5,
        405 => 12,
        408 => 4,
        413 => 8,
        429 | 502..=504 => 14,
        500 => 13,
        _ => 3,
    }
}

/// A `BadRequest` in an `Any`.
fn bad_request(message: &str) -> Vec<u8> {
    let (mut violation, mut details, mut any) = (Vec::new(), Vec::new(), Vec::new());
    part(&mut violation, 2, message.as_bytes());
    part(&mut details, 1, &violation);
    part(&mut any, 1, BAD_REQUEST.as_bytes());
    part(&mut any, 2, &details);
    any
}

// As protocol buffers have it, 0 and an empty text are left out: <https://protobuf.dev/programming-guides/encoding/>.
fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    if value > 0 {
        varint(out, field << 3);
        varint(out, value);
    }
}

fn part(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    if !bytes.is_empty() {
        varint(out, field << 3 | 2);
        varint(out, bytes.len() as u64);
        out.extend_from_slice(bytes);
    }
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
