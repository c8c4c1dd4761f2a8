//! The shared parts of the three services: a subscriber with two layers, and a server.

use std::{env, error::Error};

use axum::Router;
use telemetry::{Config, Telemetry, stop};
use tokio::net::TcpListener;
use tracing_subscriber::{
    EnvFilter, Layer as _, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// Lines with ids on standard output, spans to `ZIPKIN`, and beside them the application's own lines, which `RUST_LOG` filters, on
/// standard error.
pub fn start(name: &str) -> Result<Telemetry, Box<dyn Error>> {
    let mut config = Config::default().with_mdc_propagate(["userId"]);
    if let Ok(zipkin) = env::var("ZIPKIN") {
        config = config.with_zipkin_endpoint(zipkin.parse()?);
    }
    let (telemetry, layer) = Telemetry::build(name, &config)?;
    let own = fmt::layer().with_ansi(false).with_writer(std::io::stderr);
    let own = own.with_filter(EnvFilter::from_default_env());
    tracing_subscriber::registry().with(layer).with(own).init();
    Ok(telemetry)
}

/// Serves until Ctrl-C or SIGTERM, and delivers the spans that wait.
pub async fn serve(telemetry: &Telemetry, routes: Router) -> Result<(), Box<dyn Error>> {
    let stop = stop::requested()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    telemetry.announce_start(listener.local_addr()?);
    axum::serve(listener, routes).with_graceful_shutdown(stop).await?;
    telemetry.shutdown().await;
    Ok(())
}
