//! Ended spans on their way to Zipkin.

/// Where every span leaves.
pub(crate) mod outlet;

/// How delivery ends.
pub(crate) mod handle;

/// The sink that the settings name.
pub(crate) mod chosen;

/// Sinks of applications.
pub(crate) mod silent;

/// The sink that sends Zipkin's JSON.
mod zipkin;

/// A span as Zipkin's JSON.
pub(crate) mod json;

/// Ended spans that wait.
mod queue;

/// Spans that leave together.
mod batch;

/// Spans that no longer wait.
mod tallies;

/// What became of one attempt.
mod attempt;

/// Where batches go.
mod destination;

/// Where spans go, by setting.
mod settings;

/// Texts of settings.
#[cfg(feature = "clap")]
mod arguments;

/// Batches on their way, each tried until it arrives or has to give way.
mod exporter;

/// Over HTTP.
mod post;

/// Through Kafka.
#[cfg(feature = "kafka")]
mod kafka;

/// On standard error.
mod console;

/// What the log is told of drops.
mod report;

/// The crate `opentelemetry-zipkin`, fed from our spans.
#[cfg(feature = "opentelemetry-zipkin")]
mod opentelemetry;

pub use settings::{DeliverySettings, ExporterKind};
