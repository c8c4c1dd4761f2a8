//! `tracing-opentelemetry` with `opentelemetry-zipkin` and `tracing-subscriber`'s JSON lines, as their documentation
//! puts them together. Its batch waits as long as ours, its headers are W3C's, its lines have no trace id.
#![expect(
    deprecated,
    reason = "the exporter is deprecated as a whole; it is measured here"
)]

use std::time::Duration;

use async_trait::async_trait;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::global;
use opentelemetry::propagation::{Extractor, Injector};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider};
use opentelemetry_zipkin::ZipkinExporter;
use tokio::runtime::Handle;
use tracing::field::Empty;
use tracing::level_filters::LevelFilter;
use tracing::{Instrument as _, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::layer::SubscriberExt as _;

/// The provider, which has to be flushed in the end.
#[derive(Clone)]
pub struct Stock(SdkTracerProvider);

/// `tracing-subscriber`'s JSON lines, and no spans.
pub fn start_lines() -> anyhow::Result<()> {
    let lines = tracing_subscriber::fmt::layer().json();
    let subscriber = tracing_subscriber::registry().with(LevelFilter::INFO).with(lines);
    Ok(tracing::subscriber::set_global_default(subscriber)?)
}

impl Stock {
    /// Lines and spans of the service `name`.
    pub fn start(name: &'static str, config: &telemetry::Config) -> anyhow::Result<Self> {
        let client = Client {
            http: reqwest::Client::builder().no_proxy().build()?,
            runtime: Handle::current(),
        };
        let exporter = ZipkinExporter::builder()
            .with_http_client(client)
            .with_collector_endpoint(config.delivery.zipkin_endpoint.as_url().as_str())
            .build()?;
        let batches = BatchConfigBuilder::default()
            .with_scheduled_delay(config.delivery.schedule_delay)
            .with_max_queue_size(config.delivery.max_queue_size as usize)
            .with_max_export_batch_size(config.delivery.max_batch_size as usize);
        let processor = BatchSpanProcessor::builder(exporter)
            .with_batch_config(batches.build())
            .build();
        let sampler = Sampler::TraceIdRatioBased(config.sampling.sampler_ratio);
        let provider = SdkTracerProvider::builder()
            .with_span_processor(processor)
            .with_sampler(Sampler::ParentBased(Box::new(sampler)))
            .with_resource(Resource::builder_empty().with_service_name(name).build())
            .build();
        global::set_text_map_propagator(TraceContextPropagator::new());
        let subscriber = tracing_subscriber::registry()
            .with(LevelFilter::INFO)
            .with(tracing_subscriber::fmt::layer().json())
            .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("bench")));
        tracing::subscriber::set_global_default(subscriber)?;
        Ok(Self(provider))
    }

    /// Delivers what is left.
    pub fn stop(&self) {
        _ = self.0.shutdown_with_timeout(Duration::from_secs(2));
    }
}

/// The middleware of the SERVER span.
pub async fn trace(request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str);
    let span = info_span!(
        "request",
        otel.name = format!("{} {route}", request.method()),
        otel.kind = "server",
        http.method = request.method().as_str(),
        http.path = request.uri().path(),
        http.status_code = Empty,
        userId = Empty,
        orderId = Empty,
    );
    let caller = global::get_text_map_propagator(|w3c| w3c.extract(&Incoming(request.headers())));
    _ = span.set_parent(caller);
    let response = next.run(request).instrument(span.clone()).await;
    span.record("http.status_code", response.status().as_str());
    response
}

/// Sends a request in a CLIENT span.
pub async fn send(
    http: &reqwest::Client,
    service: &'static str,
    mut request: reqwest::Request,
) -> reqwest::Result<reqwest::Response> {
    let span = info_span!(
        "call",
        otel.name = request.method().as_str(),
        otel.kind = "client",
        http.method = request.method().as_str(),
        http.path = request.url().path(),
        http.status_code = Empty,
        peer.service = service,
    );
    let context = span.context();
    global::get_text_map_propagator(|w3c| w3c.inject_context(&context, &mut Outgoing(request.headers_mut())));
    let response = http.execute(request).instrument(span.clone()).await?;
    span.record("http.status_code", response.status().as_str());
    Ok(response)
}

struct Incoming<'a>(&'a HeaderMap);

impl Extractor for Incoming<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

struct Outgoing<'a>(&'a mut HeaderMap);

impl Injector for Outgoing<'_> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(key), Ok(value)) = (HeaderName::try_from(key), HeaderValue::try_from(value)) {
            self.0.insert(key, value);
        }
    }
}

/// The batch processor's thread has no runtime of its own, and `reqwest` needs one.
#[derive(Debug)]
struct Client {
    http: reqwest::Client,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, HttpError> {
        let request = reqwest::Request::try_from(request)?;
        let sending = self.runtime.spawn(self.http.execute(request));
        let status = sending.await??.status();
        Ok(http::Response::builder().status(status).body(Bytes::new())?)
    }
}
