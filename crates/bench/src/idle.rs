//! Telemetry that does nothing, where another tracer or none is measured.

use telemetry::{Config, Telemetry, config::ExporterKind};

/// Neither lines nor spans: its layer is not installed.
pub fn telemetry() -> anyhow::Result<Telemetry> {
    let mut config = Config::default();
    config.delivery.exporter = ExporterKind::None;
    Ok(Telemetry::build("bench", &config)?.0)
}
