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
    let wanted = basket(&name);
    let mut names: Vec<&str> = wanted.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    let known = inventory.items(&names).await?;
    let known = |name: &str| known.iter().find(|item| item.name == name);
    let items = wanted.into_iter().filter_map(|(name, quantity)| {
        let item = known(name)?;
        Some(UserItem::new(item.name.clone(), quantity))
    });
    let items: Vec<UserItem> = items.collect();
    Ok(Json(items))
}
