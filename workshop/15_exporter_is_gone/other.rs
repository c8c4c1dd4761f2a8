//! Orders with the telemetry crate, after the SDK's upgrade: it has an exporter for Zipkin of its own.

use axum::{Json, Router, extract::State, routing::get};
use kit::{Inventory, Order};
use service::{Error, OrderId, UserId};
use telemetry::Telemetry;
use tracing::info;

/// Serves orders until it is told to stop. Spans go to `OTEL_EXPORTER_ZIPKIN_ENDPOINT` in Zipkin's JSON, unless
/// `OTEL_TRACES_EXPORTER` says otherwise: `otlp` would send them to `OTEL_EXPORTER_OTLP_ENDPOINT`.
pub async fn serve() -> anyhow::Result<()> {
    kit::serve_traced(routes).await
}

/// The routes of orders.
fn routes(inventory: Inventory, _telemetry: &Telemetry) -> Router {
    Router::new()
        .route("/orders/{id}", get(order))
        .with_state(inventory)
}

/// `GET /orders/{id}`: one laptop, at inventory's price.
async fn order(State(inventory): State<Inventory>, id: OrderId, user: UserId) -> Result<Json<Order>, Error> {
    info!("getOrder {id}");
    let price = inventory.price("laptop").await?;
    Ok(Json(Order::new(id, user, price)))
}
