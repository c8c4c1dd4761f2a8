//! Orders, between the gateway and inventory. Its log lines are events of `tracing`: the layer writes each with the ids of the
//! span that is current.

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
async fn order(State(inventory): State<Inventory>, id: OrderId, user: UserId) -> Result<Json<Order>, Error> {
    tracing::info!("getOrder {id}");
    let price = price_of(&inventory).await?;
    tracing::info!("order {id} comes to {price}");
    Ok(Json(Order::new(id, user, price)))
}

/// Asks inventory.
async fn price_of(inventory: &Inventory) -> Result<u64, Error> {
    tracing::info!("asking inventory for the price of a laptop");
    inventory.price("laptop").await
}
