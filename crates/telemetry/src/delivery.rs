//! Ended spans on their way to Zipkin.

/// Ended spans that wait.
pub mod queue;

/// Spans that leave together.
mod batch;

/// What became of the spans.
mod counts;

/// What became of one attempt.
mod attempt;

/// Where batches go.
mod destination;

/// The queue and the thread that empties it.
pub(crate) mod handle;

/// Where spans go, by setting.
mod settings;

/// Texts of settings.
#[cfg(feature = "clap")]
mod arguments;

/// Batches on their way, each tried until it arrives or has to give way.
pub mod exporter;

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
