//! Orders with tracing-opentelemetry, as many teams have it: a middleware for the SERVER span, a function for the CLIENT span.

use axum::{
    Json, Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use kit::{
    Order,
    otel::{Inventory, extract, inject},
};
use service::{Error, OrderId, UserId};
use tracing::{Instrument as _, info, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The routes of orders.
pub fn routes(inventory: Inventory) -> Router {
    Router::new()
        .route("/orders/{id}", get(order))
        .layer(middleware::from_fn(trace))
        .with_state(inventory)
}

/// The SERVER span of each request, in a span that has joined.
async fn trace(request: Request, next: Next) -> Response {
    let outer = info_span!("request");
    let _ = outer.set_parent(extract(request.headers()));
    let handled = async move {
        info!("a request comes in");
        let span = info_span!("GET /orders/{id}", otel.kind = "server");
        next.run(request).instrument(span).await
    };
    handled.instrument(outer).await
}

/// `GET /orders/{id}`: one laptop, at inventory's price.
async fn order(State(inventory): State<Inventory>, id: OrderId, user: UserId) -> Result<Json<Order>, Error> {
    info!("getOrder {id}");
    let price = price_of(&inventory).await?;
    info!("order {id} comes to {price}");
    Ok(Json(Order::new(id, user, price)))
}

/// Asks inventory, in a CLIENT span whose ids go with the call.
async fn price_of(inventory: &Inventory) -> Result<u64, Error> {
    let span = info_span!("GET", otel.kind = "client");
    let headers = inject(&span.context());
    inventory.price("laptop", headers).instrument(span).await
}
