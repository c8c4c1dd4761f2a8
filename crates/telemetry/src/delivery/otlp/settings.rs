//! Settings of the exporter `otlp`, by the names of
//! <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>. Most have a form for traces alone, which comes first.

use std::time::Duration;

use http::HeaderMap;
use url::Url;

use super::resource::Resource;
use crate::{error::StartError, exporter_headers::ExporterHeaders, http_url::ZipkinEndpoint};

/// Where traces go at an endpoint for all signals.
const PATH: &str = "v1/traces";

/// No setting of this program waits longer.
const HOUR_MS: u64 = 3_600_000;

/// The protocol that is spoken.
const PROTOCOL: &str = "http/protobuf";

/// Where spans go by OpenTelemetry's protocol, and how. An empty text is one that is not set.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "clap", derive(clap::Args))]
#[non_exhaustive]
#[cfg_attr(feature = "clap", group(skip))] // one group named `Config` is enough for the service that flattens this
pub struct OtlpSettings {
    /// Where OTLP is taken, for the exporter `otlp`; spans go to v1/traces below it [default: http://127.0.0.1:4318]
    #[cfg_attr(
        feature = "clap",
        arg(
            long = "otlp-endpoint",
            env = "OTEL_EXPORTER_OTLP_ENDPOINT",
            value_name = "URL",
            hide_env_values = true
        )
    )]
    pub endpoint: Option<ZipkinEndpoint>,

    /// The same for traces alone, as a whole URL: nothing is added to it
    #[cfg_attr(
        feature = "clap",
        arg(
            long = "otlp-traces-endpoint",
            env = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            value_name = "URL",
            hide_env_values = true
        )
    )]
    pub traces_endpoint: Option<ZipkinEndpoint>,

    /// Headers of each request by OTLP, such as `Authorization=Bearer%20…`; values are percent-decoded, and never shown
    #[cfg_attr(
        feature = "clap",
        arg(
            long = "otlp-headers",
            env = "OTEL_EXPORTER_OTLP_HEADERS",
            value_name = "KEY=VALUE,…",
            default_value = "",
            hide_default_value = true,
            hide_env_values = true
        )
    )]
    pub headers: ExporterHeaders,

    /// The same for traces alone
    #[cfg_attr(
        feature = "clap",
        arg(
            long = "otlp-traces-headers",
            env = "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
            value_name = "KEY=VALUE,…",
            default_value = "",
            hide_default_value = true,
            hide_env_values = true
        )
    )]
    pub traces_headers: ExporterHeaders,

    /// `gzip`, or `none` [default: none]
    #[cfg_attr(
        feature = "clap",
        arg(
            long = "otlp-compression",
            env = "OTEL_EXPORTER_OTLP_COMPRESSION",
            value_name = "NAME"
        )
    )]
    pub compression: Option<String>,

    /// The same for traces alone
    #[cfg_attr(
        feature = "clap",
        arg(
            long = "otlp-traces-compression",
            env = "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
            value_name = "NAME"
        )
    )]
    pub traces_compression: Option<String>,

    /// Milliseconds that one request may take, 1 to an hour [default: 10000]
    #[cfg_attr(
        feature = "clap",
        arg(long = "otlp-timeout", env = "OTEL_EXPORTER_OTLP_TIMEOUT", value_name = "MS")
    )]
    pub timeout: Option<u64>,

    /// The same for traces alone
    #[cfg_attr(
        feature = "clap",
        arg(
            long = "otlp-traces-timeout",
            env = "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
            value_name = "MS"
        )
    )]
    pub traces_timeout: Option<u64>,

    /// `http/protobuf`, the one that is spoken here
    #[cfg_attr(
        feature = "clap",
        arg(
            long = "otlp-protocol",
            env = "OTEL_EXPORTER_OTLP_PROTOCOL",
            value_name = "NAME"
        )
    )]
    pub protocol: Option<String>,

    /// The same for traces alone
    #[cfg_attr(
        feature = "clap",
        arg(
            long = "otlp-traces-protocol",
            env = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
            value_name = "NAME"
        )
    )]
    pub traces_protocol: Option<String>,

    /// Says more of the service, for the exporter `otlp`: `deployment.environment.name=test`; values are percent-decoded
    #[cfg_attr(
        feature = "clap",
        arg(
            long = "resource-attributes",
            env = "OTEL_RESOURCE_ATTRIBUTES",
            value_name = "KEY=VALUE,…",
            default_value = "",
            hide_default_value = true
        )
    )]
    pub resource_attributes: String,

    /// The version of the service, `env!("CARGO_PKG_VERSION")`, where the environment does not say another.
    #[cfg_attr(feature = "clap", arg(skip))]
    pub service_version: Option<String>,
}

/// A setting and the variable that it came from.
type Set<'a, T> = (&'static str, &'a T);

