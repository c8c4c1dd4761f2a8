//! What a request carries through this process.

/// New ids.
pub(crate) mod ids;

/// Which traces are recorded.
pub mod sampler;

/// The clock of a request.
mod clock;

/// What the spans of one request share.
pub mod scope;

/// Which traces are recorded, by setting.
mod settings;

/// Texts of settings.
#[cfg(feature = "clap")]
mod arguments;

pub use settings::SamplingSettings;
