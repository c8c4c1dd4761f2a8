//! Where batches go.

use std::fmt;

use bytes::Bytes;

#[cfg(feature = "kafka")]
use super::kafka::Kafka;
use super::{
    console,
    outcome::Outcome,
    post::Post,
    settings::{Choice, Settings},
    stock::Stock,
};

/// Where batches go.
pub(super) enum Destination {
    Zipkin(Post),
    #[cfg(feature = "kafka")]
    Kafka(Kafka),
    Stock(Stock),
    Console,
}

impl Destination {
    pub fn new(name: &str, settings: &Settings) -> anyhow::Result<Option<Self>> {
        Ok(Some(match settings.exporter {
            Choice::Zipkin => Self::Zipkin(Post::new(settings)?),
            #[cfg(feature = "kafka")]
            Choice::ZipkinKafka => Self::Kafka(Kafka::new(settings)),
            #[cfg(not(feature = "kafka"))]
            Choice::ZipkinKafka => anyhow::bail!(
                "OTEL_TRACES_EXPORTER is zipkin-kafka, which this build leaves out; \
                 build with `cargo build -p hop --features kafka`"
            ),
            Choice::OpentelemetryZipkin => Self::Stock(Stock::new(name, Post::new(settings)?)?),
            Choice::Console => Self::Console,
            Choice::None => return Ok(None),
        }))
    }

    /// Sends a JSON list of spans.
    pub async fn send(&mut self, spans: Bytes) -> Outcome {
        match self {
            Self::Zipkin(post) => post.send(spans).await,
            #[cfg(feature = "kafka")]
            Self::Kafka(kafka) => kafka.send(spans).await,
            Self::Stock(stock) => stock.send(&spans).await,
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
            Self::Stock(stock) => write!(f, "{}", stock.endpoint),
            Self::Console => f.write_str("standard error"),
        }
    }
}