/// The setting for traces, or the one for all signals.
fn of_traces<'a, T>(
    [of_traces, of_all]: [&'static str; 2],
    traces: Option<&'a T>,
    all: Option<&'a T>,
) -> Option<Set<'a, T>> {
    traces
        .map(|set| (of_traces, set))
        .or_else(|| all.map(|set| (of_all, set)))
}

/// A text that is set.
fn text(text: Option<&String>) -> Option<&String> {
    text.filter(|text| !text.trim().is_empty())
}

impl OtlpSettings {
    /// The service's name among the attributes of its resource.
    pub(crate) fn service_name(&self) -> Option<String> {
        Resource::service_name(&self.resource_attributes)
    }

    /// The URL that spans are posted to.
    ///
    /// # Errors
    /// None: the local one is a URL.
    pub(super) fn url(&self) -> Result<ZipkinEndpoint, StartError> {
        if let Some(whole) = &self.traces_endpoint {
            return Ok(whole.clone());
        }
        let local = || Url::parse("http://127.0.0.1:4318/").ok();
        let base = self
            .endpoint
            .as_ref()
            .map(|base| base.as_url().clone())
            .or_else(local);
        let below = base.map(|mut url| {
            let path = format!("{}/{PATH}", url.path().trim_end_matches('/'));
            url.set_path(&path);
            url
        });
        let parsed = below.map(|url| url.as_str().parse());
        let parsed = parsed.unwrap_or(Err(crate::http_url::HttpUrlError::NotAUrl));
        parsed.map_err(|error| unusable("OTEL_EXPORTER_OTLP_ENDPOINT", error))
    }

    /// The headers to send.
    ///
    /// # Errors
    /// The first entry that cannot be sent.
    pub(super) fn header_map(&self) -> Result<HeaderMap, StartError> {
        const NAMES: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"];
        let set = |headers| Some(headers).filter(|headers| *headers != &ExporterHeaders::default());
        match of_traces(NAMES, set(&self.traces_headers), set(&self.headers)) {
            None => Ok(HeaderMap::new()),
            Some((variable, headers)) => headers.parse().map_err(|error| unusable(variable, error)),
        }
    }

    /// Whether bodies are packed.
    ///
    /// # Errors
    /// Another word than `gzip` and `none`, or a build without gzip.
    pub(super) fn is_packed(&self) -> Result<bool, StartError> {
        const NAMES: [&str; 2] = [
            "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
            "OTEL_EXPORTER_OTLP_COMPRESSION",
        ];
        let set = of_traces(
            NAMES,
            text(self.traces_compression.as_ref()),
            text(self.compression.as_ref()),
        );
        let Some((variable, name)) = set else {
            return Ok(false);
        };
        match name.trim().to_ascii_lowercase().as_str() {
            "none" => Ok(false),
            "gzip" if cfg!(feature = "gzip") => Ok(true),
            "gzip" => Err(unusable(
                variable,
                "gzip needs a build with the feature `gzip` of the crate `three-hops-telemetry`",
            )),
            _ => Err(unusable(variable, "gzip and none are possible")),
        }
    }

    /// The time that one request may take.
    ///
    /// # Errors
    /// A time out of range.
    pub(super) fn time(&self) -> Result<Duration, StartError> {
        const NAMES: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"];
        match of_traces(NAMES, self.traces_timeout.as_ref(), self.timeout.as_ref()) {
            None => Ok(Duration::from_secs(10)),
            Some((_, millis @ 1..=HOUR_MS)) => Ok(Duration::from_millis(*millis)),
            Some((variable, _)) => Err(unusable(variable, "1 to 3600000 milliseconds are possible")),
        }
    }

    /// Holds the protocol to the one that is spoken.
    ///
    /// # Errors
    /// Another one.
    pub(super) fn check_protocol(&self) -> Result<(), StartError> {
        const NAMES: [&str; 2] = [
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
            "OTEL_EXPORTER_OTLP_PROTOCOL",
        ];
        let set = of_traces(
            NAMES,
            text(self.traces_protocol.as_ref()),
            text(self.protocol.as_ref()),
        );
        let Some((variable, name)) = set.filter(|(_, name)| name.trim() != PROTOCOL) else {
            return Ok(());
        };
        let hint = match name.trim() {
            "grpc" => ", whose port is 4318 where that of gRPC is 4317",
            _ => "",
        };
        let reason = format!("spans leave by {PROTOCOL} alone: set {variable}={PROTOCOL}{hint}");
        Err(unusable(variable, reason))
    }
}

/// The refusal of a setting.
pub(super) fn unusable(
    variable: &'static str,
    reason: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> StartError {
    let source = reason.into();
    StartError::Unusable { variable, source }
}

#[cfg(test)]
mod tests;
