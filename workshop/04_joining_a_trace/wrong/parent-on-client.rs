//! Orders with tracing-opentelemetry, as many teams have it: a middleware for the SERVER span, a function for the CLIENT span.

use axum::{
    Json, Router,
    extract::{Request, State},
    http::HeaderMap,
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use kit::{
    Order,
    otel::{Inventory, extract, inject},
};
use service::{Error, OrderId, UserId};
use tracing::{Instrument as _, Span, info, info_span};
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
    let span = info_span!("GET /orders/{id}", otel.kind = "server");
    let handled = async move {
        info!("a request comes in");
        let caller = extract(request.headers());
        // A failure is no reason not to answer.
        let _ = Span::current().set_parent(caller);
        next.run(request).await
    };
    handled.instrument(span).await
}

/// `GET /orders/{id}`: one laptop, at inventory's price.
async fn order(
    State(inventory): State<Inventory>,
    id: OrderId,
    user: UserId,
    incoming: HeaderMap,
) -> Result<Json<Order>, Error> {
    info!("getOrder {id}");
    let price = price_of(&inventory, &incoming).await?;
    info!("order {id} comes to {price}");
    Ok(Json(Order::new(id, user, price)))
}

/// Asks inventory, in a CLIENT span whose ids go with the call.
async fn price_of(inventory: &Inventory, incoming: &HeaderMap) -> Result<u64, Error> {
    let span = info_span!(parent: None, "GET", otel.kind = "client");
    let _ = span.set_parent(extract(incoming));
    let headers = inject(&span.context());
    inventory.price("laptop", headers).instrument(span).await
}
