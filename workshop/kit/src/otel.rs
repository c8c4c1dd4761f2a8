//! Orders with tracing-opentelemetry in place of the telemetry crate: spans to Zipkin, lines as text, W3C in the headers.

use std::collections::HashMap;

use axum::{Router, http::HeaderMap};
use clap::Parser as _;
use opentelemetry::{
    Context,
    propagation::TextMapPropagator as _,
    trace::{SpanId, SpanKind, Status, TracerProvider as _},
};
use opentelemetry_sdk::{
    error::{OTelSdkError, OTelSdkResult},
    propagation::TraceContextPropagator,
    trace::{SdkTracer, SdkTracerProvider, SpanData, SpanExporter},
};
use service::{CallFailure, Error};
use tokio::sync::mpsc;
use tracing_subscriber::{Layer as _, filter::LevelFilter, layer::SubscriberExt as _};
use zipkin::{Endpoint, Kind, Span, TraceId};

pub use crate::otlp::OtlpExporter;
use crate::{DEADLINE, Item, Settings, failure, post::Zipkin};

/// Serves a lesson's routes as orders until standard input closes; then the spans that are left are sent.
///
/// # Errors
/// An address that is taken, a subscriber that is there already.
pub async fn serve(routes: impl FnOnce(Inventory) -> Router) -> anyhow::Result<()> {
    serve_subscribed(subscribe, routes).await
}

fn subscribe(tracer: SdkTracer) -> anyhow::Result<()> {
    let spans = tracing_opentelemetry::layer().with_tracer(tracer);
    let lines = tracing_subscriber::fmt::layer().with_ansi(false);
    let subscriber = tracing_subscriber::registry()
        .with(lines.with_filter(LevelFilter::INFO))
        .with(spans.with_filter(LevelFilter::INFO));
    tracing::subscriber::set_global_default(subscriber)?;
    Ok(())
}

/// The same, with a lesson's own subscriber.
///
/// # Errors
/// As [`serve`].
pub async fn serve_subscribed(
    subscribe: impl FnOnce(SdkTracer) -> anyhow::Result<()>,
    routes: impl FnOnce(Inventory) -> Router,
) -> anyhow::Result<()> {
    let config = Settings::parse().orders;
    let endpoint = config.telemetry.delivery.zipkin_endpoint.as_url().to_string();
    let zipkin = ToZipkin(Zipkin::new(endpoint)?);
    run(config, zipkin, subscribe, routes).await
}

/// The same as [`serve`], with a lesson's own exporter, which is called on a task of its own. What it fails to deliver is said and lost.
///
/// # Errors
/// As [`serve`].
pub async fn serve_exported(
    exporter: impl SpanExporter + 'static,
    routes: impl FnOnce(Inventory) -> Router,
) -> anyhow::Result<()> {
    run(Settings::parse().orders, exporter, subscribe, routes).await
}

async fn run(
    config: orders::Config,
    exporter: impl SpanExporter + 'static,
    subscribe: impl FnOnce(SdkTracer) -> anyhow::Result<()>,
    routes: impl FnOnce(Inventory) -> Router,
) -> anyhow::Result<()> {
    let stop = service::stop::requested(true)?;
    let listener = service::bind(config.listen_addr).await?;
    let (ended, spans) = mpsc::unbounded_channel();
    let sender = tokio::spawn(export_all(spans, exporter));
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(HandOver(ended.downgrade()))
        .build();
    subscribe(provider.tracer("orders"))?;
    // Past the subscriber, which may be told to say less.
    println!("INFO orders : listening on http://{}", listener.local_addr()?);
    let inventory = Inventory {
        client: reqwest::Client::builder().no_proxy().build()?,
        url: config.inventory_url.join("/items?name="),
    };
    let router = routes(inventory);
    axum::serve(listener, router).with_graceful_shutdown(stop).await?;
    provider.shutdown()?;
    // The subscriber lives as long as the process; without this sender there is none.
    drop(ended);
    sender.await?;
    Ok(())
}

