//! Settings, by the names of the OpenTelemetry specification where it has one.

use std::time::Duration;

/// What a service's command line takes for its telemetry.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Telemetry")]
#[group(skip)] // one group named `Config` is enough for the service that flattens this
pub struct Config {
    /// Name of the service in spans and log lines [default: its role]
    #[arg(long, env = "OTEL_SERVICE_NAME", value_name = "NAME")]
    pub service_name: Option<String>,

    /// Headers to write, best first, of b3multi, b3, tracecontext, baggage, or none; all are read
    #[arg(
        long,
        env = "OTEL_PROPAGATORS",
        value_delimiter = ',',
        value_name = "FORMAT",
        default_value = "b3multi,tracecontext,baggage",
        value_parser = format
    )]
    pub propagators: Vec<Format>,

    /// Which traces are recorded
    #[arg(
        long,
        env = "OTEL_TRACES_SAMPLER",
        value_name = "SAMPLER",
        default_value = "parentbased_always_on"
    )]
    pub sampler: crate::sampler::Kind,

    /// Share of traces for the …traceidratio samplers, 0 to 1
    #[arg(long, env = "OTEL_TRACES_SAMPLER_ARG", value_name = "RATIO", default_value = "1", value_parser = ratio)]
    pub sampler_ratio: f64,

    /// Where spans go
    #[arg(
        long,
        env = "OTEL_TRACES_EXPORTER",
        value_name = "EXPORTER",
        default_value = "zipkin"
    )]
    pub exporter: crate::export::Choice,

    /// Zipkin's address for spans
    #[arg(
        long,
        env = "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
        value_name = "URL",
        default_value = "http://127.0.0.1:9411/api/v2/spans"
    )]
    pub zipkin_endpoint: reqwest::Url,

    /// Kafka brokers to start from, for the exporter `zipkin-kafka`
    #[arg(
        long,
        env = "KAFKA_BOOTSTRAP_SERVERS",
        value_delimiter = ',',
        value_name = "HOST:PORT",
        default_value = "127.0.0.1:9092",
        value_parser = broker
    )]
    pub kafka_bootstrap_servers: Vec<String>,

    /// Kafka topic for spans; Zipkin reads `zipkin` unless told otherwise
    #[arg(
        long,
        env = "KAFKA_TOPIC",
        value_name = "TOPIC",
        default_value = "zipkin",
        value_parser = topic
    )]
    pub kafka_topic: String,

    /// Most milliseconds that an ended span waits for its batch
    #[arg(
        long,
        env = "OTEL_BSP_SCHEDULE_DELAY",
        value_name = "MS",
        default_value_t = 200
    )]
    pub schedule_delay: u64,

    /// Ended spans that are kept at most; more are dropped and counted
    #[arg(long, env = "OTEL_BSP_MAX_QUEUE_SIZE", value_name = "SPANS", default_value_t = 2048,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_queue_size: u32,

    /// Spans in one batch at most
    #[arg(long, env = "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", value_name = "SPANS", default_value_t = 512,
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub max_batch_size: u32,

    /// Milliseconds that one delivery may take
    #[arg(
        long,
        env = "OTEL_BSP_EXPORT_TIMEOUT",
        value_name = "MS",
        default_value_t = 5000
    )]
    pub export_timeout: u64,

    /// MDC values that travel to the next service, and are trusted from the caller
    #[arg(
        long,
        env = "MDC_PROPAGATE",
        value_delimiter = ',',
        value_name = "NAME",
        default_value = "userId,orderId",
        value_parser = mdc_name
    )]
    pub mdc_propagate: Vec<String>,

    /// What becomes of the caller's other baggage; it is neither read nor logged
    #[arg(long, env = "BAGGAGE_PASS", value_name = "WHICH", default_value = "none")]
    pub baggage_pass: Pass,

    /// Proxies whose X-Forwarded-For names the caller [default: none, and the caller is the other end of the connection]
    #[arg(
        long,
        env = "TRUSTED_PROXIES",
        value_delimiter = ',',
        value_name = "ADDRESS[/BITS]"
    )]
    pub trusted_proxies: Vec<crate::peer::Network>,

    /// Share the caller's span id, as Brave does, where it came by B3
    #[arg(
        long,
        env = "SERVER_SPAN_JOIN",
        value_name = "BOOL",
        default_value = "false",
        action = clap::ArgAction::Set
    )]
    pub server_span_join: bool,

    /// How log lines look
    #[arg(long, env = "LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub log_format: crate::logs::Format,

    /// Google Cloud project of the traces, for `gcp` lines [default: none, and the bare trace id]
    #[arg(long, env = "GOOGLE_CLOUD_PROJECT", value_name = "PROJECT")]
    pub google_cloud_project: Option<String>,

    /// Which lines are written: `info`, or by target `info,orders=debug`; spans are kept whatever this says
    #[arg(long, env = "RUST_LOG", value_name = "FILTER", default_value = "info")]
    pub log_filter: tracing_subscriber::filter::Targets,
}

impl Config {
    /// [`schedule_delay`](Self::schedule_delay) as a duration.
    pub fn delay(&self) -> Duration {
        Duration::from_millis(self.schedule_delay)
    }

    /// [`export_timeout`](Self::export_timeout) as a duration.
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.export_timeout)
    }
}

/// A format of propagation headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One `b3` header.
    B3,
    /// `X-B3-…` headers.
    #[value(name = "b3multi")]
    B3Multi,
    /// `traceparent` and `tracestate`.
    #[value(name = "tracecontext")]
    TraceContext,
    /// `baggage`, for MDC values.
    Baggage,
    /// Nothing is written.
    None,
}

/// Baggage members that are none of `MDC_PROPAGATE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Pass {
    /// They end here: a stranger's values reach no service behind the edge.
    None,
    /// They travel on as they came.
    All,
}

fn format(text: &str) -> Result<Format, String> {
    let names = "b3multi, b3, tracecontext, baggage or none is needed";
    clap::ValueEnum::from_str(text.trim(), true).map_err(|_| names.to_owned())
}

fn ratio(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
        _ => Err("a number from 0 to 1 is needed, such as 0.1 for a tenth of the traces".to_owned()),
    }
}

fn broker(text: &str) -> Result<String, String> {
    let broker = text.trim();
    match broker.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => Ok(broker.to_owned()),
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

fn mdc_name(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() || crate::propagation::baggage::is_name(name) {
        return Ok(name.to_owned());
    }
    Err("a name may hold letters, digits and !#$%&'*+-.^_`|~".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_is_a_host_and_a_port() {
        for good in ["127.0.0.1:9092", " kafka:9092", "[::1]:9092"] {
            assert_eq!(broker(good).unwrap(), good.trim());
        }
        for bad in ["", "kafka", ":9092", "kafka:", "kafka:70000", "kafka:9092/"] {
            assert!(broker(bad).is_err(), "{bad}");
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
}
