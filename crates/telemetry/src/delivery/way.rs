//! The ways of a JSON list.

use std::{fmt, ops::Range};

#[cfg(feature = "kafka")]
use super::kafka::Kafka;
use super::{
    attempt::Attempt,
    console,
    destination::Destination,
    list::{ClosedList, List},
    post::Post,
    settings::{DeliverySettings, ExporterKind},
};
use crate::error::StartError;

/// The ways of a JSON list.
pub(super) enum Way {
    Zipkin(Box<Post>),
    #[cfg(feature = "kafka")]
    Kafka(Kafka),
    Console,
}

impl Way {
    /// The way that the settings name.
    ///
    /// # Errors
    /// No HTTP client can be had, or this build leaves out what is asked for.
    pub fn new(settings: &DeliverySettings) -> Result<Self, StartError> {
        match settings.exporter {
            ExporterKind::Console => Ok(Self::Console),
            #[cfg(feature = "kafka")]
            ExporterKind::ZipkinKafka => Ok(Self::Kafka(Kafka::new(settings))),
            #[cfg(not(feature = "kafka"))]
            ExporterKind::ZipkinKafka => Err(StartError::LeftOut {
                exporter: "zipkin-kafka",
                feature: "kafka",
            }),
            _ => Ok(Self::Zipkin(Box::new(Post::to_zipkin(settings)?))),
        }
    }
}

impl Destination for Way {
    type Batch = List;

    async fn send(&mut self, batch: &ClosedList, part: &Range<usize>) -> Attempt {
        let spans = batch.list(part);
        match self {
            Self::Zipkin(post) => post.send(spans).await,
            #[cfg(feature = "kafka")]
            Self::Kafka(kafka) => kafka.send(spans).await,
            Self::Console => console::print(&spans).await,
        }
    }
}

/// As the log calls it.
impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zipkin(post) => write!(f, "{}", post.endpoint),
            #[cfg(feature = "kafka")]
            Self::Kafka(kafka) => write!(f, "{kafka}"),
            Self::Console => f.write_str("standard error"),
        }
    }
}
