//! The two routes. What `mdc::put` is given here is on every later log line of the request, in all three services.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use service::{Error, OrderId, UserId, UserName};
use telemetry::mdc;

use crate::orders::{Item, Order, Orders};

/// A user, and what they have.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    name: String,
    email: &'static str,
    item_list: Vec<Item>,
}

/// `GET /users/{name}`: a list, because the original's is one.
pub async fn user(State(orders): State<Orders>, name: UserName) -> Result<Json<[User; 1]>, Error> {
    mdc::put("userId", name.as_str())?;
    tracing::info!("getUser {name}");
    let item_list = orders.user_items(&name).await?;
    tracing::info!("{name} has {} kinds of item", item_list.len());

    let name = name.into_string();
    Ok(Json([User {
        name,
        email: "myemail@mygoogle.com",
        item_list,
    }]))
}

/// `GET /orders/{id}`, on behalf of the user in the header `userid`.
pub async fn order(State(orders): State<Orders>, id: OrderId, user: UserId) -> Result<Json<Order>, Error> {
    mdc::put("userId", user.as_str())?;
    mdc::put("orderId", id.to_string())?;
    tracing::info!("getOrder {id}");
    let order = orders.order(id, &user).await?;
    tracing::info!("order {id} costs {}", order.total_price);
    Ok(Json(order))
}
