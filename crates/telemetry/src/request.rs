//! The context of a request, on its way through this process.

/// New ids.
pub(crate) mod ids;

/// Which traces are recorded.
pub mod sampler;

/// The clock of a request.
mod clock;

/// The scope of a request.
pub mod scope;

/// Settings of sampling.
mod settings;

/// Values that settings may have.
mod values;

pub use settings::SamplingSettings;
