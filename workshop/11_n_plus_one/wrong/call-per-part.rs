//! Orders, between the gateway and inventory. Everybody's basket is checked against inventory before it is shown.

use axum::{Json, Router, extract::State, routing::get};
use kit::{Inventory, UserItem, basket};
use service::{Error, UserName};
use telemetry::Telemetry;

/// The routes of orders.
pub fn routes(inventory: Inventory, _telemetry: &Telemetry) -> Router {
    Router::new()
        .route("/users/{name}/items", get(user_items))
        .with_state(inventory)
}

/// `GET /users/{name}/items`: what is in the user's basket, as inventory knows it.
async fn user_items(
    State(inventory): State<Inventory>,
    name: UserName,
) -> Result<Json<Vec<UserItem>>, Error> {
    tracing::info!("getItems {name}");
    let basket = basket(&name);
    let mut items = Vec::new();
    for part in basket.chunks(3) {
        let names: Vec<&str> = part.iter().map(|(name, _)| *name).collect();
        let found = inventory.items(&names).await?;
        items.extend(
            found
                .into_iter()
                .zip(part)
                .map(|(item, (_, quantity))| UserItem::new(item.name, *quantity)),
        );
    }
    Ok(Json(items))
}
