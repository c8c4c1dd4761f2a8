//! The gateway, the edge: the two routes that a user calls. It puts on each request who asked, and for which order.
//!
//! ```text
//! you → gateway → orders → inventory    GET /users/{name}
//!                                       GET /orders/{id}    with the header `userid`
//! ```

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use service::BaseUrl;
use telemetry::Telemetry;

use crate::orders::Orders;

/// The two routes.
mod routes;

/// Calls of orders.
mod orders;

/// Settings of the gateway.
#[derive(clap::Args, Clone, Debug)]
#[command(mut_arg("mdc_propagate", |names| names.default_value(service::MDC_NAMES).hide_default_value(false)))]
pub struct Config {
    /// Where to listen. Port 0 takes a free one; the first line says which.
    #[arg(long, env = "LISTEN_ADDR", default_value = "127.0.0.1:8081")]
    pub listen_addr: SocketAddr,

    /// Where orders is.
    #[arg(long, env = "ORDERS_URL", default_value = "http://127.0.0.1:8082")]
    pub orders_url: BaseUrl,

    /// The name under which orders reports its spans.
    #[arg(long, env = "ORDERS_NAME", value_name = "NAME", default_value = "orders")]
    pub orders_name: String,

    /// Time that orders may take, in milliseconds. More than orders waits for inventory, so that it can still say
    /// what went wrong.
    #[arg(long, env = "DOWNSTREAM_TIMEOUT_MS", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=3_600_000))]
    pub downstream_timeout_ms: u32,

    /// Stop when standard input closes, and not on Ctrl-C. For a parent that starts this service.
    #[arg(long)]
    pub until_stdin_closes: bool,

    /// Traces and log lines.
    #[command(flatten)]
    pub telemetry: telemetry::Config,
}

/// Serves the gateway until it is told to stop.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let stop = service::stop::requested(config.until_stdin_closes)?;
    let listener = service::bind(config.listen_addr).await?;
    let telemetry = Telemetry::start("gateway", &config.telemetry)?;
    let deadline = Duration::from_millis(config.downstream_timeout_ms.into());
    let orders = Orders::new(config.orders_url, deadline, &telemetry)?.reporting_as(config.orders_name);
    service::serve(listener, router(orders, &telemetry), stop, telemetry).await
}

/// The routes of the gateway, traced.
pub fn router(orders: Orders, telemetry: &Telemetry) -> Router {
    let routes = Router::new()
        .route("/users/{name}", get(routes::user))
        .route("/orders/{id}", get(routes::order))
        .with_state(orders);
    service::app("gateway", routes, telemetry)
}
