//! The settings of the exporter `otlp` as it goes by them: the setting for traces comes before the one for all signals.

use std::time::Duration;

use http::HeaderMap;
use url::Url;

use super::settings::OtlpSettings;
use crate::{
    delivery::values::EXPORT_TIMEOUT, error::StartError, exporter_headers::ExporterHeaders,
    http_url::ZipkinEndpoint,
};

/// The path of traces below an endpoint for all signals.
const PATH: &str = "v1/traces";

/// The protocol that is spoken.
const PROTOCOL: &str = "http/protobuf";

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
        let set = of_traces(NAMES, self.traces_timeout.as_ref(), self.timeout.as_ref());
        let Some((variable, time)) = set else {
            return Ok(Duration::from_secs(10));
        };
        let (first, last) = (*EXPORT_TIMEOUT.start(), *EXPORT_TIMEOUT.end());
        if (u128::from(first)..=u128::from(last)).contains(&time.as_millis()) {
            Ok(*time)
        } else {
            let reason = format!("{first} to {last} milliseconds are possible");
            Err(unusable(variable, reason))
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
pub(super) fn unusable(variable: &'static str, reason: impl ToString) -> StartError {
    let reason = reason.to_string();
    StartError::Unusable { variable, reason }
}

#[cfg(test)]
mod tests;
