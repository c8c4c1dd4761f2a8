//! Settings, by the names of the OpenTelemetry specification where it has one. Each room has its own; here they are together.

pub use crate::{
    delivery::{DeliverySettings, ExporterKind},
    http::HttpSettings,
    logs::{LineFormat, LineSettings, panics::PanicHook},
    propagation::{BaggagePass, HeaderFormat, PropagationSettings},
    request::{SamplingSettings, sampler::SamplerKind},
};

/// What a service's command line takes for its telemetry.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Telemetry")]
#[group(skip)] // one group named `Config` is enough for the service that flattens this
pub struct Config {
    /// Name of the service in spans and log lines [default: its role]
    #[arg(long, env = "OTEL_SERVICE_NAME", value_name = "NAME")]
    pub service_name: Option<String>,

    /// What becomes of a panic; no setting of the environment.
    #[arg(skip)]
    pub panic_hook: PanicHook,

    /// Which headers are written, and what of them is believed.
    #[command(flatten)]
    pub propagation: PropagationSettings,

    /// Which traces are recorded.
    #[command(flatten)]
    pub sampling: SamplingSettings,

    /// Where spans go, and how long they wait.
    #[command(flatten)]
    pub delivery: DeliverySettings,

    /// Whom the middleware believes, and whose span id it takes.
    #[command(flatten)]
    pub http: HttpSettings,

    /// How lines look, and which are written.
    #[command(flatten)]
    pub lines: LineSettings,
}
