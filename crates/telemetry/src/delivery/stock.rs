//! The crate `opentelemetry-zipkin`. Since 0.28 it sends no service name, without which Zipkin has no service search and no
//! dependency graph: the name goes into each body on its way out. Shared spans and remote endpoints have no place there: the other side is
//! in tags.
#![expect(
    deprecated,
    reason = "the crate is deprecated as a whole; whoever chooses it knows"
)]

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_zipkin::ZipkinExporter;

use super::{
    attempt::Attempt,
    opentelemetry::{OpenTelemetrySink, Told},
    post::Post,
    settings::DeliverySettings,
};
use crate::error::StartError;

/// Starts to send the spans of the service `name`.
///
/// # Errors
/// No HTTP client or thread can be had.
pub(super) fn start(name: &str, settings: &DeliverySettings) -> Result<OpenTelemetrySink, StartError> {
    let told = Arc::new(Mutex::new(Attempt::Acknowledged));
    let client = NamingClient {
        name: name.to_owned(),
        post: Post::to_zipkin(settings)?,
        told: told.clone(),
    };
    let endpoint = &settings.zipkin_endpoint;
    let builder = ZipkinExporter::builder()
        .with_http_client(client)
        .with_collector_endpoint(endpoint.as_url().as_str());
    let exporter = builder
        .build()
        .map_err(|error| StartError::NoClient(error.into()))?;
    OpenTelemetrySink::start_named(exporter, endpoint.to_string(), Some(told), settings)
}

/// Adds the service name, sends, and notes what became of it.
#[derive(Debug)]
struct NamingClient {
    name: String,
    post: Post,
    told: Told,
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
            Attempt::Acknowledged | Attempt::Partly(..) => StatusCode::ACCEPTED,
            Attempt::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Attempt::Rejected(_) => StatusCode::BAD_REQUEST,
            Attempt::Unreachable(_) | Attempt::Busy(..) => StatusCode::SERVICE_UNAVAILABLE,
        };
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = outcome;
        Ok(Response::builder().status(status).body(Bytes::new())?)
    }
}
