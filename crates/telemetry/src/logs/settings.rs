//! Settings of log lines: their look, and a filter.

use tracing_subscriber::filter::{LevelFilter, Targets};

#[cfg(feature = "clap")]
use super::filter::filter;
use super::format::LineFormat;

/// The look of log lines, and a filter for them.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "clap", derive(clap::Args))]
#[non_exhaustive]
#[cfg_attr(feature = "clap", group(skip))] // one group named `Config` is enough for the service that flattens this
pub struct LineSettings {
    /// Format of log lines
    #[cfg_attr(
        feature = "clap",
        arg(
            long,
            env = "LOG_FORMAT",
            value_name = "FORMAT",
            ignore_case = true,
            default_value = "text"
        )
    )]
    pub log_format: LineFormat,

    /// Google Cloud project of the traces, for `gcp` lines [default: none, and the bare trace id]
    #[cfg_attr(
        feature = "clap",
        arg(long, env = "GOOGLE_CLOUD_PROJECT", value_name = "PROJECT")
    )]
    pub google_cloud_project: Option<String>,

    /// Which lines are written: `info`, or by target `info,orders=debug`; spans are kept whatever this says
    #[cfg_attr(feature = "clap", arg(long, env = "RUST_LOG", value_name = "FILTER", default_value = "info", value_parser = filter))]
    pub log_filter: Targets,
}

impl Default for LineSettings {
    fn default() -> Self {
        Self {
            log_format: LineFormat::Text,
            google_cloud_project: None,
            log_filter: Targets::new().with_default(LevelFilter::INFO),
        }
    }
}
