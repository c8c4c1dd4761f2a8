//! Orders, with tracing made by hand: the context of a request is an argument of whatever works for it.

use std::time::Duration;

use axum::{Json, Router, extract::State, http::HeaderMap, routing::get};
use kit::{
    Order,
    hand::{Context, Kind, Tracer, extract, inject},
};
use service::{Error, OrderId, UserId};

/// The routes of orders.
pub fn routes(tracer: Tracer) -> Router {
    Router::new().route("/orders/{id}", get(order)).with_state(tracer)
}

/// `GET /orders/{id}`: one laptop, at inventory's price, in a SERVER span.
async fn order(
    State(tracer): State<Tracer>,
    headers: HeaderMap,
    id: OrderId,
    user: UserId,
) -> Result<Json<Order>, Error> {
    let span = tracer.begin(extract(&headers).as_ref(), Kind::Server, "get /orders/{id}");
    log(span.context(), &format!("getOrder {id}"));
    my_turn().await;
    let price = price_of(&tracer, span.context()).await;
    log(span.context(), &format!("order {id} was priced"));
    tracer.end(span);
    Ok(Json(Order::new(id, user, price?)))
}

/// Inventory wants us to come one after the other, a few milliseconds apart.
async fn my_turn() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

/// Asks inventory, in a CLIENT span below another.
async fn price_of(tracer: &Tracer, parent: &Context) -> Result<u64, Error> {
    let call = tracer.begin(Some(parent), Kind::Client, "get");
    let price = tracer.price(inject(call.context())).await;
    tracer.end(call);
    price
}

/// Writes one line, with the id of its trace.
fn log(context: &Context, message: &str) {
    let id = &context.trace_id;
    println!("INFO orders [{id}] : {message}");
}
