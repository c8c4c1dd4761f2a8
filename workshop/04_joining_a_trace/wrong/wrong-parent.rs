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
use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState},
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

/// The SERVER span of each request, in the caller's trace.
async fn trace(request: Request, next: Next) -> Response {
    let span = info_span!("GET /orders/{id}", otel.kind = "server");
    let caller = extract(request.headers());
    let caller = SpanContext::new(
        caller.span().span_context().trace_id(),
        SpanId::from_bytes([7; 8]),
        TraceFlags::SAMPLED,
        true,
        TraceState::NONE,
    );
    let _ = span.set_parent(Context::new().with_remote_span_context(caller));
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
