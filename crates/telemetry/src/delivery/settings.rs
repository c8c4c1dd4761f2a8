//! Where spans go, and how long they wait.

use std::{ops::RangeInclusive, time::Duration};

#[cfg(feature = "clap")]
use super::values::milliseconds;
use super::{
    otlp::settings::OtlpSettings,
    values::{self, EXPORT_TIMEOUT, HOUR_MS},
};
#[cfg(feature = "clap")]
use crate::redacting::Redacting;
use crate::{error::SettingError, exporter_headers::ExporterHeaders, http_url::ZipkinEndpoint};

const SCHEDULE_DELAY: RangeInclusive<u64> = 0..=HOUR_MS;
const QUEUE_SIZE: RangeInclusive<u64> = 1..=1_000_000;
const BATCH_SIZE: RangeInclusive<u64> = 1..=100_000;

/// Where spans go, and how long they wait.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "clap", derive(clap::Args))]
#[non_exhaustive]
#[cfg_attr(feature = "clap", group(skip))] // one group named `Config` is enough for the service that flattens this
pub struct DeliverySettings {
    /// Where spans go
    #[cfg_attr(
        feature = "clap",
        arg(
            long,
            env = "OTEL_TRACES_EXPORTER",
            value_name = "EXPORTER",
            ignore_case = true,
            default_value = "zipkin"
        )
    )]
    pub exporter: ExporterKind,

    /// Zipkin's address for spans
    #[cfg_attr(
        feature = "clap",
        arg(
            long,
            env = "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
            value_name = "URL",
            default_value = "http://127.0.0.1:9411/api/v2/spans",
            hide_env_values = true
        )
    )]
    pub zipkin_endpoint: ZipkinEndpoint,

    /// Headers of each request to Zipkin, such as `Authorization=Bearer%20…`; values are percent-decoded, and never shown
    #[cfg_attr(
        feature = "clap",
        arg(
            long,
            env = "ZIPKIN_EXPORTER_HEADERS",
            value_name = "KEY=VALUE,…",
            default_value = "",
            hide_default_value = true,
            hide_env_values = true
        )
    )]
    pub zipkin_headers: ExporterHeaders,

    /// Kafka brokers to start from, for the exporter `zipkin-kafka`
    #[cfg_attr(feature = "clap", arg(
        long,
        env = "KAFKA_BOOTSTRAP_SERVERS",
        value_name = "HOST:PORT,…",
        default_value = "127.0.0.1:9092",
        value_parser = Redacting::of(values::brokers)
    ))]
    pub kafka_bootstrap_servers: std::vec::Vec<String>,

    /// Kafka topic for spans; Zipkin reads `zipkin` unless told otherwise
    #[cfg_attr(feature = "clap", arg(
        long,
        env = "KAFKA_TOPIC",
        value_name = "TOPIC",
        default_value = "zipkin",
        value_parser = values::topic
    ))]
    pub kafka_topic: String,

    /// Milliseconds that an ended span waits for its batch at most, 0 to 3,600,000
    #[cfg_attr(feature = "clap", arg(
        long,
        env = "OTEL_BSP_SCHEDULE_DELAY",
        value_name = "MS",
        default_value = "200",
        value_parser = milliseconds(SCHEDULE_DELAY)
    ))]
    pub schedule_delay: Duration,

    /// Ended spans that are kept at most, 1 to 1,000,000; more are dropped and counted
    #[cfg_attr(feature = "clap", arg(long, env = "OTEL_BSP_MAX_QUEUE_SIZE", value_name = "SPANS", default_value_t = 2048,
        value_parser = clap::value_parser!(u32).range(as_i64(QUEUE_SIZE))))]
    pub max_queue_size: u32,

    /// Spans in one batch at most, 1 to 100,000, and no more than are kept
    #[cfg_attr(feature = "clap", arg(long, env = "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", value_name = "SPANS", default_value_t = 512,
        value_parser = clap::value_parser!(u32).range(as_i64(BATCH_SIZE))))]
    pub max_batch_size: u32,

    /// Milliseconds that one delivery may take, 1 to 3,600,000
    #[cfg_attr(feature = "clap", arg(
        long,
        env = "OTEL_BSP_EXPORT_TIMEOUT",
        value_name = "MS",
        default_value = "5000",
        value_parser = milliseconds(EXPORT_TIMEOUT)
    ))]
    pub export_timeout: Duration,

    /// For the exporter `otlp`.
    #[cfg_attr(feature = "clap", command(flatten))]
    pub otlp: OtlpSettings,
}

