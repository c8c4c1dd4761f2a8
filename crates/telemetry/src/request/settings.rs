//! Which traces are recorded.

#[cfg(feature = "clap")]
use super::arguments;
use super::sampler::SamplerKind;

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
    #[cfg_attr(feature = "clap", arg(long, env = "OTEL_TRACES_SAMPLER_ARG", value_name = "RATIO", default_value = "1", value_parser = arguments::ratio))]
    pub sampler_ratio: f64,
}

impl Default for SamplingSettings {
    fn default() -> Self {
        Self {
            sampler: SamplerKind::ParentBasedAlwaysOn,
            sampler_ratio: 1.0,
        }
    }
}
