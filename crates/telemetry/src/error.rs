//! Why telemetry does not start.

use std::{error::Error, io, ops::RangeInclusive};

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
        "OTEL_TRACES_EXPORTER is {exporter}, which this build leaves out: it needs the feature `{feature}` of the crate `telemetry`"
    )]
    LeftOut {
        /// The exporter's name.
        exporter: &'static str,
        /// The feature that has it.
        feature: &'static str,
    },
    /// A setting that no environment could have.
    #[error("{setting} is {value}, and {} to {} is possible", range.start(), range.end())]
    OutOfRange {
        /// The field.
        setting: &'static str,
        /// What it holds.
        value: u64,
        /// What it may hold.
        range: RangeInclusive<u64>,
    },
    /// The exporter's headers cannot be sent.
    #[error("ZIPKIN_EXPORTER_HEADERS cannot be sent")]
    BadHeaders(#[source] Box<dyn Error + Send + Sync>),
    /// A setting of the exporter `otlp` that it cannot go by.
    #[error("{variable} cannot be used")]
    Unusable {
        /// The variable.
        variable: &'static str,
        /// Why. The setting's text is left out where it may hold a key.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The exporter's client cannot be had.
    #[error("no client for spans")]
    NoClient(#[source] Box<dyn Error + Send + Sync>),
    /// The exporter's thread cannot be had.
    #[error("no thread for the exporter")]
    NoThread(#[source] io::Error),
}
