//! Settings, by the names of the OpenTelemetry specification where it has one.

use std::time::Duration;

/// What a setting may hold.
mod values;

use values::{boolean, brokers, filter, formats, mdc_names, networks, ratio, topic};

/// No setting of this program waits longer.
const HOUR_MS: u64 = 3_600_000;

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
        value_name = "FORMATS",
        default_value = "b3multi,tracecontext,baggage",
        value_parser = formats
    )]
    // With its path, or clap would take it for an argument that may come several times.
    pub propagators: std::vec::Vec<Format>,

    /// Which traces are recorded
    #[arg(
        long,
        env = "OTEL_TRACES_SAMPLER",
        value_name = "SAMPLER",
        ignore_case = true,
        default_value = "parentbased_always_on"
    )]
    pub sampler: crate::request::sampler::Kind,

    /// Share of traces for the …traceidratio samplers, 0 to 1
    #[arg(long, env = "OTEL_TRACES_SAMPLER_ARG", value_name = "RATIO", default_value = "1", value_parser = ratio)]
    pub sampler_ratio: f64,

    /// Where spans go
    #[arg(
        long,
        env = "OTEL_TRACES_EXPORTER",
        value_name = "EXPORTER",
        ignore_case = true,
        default_value = "zipkin"
    )]
    pub exporter: crate::delivery::exporter::Choice,

    /// Zipkin's address for spans
    #[arg(
        long,
        env = "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
        value_name = "URL",
        default_value = "http://127.0.0.1:9411/api/v2/spans"
    )]
    pub zipkin_endpoint: crate::HttpUrl,

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

    /// MDC values that travel to the next service, and are trusted from the caller
    #[arg(
        long,
        env = "MDC_PROPAGATE",
        value_name = "NAMES",
        default_value = "userId,orderId",
        value_parser = mdc_names
    )]
    pub mdc_propagate: std::vec::Vec<String>,

    /// What becomes of the caller's other baggage; it is neither read nor logged
    #[arg(
        long,
        env = "BAGGAGE_PASS",
        value_name = "WHICH",
        ignore_case = true,
        default_value = "none"
    )]
    pub baggage_pass: Pass,

    /// Proxies whose X-Forwarded-For names the caller [default: none, and the caller is the other end of the connection]
    #[arg(
        long,
        env = "TRUSTED_PROXIES",
        value_name = "ADDRESS[/BITS],…",
        default_value = "",
        hide_default_value = true,
        value_parser = networks
    )]
    pub trusted_proxies: std::vec::Vec<crate::http::peer::Network>,

    /// Share the caller's span id, as Brave does, where it came by B3
    #[arg(
        long,
        env = "SERVER_SPAN_JOIN",
        value_name = "BOOL",
        default_value = "false",
        action = clap::ArgAction::Set,
        value_parser = boolean
    )]
    pub server_span_join: bool,

    /// How log lines look
    #[arg(
        long,
        env = "LOG_FORMAT",
        value_name = "FORMAT",
        ignore_case = true,
        default_value = "text"
    )]
    pub log_format: crate::logs::Format,

    /// Google Cloud project of the traces, for `gcp` lines [default: none, and the bare trace id]
    #[arg(long, env = "GOOGLE_CLOUD_PROJECT", value_name = "PROJECT")]
    pub google_cloud_project: Option<String>,

    /// Which lines are written: `info`, or by target `info,orders=debug`; spans are kept whatever this says
    #[arg(long, env = "RUST_LOG", value_name = "FILTER", default_value = "info", value_parser = filter)]
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
