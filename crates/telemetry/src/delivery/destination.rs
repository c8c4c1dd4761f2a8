//! Where batches go.

use std::fmt;

use bytes::Bytes;

#[cfg(feature = "kafka")]
use super::kafka::Kafka;
#[cfg(feature = "opentelemetry-zipkin")]
use super::opentelemetry::OpenTelemetryZipkin;
use super::{
    attempt::Attempt,
    console,
    post::Post,
    settings::{DeliverySettings, ExporterKind},
};
use crate::error::StartError;

/// Where batches go.
pub(super) enum Destination {
    Zipkin(Post),
    #[cfg(feature = "kafka")]
    Kafka(Kafka),
    #[cfg(feature = "opentelemetry-zipkin")]
    OpenTelemetryZipkin(OpenTelemetryZipkin),
    Console,
}

impl Destination {
    #[cfg_attr(
        not(feature = "opentelemetry-zipkin"),
        expect(unused_variables, reason = "the spans themselves have the name")
    )]
    pub fn new(name: &str, settings: &DeliverySettings) -> Result<Self, StartError> {
        Ok(match settings.exporter {
            ExporterKind::Zipkin => Self::Zipkin(post(settings)?),
            #[cfg(feature = "kafka")]
            ExporterKind::ZipkinKafka => Self::Kafka(Kafka::new(settings)),
            #[cfg(not(feature = "kafka"))]
            ExporterKind::ZipkinKafka => {
                return Err(StartError::LeftOut {
                    exporter: "zipkin-kafka",
                    feature: "kafka",
                });
            }
            #[cfg(feature = "opentelemetry-zipkin")]
            ExporterKind::OpentelemetryZipkin => {
                let exporter = OpenTelemetryZipkin::new(name, post(settings)?);
                Self::OpenTelemetryZipkin(exporter.map_err(StartError::NoClient)?)
            }
            #[cfg(not(feature = "opentelemetry-zipkin"))]
            ExporterKind::OpentelemetryZipkin => {
                return Err(StartError::LeftOut {
                    exporter: "opentelemetry-zipkin",
                    feature: "opentelemetry-zipkin",
                });
            }
            ExporterKind::Console | ExporterKind::None => Self::Console,
        })
    }

    /// Sends a JSON list of spans.
    pub async fn send(&mut self, spans: Bytes) -> Attempt {
        match self {
            Self::Zipkin(post) => post.send(spans).await,
            #[cfg(feature = "kafka")]
            Self::Kafka(kafka) => kafka.send(spans).await,
            #[cfg(feature = "opentelemetry-zipkin")]
            Self::OpenTelemetryZipkin(stock) => stock.send(&spans).await,
            Self::Console => console::print(&spans).await,
        }
    }
}

fn post(settings: &DeliverySettings) -> Result<Post, StartError> {
    Post::new(settings).map_err(|error| StartError::NoClient(error.into()))
}

/// As the log calls it.
impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zipkin(post) => write!(f, "{}", post.endpoint),
            #[cfg(feature = "kafka")]
            Self::Kafka(kafka) => write!(f, "{kafka}"),
            #[cfg(feature = "opentelemetry-zipkin")]
            Self::OpenTelemetryZipkin(stock) => write!(f, "{}", stock.endpoint),
            Self::Console => f.write_str("standard error"),
        }
    }
}
