//! Orders, between the gateway and inventory. Three pieces of work leave the handler's task: one for a task of its own, one for a
//! thread where it may block, one for a thread of its own.

use std::thread;

use axum::{Json, Router, extract::State, routing::get};
use kit::{Inventory, Order, work};
use service::{Error, OrderId, UserId};
use telemetry::Telemetry;
use tokio::task;
use tracing::{Instrument as _, info_span};

/// The routes of orders.
pub fn routes(inventory: Inventory, _telemetry: &Telemetry) -> Router {
    Router::new()
        .route("/orders/{id}", get(order))
        .with_state(inventory)
}

/// `GET /orders/{id}`: one laptop, at inventory's price, with a receipt, a checked sum and a printed label.
async fn order(State(inventory): State<Inventory>, id: OrderId, user: UserId) -> Result<Json<Order>, Error> {
    tracing::info!("getOrder {id}");
    let price = inventory.price("laptop").await?;

    let number = id.0;
    let span = info_span!("receipt");
    let receipt = task::spawn(work::write_receipt(number).instrument(span));
    let span = info_span!("sum");
    let sum = task::spawn_blocking(move || span.in_scope(|| work::check_sum(number)));
    let span = info_span!("label");
    let label = thread::spawn(move || span.in_scope(|| work::print_label(number)));
    // Nobody's answer depends on them.
    drop((receipt.await, sum.await, label));

    Ok(Json(Order::new(id, user, price)))
}
