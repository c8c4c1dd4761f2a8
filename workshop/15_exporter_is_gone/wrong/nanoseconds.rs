//! Orders with OpenTelemetry's SDK, after its upgrade: the Zipkin exporter is gone, and OTLP is what is left.

use std::{
    env,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Json, Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use kit::{
    Order,
    otel::{Inventory, extract, inject, serve_exported},
};
use opentelemetry::trace::{SpanId, SpanKind};
use opentelemetry_sdk::{
    error::{OTelSdkError, OTelSdkResult},
    trace::{SpanData, SpanExporter},
};
use serde_json::{Value, json};
use service::{Error, OrderId, UserId};
use tracing::{Instrument as _, info, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Serves orders until it is told to stop.
pub async fn serve() -> anyhow::Result<()> {
    serve_exported(exporter()?, routes).await
}

/// Where spans go: to Zipkin, by an exporter of our own.
fn exporter() -> anyhow::Result<ZipkinExporter> {
    Ok(ZipkinExporter {
        client: reqwest::Client::builder().no_proxy().build()?,
        endpoint: env::var("OTEL_EXPORTER_ZIPKIN_ENDPOINT")?,
    })
}

/// The exporter that the SDK had.
#[derive(Debug)]
struct ZipkinExporter {
    client: reqwest::Client,
    endpoint: String,
}

impl SpanExporter for ZipkinExporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans: Vec<Value> = batch.iter().map(to_zipkin).collect();
        let answer = self.client.post(&self.endpoint).json(&spans).send().await;
        let failed = |error: reqwest::Error| OTelSdkError::InternalFailure(error.to_string());
        answer
            .and_then(reqwest::Response::error_for_status)
            .map_err(failed)?;
        Ok(())
    }
}

/// A span in Zipkin's format, version 2.
fn to_zipkin(span: &SpanData) -> Value {
    let (start, end) = (since_epoch(span.start_time), since_epoch(span.end_time));
    let kind = match span.span_kind {
        SpanKind::Server => "SERVER",
        _ => "CLIENT",
    };
    let mut zipkin = json!({
        "traceId": span.span_context.trace_id().to_string(),
        "id": span.span_context.span_id().to_string(),
        "name": span.name,
        "kind": kind,
        "timestamp": start,
        "duration": end - start,
        "localEndpoint": { "serviceName": "orders" },
    });
    if span.parent_span_id != SpanId::INVALID {
        zipkin["parentId"] = json!(span.parent_span_id.to_string());
    }
    zipkin
}

/// Nanoseconds since 1970.
fn since_epoch(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_nanos() as u64
}

/// The routes of orders.
fn routes(inventory: Inventory) -> Router {
    Router::new()
        .route("/orders/{id}", get(order))
        .layer(middleware::from_fn(trace))
        .with_state(inventory)
}

/// The SERVER span of each request.
async fn trace(request: Request, next: Next) -> Response {
    let span = info_span!("GET /orders/{id}", otel.kind = "server");
    // A failure is no reason not to answer.
    let _ = span.set_parent(extract(request.headers()));
    next.run(request).instrument(span).await
}

/// `GET /orders/{id}`: one laptop, at inventory's price.
async fn order(State(inventory): State<Inventory>, id: OrderId, user: UserId) -> Result<Json<Order>, Error> {
    info!("getOrder {id}");
    let price = price_of(&inventory).await?;
    Ok(Json(Order::new(id, user, price)))
}

/// Asks inventory, in a CLIENT span whose ids go with the call.
async fn price_of(inventory: &Inventory) -> Result<u64, Error> {
    let span = info_span!("GET", otel.kind = "client");
    let headers = inject(&span.context());
    inventory.price("laptop", headers).instrument(span).await
}
