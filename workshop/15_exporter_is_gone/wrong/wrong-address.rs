//! Orders with OpenTelemetry's SDK, after its upgrade: the Zipkin exporter is gone, and OTLP is what is left.

use std::env;

use axum::{
    Json, Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use kit::{
    Order,
    otel::{Inventory, OtlpExporter, extract, inject, serve_exported},
};
use service::{Error, OrderId, UserId};
use tracing::{Instrument as _, info, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Serves orders until it is told to stop.
pub async fn serve() -> anyhow::Result<()> {
    serve_exported(exporter()?, routes).await
}

/// Where spans go. Before the upgrade: `ZipkinExporter::builder().with_collector_endpoint(zipkin)`.
fn exporter() -> anyhow::Result<OtlpExporter> {
    Ok(OtlpExporter::new("http://127.0.0.1:1/v1/traces")?.with_service_name("orders"))
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
