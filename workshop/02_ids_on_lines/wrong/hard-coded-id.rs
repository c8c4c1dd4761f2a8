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
async fn order(State(inventory): State<Inventory>, id: OrderId, user: UserId) -> Result<Json<Order>, Error> {
    log(&format!("getOrder {id}"));
    let price = price_of(&inventory).await?;
    log(&format!("order {id} comes to {price}"));
    Ok(Json(Order::new(id, user, price)))
}

/// Asks inventory.
async fn price_of(inventory: &Inventory) -> Result<u64, Error> {
    log("asking inventory for the price of a laptop");
    inventory.price("laptop").await
}

/// Writes one line, with an id.
fn log(message: &str) {
    println!("INFO orders [0af7651916cd43dd8448eb211c80319c] : {message}");
}
