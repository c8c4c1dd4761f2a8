//! Orders with tracing-opentelemetry, as many teams have it. Who asks, and for which order, is to be found on the span and on each line.

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
use tracing::{Instrument as _, Span, field, info, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The routes of orders.
pub fn routes(inventory: Inventory) -> Router {
    Router::new()
        .route("/orders/{id}", get(order))
        .layer(middleware::from_fn(trace))
        .with_state(inventory)
}

/// The SERVER span of each request.
async fn trace(request: Request, next: Next) -> Response {
    let span = info_span!(
        "GET /orders/{id}",
        otel.kind = "server",
        userId = field::Empty,
        orderId = field::Empty
    );
    // A failure is no reason not to answer.
    let _ = span.set_parent(extract(request.headers()));
    next.run(request).instrument(span).await
}

/// `GET /orders/{id}`: one laptop, at inventory's price.
async fn order(State(inventory): State<Inventory>, id: OrderId, user: UserId) -> Result<Json<Order>, Error> {
    let span = Span::current();
    span.record("userId", field::debug(user.as_str()));
    span.record("orderId", id.0);
    info!("getOrder {id}");
    let price = price_of(&inventory).await?;
    info!("the order comes to {price}");
    Ok(Json(Order::new(id, user, price)))
}

/// Asks inventory, in a CLIENT span whose ids go with the call.
async fn price_of(inventory: &Inventory) -> Result<u64, Error> {
    info!("asking inventory for the price");
    let span = info_span!("GET", otel.kind = "client");
    let headers = inject(&span.context());
    inventory.price("laptop", headers).instrument(span).await
}
