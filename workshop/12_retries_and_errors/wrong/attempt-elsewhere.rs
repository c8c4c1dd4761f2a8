//! Orders, with tracing made by hand. Inventory is restarted now and then, so orders tries up to three times.

use axum::{Json, Router, extract::State, http::HeaderMap, routing::get};
use kit::{
    Order,
    hand::{Context, Kind, Tracer, extract, inject},
};
use service::{Error, OrderId, UserId};

/// So many times inventory is asked.
const ATTEMPTS: usize = 3;

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
    let price = price_of(&tracer, span.context()).await;
    match &price {
        Ok(_) => tracer.end(span),
        Err(error) => tracer.fail(span, &error.to_string()),
    }
    Ok(Json(Order::new(id, user, price?)))
}

/// Asks inventory, up to three times.
async fn price_of(tracer: &Tracer, parent: &Context) -> Result<u64, Error> {
    for _ in 1..ATTEMPTS {
        let call = tracer.begin(Some(parent), Kind::Client, "get");
        let price = tracer.price(inject(call.context())).await;
        if price.is_ok() {
            tracer.end(call);
            return price;
        }
        tracer.fail(call, "failed");
    }
    tracer.price(HeaderMap::new()).await
}
