//! The layer beside those of the application: `fmt` writes the lines, filtered by an `EnvFilter`, and ours keeps the spans.
//!
//! ```sh
//! RUST_LOG=debug cargo run -p three-hops-telemetry --example own_subscriber
//! ```

use std::error::Error;

use telemetry::{Config, Telemetry, config::ExporterKind, trace_id};
use tracing::{debug, info, info_span};
use tracing_subscriber::{
    EnvFilter, Layer as _, filter::LevelFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut config = Config::default().with_exporter(ExporterKind::Console);
    config.lines.log_filter = "off".parse()?; // `fmt` writes them
    let (telemetry, layer) = Telemetry::build("nightly", &config)?;

    // Around `fmt` alone: around both layers, it would hide spans from ours.
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into());
    let lines = fmt::layer().without_time().with_filter(filter.from_env_lossy());
    tracing_subscriber::registry().with(layer).with(lines).init();

    info_span!("sweep", shelf = 7).in_scope(|| {
        debug!("begins");
        info!(trace_id = trace_id().map(tracing::field::display), "swept");
    });
    telemetry.shutdown().await;
    Ok(())
}
