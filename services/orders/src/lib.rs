//! Orders, the middle hop: what a user ordered, at inventory's prices.
//!
//! ```text
//! gateway → orders → inventory    GET /users/{name}/items
//!                                 GET /orders/{id}    with the header `userid`
//! ```

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use service::BaseUrl;
use telemetry::Telemetry;

use crate::inventory::Inventory;

/// The two routes.
mod routes;

/// Calls of inventory.
mod inventory;

/// Settings of orders.
#[derive(clap::Args, Clone, Debug)]
#[command(mut_arg("mdc_propagate", |names| names.default_value(service::MDC_NAMES).hide_default_value(false)))]
pub struct Config {
    /// Where to listen. Port 0 takes a free one; the first line says which.
    #[arg(long, env = "LISTEN_ADDR", default_value = "127.0.0.1:8082")]
    pub listen_addr: SocketAddr,

    /// Where inventory is.
    #[arg(long, env = "INVENTORY_URL", default_value = "http://127.0.0.1:8083")]
    pub inventory_url: BaseUrl,

    /// The name under which inventory reports its spans.
    #[arg(
        long,
        env = "INVENTORY_NAME",
        value_name = "NAME",
        default_value = "inventory"
    )]
    pub inventory_name: String,

    /// Time that inventory may take, in milliseconds. Less than the gateway waits for us, so that we can still say
    /// what went wrong.
    #[arg(long, env = "DOWNSTREAM_TIMEOUT_MS", default_value_t = 1500, value_parser = clap::value_parser!(u32).range(1..=3_600_000))]
    pub downstream_timeout_ms: u32,

    /// Stop when standard input closes, and not on Ctrl-C. For a parent that starts this service.
    #[arg(long)]
    pub until_stdin_closes: bool,

    /// Traces and log lines.
    #[command(flatten)]
    pub telemetry: telemetry::Config,
}

/// Serves orders until it is told to stop.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let stop = service::stop::requested(config.until_stdin_closes)?;
    let listener = service::bind(config.listen_addr).await?;
    let telemetry = Telemetry::start("orders", &config.telemetry)?;
    let deadline = Duration::from_millis(config.downstream_timeout_ms.into());
    let inventory =
        Inventory::new(config.inventory_url, deadline, &telemetry)?.reporting_as(config.inventory_name);
    service::serve(listener, router(inventory, &telemetry), stop, telemetry).await
}

/// The routes of orders, traced.
pub fn router(inventory: Inventory, telemetry: &Telemetry) -> Router {
    let routes = Router::new()
        .route("/users/{name}/items", get(routes::user_items))
        .route("/orders/{id}", get(routes::order))
        .with_state(inventory);
    service::app("orders", routes, telemetry)
}
