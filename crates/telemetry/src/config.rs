//! Settings, by the names of the OpenTelemetry specification where it has one. Each room has its own; here they are together.

use std::borrow::Cow;

pub use crate::{
    delivery::{DeliverySettings, ExporterKind, OtlpSettings},
    exporter_headers::{ExporterHeaders, HeadersError},
    http::HttpSettings,
    logs::{LineFormat, LineSettings, panics::PanicHook},
    propagation::{BaggagePass, HeaderFormat, PropagationSettings},
    request::{SamplingSettings, sampler::SamplerKind},
};
use crate::{
    error::{SettingError, StartError},
    http_url::ZipkinEndpoint,
};
#[cfg(feature = "clap")]
pub use crate::{redacted::redacted, redacting::Redacting};

/// The settings of a process: `Config::default()`, then what differs. With the feature `clap`, a command line flattens it.
///
/// ```
/// use std::time::Duration;
/// use telemetry::{Config, config::ExporterKind};
///
/// let mut config = Config::default()
///     .with_mdc_propagate(["userId"])
///     .with_sampler_ratio(0.1)
///     .with_exporter(ExporterKind::Console);
/// config.delivery.schedule_delay = Duration::from_secs(1); // any other setting is a field
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
    /// With MDC values that travel to the next hop, and are believed from a caller: `["userId", "orderId"]`.
    pub fn with_mdc_propagate<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.propagation.mdc_propagate = names.into_iter().map(str::to_owned).collect();
        self
    }

    /// With spans that go there; the default is Zipkin.
    pub const fn with_exporter(mut self, exporter: ExporterKind) -> Self {
        self.delivery.exporter = exporter;
        self
    }

    /// With spans that go to Zipkin at this address, such as `"http://zipkin:9411/api/v2/spans".parse()?`.
    pub fn with_zipkin_endpoint(mut self, endpoint: ZipkinEndpoint) -> Self {
        self.delivery.exporter = ExporterKind::Zipkin;
        self.delivery.zipkin_endpoint = endpoint;
        self
    }

    /// With this share of the traces recorded, from 0 to 1, where no caller has decided; the default is all.
    pub const fn with_sampler_ratio(mut self, ratio: f64) -> Self {
        self.sampling.sampler = SamplerKind::ParentBasedTraceIdRatio;
        self.sampling.sampler_ratio = ratio;
        self
    }

    /// With lines of this format; the default is text.
    pub const fn with_log_format(mut self, format: LineFormat) -> Self {
        self.lines.log_format = format;
        self
    }

    /// The service's name, once values set in code have been held to what a command line would take.
    /// It is that of these settings, else of `OTEL_RESOURCE_ATTRIBUTES`, else `default`.
    pub(crate) fn checked_name<'a>(&'a self, default: &'a str) -> Result<Cow<'a, str>, SettingError> {
        self.propagation.check()?;
        self.sampling.check()?;
        let set = self.service_name.as_deref().map(Cow::Borrowed);
        let set = set.or_else(|| self.delivery.otlp.service_name().map(Cow::Owned));
        Ok(set.unwrap_or(Cow::Borrowed(default)))
    }

    /// Refuses settings of two rooms that contradict each other.
    ///
    /// # Errors
    /// Joined spans by a protocol that takes them for one span, reported twice.
    pub(crate) fn check_exporter(&self) -> Result<(), StartError> {
        if !self.http.server_span_join || self.delivery.exporter != ExporterKind::Otlp {
            return Ok(());
        }
        Err(StartError::Unusable {
            variable: "SERVER_SPAN_JOIN",
            reason: "OTLP has no word for two spans that share an id, and a back end takes them for one: set SERVER_SPAN_JOIN=false, or \
                     OTEL_TRACES_EXPORTER=zipkin"
                .into(),
        })
    }
}

#[cfg(test)]
mod setters {
    use super::*;

    #[test]
    fn a_value_that_is_not_possible_is_refused_by_its_field() {
        assert_eq!(Config::default().checked_name("shop"), Ok("shop".into()));
        let refused = |config: Config| config.checked_name("shop").unwrap_err().to_string();
        for ratio in [-0.1, 1.5, f64::NAN] {
            let error = refused(Config::default().with_sampler_ratio(ratio));
            let expected = format!("sampling.sampler_ratio is {ratio}: a number from 0 to 1 is needed");
            assert!(error.starts_with(&expected), "{error}");
        }
        let error = refused(Config::default().with_mdc_propagate(["userId", "user id"]));
        let expected = "propagation.mdc_propagate is \"user id\": a name may hold letters, digits and";
        assert!(error.starts_with(expected), "{error}");
    }

    #[test]
    fn spans_that_share_an_id_do_not_leave_by_otlp() {
        for (exporter, join, is_refused) in [
            (ExporterKind::Otlp, true, true),
            (ExporterKind::Otlp, false, false),
            (ExporterKind::Zipkin, true, false),
        ] {
            let mut config = Config::default().with_exporter(exporter);
            config.http.server_span_join = join;
            assert_eq!(
                config.check_exporter().is_err(),
                is_refused,
                "{exporter:?} {join}"
            );
        }
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
        assert_eq!(config.checked_name("shop").unwrap(), "shop");
        config.delivery.otlp.resource_attributes = "a=b,service.name=the%20shop".to_owned();
        assert_eq!(config.checked_name("shop").unwrap(), "the shop");
        config.service_name = Some("orders".to_owned());
        assert_eq!(config.checked_name("shop").unwrap(), "orders");
    }
}
