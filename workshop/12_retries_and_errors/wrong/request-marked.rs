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
    let (price, failures) = price_of(&tracer, span.context()).await;
    if failures == 0 {
        tracer.end(span);
    } else {
        tracer.fail(span, "an attempt failed");
    }
    Ok(Json(Order::new(id, user, price?)))
}

/// Asks inventory, up to three times; and the number of attempts that failed.
async fn price_of(tracer: &Tracer, parent: &Context) -> (Result<u64, Error>, usize) {
    let mut failures = 0;
    loop {
        let call = tracer.begin(Some(parent), Kind::Client, "get");
        let price = tracer.price(inject(call.context())).await;
        let Err(error) = &price else {
            tracer.end(call);
            return (price, failures);
        };
        tracer.fail(call, &error.to_string());
        failures += 1;
        if failures == ATTEMPTS {
            return (price, failures);
        }
    }
}
