//! Every way to fail, as a user sees it: one status, one JSON shape, nothing of our insides.

use std::borrow::Cow;
use std::error::Error as _;
use std::iter::successors;
use std::time::SystemTime;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::{CallFailure, timestamp};

/// Why a handler has no answer. `Display` is the message that the user gets.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 400: the request cannot be understood.
    #[error("{0}")]
    BadRequest(Cow<'static, str>),
    /// 400: a value is too long to travel with the request.
    #[error("A value of this request is too long to be passed on")]
    TooLong(#[from] telemetry::mdc::TooLong),
    /// 404: there is no such thing.
    #[error("{0}")]
    NotFound(Cow<'static, str>),
    /// 405: there is, but not with this method.
    #[error("Request method '{0}' not supported")]
    MethodNotAllowed(Method),
    /// Any status, for its own reason alone.
    #[error("{}", .0.canonical_reason().unwrap_or("The request failed"))]
    Status(StatusCode),
    /// 500: a bug of ours, found by a panic.
    #[error("This request met a bug; the log has more")]
    Panic,
    /// 502: the service named is down, or its answer is of no use.
    #[error("{0} failed")]
    BadGateway(&'static str, #[source] CallFailure),
    /// 503: every place has a request under way.
    #[error("Too many requests at once")]
    Busy,
    /// 504: the service named, or one behind it, took too long.
    #[error("{0} did not answer in time")]
    GatewayTimeout(&'static str, #[source] CallFailure),
}

/// Answers for a path that no route has.
pub async fn not_found() -> Error {
    Error::NotFound("No message available".into())
}

/// Answers for a route that has no such method; axum adds `Allow`.
pub async fn method_not_allowed(method: Method) -> Error {
    Error::MethodNotAllowed(method)
}

/// Middleware that gives an [`Error`] its body. Here, because an `Error` does not know its request's path.
pub async fn write_body(request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let mut response = next.run(request).await;
    if let Some(Message(message)) = response.extensions_mut().remove() {
        let body = ErrorBody {
            timestamp: timestamp::format(SystemTime::now()),
            status: response.status().as_u16(),
            error: response.status().canonical_reason(),
            message,
            path: uri.path(),
            trace_id: telemetry::trace_id().map(|id| id.to_string()),
        };
        *response.body_mut() = Body::from(serde_json::to_vec(&body).unwrap_or_default());
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
    }
    response
}

/// The original's body, in its order, and the trace to look at.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody<'a> {
    timestamp: String,
    status: u16,
    error: Option<&'static str>,
    message: String,
    path: &'a str,
    trace_id: Option<String>,
}

/// An error's message, on its way from the handler to [`write_body`].
#[derive(Clone)]
struct Message(String);

impl Error {
    fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) | Self::TooLong(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Status(status) => *status,
            Self::Panic => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::BadGateway(..) => StatusCode::BAD_GATEWAY,
            Self::GatewayTimeout(..) => StatusCode::GATEWAY_TIMEOUT,
        }
    }
}

impl IntoResponse for Error {
    /// Also writes the one log line of this failure; only that line has the causes.
    fn into_response(self) -> Response {
        let status = self.status();
        if matches!(self, Self::Panic) {
            // It has its line, with the place where it happened.
        } else if status.is_server_error() {
            let causes: String = successors(self.source(), |&cause| cause.source())
                .map(|e| format!(": {e}"))
                .collect();
            tracing::error!(status = status.as_u16(), "{self}{causes}");
        } else {
            tracing::warn!(status = status.as_u16(), "{self}");
        }
        (status, Extension(Message(self.to_string()))).into_response()
    }
}

impl From<PathRejection> for Error {
    fn from(_: PathRejection) -> Self {
        Self::BadRequest("The path is not UTF-8".into())
    }
}
