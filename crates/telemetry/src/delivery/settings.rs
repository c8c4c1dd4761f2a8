//! Where spans go, and how long they wait.

use std::time::Duration;

use crate::{HttpUrl, texts::list::list};

/// No setting of this program waits longer.
const HOUR_MS: u64 = 3_600_000;

/// Where spans go, and how long they wait.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)] // one group named `Config` is enough for the service that flattens this
pub struct DeliverySettings {
    /// Where spans go
    #[arg(
        long,
        env = "OTEL_TRACES_EXPORTER",
        value_name = "EXPORTER",
        ignore_case = true,
        default_value = "zipkin"
    )]
    pub exporter: ExporterKind,

    /// Zipkin's address for spans
    #[arg(
        long,
        env = "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
        value_name = "URL",
        default_value = "http://127.0.0.1:9411/api/v2/spans"
    )]
    pub zipkin_endpoint: HttpUrl,

    /// Kafka brokers to start from, for the exporter `zipkin-kafka`
    #[arg(
        long,
        env = "KAFKA_BOOTSTRAP_SERVERS",
        value_name = "HOST:PORT,…",
        default_value = "127.0.0.1:9092",
        value_parser = brokers
    )]
    pub kafka_bootstrap_servers: std::vec::Vec<String>,

    /// Kafka topic for spans; Zipkin reads `zipkin` unless told otherwise
    #[arg(
        long,
        env = "KAFKA_TOPIC",
        value_name = "TOPIC",
        default_value = "zipkin",
        value_parser = topic
    )]
    pub kafka_topic: String,

    /// Most milliseconds that an ended span waits for its batch, up to an hour
    #[arg(
        long,
        env = "OTEL_BSP_SCHEDULE_DELAY",
        value_name = "MS",
        default_value_t = 200,
        value_parser = clap::value_parser!(u64).range(0..=HOUR_MS)
    )]
    pub schedule_delay: u64,

    /// Ended spans that are kept at most, 1 to 1,000,000; more are dropped and counted
    #[arg(long, env = "OTEL_BSP_MAX_QUEUE_SIZE", value_name = "SPANS", default_value_t = 2048,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_queue_size: u32,

    /// Spans in one batch at most, 1 to 100,000, and no more than are kept
    #[arg(long, env = "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", value_name = "SPANS", default_value_t = 512,
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub max_batch_size: u32,

    /// Milliseconds that one delivery may take, 1 to an hour
    #[arg(
        long,
        env = "OTEL_BSP_EXPORT_TIMEOUT",
        value_name = "MS",
        default_value_t = 5000,
        value_parser = clap::value_parser!(u64).range(1..=HOUR_MS)
    )]
    pub export_timeout: u64,
}

/// What `OTEL_TRACES_EXPORTER` can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ExporterKind {
    /// Zipkin's JSON, version 2, over HTTP.
    Zipkin,
    /// The same JSON through Kafka, from where Zipkin reads it; needs a build with the feature `kafka`.
    ZipkinKafka,
    /// The same as `zipkin` through the crate `opentelemetry-zipkin`.
    OpentelemetryZipkin,
    /// Spans as JSON on standard error.
    Console,
    /// No spans are sent.
    None,
}

impl DeliverySettings {
    /// [`schedule_delay`](Self::schedule_delay) as a duration.
    pub fn delay(&self) -> Duration {
        Duration::from_millis(self.schedule_delay)
    }

    /// [`export_timeout`](Self::export_timeout) as a duration.
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.export_timeout)
    }
}

fn brokers(text: &str) -> Result<Vec<String>, String> {
    let brokers = list(text, broker)?;
    if brokers.is_empty() {
        broker("").map(|one| vec![one])
    } else {
        Ok(brokers)
    }
}

fn broker(text: &str) -> Result<String, String> {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && !host.contains('@') && port.parse::<u16>().is_ok() => {
            Ok(text.to_owned())
        }
        _ => Err("HOST:PORT is needed, such as 127.0.0.1:9092; several with commas between".to_owned()),
    }
}

/// Kafka's own rule for the name of a topic.
fn topic(text: &str) -> Result<String, String> {
    let is_legal = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    if (1..=249).contains(&text.len()) && text.chars().all(is_legal) && !matches!(text, "." | "..") {
        return Ok(text.to_owned());
    }
    Err("the name of one topic is needed: at most 249 of letters, digits and ._-".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_is_a_host_and_a_port() {
        for good in ["127.0.0.1:9092", " kafka:9092", "[::1]:9092"] {
            assert_eq!(brokers(good).unwrap(), [good.trim()]);
        }
        for bad in [
            "",
            "kafka",
            ":9092",
            "kafka:",
            "kafka:70000",
            "kafka:9092/",
            "terry:secret@kafka:9092",
        ] {
            assert!(brokers(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_topic_is_one_that_kafka_takes() {
        assert_eq!(topic("zipkin-2.a_b").unwrap(), "zipkin-2.a_b");
        // Zipkin reads several; a producer has one.
        for bad in ["", ".", "..", "a,b", "a b", "über", &"a".repeat(250)] {
            assert!(topic(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn lists_are_trimmed_and_may_have_commas_too_many() {
        assert_eq!(brokers("a:1, b:2").unwrap(), ["a:1", "b:2"]);
    }
}
