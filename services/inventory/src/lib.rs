//! Inventory, the last hop: names, prices and stock. It calls nobody.
//!
//! ```text
//! gateway → orders → inventory    GET /items?name=computer&name=mouse
//! ```
//!
//! Nothing in here mentions a user or an order, yet its log lines have both: they come with the request.

use std::net::SocketAddr;

use axum::Router;
use axum::routing::get;
use telemetry::Telemetry;

/// The one route.
mod routes;

/// The stock.
mod catalogue;

/// Settings of inventory.
#[derive(clap::Args, Clone, Debug)]
#[command(mut_arg("mdc_propagate", |names| names.default_value(service::MDC_NAMES).hide_default_value(false)))]
pub struct Config {
    /// Where to listen. Port 0 takes a free one; the first line says which.
    #[arg(long, env = "LISTEN_ADDR", default_value = "127.0.0.1:8083")]
    pub listen_addr: SocketAddr,

    /// Stop when standard input closes, and not on Ctrl-C. For a parent that starts this service.
    #[arg(long)]
    pub until_stdin_closes: bool,

    /// Traces and log lines.
    #[command(flatten)]
    pub telemetry: telemetry::Config,
}

/// Serves inventory until it is told to stop.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let stop = service::stop::requested(config.until_stdin_closes)?;
    let listener = service::bind(config.listen_addr).await?;
    let telemetry = Telemetry::start("inventory", &config.telemetry)?;
    service::serve(listener, router(&telemetry), stop, telemetry).await
}

/// The routes of inventory, traced.
pub fn router(telemetry: &Telemetry) -> Router {
    let routes = Router::new().route("/items", get(routes::items));
    service::app("inventory", routes, telemetry)
}
