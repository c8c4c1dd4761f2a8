//! Settings of the exporter `otlp`, by the names of
//! <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>. Most have a form for traces alone, which comes first.

use std::time::Duration;

use super::resource::Resource;
#[cfg(feature = "clap")]
use crate::delivery::values::{self, milliseconds};
use crate::{exporter_headers::ExporterHeaders, http_url::ZipkinEndpoint};

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

    /// Milliseconds that one request may take, 1 to 3,600,000 [default: 10000]
    #[cfg_attr(
        feature = "clap",
        arg(
            long = "otlp-timeout",
            env = "OTEL_EXPORTER_OTLP_TIMEOUT",
            value_name = "MS",
            value_parser = milliseconds(values::EXPORT_TIMEOUT)
        )
    )]
    pub timeout: Option<Duration>,

    /// The same for traces alone
    #[cfg_attr(
        feature = "clap",
        arg(
            long = "otlp-traces-timeout",
            env = "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
            value_name = "MS",
            value_parser = milliseconds(values::EXPORT_TIMEOUT)
        )
    )]
    pub traces_timeout: Option<Duration>,

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

impl OtlpSettings {
    /// The service's name among the attributes of its resource.
    pub(crate) fn service_name(&self) -> Option<String> {
        Resource::service_name(&self.resource_attributes)
    }
}
