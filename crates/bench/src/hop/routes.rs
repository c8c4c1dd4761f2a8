//! The three handlers: an order, its price, an item. Each writes two lines and has one span of its own.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use service::{BaseUrl, OrderId, UserId};
use tracing::info;

use super::next::Next;
use super::role::Role;
use super::tracer::Tracer;

/// The answer of the gateway and of orders.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    item: String,
    price_per_item: u64,
    quantity: u64,
    total_price: u64,
    id: i32,
    user: String,
}

/// The answer of inventory.
#[derive(Debug, Deserialize, Serialize)]
struct Item {
    name: String,
    price: u64,
    stock: u64,
}

/// The question to inventory.
#[derive(Debug, Deserialize)]
struct Wanted {
    name: String,
}

/// The routes of a service.
pub fn of(role: Role, next: Option<BaseUrl>, tracer: &Tracer) -> anyhow::Result<Router> {
    let next = |name| Next::new(name, next.clone(), tracer);
    Ok(match role {
        Role::Gateway => Router::new()
            .route("/orders/{id}", get(gateway))
            .with_state(next("orders")?),
        Role::Orders => Router::new()
            .route("/orders/{id}", get(orders))
            .with_state(next("inventory")?),
        Role::Inventory => Router::new()
            .route("/items", get(inventory))
            .with_state(tracer.clone()),
    })
}

async fn gateway(
    State(next): State<Next>,
    OrderId(id): OrderId,
    user: UserId,
) -> Result<Json<Order>, StatusCode> {
    let tracer = &next.tracer;
    tracer.put("userId", user.as_str());
    tracer.put("orderId", &id.to_string());
    info!("getOrder {id}");
    let path = format!("/orders/{id}");
    let order: Order = tracer
        .work(next.get(&path, Some(user.as_str())))
        .await
        .map_err(|_| StatusCode::BAD_GATEWAY)?;
    info!("order {id} costs {}", order.total_price);
    Ok(Json(order))
}

async fn orders(
    State(next): State<Next>,
    OrderId(id): OrderId,
    user: UserId,
) -> Result<Json<Order>, StatusCode> {
    info!("getOrder {id}");
    let laptop: Item = next
        .tracer
        .work(next.get("/items?name=laptop", None))
        .await
        .map_err(|_| StatusCode::BAD_GATEWAY)?;
    let quantity = 1;
    let total_price = laptop.price * quantity;
    info!("order {id} comes to {total_price}");
    Ok(Json(Order {
        item: laptop.name,
        price_per_item: laptop.price,
        quantity,
        total_price,
        id,
        user: user.into_string(),
    }))
}

async fn inventory(State(tracer): State<Tracer>, Query(wanted): Query<Wanted>) -> Json<Item> {
    info!("getItems {}", wanted.name);
    let item = tracer.work(async { find(wanted.name) }).await;
    info!("items found: {}", item.stock);
    Json(item)
}

fn find(name: String) -> Item {
    Item {
        name,
        price: 100,
        stock: 7,
    }
}
