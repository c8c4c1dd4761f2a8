//! Why telemetry does not start.

use std::{error::Error, io};

use crate::exporter_headers::HeadersError;

/// Why telemetry does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Started already.
    #[error("telemetry was started twice")]
    Twice,
    /// Somebody else's subscriber is installed.
    #[error("this process has a subscriber already: the layer of Telemetry::build goes beside its layers")]
    OtherSubscriber,
    /// The build has no such exporter.
    #[error(
        "OTEL_TRACES_EXPORTER is {exporter}, which this build leaves out: it needs the feature `{feature}` of the crate `three-hops-telemetry`"
    )]
    LeftOut {
        /// The exporter's name.
        exporter: &'static str,
        /// The feature that has it.
        feature: &'static str,
    },
    /// A setting that code has given a value which no command line would take.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The exporter's headers cannot be sent.
    #[error("ZIPKIN_EXPORTER_HEADERS cannot be sent")]
    BadHeaders(#[from] HeadersError),
    /// A setting of the exporter `otlp` that it cannot go by.
    #[error("{variable} cannot be used: {reason}")]
    Unusable {
        /// The variable.
        variable: &'static str,
        /// Why. The setting's text is left out where it may hold a key.
        reason: String,
    },
    /// The exporter's client cannot be had.
    #[error("no client for spans")]
    NoClient(#[source] Box<dyn Error + Send + Sync>),
    /// The exporter's thread cannot be had.
    #[error("no thread for the exporter")]
    NoThread(#[source] io::Error),
}

/// A field of [`Config`](crate::Config) whose value is not possible.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} is {value}: {needed}")]
#[non_exhaustive]
pub struct SettingError {
    /// The field, such as `sampling.sampler_ratio`.
    pub field: &'static str,
    /// Its value.
    pub value: String,
    /// The possible values.
    pub needed: String,
}

impl SettingError {
    pub(crate) fn new(field: &'static str, value: impl ToString, needed: impl Into<String>) -> Self {
        Self {
            field,
            value: value.to_string(),
            needed: needed.into(),
        }
    }
}
