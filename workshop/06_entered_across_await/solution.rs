//! Orders, with tracing made by hand: the context of a request lies in a task-local, which goes with the task from thread to thread
//! and is there whenever the task runs.

use std::time::Duration;

use axum::{Json, Router, extract::State, http::HeaderMap, routing::get};
use kit::{
    Order,
    hand::{Context, Kind, Tracer, extract, inject},
};
use service::{Error, OrderId, UserId};

tokio::task_local! {
    /// The context of the request that this task serves.
    static CURRENT: Context;
}

/// The context of the request that this task serves.
fn current() -> Option<Context> {
    CURRENT.try_with(Clone::clone).ok()
}

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
    let handled = async {
        log(&format!("getOrder {id}"));
        my_turn().await;
        let price = price_of(&tracer).await;
        log(&format!("order {id} was priced"));
        price
    };
    let price = CURRENT.scope(span.context().clone(), handled).await;
    tracer.end(span);
    Ok(Json(Order::new(id, user, price?)))
}

/// Inventory wants us to come one after the other, a few milliseconds apart.
async fn my_turn() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

/// Asks inventory, in a CLIENT span below the current one.
async fn price_of(tracer: &Tracer) -> Result<u64, Error> {
    let call = tracer.begin(current().as_ref(), Kind::Client, "get");
    let price = tracer.price(inject(call.context())).await;
    tracer.end(call);
    price
}

/// Writes one line, with the id of the current trace.
fn log(message: &str) {
    let id = current().map(|context| context.trace_id).unwrap_or_default();
    println!("INFO orders [{id}] : {message}");
}
