//! The two routes: what we know is what was ordered and how many, the rest is inventory's.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use service::{Error, OrderId, UserId, UserName};

use crate::inventory::Inventory;

/// Some of one item.
#[derive(Debug, Serialize)]
pub struct UserItem {
    name: String,
    quantity: u64,
}

/// An order of one item.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    item: String,
    price_per_item: u64,
    quantity: u64,
    total_price: u64,
    id: i32,
    user: String,
}

/// `GET /users/{name}/items`. Everybody has one computer and two mice, as long as inventory knows them.
pub async fn user_items(
    State(inventory): State<Inventory>,
    name: UserName,
) -> Result<Json<[UserItem; 2]>, Error> {
    tracing::info!("getItems {name}");
    let [computer, mouse] = inventory.items(["computer", "mouse"]).await?;
    tracing::info!(
        "{name} has computers at {} and mice at {}",
        computer.price,
        mouse.price
    );

    Ok(Json([
        UserItem {
            name: computer.name,
            quantity: 1,
        },
        UserItem {
            name: mouse.name,
            quantity: 2,
        },
    ]))
}

/// `GET /orders/{id}`. Every order is one laptop, for whoever asks.
pub async fn order(
    State(inventory): State<Inventory>,
    id: OrderId,
    user: UserId,
) -> Result<Json<Order>, Error> {
    tracing::info!("getOrder {id}");
    let [laptop] = inventory.items(["laptop"]).await?;
    let quantity = 1;
    let total_price = laptop.price * quantity;
    tracing::info!("order {id} comes to {total_price}");

    Ok(Json(Order {
        item: laptop.name,
        price_per_item: laptop.price,
        quantity,
        total_price,
        id: id.0,
        user: user.into_string(),
    }))
}
