//! Answers that refuse, in Zipkin's words. The body is the bare text.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use zipkin::{DecodeError, IdError, QueryError, SpanId, TraceId};

use crate::{collector::Refused, intake::Full, work::Unfinished};

/// Why there is no better answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The path or the query is no percent encoding.
    #[error("Status: 400\nDescription: Invalid request path\n")]
    InvalidPath,
    /// The Host is neither the collector's nor a listed origin's.
    #[error(
        "403 Forbidden: {0} is not a name of this collector; ask it by its address, or list http://{0} in ZIPKIN_QUERY_ALLOWED_ORIGINS"
    )]
    ForeignHost(String),
    /// A page of a site that is not listed writes.
    #[error(
        "403 Forbidden: pages of other sites may not send here, unless ZIPKIN_QUERY_ALLOWED_ORIGINS lists them"
    )]
    ForeignPage,
    /// A parameter that must be there is not.
    #[error("Mandatory parameter/header/attribute is missing: {0}")]
    MissingParameter(&'static str),
    /// A parameter that must be a number is empty.
    #[error("Cannot set null to primitive type parameter: {0}")]
    NoNumber(&'static str),
    /// A parameter is no number, or one that is too large.
    #[error("For input string: \"{0}\"")]
    NotANumber(String),
    /// A parameter's value makes no sense.
    #[error("{0}")]
    InvalidParameter(String),
    /// A search that makes no sense.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// Not an id.
    #[error(transparent)]
    Id(#[from] IdError),
    /// The body is no list of spans.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The body is not what its Content-Encoding says.
    #[error("Cannot gunzip spans")]
    Gunzip,
    /// The same, of a body that may carry something else than spans.
    #[error("the body is not the gzip that its Content-Encoding says")]
    NotGzip,
    /// A packed body that ends before its end.
    #[error("the gzip body ends early: send the whole batch again")]
    CutGzip,
    /// The oldest format, which is not read here.
    #[error("thrift is not read here: send JSON or protobuf to /api/v2/spans, or JSON to /api/v1/spans")]
    Thrift,
    /// A body of a type that is not OpenTelemetry's.
    #[error(
        "the Content-Type {0:?} is not read here: send application/x-protobuf or application/json; with OpenTelemetry's SDKs, set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"
    )]
    MediaType(String),
    /// A body that is packed in another way than gzip.
    #[error("the Content-Encoding {0:?} is not read here: send gzip, or none")]
    ContentCoding(String),
    /// No span of a request could be kept.
    #[error("{0}")]
    AllRejected(String),
    /// The connection broke before the body was whole.
    #[error("the body ended early")]
    BrokenBody,
    /// No trace with this id.
    #[error("{0} not found")]
    UnknownTrace(TraceId),
    /// No span with this id in the trace.
    #[error("no span {1} in {0}")]
    UnknownSpan(TraceId, SpanId),
    /// A trace that is there, of more spans than are laid out.
    #[error("{0} has more spans than can be laid out: /api/v2/trace/{0} has all of them")]
    NotLaidOut(TraceId),
    /// No route with this path, or not with this method.
    #[error("404 Not Found")]
    NoRoute,
    /// A method that no route of this kind takes.
    #[error("405 Method Not Allowed")]
    WrongMethod,
    /// More bytes than a batch may have, on the wire or unpacked.
    #[error("413 Request Entity Too Large")]
    TooLarge,
    /// The body did not come whole in the time that a request may take.
    #[error("408 Request Timeout")]
    BodyTimeout,
    /// More batches came than could be stored.
    #[error("too many spans at once: send the batch again in a second")]
    Full,
    /// The folder of the spans cannot be written to.
    #[error("spans cannot be kept: /health says why")]
    NotWritten,
    /// The collector goes before the body was whole.
    #[error("the collector is stopping")]
    Stopping,
    /// Every connection that there may be has a request under way.
    #[error("too many requests at once: ask again in a second")]
    Busy,
    /// The answer took longer than a request may take.
    #[error("the answer took too long: ask for less, or raise QUERY_TIMEOUT")]
    Timeout,
    /// A task of ours broke.
    #[error("500 Internal Server Error")]
    Internal,
}

impl Error {
    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::UnknownTrace(_) | Self::UnknownSpan(..) | Self::NoRoute => StatusCode::NOT_FOUND,
            Self::ForeignHost(_) | Self::ForeignPage => StatusCode::FORBIDDEN,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotLaidOut(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Thrift | Self::MediaType(_) | Self::ContentCoding(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::Timeout | Self::Busy | Self::Full | Self::NotWritten | Self::Stopping => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// Whether the rest of the connection cannot be trusted to start with a request.
    fn ends_connection(&self) -> bool {
        matches!(
            self,
            Self::InvalidPath
                | Self::ForeignHost(_)
                | Self::ForeignPage
                | Self::Thrift
                | Self::MediaType(_)
                | Self::ContentCoding(_)
                | Self::TooLarge
                | Self::BrokenBody
                | Self::BodyTimeout
                | Self::Stopping
        )
    }
}

impl From<Full> for Error {
    fn from(Full: Full) -> Self {
        Self::Full
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Decode(error) => error.into(),
            Refused::Full(full) => full.into(),
            Refused::All(message) => Self::AllRejected(message),
        }
    }
}

impl From<Unfinished> for Error {
    fn from(unfinished: Unfinished) -> Self {
        match unfinished {
            Unfinished::Gone => Self::Timeout,
            Unfinished::Broken => Self::Internal,
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = (self.status(), self.to_string()).into_response();
        let headers = response.headers_mut();
        if self.ends_connection() {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
