//! Ended spans on their way to Zipkin.

/// Where every span leaves.
pub(crate) mod outlet;

/// The end of delivery.
pub(crate) mod handle;

/// The sink that the settings name.
pub(crate) mod chosen;

/// Sinks of applications.
pub(crate) mod silent;

/// The sink that sends Zipkin's JSON.
mod zipkin;

/// A span as Zipkin's JSON.
pub(crate) mod json;

/// The sink that speaks OpenTelemetry's protocol.
mod otlp;

/// Ended spans that wait.
mod queue;

/// Spans that leave together.
mod batch;

/// Spans that leave together, as JSON.
mod list;

/// Spans that no longer wait.
mod tallies;

/// The outcome of one attempt.
mod attempt;

/// Where batches go.
mod destination;

/// A queue and the thread that empties it.
mod sender;

/// The ways of a JSON list.
mod way;

/// Where spans go, by setting.
mod settings;

/// Values that settings may have.
mod values;

/// Batches on their way, each tried until it arrives or has to give way.
mod exporter;

/// When to come again.
mod retry_after;

/// Over HTTP.
mod post;

/// Over TLS.
#[cfg(feature = "rustls")]
mod tls;

/// Through Kafka.
#[cfg(feature = "kafka")]
mod kafka;

/// On standard error.
mod console;

/// Lines about drops.
mod report;

/// The sink for exporters of OpenTelemetry.
#[cfg(feature = "opentelemetry")]
pub(crate) mod opentelemetry;

/// The crate `opentelemetry-zipkin`.
#[cfg(feature = "opentelemetry-zipkin")]
mod stock;

pub use otlp::settings::OtlpSettings;
pub use settings::{DeliverySettings, ExporterKind};
