//! Orders with OpenTelemetry's SDK, after its upgrade: the Zipkin exporter is gone, and OTLP is what is left.

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
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};
use service::{Error, OrderId, UserId};
use tracing::{Instrument as _, info, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Serves orders until it is told to stop.
pub async fn serve() -> anyhow::Result<()> {
    serve_exported(Nowhere, routes).await
}

/// Since the upgrade the exporter only fills the log with errors.
#[derive(Debug)]
struct Nowhere;

impl SpanExporter for Nowhere {
    async fn export(&self, _batch: Vec<SpanData>) -> OTelSdkResult {
        Ok(())
    }
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
