//! The crate `opentelemetry-zipkin`, fed from our spans. Since 0.28 it sends no service name, without which Zipkin has
//! no service search and no dependency graph: the name goes into each body on its way out. What it cannot send is
//! lost here: remote endpoints and shared spans.
#![expect(
    deprecated,
    reason = "the crate is deprecated as a whole; whoever chooses it knows"
)]

use std::{
    borrow::Cow,
    error::Error,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use opentelemetry::{
    InstrumentationScope, KeyValue,
    trace::{Event, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState},
};
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanExporter as _, SpanLinks};
use opentelemetry_zipkin::ZipkinExporter;
use zipkin::{Annotation, Kind, Span, decode};

use super::{attempt::Attempt, post::Post};
use crate::HttpUrl;

/// The exporter, and what became of its last request, which it does not tell in full.
pub(super) struct OpenTelemetryZipkin {
    exporter: ZipkinExporter,
    outcome: Arc<Mutex<Attempt>>,
    /// Where it posts.
    pub endpoint: HttpUrl,
}

impl OpenTelemetryZipkin {
    /// The exporter for the service `name`.
    pub fn new(name: &str, post: Post) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let outcome = Arc::new(Mutex::new(Attempt::Acknowledged));
        let endpoint = post.endpoint.clone();
        let client = NamingClient {
            name: name.to_owned(),
            post,
            outcome: outcome.clone(),
        };
        let builder = ZipkinExporter::builder()
            .with_http_client(client)
            .with_collector_endpoint(endpoint.as_url().as_str());
        Ok(Self {
            exporter: builder.build()?,
            outcome,
            endpoint,
        })
    }

    /// One attempt.
    pub async fn send(&self, spans: &[u8]) -> Attempt {
        let batch = match decode::list(spans) {
            Ok(batch) => batch,
            // Nothing that we wrote.
            Err(error) => return Attempt::Rejected(error.to_string()),
        };
        // Of this batch, should it never come to the client.
        self.note(Attempt::Rejected("the exporter sent nothing".to_owned()));
        // The client knows more of what came of it.
        let _ = self
            .exporter
            .export(batch.iter().map(to_span_data).collect())
            .await;
        self.outcome
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn note(&self, outcome: Attempt) {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = outcome;
    }
}

/// Adds the service name, sends, and notes what became of it.
#[derive(Debug)]
struct NamingClient {
    name: String,
    post: Post,
    outcome: Arc<Mutex<Attempt>>,
}

#[async_trait]
impl HttpClient for NamingClient {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let mut spans: Vec<serde_json::Value> = serde_json::from_slice(request.body())?;
        for span in &mut spans {
            if let Some(span) = span.as_object_mut() {
                span.insert(
                    "localEndpoint".to_owned(),
                    serde_json::json!({ "serviceName": self.name }),
                );
            }
        }
        let outcome = self.post.send(serde_json::to_vec(&spans)?.into()).await;
        let status = match outcome {
            Attempt::Acknowledged => StatusCode::ACCEPTED,
            Attempt::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Attempt::Rejected(_) => StatusCode::BAD_REQUEST,
            Attempt::Unreachable(_) | Attempt::Busy(..) => StatusCode::SERVICE_UNAVAILABLE,
        };
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = outcome;
        Ok(Response::builder().status(status).body(Bytes::new())?)
    }
}

fn to_span_data(span: &Span) -> SpanData {
    let trace_id = TraceId::from(span.trace_id.value());
    let id = SpanId::from(span.id.value());
    let start_time = to_time(span.timestamp.unwrap_or_default());
    // The crate drops the tag `error` and writes it again from the status.
    let error = span.tags.get("error").map(|error| Status::error(error.clone()));
    let mut events = SpanEvents::default();
    events.events = span.annotations.iter().map(to_event).collect();
    SpanData {
        span_context: SpanContext::new(trace_id, id, TraceFlags::SAMPLED, false, TraceState::NONE),
        parent_span_id: span
            .parent_id
            .map_or(SpanId::INVALID, |id| SpanId::from(id.value())),
        parent_span_is_remote: span.kind == Some(Kind::Server),
        span_kind: match span.kind {
            Some(Kind::Client) => SpanKind::Client,
            Some(Kind::Server) => SpanKind::Server,
            Some(Kind::Producer) => SpanKind::Producer,
            Some(Kind::Consumer) => SpanKind::Consumer,
            None => SpanKind::Internal,
        },
        name: Cow::Owned(span.name.clone().unwrap_or_default()),
        start_time,
        end_time: start_time + Duration::from_micros(span.duration.unwrap_or_default()),
        attributes: span
            .tags
            .iter()
            .map(|(key, value)| KeyValue::new(key.clone(), value.clone()))
            .collect(),
        dropped_attributes_count: 0,
        events,
        links: SpanLinks::default(),
        status: error.unwrap_or(Status::Unset),
        instrumentation_scope: InstrumentationScope::builder("telemetry").build(),
    }
}

fn to_event(annotation: &Annotation) -> Event {
    Event::new(
        annotation.value.clone(),
        to_time(annotation.timestamp),
        Vec::new(),
        0,
    )
}

fn to_time(epoch_us: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(epoch_us)
}