/// The exporters that `OTEL_TRACES_EXPORTER` can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[non_exhaustive]
pub enum ExporterKind {
    /// Zipkin's JSON, version 2, over HTTP.
    Zipkin,
    /// OpenTelemetry's protocol, in protocol buffers over HTTP: [`OtlpSettings`].
    Otlp,
    /// The same JSON through Kafka, from where Zipkin reads it; needs a build with the feature `kafka`.
    ZipkinKafka,
    /// Zipkin's JSON through the crate `opentelemetry-zipkin`.
    OpentelemetryZipkin,
    /// Spans as JSON on standard error.
    Console,
    /// No spans are sent.
    None,
}

impl DeliverySettings {
    /// Holds values set in code to the ranges that the environment is held to.
    ///
    /// # Errors
    /// The first setting out of its range.
    pub(super) fn check(&self) -> Result<(), SettingError> {
        let (delay, timeout) = (self.schedule_delay.as_millis(), self.export_timeout.as_millis());
        for (field, value, range, unit) in [
            ("delivery.schedule_delay", delay, SCHEDULE_DELAY, " ms"),
            ("delivery.export_timeout", timeout, EXPORT_TIMEOUT, " ms"),
            (
                "delivery.max_queue_size",
                self.max_queue_size.into(),
                QUEUE_SIZE,
                "",
            ),
            (
                "delivery.max_batch_size",
                self.max_batch_size.into(),
                BATCH_SIZE,
                "",
            ),
        ] {
            let (first, last) = (*range.start(), *range.end());
            if !(first.into()..=last.into()).contains(&value) {
                let needed = format!("{first} to {last}{unit} is possible");
                return Err(SettingError::new(field, format!("{value}{unit}"), needed));
            }
        }
        let refused = |field, value: String| move |needed| SettingError::new(field, value, needed);
        let brokers = self.kafka_bootstrap_servers.join(",");
        values::brokers(&brokers).map_err(refused("delivery.kafka_bootstrap_servers", "***".to_owned()))?;
        values::topic(&self.kafka_topic)
            .map_err(refused("delivery.kafka_topic", self.kafka_topic.clone()))?;
        Ok(())
    }
}

/// The range as clap wants it.
#[cfg(feature = "clap")]
fn as_i64(range: RangeInclusive<u64>) -> RangeInclusive<i64> {
    let [first, last] = [range.start(), range.end()].map(|end| i64::try_from(*end).unwrap_or(i64::MAX));
    first..=last
}

impl Default for DeliverySettings {
    fn default() -> Self {
        Self {
            exporter: ExporterKind::Zipkin,
            zipkin_endpoint: ZipkinEndpoint::local(),
            zipkin_headers: ExporterHeaders::default(),
            kafka_bootstrap_servers: vec!["127.0.0.1:9092".to_owned()],
            kafka_topic: "zipkin".to_owned(),
            schedule_delay: Duration::from_millis(200),
            max_queue_size: 2048,
            max_batch_size: 512,
            export_timeout: Duration::from_secs(5),
            otlp: OtlpSettings::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_held_to_the_ranges_of_the_environment() {
        assert!(DeliverySettings::default().check().is_ok());
        for (set, said) in [
            (
                (|settings| settings.schedule_delay = Duration::from_millis(3_600_001))
                    as fn(&mut DeliverySettings),
                "delivery.schedule_delay is 3600001 ms: 0 to 3600000 ms is possible",
            ),
            (
                |settings| settings.export_timeout = Duration::ZERO,
                "delivery.export_timeout is 0 ms: 1 to 3600000 ms is possible",
            ),
            (
                |settings| settings.max_queue_size = 0,
                "delivery.max_queue_size is 0: 1 to 1000000 is possible",
            ),
            (
                |settings| settings.max_batch_size = 100_001,
                "delivery.max_batch_size is 100001: 1 to 100000 is possible",
            ),
            (
                |settings| settings.kafka_bootstrap_servers = vec!["terry:secret@kafka:9092".to_owned()],
                "delivery.kafka_bootstrap_servers is ***: HOST:PORT is needed, such as 127.0.0.1:9092; several with commas between",
            ),
            (
                |settings| settings.kafka_topic = "a b".to_owned(),
                "delivery.kafka_topic is a b: the name of one topic is needed: at most 249 of letters, digits and ._-",
            ),
        ] {
            let mut settings = DeliverySettings::default();
            set(&mut settings);
            assert_eq!(settings.check().unwrap_err().to_string(), said);
        }
    }
}
