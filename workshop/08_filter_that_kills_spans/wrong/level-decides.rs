//! Orders with tracing-opentelemetry. The log became too loud, so operations set `RUST_LOG=warn,audit=info`: warnings, and who
//! ordered.

use axum::{
    Json, Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use kit::{
    Order,
    otel::{Inventory, extract, inject, serve_subscribed},
    work,
};
use opentelemetry_sdk::trace::SdkTracer;
use service::{Error, OrderId, UserId};
use tracing::{Instrument as _, debug, info, warn, warn_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _};

/// Orders that cost as much are watched.
const LIMIT: u64 = 100;

/// Serves orders until it is told to stop.
pub async fn serve() -> anyhow::Result<()> {
    serve_subscribed(subscribe, routes).await
}

/// Lines to standard output and spans to Zipkin, as `RUST_LOG` has it: spans are warnings.
fn subscribe(tracer: SdkTracer) -> anyhow::Result<()> {
    let lines = tracing_subscriber::fmt::layer().with_ansi(false);
    let spans = tracing_opentelemetry::layer().with_tracer(tracer);
    let subscriber = tracing_subscriber::registry()
        .with(EnvFilter::from_default_env())
        .with(lines)
        .with(spans);
    tracing::subscriber::set_global_default(subscriber)?;
    Ok(())
}

/// The routes of orders.
fn routes(inventory: Inventory) -> Router {
    Router::new()
        .route("/orders/{id}", get(order))
        .layer(middleware::from_fn(trace))
        .with_state(inventory)
}

/// The SERVER span of each request.
async fn trace(request: Request, next: Next) -> Response {
    let span = warn_span!("GET /orders/{id}", otel.kind = "server");
    // A failure is no reason not to answer.
    let _ = span.set_parent(extract(request.headers()));
    next.run(request).instrument(span).await
}

/// `GET /orders/{id}`: one laptop, at inventory's price. The sum is checked by a library, which has a span of its own.
async fn order(State(inventory): State<Inventory>, id: OrderId, user: UserId) -> Result<Json<Order>, Error> {
    info!("getOrder {id}");
    info!(target: "audit", "{} ordered {id}", user.as_str());
    let price = price_of(&inventory).await?;
    warn_span!("check sum").in_scope(|| work::check_sum(id.0));
    if price >= LIMIT {
        warn!("order {id} reaches the limit");
    }
    Ok(Json(Order::new(id, user, price)))
}

/// Asks inventory, in a CLIENT span whose ids go with the call.
async fn price_of(inventory: &Inventory) -> Result<u64, Error> {
    debug!("asking inventory for the price");
    let span = warn_span!("GET", otel.kind = "client");
    let headers = inject(&span.context());
    inventory.price("laptop", headers).instrument(span).await
}
