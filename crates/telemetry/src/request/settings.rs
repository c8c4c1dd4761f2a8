//! Which traces are recorded.

use super::{sampler::SamplerKind, values};
use crate::error::SettingError;

/// Which traces are recorded.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "clap", derive(clap::Args))]
#[non_exhaustive]
#[cfg_attr(feature = "clap", group(skip))] // one group named `Config` is enough for the service that flattens this
pub struct SamplingSettings {
    /// Which traces are recorded
    #[cfg_attr(
        feature = "clap",
        arg(
            long,
            env = "OTEL_TRACES_SAMPLER",
            value_name = "SAMPLER",
            ignore_case = true,
            default_value = "parentbased_always_on"
        )
    )]
    pub sampler: SamplerKind,

    /// Share of traces for the …traceidratio samplers, 0 to 1
    #[cfg_attr(feature = "clap", arg(long, env = "OTEL_TRACES_SAMPLER_ARG", value_name = "RATIO", default_value = "1", value_parser = values::ratio))]
    pub sampler_ratio: f64,
}

impl SamplingSettings {
    /// Holds values set in code to what the environment is held to.
    ///
    /// # Errors
    /// A ratio that is no share.
    pub(crate) fn check(&self) -> Result<(), SettingError> {
        let ratio = values::share(self.sampler_ratio);
        ratio.map_err(|needed| SettingError::new("sampling.sampler_ratio", self.sampler_ratio, needed))?;
        Ok(())
    }
}

impl Default for SamplingSettings {
    fn default() -> Self {
        Self {
            sampler: SamplerKind::ParentBasedAlwaysOn,
            sampler_ratio: 1.0,
        }
    }
}
