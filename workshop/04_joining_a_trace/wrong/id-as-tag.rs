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
use opentelemetry::trace::TraceContextExt as _;
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

/// The SERVER span of each request, with the caller's trace id.
async fn trace(request: Request, next: Next) -> Response {
    let caller = extract(request.headers());
    let trace_id = caller.span().span_context().trace_id().to_string();
    let span = info_span!("GET /orders/{id}", otel.kind = "server", trace_id);
    let handled = async move {
        info!("a request comes in");
        next.run(request).await
    };
    handled.instrument(span).await
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
