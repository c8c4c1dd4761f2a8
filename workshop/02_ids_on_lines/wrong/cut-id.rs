//! Orders, between the gateway and inventory. Its log lines are good to read, one request at a time.

use axum::{Json, Router, extract::State, routing::get};
use kit::{Inventory, Order};
use service::{Error, OrderId, UserId};
use telemetry::Telemetry;

/// The routes of orders.
pub fn routes(inventory: Inventory, _telemetry: &Telemetry) -> Router {
    Router::new()
        .route("/orders/{id}", get(order))
        .with_state(inventory)
}

/// `GET /orders/{id}`: one laptop, at inventory's price.
async fn order(
    State(inventory): State<Inventory>,
    headers: axum::http::HeaderMap,
    id: OrderId,
    user: UserId,
) -> Result<Json<Order>, Error> {
    let trace = trace_of(&headers);
    log(&trace, &format!("getOrder {id}"));
    let price = price_of(&inventory, &trace).await?;
    log(&trace, &format!("order {id} comes to {price}"));
    Ok(Json(Order::new(id, user, price)))
}

/// Asks inventory.
async fn price_of(inventory: &Inventory, trace: &str) -> Result<u64, Error> {
    log(trace, "asking inventory for the price of a laptop");
    inventory.price("laptop").await
}

/// Writes one line, as this service has always done it.
fn log(trace: &str, message: &str) {
    println!("INFO orders [{trace}] : {message}");
}

fn trace_of(headers: &axum::http::HeaderMap) -> String {
    headers
        .get("x-b3-traceid")
        .and_then(|v| v.to_str().ok())
        .unwrap_or("-")
        .chars()
        .take(8)
        .collect()
}