/// Exports spans as they end, until there are no more.
async fn export_all(mut spans: mpsc::UnboundedReceiver<SpanData>, exporter: impl SpanExporter) {
    let mut batch = Vec::new();
    while spans.recv_many(&mut batch, 100).await > 0 {
        let count = batch.len();
        if let Err(error) = exporter.export(std::mem::take(&mut batch)).await {
            println!("ERROR orders : {count} spans are lost: {error}");
        }
    }
}

/// The caller's context, from the W3C headers.
pub fn extract(headers: &HeaderMap) -> Context {
    let texts: HashMap<String, String> = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    TraceContextPropagator::new().extract(&texts)
}

/// The W3C headers of a call that is made in this context.
pub fn inject(context: &Context) -> HeaderMap {
    let mut texts = HashMap::new();
    TraceContextPropagator::new().inject_context(context, &mut texts);
    let header = |(name, value): (String, String)| Some((name.parse().ok()?, value.parse().ok()?));
    texts.into_iter().filter_map(header).collect()
}

/// The next hop, without any tracing of its own.
#[derive(Clone)]
pub struct Inventory {
    client: reqwest::Client,
    url: String,
}

impl Inventory {
    /// Asks for the price of one item, with these headers.
    ///
    /// # Errors
    /// An inventory that fails, or is too slow.
    pub async fn price(&self, name: &str, headers: HeaderMap) -> Result<u64, Error> {
        let call = self.client.get(format!("{}{name}", self.url)).headers(headers);
        let fault = |error| failure("inventory", error);
        let answer = call.timeout(DEADLINE).send().await.map_err(fault)?;
        let items: Vec<Item> = answer.json().await.map_err(fault)?;
        let first = items.first().map(|item| item.price);
        first.ok_or(Error::BadGateway("inventory", CallFailure::Incomplete))
    }
}

/// Hands ended spans to the task that exports them: OpenTelemetry's processors run on threads without a runtime.
#[derive(Debug)]
struct HandOver(mpsc::WeakUnboundedSender<SpanData>);

impl SpanExporter for HandOver {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        // There is none when the process is about to end.
        let Some(sender) = self.0.upgrade() else {
            return Ok(());
        };
        for span in batch {
            let _ = sender.send(span);
        }
        Ok(())
    }
}

/// The exporter of all lessons but the one on exporters.
#[derive(Debug)]
struct ToZipkin(Zipkin);

impl SpanExporter for ToZipkin {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans: Vec<Span> = batch.into_iter().map(to_zipkin).collect();
        let posted = self.0.post(&spans).await;
        posted.map_err(|error| OTelSdkError::InternalFailure(format!("{error:#}")))
    }
}

/// A span for Zipkin, as OpenTelemetry's specification translates it.
fn to_zipkin(span: SpanData) -> Span {
    let micros = |time: std::time::SystemTime| {
        let since = time.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_micros()).unwrap_or_default()
    };
    let (start, end) = (micros(span.start_time), micros(span.end_time));
    let id = zipkin::SpanId::new(u64::from_be_bytes(span.span_context.span_id().to_bytes()));
    let trace_id = TraceId::new(u128::from_be_bytes(span.span_context.trace_id().to_bytes()));
    let parent = Some(span.parent_span_id).filter(|parent| *parent != SpanId::INVALID);
    let mut tags: std::collections::BTreeMap<String, String> = span
        .attributes
        .iter()
        .map(|attribute| (attribute.key.to_string(), attribute.value.to_string()))
        .collect();
    if let Status::Error { description } = &span.status {
        tags.insert("error".to_owned(), description.to_string());
    }
    Span {
        parent_id: parent.map(|parent| zipkin::SpanId::new(u64::from_be_bytes(parent.to_bytes()))),
        kind: match span.span_kind {
            SpanKind::Server => Some(Kind::Server),
            SpanKind::Client => Some(Kind::Client),
            SpanKind::Producer => Some(Kind::Producer),
            SpanKind::Consumer => Some(Kind::Consumer),
            SpanKind::Internal => None,
        },
        name: Some(span.name.to_lowercase()),
        timestamp: Some(start),
        duration: Some(end.saturating_sub(start).max(1)),
        local_endpoint: Some(Endpoint {
            service_name: Some("orders".to_owned()),
            ..Endpoint::default()
        }),
        tags,
        ..Span::new(trace_id, id)
    }
}
