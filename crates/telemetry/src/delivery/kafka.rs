//! Zipkin's JSON through Kafka: one list a message, as Zipkin's own collector for Kafka reads it.

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use rskafka::{
    BackoffConfig,
    chrono::{DateTime, Utc},
    client::{
        ClientBuilder,
        error::{Error, ProtocolError},
        partition::{Compression, PartitionClient, UnknownTopicHandling},
    },
    record::Record,
};

use super::{attempt::Attempt, settings::DeliverySettings};

/// Brokers take 1,048,588 bytes by default, with what Kafka puts around a message.
const MAX_MESSAGE: usize = 1_000_000;

/// A producer that connects when there is something to send, and anew when that was in vain.
pub(super) struct Kafka {
    brokers: Vec<String>,
    topic: String,
    timeout: Duration,
    partition: Option<PartitionClient>,
}

impl Kafka {
    /// Nothing is connected yet: a broker that is down does not hold up a start.
    pub fn new(settings: &DeliverySettings) -> Self {
        Self {
            brokers: settings.kafka_bootstrap_servers.clone(),
            topic: settings.kafka_topic.clone(),
            timeout: settings.export_timeout,
            partition: None,
        }
    }

    /// One attempt.
    pub async fn send(&mut self, message: Bytes) -> Attempt {
        if message.len() > MAX_MESSAGE {
            return Attempt::TooLarge(format!("{} bytes, and a message holds 1 MB", message.len()));
        }
        let outcome = match tokio::time::timeout(self.timeout, self.produce(message)).await {
            Ok(Ok(())) => Attempt::Acknowledged,
            Ok(Err(error)) => outcome(&error),
            Err(_) => Attempt::Unreachable("timeout".to_owned()),
        };
        if let Attempt::Unreachable(_) = outcome {
            // The cluster may have moved, and only the bootstrap servers know where to.
            self.partition = None;
        }
        outcome
    }

    async fn produce(&mut self, message: Bytes) -> Result<(), Error> {
        let partition = match &mut self.partition {
            Some(partition) => partition,
            none => none.insert(connect(&self.brokers, &self.topic).await?),
        };
        let record = Record {
            key: None,
            value: Some(message.into()),
            headers: BTreeMap::new(),
            timestamp: now(),
        };
        partition
            .produce(vec![record], Compression::NoCompression)
            .await?;
        Ok(())
    }
}

/// As the log calls it.
impl fmt::Display for Kafka {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "topic {} of Kafka at {}", self.topic, self.brokers.join(","))
    }
}

/// One partition, by chance: many services fill all of them, with a connection each and not one per partition.
async fn connect(brokers: &[String], topic: &str) -> Result<PartitionClient, Error> {
    // `deliver` tries again, and knows when to stop.
    let once = BackoffConfig {
        deadline: Some(Duration::ZERO),
        ..BackoffConfig::default()
    };
    let client = ClientBuilder::new(brokers.to_vec())
        .client_id("telemetry")
        .backoff_config(once)
        .build()
        .await?;
    let topics = client.list_topics().await?;
    let partitions = topics.into_iter().find(|found| found.name == topic);
    // A topic that is not there: asking for it makes a broker create it, if it does so at all.
    let partition = partitions
        .and_then(|topic| fastrand::choice(topic.partitions))
        .unwrap_or(0);
    client
        .partition_client(topic, partition, UnknownTopicHandling::Error)
        .await
}

fn now() -> DateTime<Utc> {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    DateTime::from_timestamp_nanos(i64::try_from(since_epoch.as_nanos()).unwrap_or_default())
}

fn outcome(error: &Error) -> Attempt {
    use ProtocolError::{
        ClusterAuthorizationFailed, InvalidRecord, InvalidTopicException, MessageTooLarge, PolicyViolation,
        RecordListTooLarge, TopicAuthorizationFailed,
    };
    let Error::ServerError { protocol_error, .. } = error else {
        return Attempt::Unreachable(cause(error));
    };
    match protocol_error {
        MessageTooLarge | RecordListTooLarge => Attempt::TooLarge(protocol_error.to_string()),
        ClusterAuthorizationFailed
        | InvalidRecord
        | InvalidTopicException
        | PolicyViolation
        | TopicAuthorizationFailed => Attempt::Rejected(protocol_error.to_string()),
        _ => Attempt::Unreachable(protocol_error.to_string()),
    }
}

/// The error without the words about tries around it: there was one.
fn cause(error: &Error) -> String {
    let text = error.to_string();
    text.rsplit("Source: ").next().unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rskafka::client::error::RequestContext;

    #[tokio::test]
    async fn messages_over_the_brokers_default_size_are_not_sent() {
        let mut kafka = Kafka {
            brokers: vec!["127.0.0.1:1".to_owned()],
            topic: "zipkin".to_owned(),
            timeout: Duration::from_secs(1),
            partition: None,
        };
        let outcome = kafka.send(vec![b' '; MAX_MESSAGE + 1].into()).await;
        assert!(matches!(outcome, Attempt::TooLarge(_)), "{outcome:?}");
        let outcome = kafka.send(vec![b' '; MAX_MESSAGE].into()).await;
        let Attempt::Unreachable(reason) = outcome else {
            panic!("nobody listens on port 1: {outcome:?}");
        };
        let expected = "error connecting to broker \"127.0.0.1:1\"";
        assert!(reason.starts_with(expected), "{reason}");
    }

    #[test]
    fn a_broker_that_refuses_is_told_from_one_that_is_not_ready() {
        for (error, expected) in [
            // The topic's own limit is below the broker's default.
            (ProtocolError::MessageTooLarge, "TooLarge"),
            // Nobody may write here until somebody changes that.
            (ProtocolError::TopicAuthorizationFailed, "Rejected"),
            // Being created, or soon to be.
            (ProtocolError::UnknownTopicOrPartition, "Unreachable"),
            // Too few replicas are in step: the cluster heals.
            (ProtocolError::NotEnoughReplicas, "Unreachable"),
        ] {
            let error = Error::ServerError {
                protocol_error: error,
                error_message: None,
                request: RequestContext::Topic("zipkin".to_owned()),
                response: None,
                is_virtual: false,
            };
            let outcome = format!("{:?}", outcome(&error));
            assert!(outcome.starts_with(expected), "{outcome}");
        }
    }
}
