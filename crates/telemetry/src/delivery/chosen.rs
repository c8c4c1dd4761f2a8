//! The sink that the settings name.

use std::sync::Arc;

#[cfg(feature = "opentelemetry-zipkin")]
use super::stock;
use super::{
    otlp::Otlp,
    settings::{DeliverySettings, ExporterKind},
    zipkin::Zipkin,
};
use crate::{error::StartError, sink::Sink};

/// Starts the sink that the settings name, for the spans of the service `name`; none where none are sent.
///
/// # Errors
/// No HTTP client or thread can be had, or this build leaves out what is asked for.
pub(crate) fn start(name: &str, settings: &DeliverySettings) -> Result<Option<Arc<dyn Sink>>, StartError> {
    Ok(Some(match settings.exporter {
        ExporterKind::None => return Ok(None),
        #[cfg(feature = "opentelemetry-zipkin")]
        ExporterKind::OpentelemetryZipkin => Arc::new(stock::start(name, settings)?),
        #[cfg(not(feature = "opentelemetry-zipkin"))]
        ExporterKind::OpentelemetryZipkin => {
            return Err(StartError::LeftOut {
                exporter: "opentelemetry-zipkin",
                feature: "opentelemetry-zipkin",
            });
        }
        ExporterKind::Otlp => Arc::new(Otlp::start(name, settings)?),
        ExporterKind::Zipkin | ExporterKind::ZipkinKafka | ExporterKind::Console => {
            Arc::new(Zipkin::start(name, settings)?)
        }
    }))
}
