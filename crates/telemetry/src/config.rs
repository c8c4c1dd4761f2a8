//! Settings, by the names of the OpenTelemetry specification where it has one. Each room has its own; here they are together.

use std::borrow::Cow;

pub use crate::{
    delivery::{DeliverySettings, ExporterHeaders, ExporterKind, HeadersError, OtlpSettings},
    http::HttpSettings,
    logs::{LineFormat, LineSettings, panics::PanicHook},
    propagation::{BaggagePass, HeaderFormat, PropagationSettings},
    request::{SamplingSettings, sampler::SamplerKind},
};

/// The settings of a process: `Config::default()`, then what differs. With the feature `clap`, a command line flattens it.
///
/// ```
/// let mut config = telemetry::Config::default();
/// config.propagation.mdc_propagate = vec!["userId".to_owned()];
/// config.delivery.exporter = telemetry::config::ExporterKind::None;
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "clap", derive(clap::Args))]
#[non_exhaustive]
#[cfg_attr(feature = "clap", command(next_help_heading = "Telemetry"))]
#[cfg_attr(feature = "clap", group(skip))] // one group named `Config` is enough for the service that flattens this
pub struct Config {
    /// Name of the service in spans and log lines [default: its role]
    #[cfg_attr(feature = "clap", arg(long, env = "OTEL_SERVICE_NAME", value_name = "NAME"))]
    pub service_name: Option<String>,

    /// The text that a panic leaves; no setting of the environment.
    #[cfg_attr(feature = "clap", arg(skip))]
    pub panic_hook: PanicHook,

    /// Formats of headers, and names of the MDC that are believed.
    #[cfg_attr(feature = "clap", command(flatten))]
    pub propagation: PropagationSettings,

    /// Which traces are recorded.
    #[cfg_attr(feature = "clap", command(flatten))]
    pub sampling: SamplingSettings,

    /// Where spans go, and how long they wait.
    #[cfg_attr(feature = "clap", command(flatten))]
    pub delivery: DeliverySettings,

    /// Trusted proxies, and whether the caller's span id is joined.
    #[cfg_attr(feature = "clap", command(flatten))]
    pub http: HttpSettings,

    /// The look of log lines, and a filter for them.
    #[cfg_attr(feature = "clap", command(flatten))]
    pub lines: LineSettings,
}

impl Config {
    /// The service's name: of these settings, else of `OTEL_RESOURCE_ATTRIBUTES`, else this one.
    pub(crate) fn name<'a>(&'a self, default: &'a str) -> Cow<'a, str> {
        let set = self.service_name.as_deref().map(Cow::Borrowed);
        set.or_else(|| self.delivery.otlp.service_name().map(Cow::Owned))
            .unwrap_or(Cow::Borrowed(default))
    }
}

#[cfg(all(test, feature = "clap"))]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    struct Arguments {
        #[command(flatten)]
        config: Config,
    }

    #[test]
    fn a_command_line_without_settings_has_the_defaults() {
        // Without the variables that this process may have.
        let defaults = ["test", "--log-filter=info"];
        assert_eq!(Arguments::parse_from(defaults).config, Config::default());
    }

    #[test]
    fn a_service_is_called_by_the_first_name_that_is_set() {
        let mut config = Config::default();
        assert_eq!(config.name("shop"), "shop");
        config.delivery.otlp.resource_attributes = "a=b,service.name=the%20shop".to_owned();
        assert_eq!(config.name("shop"), "the shop");
        config.service_name = Some("orders".to_owned());
        assert_eq!(config.name("shop"), "orders");
    }
}
