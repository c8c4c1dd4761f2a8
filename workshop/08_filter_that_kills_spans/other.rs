//! Orders with the telemetry crate. The log became too loud, so operations set `RUST_LOG=warn,audit=info`: warnings, and who
//! ordered.

use axum::{Json, Router, extract::State, routing::get};
use kit::{Inventory, Order, work};
use service::{Error, OrderId, UserId};
use telemetry::Telemetry;
use tracing::{debug, info, warn};

/// Orders that cost as much are watched.
const LIMIT: u64 = 100;

/// Serves orders until it is told to stop. Spans of INFO and above are kept, whatever `RUST_LOG` says.
pub async fn serve() -> anyhow::Result<()> {
    kit::serve_traced(routes).await
}

/// The routes of orders.
fn routes(inventory: Inventory, _telemetry: &Telemetry) -> Router {
    Router::new()
        .route("/orders/{id}", get(order))
        .with_state(inventory)
}

/// `GET /orders/{id}`: one laptop, at inventory's price. The sum is checked by a library, which has a span of its own.
async fn order(State(inventory): State<Inventory>, id: OrderId, user: UserId) -> Result<Json<Order>, Error> {
    info!("getOrder {id}");
    info!(target: "audit", "{} ordered {id}", user.as_str());
    debug!("asking inventory for the price");
    let price = inventory.price("laptop").await?;
    work::check_sum(id.0);
    if price >= LIMIT {
        warn!("order {id} reaches the limit");
    }
    Ok(Json(Order::new(id, user, price)))
}
