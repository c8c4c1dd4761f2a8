//! Where batches go.

use std::fmt;

use bytes::Bytes;

#[cfg(feature = "kafka")]
use super::kafka::Kafka;
use super::{
    attempt::Attempt,
    console,
    opentelemetry::OpenTelemetryZipkin,
    post::Post,
    settings::{DeliverySettings, ExporterKind},
};

/// Where batches go.
pub(super) enum Destination {
    Zipkin(Post),
    #[cfg(feature = "kafka")]
    Kafka(Kafka),
    OpenTelemetryZipkin(OpenTelemetryZipkin),
    Console,
}

impl Destination {
    pub fn new(name: &str, settings: &DeliverySettings) -> anyhow::Result<Option<Self>> {
        Ok(Some(match settings.exporter {
            ExporterKind::Zipkin => Self::Zipkin(Post::new(settings)?),
            #[cfg(feature = "kafka")]
            ExporterKind::ZipkinKafka => Self::Kafka(Kafka::new(settings)),
            #[cfg(not(feature = "kafka"))]
            ExporterKind::ZipkinKafka => anyhow::bail!(
                "OTEL_TRACES_EXPORTER is zipkin-kafka, which this build leaves out; \
                 build with `cargo build -p hop --features kafka`"
            ),
            ExporterKind::OpentelemetryZipkin => {
                Self::OpenTelemetryZipkin(OpenTelemetryZipkin::new(name, Post::new(settings)?)?)
            }
            ExporterKind::Console => Self::Console,
            ExporterKind::None => return Ok(None),
        }))
    }

    /// Sends a JSON list of spans.
    pub async fn send(&mut self, spans: Bytes) -> Attempt {
        match self {
            Self::Zipkin(post) => post.send(spans).await,
            #[cfg(feature = "kafka")]
            Self::Kafka(kafka) => kafka.send(spans).await,
            Self::OpenTelemetryZipkin(stock) => stock.send(&spans).await,
            Self::Console => console::print(&spans).await,
        }
    }
}

/// As the log calls it.
impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zipkin(post) => write!(f, "{}", post.endpoint),
            #[cfg(feature = "kafka")]
            Self::Kafka(kafka) => write!(f, "{kafka}"),
            Self::OpenTelemetryZipkin(stock) => write!(f, "{}", stock.endpoint),
            Self::Console => f.write_str("standard error"),
        }
    }
}
