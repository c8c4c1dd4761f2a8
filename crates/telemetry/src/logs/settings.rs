//! How lines look, and which are written.

use super::{filter::filter, format::LineFormat};

/// How lines look, and which are written.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)] // one group named `Config` is enough for the service that flattens this
pub struct LineSettings {
    /// How log lines look
    #[arg(
        long,
        env = "LOG_FORMAT",
        value_name = "FORMAT",
        ignore_case = true,
        default_value = "text"
    )]
    pub log_format: LineFormat,

    /// Google Cloud project of the traces, for `gcp` lines [default: none, and the bare trace id]
    #[arg(long, env = "GOOGLE_CLOUD_PROJECT", value_name = "PROJECT")]
    pub google_cloud_project: Option<String>,

    /// Which lines are written: `info`, or by target `info,orders=debug`; spans are kept whatever this says
    #[arg(long, env = "RUST_LOG", value_name = "FILTER", default_value = "info", value_parser = filter)]
    pub log_filter: tracing_subscriber::filter::Targets,
}
